"""Who has not been heard of a slot, in one pass over one bit a meter.

The counts of all areas cost nothing here: they were kept as the readings came.
"""

from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from konsento.outage.columns import bits
from konsento.outage.columns.meters import Columns


@dataclass(frozen=True, eq=False)
class Silence:
    """The expected meters not heard of a slot or later, in order, and their number by area."""

    slot: int
    rows: NDArray[np.int32]
    by_area: NDArray[np.int32]


def silence(columns: Columns, slot: int, second_hand: Executor | None = None) -> Silence:
    """The silent of a slot; with a second thread to do one half. Raises SlotForgotten."""
    expected, heard = columns.expected, columns.heard(slot)
    by_area = columns.expected_by_area - columns.heard_by_area(slot)
    if second_hand is None:
        return Silence(slot, bits.rows_missing(expected, heard), by_area)
    half = len(expected) // 2
    later = second_hand.submit(bits.rows_missing, expected, heard, half, len(expected))
    rows = bits.rows_missing(expected, heard, 0, half)
    return Silence(slot, np.concatenate((rows, later.result())), by_area)
