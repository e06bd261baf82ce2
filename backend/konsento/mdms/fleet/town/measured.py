"""What meters have kept of a slot: its energy, and what they say of it in the status byte. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntFlag

import numpy as np

from konsento.mdms.fleet.town.arrays import Bytes, Energies, Ints
from konsento.mdms.fleet.town.cuts import Cuts
from konsento.mdms.fleet.town.limits import SLOT_MS
from konsento.mdms.fleet.town.load_curve import energy_wh
from konsento.mdms.fleet.town.plan import CLOCK_ERROR_S_MAX, TownPlan
from konsento.mdms.fleet.town.truth import lit, touched

CLOCK_KNOWN_WRONG_S = 300


class Status(IntFlag):
    """What is said beside the number, bit by bit."""

    GOOD = 0
    POWER_FAILED = 1
    CLOCK_UNSURE = 2


@dataclass(frozen=True, eq=False)
class Measured:
    """One value a row that was asked for."""

    energy_wh: Energies
    status: Bytes


def measured(plan: TownPlan, cuts: Cuts, slot: int | Ints, rows: Ints) -> Measured:
    """By the meters `rows`, of one slot for all of them or one for each.

    A meter that was dark in it says so when it has power again: POWER_FAILED, and the energy of
    the rest. Whose clock is ahead has measured so much earlier than the slot's name says.
    """
    slots = np.atleast_1d(np.asarray(slot, dtype=np.int32))
    wh = energy_wh(rows, plan.size_1024ths[rows], slots)
    status = np.zeros(len(rows), dtype=np.uint8)
    for places, early_ms in _disturbed(plan, cuts, slots, rows):
        found = lit(plan, cuts, early_ms, early_ms + SLOT_MS, rows[places])
        wh[places] = wh[places] * found.loaded_ms // SLOT_MS
        status[places[found.powered_ms < SLOT_MS]] |= np.uint8(Status.POWER_FAILED)
    # Every second one notices.
    wrong = np.abs(plan.clock_error_s[rows]) >= CLOCK_KNOWN_WRONG_S
    status[wrong & ((rows & 1) == 0)] |= np.uint8(Status.CLOCK_UNSURE)
    return Measured(wh, status)


def _disturbed(plan: TownPlan, cuts: Cuts, slots: Ints, rows: Ints) -> Iterator[tuple[Ints, int]]:
    """Places that some cut may have touched, together with when their slot began for them."""
    if not len(slots):
        return
    slack_ms = CLOCK_ERROR_S_MAX * 1_000
    from_ms = int(slots.min()) * SLOT_MS - slack_ms
    to_ms = (int(slots.max()) + 1) * SLOT_MS + slack_ms
    places = touched(plan, cuts, from_ms, to_ms, rows)
    began = np.broadcast_to(slots, rows.shape)[places].astype(np.int64) * SLOT_MS
    began -= plan.clock_error_s[rows[places]] * np.int64(1_000)
    for early_ms in np.unique(began).tolist():
        yield places[began == early_ms], early_ms
