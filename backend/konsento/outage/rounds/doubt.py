"""Somebody says that there is still no power: their meter is asked, and counts by its answer.

Whoever calls knows more than the last reading does. A meter that was heard of the slot and is
doubted since counts as silent from then on, unless it answers with power; so several doubts
below one transformer are found out before the next reading would tell. The next slot's readings
settle it.
"""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from konsento.outage.judgement.answers import Answers
from konsento.outage.judgement.terms import Answer, Load
from konsento.outage.limits import DOUBTS_MAX

Rows: TypeAlias = NDArray[np.int32]


class Doubts:
    """The doubted meters of the slot that is being judged, by row."""

    def __init__(self) -> None:
        self._waiting: dict[int, None] = {}
        self._asked: set[int] = set()

    def __contains__(self, row: int) -> bool:
        """Whether it still waits to be asked."""
        return row in self._waiting

    def raise_for(self, row: int) -> bool:
        """Have it asked in the next pass; False when too many wait already."""
        if row in self._waiting or len(self._waiting) < DOUBTS_MAX:
            self._waiting[row] = None
            return True
        return False

    def due(self, most: int) -> Rows:
        """Whom to ask now, the first doubted first."""
        return np.array(list(self._waiting)[:most], np.int32)

    def asked(self, rows: Sequence[int]) -> None:
        """They were asked and something came back."""
        for row in rows:
            if row in self._waiting:
                del self._waiting[row]
                self._asked.add(row)

    def silent(self, answers: Answers) -> Rows:
        """Those that were asked and did not answer that all is well, in order."""
        rows = np.array(sorted(self._asked), np.int32)
        own = answers.of(rows)
        well = (own.answer == Answer.POWERED) & (own.load != Load.BREAKER_OPEN)
        return np.asarray(rows[(own.attempts > 0) & ~well])

    @property
    def settled(self) -> tuple[int, ...]:
        """Those of this slot that were asked, in order."""
        return tuple(sorted(self._asked))

    def go_on(self, settled: Sequence[int]) -> None:
        """They were asked in this slot by a process before this one."""
        self._asked.update(settled)

    def next_slot(self) -> None:
        """Readings say more than what was asked before them; who waits goes on waiting."""
        self._asked.clear()

    def forget(self) -> None:
        """Other tables: the rows are other meters'."""
        self._asked.clear()
        self._waiting.clear()
