"""What the last judgement says of meters, in words: each its own, and put together once."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from konsento.outage import slots
from konsento.outage.columns.meters import NEVER
from konsento.outage.judgement import sentence
from konsento.outage.judgement.evidence import Judgement
from konsento.outage.judgement.exclusion import Reason
from konsento.outage.judgement.lines import NOWHERE
from konsento.outage.judgement.lone import Lone, as_judgement
from konsento.outage.judgement.sentence import JAPAN_AHEAD
from konsento.outage.judgement.terms import Kind, Node
from konsento.outage.outage_views import MeterJudgement
from konsento.outage.record.said import Grade
from konsento.outage.rounds.facts import GRADES, RegisterNames
from konsento.outage.rounds.kept import standing_key
from konsento.outage.rounds.round import Rounds
from konsento.outage.rounds.words import hangs_on

Rows: TypeAlias = NDArray[np.int32]
Words: TypeAlias = tuple[str, str]  # in Japanese and English

STALE_AFTER_MS = 2 * slots.SLOT_MS
SMID_HERE = "\0"


class Belief(NamedTuple):
    """Of one meter; `key`: that of its outage, once people were told, or `outage` itself."""

    judgement: MeterJudgement
    words: Words
    grade: Grade | None = None
    since_ms: int | None = None
    key: str | None = None
    outage: str | None = None


OUT_OF_SERVICE: dict[Reason, Belief] = {
    Reason.NOT_YET: Belief(
        "not_in_service",
        ("このメーターはまだ使われていません。", "This meter is not yet in service."),
    ),
    Reason.RETIRED: Belief(
        "not_in_service",
        ("このメーターはもう使われていません。", "This meter is no longer in service."),
    ),
    Reason.VACANT: Belief(
        "not_in_service",
        ("空き家として登録されています。", "The premises are registered as vacant."),
    ),
    Reason.SWITCHED_OPEN: Belief(
        "not_in_service", ("開閉器を開いています。", "Its switch was opened by order.")
    ),
    Reason.PLANNED_WORKS: Belief(
        "planned", ("工事のため停電しています。", "The power is off for planned works.")
    ),
}
NOTHING_YET = Belief("unknown", ("まだ検針の結果がありません。", "Nothing has been read yet."))
BEING_ASKED = Belief("checking", ("メーターに確認しています。", "The meter is being asked."))
STALE = Belief(
    "unknown",
    (
        "検針の集計が遅れているため、いまは分かりません。",
        "The readings are late, so this cannot be told now.",
    ),
)


class Beliefs:
    """Made for one answer: meters that are silent alike share their sentence."""

    def __init__(self, rounds: Rounds, now_ms: int) -> None:
        self._rounds = rounds
        self._now_ms = now_ms
        self._alike: dict[tuple[int, ...], Belief] = {}
        self._clocks: dict[int, Belief] = {}

    def of(self, smids: Sequence[str], rows: Rows, heard_ms: Sequence[int]) -> list[Belief]:
        """One for each; `heard_ms` as in MeterState, NEVER where nothing was heard."""
        rounds = self._rounds
        sitting = rounds.sitting
        view, judged, lines = sitting.view, sitting.judged, sitting.lines
        if view is None or judged is None or lines is None or not rounds.knows_tables:
            return [NOTHING_YET] * len(rows)
        late = slots.end_ms(view.slot) + STALE_AFTER_MS + rounds.settings.grace_ms < self._now_ms
        reasons, group = sitting.reasons[rows].tolist(), lines.groups(rows).tolist()
        lone = lines.lone(rows)
        by_switch = self._by_switch(rows, heard_ms)
        signs, asked = _signs(judged.lone, lone), np.isin(rows, judged.pings.rows).tolist()
        believed = []
        for at, row in enumerate(rows.tolist()):
            open_ = asked[at] or row in sitting.doubts
            if reasons[at]:
                believed.append(OUT_OF_SERVICE[Reason(reasons[at])])
            elif late or heard_ms[at] == NEVER:
                believed.append(STALE if late else NOTHING_YET)
            elif group[at] != NOWHERE:
                found = self._of_group(group[at], asked=open_)
                believed.append(found if found.key else by_switch.get(at, found))
            elif lone[at] != NOWHERE:
                sign = (*signs[at], int(open_))
                found = self._of_lone(smids[at], int(lone[at]), sign, asked=open_)
                believed.append(found if found.key else by_switch.get(at, found))
            else:
                heard = BEING_ASKED if open_ else self._powered(heard_ms[at])
                believed.append(by_switch.get(at, heard))
        return believed

    def _by_switch(self, rows: Rows, heard_ms: Sequence[int]) -> dict[int, Belief]:
        """By place in the rows: those below a switch whose opening the readings do not know yet."""
        register, found = self._rounds.system.watch.register, dict[int, Belief]()
        assert register is not None
        trees = register.trees.at(slots.slot_of(self._now_ms))
        for place in self._rounds.open_places:
            out = Belief("area", place.words, None, place.opened_ms, None, place.outage)
            under = np.array(heard_ms) <= place.opened_ms
            below = [hangs_on(kind, node, rows, trees) for kind, node in place.nodes]
            under &= np.logical_or.reduce([np.zeros(len(rows), np.bool_), *below])
            found.update(dict.fromkeys(np.flatnonzero(under).tolist(), out))
        return found

    def _of_group(self, group: int, *, asked: bool) -> Belief:
        sign = (group, int(asked))
        if sign not in self._alike:
            judged = self._rounds.sitting.judged
            assert judged is not None
            self._alike[sign] = self._of(judged.judgements[group], asked=asked)
        return self._alike[sign]

    def _of_lone(self, smid: str, place: int, sign: tuple[int, ...], *, asked: bool) -> Belief:
        sitting = self._rounds.sitting
        assert sitting.view is not None
        assert sitting.judged is not None
        alike = self._alike.get(sign)
        if alike is None or alike.key is not None:
            judgement = as_judgement(sitting.view, sitting.judged.lone, place)
            alike = self._alike[sign] = self._of(judgement, asked=asked)
        japanese, english = alike.words
        return alike._replace(
            words=(japanese.replace(SMID_HERE, smid), english.replace(SMID_HERE, smid))
        )

    def _of(self, found: Judgement, *, asked: bool) -> Belief:
        register = self._rounds.system.watch.register
        assert register is not None
        names = _SmidLater() if found.node_kind == Node.METER else RegisterNames(register)
        judgement = _of_silence(found, asked=asked)
        return Belief(
            judgement,
            (sentence.explain(found, names, "ja"), sentence.explain(found, names, "en")),
            GRADES.get(found.grade) if judgement == "own_premises" else None,
            found.since_from_ms or found.since_to_ms,
            standing_key(found) if found.tell else None,
        )

    def _powered(self, until_ms: int) -> Belief:
        if until_ms not in self._clocks:
            at = datetime.fromtimestamp(until_ms / 1_000, UTC) + JAPAN_AHEAD
            self._clocks[until_ms] = Belief(
                "powered",
                (
                    f"{at:%H:%M}までの検針が届いています。",
                    f"Its readings until {at:%H:%M} have come.",
                ),
            )
        return self._clocks[until_ms]


class _SmidLater:
    """A sentence that many lone meters share, with a mark in the place of the meter's id."""

    def of(self, kind: Node, node: int) -> str:
        return SMID_HERE


def _signs(lone: Lone, places: NDArray[np.int64]) -> list[tuple[int, ...]]:
    """Of each line what its sentence is made of; of no line (NOWHERE) anything."""
    if not len(lone.rows):
        return [()] * len(places)
    columns = (
        lone.kind, lone.grade, lone.proof, lone.onset, lone.asked > 0, lone.answer, lone.vouched,
        lone.lives, lone.tell,
    )  # fmt: skip
    return list(zip(*(column[places].tolist() for column in columns), strict=True))


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
