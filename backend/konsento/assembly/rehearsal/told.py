"""Who is told what, from when until when: one line for each meter and each time it is told."""

from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from konsento.outage.judgement.judge import SlotJudgement
from konsento.outage.judgement.terms import Grade, Kind, Proof

Ints: TypeAlias = NDArray[np.int32]
Flags: TypeAlias = NDArray[np.bool_]
STILL_MS = 2**62


class Saying(IntEnum):
    """What a meter's customer is told."""

    OUTAGE = 0
    OWN_LIKELY = 1  # their meter says that it has no power, and the neighbours' have
    OWN_BREAKER = 2  # their meter says that its own breaker is open
    CANNOT_TELL = 3  # their meter cannot be reached: look at the breaker, else call


@dataclass(frozen=True, eq=False)
class Tellings:
    """Columns: the meter, what it was told, when, until when, and whether that was so then."""

    rows: Ints
    saying: NDArray[np.int8]
    at_ms: NDArray[np.int64]
    until_ms: NDArray[np.int64]
    right: Flags

    def __len__(self) -> int:
        return len(self.rows)


def both(left: Tellings, right: Tellings) -> Tellings:
    """The ones and the others."""
    return Tellings(
        **{name: np.concatenate((column, vars(right)[name])) for name, column in vars(left).items()}
    )


class Told:
    """Who stands told; twice the same to a meter that has not been heard since is once."""

    def __init__(self, meters: int) -> None:
        self._place = np.full(meters, -1, np.int64)
        self._rows: list[Ints] = []
        self._saying: list[NDArray[np.int8]] = []
        self._at_ms: list[NDArray[np.int64]] = []
        self._right: list[Flags] = []
        self._until_ms = np.empty(0, np.int64)
        self._count = 0

    @property
    def standing(self) -> Ints:
        """Who is told now and was not told otherwise since."""
        return np.flatnonzero(self._place >= 0).astype(np.int32)

    def fresh(self, rows: Ints) -> Flags:
        """Which of them do not stand told."""
        return np.asarray(self._place[rows] < 0)

    def tell(self, rows: Ints, saying: NDArray[np.int8], at_ms: int, right: Flags) -> None:
        """Rows that do not stand told, each once."""
        self._place[rows] = np.arange(self._count, self._count + len(rows))
        self._count += len(rows)
        self._rows.append(rows)
        self._saying.append(saying)
        self._at_ms.append(np.full(len(rows), at_ms, np.int64))
        self._right.append(right)
        self._until_ms = np.concatenate((self._until_ms, np.full(len(rows), STILL_MS, np.int64)))

    def end(self, rows: Ints, at_ms: int) -> int:
        """Restored, or taken back; how many of them stood told."""
        rows = rows[self._place[rows] >= 0]
        self._until_ms[self._place[rows]] = at_ms
        self._place[rows] = -1
        return len(rows)

    def tellings(self) -> Tellings:
        """All there were, in their order."""
        if not self._count:
            none = np.empty(0, np.int64)
            return Tellings(
                none.astype(np.int32), none.astype(np.int8), none, none, none.astype(np.bool_)
            )
        return Tellings(
            np.concatenate(self._rows),
            np.concatenate(self._saying),
            np.concatenate(self._at_ms),
            self._until_ms,
            np.concatenate(self._right),
        )


def sayings(judged: SlotJudgement) -> tuple[Ints, NDArray[np.int8]]:
    """All meters that are told something by a judgement, in order of their rows, and what."""
    areas = [judgement.rows for judgement in judged.judgements if judgement.tell]
    rows = np.concatenate([np.empty(0, np.int32), *areas])
    said = np.full(len(rows), Saying.OUTAGE, np.int8)
    lone = judged.lone
    own = np.full(len(lone.rows), Saying.OWN_LIKELY, np.int8)
    own[lone.grade == Grade.CANNOT_TELL] = Saying.CANNOT_TELL
    own[lone.proof == Proof.BREAKER] = Saying.OWN_BREAKER
    own[lone.kind == Kind.OUTAGE] = Saying.OUTAGE
    rows = np.concatenate((rows, lone.rows[lone.tell]))
    said = np.concatenate((said, own[lone.tell]))
    order = np.argsort(rows, kind="stable")
    return rows[order], said[order]


def answers(judged: SlotJudgement) -> Ints:
    """The meters whose customers hear that we cannot tell, if they ask."""
    lone = judged.lone
    rows: Ints = lone.rows[(lone.grade == Grade.CANNOT_TELL) & ~lone.tell]
    return rows
