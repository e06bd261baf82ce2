"""What the meters that were asked have answered so far: one line a meter, in the order of rows."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from konsento.outage.judgement.terms import Answer, Load

Ints: TypeAlias = NDArray[np.int32]
Bytes: TypeAlias = NDArray[np.int8]
Shorts: TypeAlias = NDArray[np.int16]
Millis: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Answers:
    """By row: the best answer, the load it told of, how often it was asked and when last.

    `carried` says that the meter was asked in an earlier slot and is silent since.
    """

    rows: Ints
    answer: Bytes
    load: Bytes
    attempts: Shorts
    asked_at_ms: Millis
    carried: NDArray[np.bool_]

    def of(self, rows: Ints) -> "Answers":
        """One line for each of these rows, with nought attempts where none was asked."""
        if not len(self.rows):
            return _never(rows)
        place = np.minimum(np.searchsorted(self.rows, rows), len(self.rows) - 1)
        there = self.rows[place] == rows
        return Answers(
            rows,
            np.where(there, self.answer[place], np.int8(Answer.NONE)),
            np.where(there, self.load[place], np.int8(Load.UNSEEN)),
            np.where(there, self.attempts[place], np.int16(0)),
            np.where(there, self.asked_at_ms[place], np.int64(0)),
            there & self.carried[place],
        )

    def told(
        self, rows: Ints, answer: Bytes, at_ms: Millis, load: Bytes | None = None
    ) -> "Answers":
        """With one more answer of each of these rows (each once), in whatever order they come."""
        order = np.argsort(rows, kind="stable")
        rows, answer, at_ms = rows[order], answer[order], at_ms[order]
        loads = np.zeros(len(rows), np.int8) if load is None else load[order]
        every = np.union1d(self.rows, rows).astype(np.int32)
        merged = self.of(every)
        place = np.searchsorted(every, rows)
        merged.answer[place] = np.maximum(merged.answer[place], answer)
        # What lies behind the meter changes at somebody's hand: what was seen last counts.
        merged.load[place] = np.where(loads > Load.UNSEEN, loads, merged.load[place])
        merged.attempts[place] = np.minimum(merged.attempts[place] + 1, 100)
        merged.asked_at_ms[place] = np.maximum(merged.asked_at_ms[place], at_ms)
        merged.carried[place] = False
        return merged

    def beside(self, earlier: "Answers") -> "Answers":
        """These, with the earlier ones of meters that have not been asked again."""
        if not len(earlier.rows):
            return self
        every = np.union1d(self.rows, earlier.rows).astype(np.int32)
        now, then = self.of(every), earlier.of(every)
        asked = now.attempts > 0
        return Answers(
            every,
            np.maximum(now.answer, then.answer),
            np.where(now.load > Load.UNSEEN, now.load, then.load),
            np.minimum(now.attempts + then.attempts, 100).astype(np.int16),
            np.maximum(now.asked_at_ms, then.asked_at_ms),
            (then.attempts > 0) & ~asked,
        )

    def only(self, keep: NDArray[np.bool_], *, carried: bool) -> "Answers":
        """Some of the lines, all of them carried over or none."""
        return Answers(
            self.rows[keep], self.answer[keep], self.load[keep], self.attempts[keep],
            self.asked_at_ms[keep], np.full(int(keep.sum()), carried),
        )  # fmt: skip


def _never(rows: Ints) -> Answers:
    count = len(rows)
    return Answers(
        rows,
        np.zeros(count, np.int8),
        np.zeros(count, np.int8),
        np.zeros(count, np.int16),
        np.zeros(count, np.int64),
        np.zeros(count, np.bool_),
    )


NO_ANSWERS = _never(np.empty(0, np.int32))
