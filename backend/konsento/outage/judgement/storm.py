"""Whether a head-end drowns: then meters are no longer asked one by one.

In a storm a head-end starves: readings, retries and questions fight for the same radio. A fall of
three tenths against the share usually heard, over at least 100 meters, begins the storm; it ends
within a twentieth of the usual, or after three days, when the usual itself must have changed.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from konsento.outage.limits import (
    NORM_SLOTS,
    PARTS,
    STORM_DROP_PERCENT,
    STORM_METERS_MIN,
    STORM_OVER_PERCENT,
    STORM_SLOTS_MAX,
)

Counts: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Storm:
    """By head-end: the share usually heard in parts of a million (-1: not known yet), and the
    slot since which it drowns (-1: it does not). `slot`: the last one that is in it.
    """

    slot: int
    norm: Counts
    since_slot: Counts

    @property
    def on(self) -> NDArray[np.bool_]:
        """By head-end: whether it drowns."""
        return self.since_slot >= 0


def calm(head_ends: int) -> Storm:
    """Nothing heard yet, no storm."""
    return Storm(-1, np.full(head_ends, -1, np.int64), np.full(head_ends, -1, np.int64))


def after(storm: Storm, slot: int, heard: Counts, meters: Counts) -> Storm:
    """The storm after a slot; `heard` of the expected `meters` of each head-end.

    A slot that is already in it changes nothing: it is judged again whenever a meter answers.
    """
    if slot <= storm.slot:
        return storm
    counted = meters > 0
    share = np.where(counted, heard * PARTS // np.maximum(meters, 1), -1)
    known = counted & (storm.norm >= 0)
    fallen = known & (meters >= STORM_METERS_MIN)
    fallen &= share * 100 <= storm.norm * (100 - STORM_DROP_PERCENT)
    recovered = known & (share * 100 >= storm.norm * (100 - STORM_OVER_PERCENT))
    outlived = storm.on & (slot - storm.since_slot >= STORM_SLOTS_MAX)
    began = ~storm.on & fallen
    goes_on = storm.on & ~recovered & ~outlived
    since = np.where(began, slot, np.where(goes_on, storm.since_slot, -1))
    # A mean over a week that forgets slowly; what is heard in a storm is not the usual.
    moved = storm.norm + (share - storm.norm) // NORM_SLOTS
    norm = np.where(known & (since < 0), moved, storm.norm)
    norm = np.where(counted & ((storm.norm < 0) | outlived), share, norm)
    return Storm(slot, norm, since.astype(np.int64))
