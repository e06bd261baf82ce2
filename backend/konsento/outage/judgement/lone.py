"""Meters judged by themselves, in columns: of a country there are far too many for objects."""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from konsento.outage.judgement import premises
from konsento.outage.judgement.beginning import since
from konsento.outage.judgement.evidence import Evidence, Judgement
from konsento.outage.judgement.explain import Explanation, speaking_verdicts
from konsento.outage.judgement.grouping import Groups
from konsento.outage.judgement.terms import Answer, Grade, Kind, Node, Proof
from konsento.outage.judgement.view import SlotView

Ints: TypeAlias = NDArray[np.int32]
Flags: TypeAlias = NDArray[np.bool_]

ONE: Ints = np.ones(1, np.int32)


@dataclass(frozen=True, eq=False)
class Lone:
    """A line for each silent meter above which no node is judged, in the order of the rows.

    `asked`: how often; `answer`: the best that came back. `vouched`, `lives`: as in Evidence.
    `tell`: whether people may be told. `before`: the open outage each was in, as its place in the
    memory it was judged with.
    """

    rows: Ints
    kind: NDArray[np.int8]
    grade: NDArray[np.int8]
    proof: NDArray[np.int8]
    onset: Ints
    asked: NDArray[np.int16]
    answer: NDArray[np.int8]
    vouched: Flags
    lives: Flags
    tell: Flags
    before: Ints


def lone_of(view: SlotView, found: Explanation, grouped: Groups) -> Lone:
    """The meters in no group, and those that answered that they have power."""
    at = np.flatnonzero(grouped.of_row < 0)
    silent, verdicts, spoken = found.silent, found.verdicts, speaking_verdicts(found.speaking)
    speaking = found.speaking
    beside = np.zeros(len(speaking), np.bool_)
    rows = np.concatenate((silent.rows[at], speaking.rows))
    order = np.argsort(rows, kind="stable")

    def both(of_silent: NDArray[Any], of_speaking: NDArray[Any]) -> NDArray[Any]:
        return np.concatenate((of_silent[at], of_speaking))[order]

    kind, grade = both(verdicts.kind, spoken.kind), both(verdicts.grade, spoken.grade)
    onset = both(silent.onset, speaking.onset)
    tell = (kind == Kind.OWN_PREMISES) & (onset >= 0)
    tell &= premises.is_told(grade)
    tell |= kind == Kind.OUTAGE
    return Lone(
        rows[order], kind, grade, both(verdicts.proof, spoken.proof), onset,
        both(silent.answers.attempts, speaking.answers.attempts),
        both(silent.answers.answer, speaking.answers.answer),
        both(found.vouched, ~beside), both(found.lives, ~beside), tell,
        both(found.before, np.full(len(speaking), -1, np.int32)),
    )  # fmt: skip


def as_judgement(view: SlotView, lone: Lone, place: int) -> Judgement:
    """One line as a judgement that can be explained like any other."""
    row, kind = int(lone.rows[place]), Kind(lone.kind[place])
    rows = lone.rows[place : place + 1]
    area = view.trees.area_of_meter[rows]
    began = since(int(lone.onset[place]), view.slot)
    evidence = Evidence(
        proof=Proof(lone.proof[place]),
        below=1,
        silent=1,
        way_lives=int(lone.lives[place]),
        vouched=int(lone.vouched[place]),
        asked=int(lone.asked[place] > 0),
        no_power=int(lone.answer[place] == Answer.NO_POWER),
    )
    key = f"{kind.name}/meter/{row}/{view.slot}".lower()
    return Judgement(
        key, kind, Node.METER, row, rows, area, ONE, *began, view.now_ms,
         evidence, Grade(lone.grade[place]), bool(lone.tell[place]),
    )  # fmt: skip
