"""What was said to be over, and late readings by which it never was."""

import numpy as np

from konsento.outage import slots
from konsento.outage.judgement.retraction import ReadingStatus
from konsento.outage.limits import BACK_KEPT_MS, OVER_KEPT_MAX
from konsento.outage.rounds.over import Over
from konsento.outage.watch import Late

SLOT = 997_346
ENDED_MS = slots.end_ms(SLOT + 1)
ROWS = np.arange(4, dtype=np.int32)


def late(*rows: int, slot: int = SLOT, status: int = 0) -> Late:
    which = np.array(rows, np.int32)
    return Late(slot, which, np.full(len(rows), 90, np.int32), np.full(len(rows), status, np.int32))


def ended() -> Over:
    """One transformer, dark for one slot."""
    over = Over()
    over.add("t", ROWS, slots.end_ms(SLOT), SLOT, ENDED_MS)
    return over


def test_half_of_the_meters_disprove_it_however_their_readings_come() -> None:
    over = ended()
    assert over.proven_wrong([late(0)], ENDED_MS) == set()
    assert over.proven_wrong([late(0), late(7)], ENDED_MS) == set()
    assert over.proven_wrong([late(3)], ENDED_MS) == {"t"}
    assert over.proven_wrong([late(0, 1, 2, 3)], ENDED_MS) == set()


def test_readings_of_the_time_after_it_say_nothing_of_it() -> None:
    after = late(0, 1, 2, 3, slot=SLOT + 1)
    failed = late(0, 1, 2, 3, status=ReadingStatus.POWER_FAILED)
    assert ended().proven_wrong([after, failed], ENDED_MS) == set()


def test_it_is_remembered_for_half_a_day_and_not_without_end() -> None:
    assert ended().proven_wrong([late(0, 1)], ENDED_MS + BACK_KEPT_MS - 1) == {"t"}
    assert ended().proven_wrong([late(0, 1)], ENDED_MS + BACK_KEPT_MS) == set()
    over = ended()
    for number in range(OVER_KEPT_MAX):
        over.add(f"t{number}", ROWS + 10, slots.end_ms(SLOT), SLOT, ENDED_MS)
    assert over.proven_wrong([late(0, 1)], ENDED_MS) == set()
