"""Where each meter stands in a slot's judgement, for many meters at once."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from konsento.outage.judgement.judge import SlotJudgement

Rows: TypeAlias = NDArray[np.int32]
Places: TypeAlias = NDArray[np.int64]
NOWHERE = -1


@dataclass(frozen=True, eq=False)
class Lines:
    """The silent meters in order, and the place of each in the judgements, or among the lone."""

    rows: Rows
    of_group: Places
    lone_rows: Rows

    def groups(self, rows: Rows) -> Places:
        """The place of each row's judgement, NOWHERE for those in none."""
        return _found(self.rows, self.of_group, rows)

    def lone(self, rows: Rows) -> Places:
        """The place of each row among the lone, NOWHERE for the others."""
        return _found(self.lone_rows, np.arange(len(self.lone_rows)), rows)


def lines_of(judged: SlotJudgement) -> Lines:
    """Made once for a judgement; asked as often as one likes."""
    parts = [judgement.rows for judgement in judged.judgements]
    rows = np.concatenate([np.empty(0, np.int32), *parts])
    group = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    order = np.argsort(rows, kind="stable")
    return Lines(rows[order], group[order], judged.lone.rows)


def _found(ordered: Rows, values: Places, rows: Rows) -> Places:
    if not len(ordered):
        return np.full(len(rows), NOWHERE, np.int64)
    place = np.minimum(np.searchsorted(ordered, rows), len(ordered) - 1)
    return np.where(ordered[place] == rows, values[place], np.int64(NOWHERE))
