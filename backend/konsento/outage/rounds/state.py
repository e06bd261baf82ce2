"""What is believed of one meter: its own line of the last judgement, in words."""

from datetime import UTC, datetime
from typing import TypeAlias

import numpy as np

from konsento.foundation.problems import Refusal
from konsento.outage import slots
from konsento.outage.columns.meters import NEVER
from konsento.outage.judgement import sentence
from konsento.outage.judgement.evidence import Judgement
from konsento.outage.judgement.exclusion import Reason
from konsento.outage.judgement.judge import of_meter
from konsento.outage.judgement.sentence import JAPAN_AHEAD
from konsento.outage.judgement.terms import Kind
from konsento.outage.outage_views import MeterJudgement, MeterState
from konsento.outage.rounds.facts import GRADES, RegisterNames
from konsento.outage.rounds.kept import outage_of_key
from konsento.outage.rounds.round import Rounds, standing_key
from konsento.outage.topology.register import Register

Words: TypeAlias = tuple[str, str]  # in Japanese and English

STALE_AFTER_MS = 2 * slots.SLOT_MS

OUT_OF_SERVICE = {
    Reason.NOT_YET: ("このメーターはまだ使われていません。", "This meter is not yet in service."),
    Reason.RETIRED: ("このメーターはもう使われていません。", "This meter is no longer in service."),
    Reason.VACANT: ("空き家として登録されています。", "The premises are registered as vacant."),
    Reason.SWITCHED_OPEN: ("開閉器を開いています。", "Its switch was opened by order."),
    Reason.PLANNED_WORKS: ("工事のため停電しています。", "The power is off for planned works."),
}
NOTHING_YET = ("まだ検針の結果がありません。", "Nothing has been read yet.")
STALE = (
    "検針の集計が遅れているため、いまは分かりません。",
    "The readings are late, so this cannot be told now.",
)


class UnknownMeter(Refusal):
    status = 404
    slug = "unknown-meter"
    title = "The tables have no meter with this id."


async def meter_state(rounds: Rounds, smid: str) -> MeterState:
    """Raises UnknownMeter."""
    watch, now_ms = rounds.system.watch, rounds.system.clock.now_ms()
    register = watch.register
    row = None if register is None else register.row_of(smid)
    if register is None or row is None:
        raise UnknownMeter
    last = int(watch.columns.last_slots(np.array([row], np.int32))[0])
    heard_until_ms = None if last == NEVER else slots.end_ms(last)
    judgement, words, found = _judged(rounds, register, row, heard_until_ms, now_ms)
    told = found is not None and found.tell
    return MeterState(
        smid=smid,
        judgement=judgement,
        grade=GRADES.get(found.grade) if judgement == "own_premises" and found else None,
        area=register.areas[int(register.trees.area_of_meter[row])].area,
        since_ms=None if found is None else found.since_from_ms or found.since_to_ms,
        heard_until_ms=heard_until_ms,
        outage=await outage_of_key(standing_key(found)) if told and found is not None else None,
        sentence_ja=words[0],
        sentence_en=words[1],
        now_ms=now_ms,
    )


def _judged(
    rounds: Rounds, register: Register, row: int, heard_until_ms: int | None, now_ms: int
) -> tuple[MeterJudgement, Words, Judgement | None]:
    """The judgement, the sentence in both languages, and the meter's line if it is silent."""
    view, judged = rounds.view, rounds.judged
    if view is None or judged is None:
        return "unknown", NOTHING_YET, None
    reason = Reason(int(rounds.reasons[row]))
    if reason == Reason.PLANNED_WORKS:
        return "planned", OUT_OF_SERVICE[reason], None
    if reason != Reason.NONE:
        return "not_in_service", OUT_OF_SERVICE[reason], None
    if slots.end_ms(view.slot) + STALE_AFTER_MS + rounds.settings.grace_ms < now_ms:
        return "unknown", STALE, None
    if heard_until_ms is None:
        return "unknown", NOTHING_YET, None
    found = of_meter(view, judged, row)
    if found is None:
        return "powered", _heard(heard_until_ms), None
    names = RegisterNames(register)
    words = (sentence.explain(found, names, "ja"), sentence.explain(found, names, "en"))
    return _of_silence(found, asked=row in judged.pings.rows), words, found


def _of_silence(found: Judgement, *, asked: bool) -> MeterJudgement:
    if found.kind in (Kind.READ_MISSED, Kind.MOMENTARY):
        return "powered"
    if found.kind == Kind.COMM_LOST:
        return "unknown"
    if found.kind == Kind.OWN_PREMISES:
        return "own_premises"  # for whoever asks, also where it is too unsure to be told unasked
    if found.tell:
        return "area"
    return "checking" if asked or found.kind == Kind.OUTAGE else "unknown"


def _heard(heard_until_ms: int | None) -> Words:
    if heard_until_ms is None:
        return NOTHING_YET
    clock = f"{datetime.fromtimestamp(heard_until_ms / 1_000, UTC) + JAPAN_AHEAD:%H:%M}"
    return f"{clock}までの検針が届いています。", f"Its readings until {clock} have come."
