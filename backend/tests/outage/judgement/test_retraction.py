"""A reading that comes late proves power, or proves the outage, or says nothing."""

import numpy as np
import pytest

from konsento.outage.judgement.retraction import (
    ReadingStatus,
    proves_outage,
    proves_power,
    shows_presence,
    slot_of_presence,
)
from tests.outage.small_town import SLOT, ints

DARK = (SLOT, SLOT + 4)
FAILED, UNSURE, MADE_UP = (
    ReadingStatus.POWER_FAILED,
    ReadingStatus.CLOCK_UNSURE,
    ReadingStatus.ESTIMATED,
)


def proof(slot: int, wh: int, status: int) -> bool:
    return bool(proves_power(ints(slot), ints(wh), np.array([status], np.uint8), DARK)[0])


@pytest.mark.parametrize(
    ("slot", "wh", "status", "proves"),
    [
        (SLOT, 120, 0, True),
        (SLOT + 4, 0, 0, True),  # nothing used, but its clock ran
        (SLOT - 1, 120, 0, False),
        (SLOT + 5, 120, 0, False),
        (SLOT + 2, 60, FAILED, False),
        (SLOT + 2, 120, MADE_UP, False),
        (SLOT + 2, 120, UNSURE, True),
        (SLOT + 2, 0, UNSURE, False),
        (SLOT, 120, UNSURE, False),  # may be the slot before the outage
        (SLOT + 4, 120, UNSURE, False),
        (SLOT + 2, 120, UNSURE | FAILED, False),
    ],
)
def test_a_late_reading_proves_power_by_energy_or_a_clock_that_ran(
    slot: int, wh: int, status: int, proves: bool
) -> None:
    assert proof(slot, wh, status) == proves


def test_a_meter_that_says_its_power_failed_proves_the_outage() -> None:
    status = np.array([FAILED, FAILED, FAILED | MADE_UP, 0], np.uint8)
    slot = ints(SLOT, SLOT - 1, SLOT, SLOT)
    assert proves_outage(slot, status, DARK).tolist() == [True, False, False, False]


def test_whoever_spoke_was_there_whatever_its_clock_says() -> None:
    status = np.array([0, FAILED, UNSURE, MADE_UP, UNSURE | MADE_UP], np.uint8)
    assert shows_presence(status).tolist() == [True, True, True, False, False]


def test_an_unsure_clock_cannot_speak_for_a_slot_that_is_not_over() -> None:
    status = np.array([UNSURE, UNSURE, 0], np.uint8)
    slot = ints(SLOT, SLOT - 6, SLOT)
    assert slot_of_presence(slot, status, SLOT).tolist() == [SLOT - 1, SLOT - 6, SLOT]
