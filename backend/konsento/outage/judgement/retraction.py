"""Which meters of an outage had power all along, by a reading that came late.

A reading is judged by the slot it is of, never by when it came. Within the outage, energy that
was used or a clock that ran proves power: the meter is taken out of the outage, and who was told
is told otherwise. A reading that says that the power failed proves the outage instead.
"""

from enum import IntFlag
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int32]
Flags: TypeAlias = NDArray[np.bool_]
Statuses: TypeAlias = NDArray[Any]


class ReadingStatus(IntFlag):
    """What a meter, or the head-end in its place, says beside a number, bit by bit."""

    POWER_FAILED = 1  # the power failed within the slot
    CLOCK_UNSURE = 2  # the meter's clock was off or set: whose half hour it is, is not sure
    ESTIMATED = 4  # filled in by the head-end: the meter did not speak


def _says(status: Statuses, mark: ReadingStatus) -> Flags:
    return np.asarray((status & int(mark)) != 0)


def shows_presence(status: Statuses) -> Flags:
    """Whether a reading shows that its meter spoke, be its clock or its power as they were."""
    return ~_says(status, ReadingStatus.ESTIMATED)


def slot_of_presence(slot: Ints, status: Statuses, received_slot: int) -> Ints:
    """The slot for whose end a reading shows that the meter was alive.

    Of an unsure clock the interval is distrusted, not the presence: it may name a slot that was
    not over when the reading came, and then the last one that was is meant.
    """
    over = np.minimum(slot, np.int32(received_slot - 1))
    return np.where(_says(status, ReadingStatus.CLOCK_UNSURE), over, slot).astype(np.int32)


def proves_power(
    slot: Ints, energy_wh: Ints, status: Statuses, outage_slots: tuple[int, int]
) -> Flags:
    """Which late readings prove that their meters had power within the outage.

    Slots, energy in Wh over the slot and status go together; `outage_slots` are the first and
    the last that were judged dark. A measured reading was stamped by a clock that ran to the
    slot's end, so it proves power even with nothing used; one of an unsure clock only by energy,
    and only where a neighbouring slot would lie inside as well.
    """
    first, last = outage_slots
    within = (slot >= first) & (slot <= last)
    inside = (slot > first) & (slot < last) & (energy_wh > 0)
    spoken = shows_presence(status) & ~_says(status, ReadingStatus.POWER_FAILED)
    unsure = _says(status, ReadingStatus.CLOCK_UNSURE)
    return np.asarray(spoken & np.where(unsure, inside, within))


def proves_outage(slot: Ints, status: Statuses, outage_slots: tuple[int, int]) -> Flags:
    """Which late readings are the meter's own word that its power failed within the outage."""
    first, last = outage_slots
    failed = _says(status, ReadingStatus.POWER_FAILED) & shows_presence(status)
    return np.asarray((slot >= first) & (slot <= last) & failed)
