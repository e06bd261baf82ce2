"""From a judgement to what may be said of it: an entry of the engine's. Pure."""

import msgspec
from msgspec import UNSET

from konsento.outage.judgement import sentence
from konsento.outage.judgement.evidence import Judgement
from konsento.outage.judgement.terms import Grade as JudgedGrade
from konsento.outage.judgement.terms import Kind as Judged
from konsento.outage.judgement.terms import Node
from konsento.outage.judgement.view import SlotView
from konsento.outage.record.said import (
    AREAS_MAX,
    AreaOut,
    Cause,
    Facts,
    Grade,
    Kind,
    ResponseStatus,
    Scope,
)
from konsento.outage.topology.register import Register

KIND_NAMES = {
    Node.TRANSFORMER: "transformer",
    Node.SECTION: "section",
    Node.FEEDER: "feeder",
    Node.RELAY: "relay",
    Node.CONCENTRATOR: "concentrator",
    Node.HEAD_END: "head_end",
}
GRADES = {
    JudgedGrade.CONFIRMED: Grade.CONFIRMED,
    JudgedGrade.LIKELY: Grade.LIKELY,
    JudgedGrade.CANNOT_TELL: Grade.CANNOT_TELL,
}


class RegisterNames:
    """What the register calls the nodes."""

    def __init__(self, register: Register) -> None:
        self._register = register

    def of(self, kind: Node, node: int) -> str:
        if kind == Node.METER:
            return self._register.smid(node)
        names = self._register.nodes.names[KIND_NAMES[kind]]
        return names[node] if node < len(names) else "-"


def facts_of(judgement: Judgement, register: Register, view: SlotView) -> Facts:
    """What the engine says of an outage, or of one meter's own premises."""
    names = RegisterNames(register)
    own = judgement.kind == Judged.OWN_PREMISES
    began_ms = judgement.since_from_ms
    if began_ms is None:
        began_ms = judgement.since_to_ms
    said = Facts(
        kind=Kind.FAULT,
        scope=Scope.OWN_PREMISES if own else Scope.AREA,
        started_at_ms=began_ms,
        restored_at_ms=None,
        places=(names.of(judgement.node_kind, judgement.node),),
        areas=_areas(judgement, register, view),
        retracted=False,
        sentence_ja=sentence.explain(judgement, names, "ja"),
        sentence_en=sentence.explain(judgement, names, "en"),
    )
    if not own:
        return said
    return _of_own_premises(said, judgement.grade)


def _of_own_premises(said: Facts, grade: JudgedGrade) -> Facts:
    fields = {name: getattr(said, name) for name in said.__struct_fields__}
    fields["grade"] = GRADES.get(grade, Grade.CANNOT_TELL)
    if grade == JudgedGrade.CONFIRMED:
        fields["response_status"] = ResponseStatus.INDOOR
        fields["cause"] = Cause.OWN_BREAKER
    return Facts(**fields)


def _areas(judgement: Judgement, register: Register, view: SlotView) -> tuple[AreaOut, ...]:
    return tuple(
        AreaOut(
            area=register.areas[area].area,
            households_out=int(out),
            households=max(int(view.totals.meters_of_area[area]), int(out)),
        )
        for area, out in list(zip(judgement.areas, judgement.meters_out, strict=True))[:AREAS_MAX]
    )


def fading(facts: Facts, before: Facts | None) -> Facts:
    """While an outage shrinks, its reason stays the one it was told with, at its widest."""
    if before is None or not facts.areas or not before.areas:
        return facts
    fewer = _out(facts) - _out(before)
    if fewer < 0 or (fewer == 0 and before.sentence_ja is UNSET):
        return msgspec.structs.replace(facts, sentence_ja=UNSET, sentence_en=UNSET)
    return facts


def _out(facts: Facts) -> int:
    return sum(area.households_out for area in facts.areas or ())


def restored(at_ms: int) -> Facts:
    """The meters have spoken: power was back by then."""
    return Facts(restored_at_ms=at_ms, areas=())


def taken_back() -> Facts:
    """It had power all along."""
    return Facts(retracted=True, areas=())
