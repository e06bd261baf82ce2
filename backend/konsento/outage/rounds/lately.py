"""Who spoke again not long ago, after an outage that was told: since when the power is back."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from konsento.outage.limits import BACK_KEPT_MAX, BACK_KEPT_MS

Rows: TypeAlias = NDArray[np.int32]
Millis: TypeAlias = NDArray[np.int64]
NOT_LATELY_MS = -1


@dataclass(frozen=True, eq=False)
class Lately:
    """By row, in order: the instant by which its power was back."""

    rows: Rows
    at_ms: Millis

    def of(self, rows: Rows) -> Millis:
        """The instant for each row, NOT_LATELY_MS where there is none."""
        if not len(self.rows):
            return np.full(len(rows), NOT_LATELY_MS, np.int64)
        place = np.minimum(np.searchsorted(self.rows, rows), len(self.rows) - 1)
        return np.where(self.rows[place] == rows, self.at_ms[place], np.int64(NOT_LATELY_MS))

    def and_now(self, rows: Rows, at_ms: Millis, now_ms: int) -> "Lately":
        """With these (each once), without what is long ago; of too many the latest are kept."""
        others = ~np.isin(self.rows, rows) & (self.at_ms > now_ms - BACK_KEPT_MS)
        every = np.concatenate((self.rows[others], rows)).astype(np.int32)
        when = np.concatenate((self.at_ms[others], at_ms)).astype(np.int64)
        newest = np.argsort(-when, kind="stable")[:BACK_KEPT_MAX]
        order = newest[np.argsort(every[newest], kind="stable")]
        return Lately(every[order], when[order])


NOBODY_LATELY = Lately(np.empty(0, np.int32), np.empty(0, np.int64))
