"""What was said to be over, and late readings by which it never was."""

import numpy as np

from konsento.outage import slots
from konsento.outage.judgement.answers import NO_ANSWERS
from konsento.outage.judgement.memory import blank
from konsento.outage.judgement.retraction import ReadingStatus
from konsento.outage.limits import BACK_KEPT_MS, OVER_KEPT_MAX
from konsento.outage.rounds.kept import Place, packed, unpacked
from konsento.outage.rounds.over import Ended, Over, with_ended, with_late
from konsento.outage.watch import Late

SLOT = 997_346
ENDED_MS = slots.end_ms(SLOT + 1)
ROWS = np.arange(4, dtype=np.int32)


def late(*rows: int, slot: int = SLOT, status: int = 0) -> Late:
    which = np.array(rows, np.int32)
    return Late(slot, which, np.full(len(rows), 90, np.int32), np.full(len(rows), status, np.int32))


def ended() -> Over:
    """One transformer, dark for one slot."""
    return with_ended({}, "t", Ended(ROWS, SLOT, SLOT, ENDED_MS))


def wrong(over: Over, late_ones: list[Late], now_ms: int = ENDED_MS) -> set[str]:
    return with_late(over, late_ones, now_ms)[1]


def test_half_of_the_meters_disprove_it_however_their_readings_come() -> None:
    over, found = with_late(ended(), [late(0)], ENDED_MS)
    assert found == set()
    over, found = with_late(over, [late(0), late(7)], ENDED_MS)
    assert found == set()
    over, found = with_late(over, [late(3)], ENDED_MS)
    assert (over, found) == ({}, {"t"})


def test_readings_of_the_time_after_it_say_nothing_of_it() -> None:
    after = late(0, 1, 2, 3, slot=SLOT + 1)
    failed = late(0, 1, 2, 3, status=ReadingStatus.POWER_FAILED)
    assert wrong(ended(), [after, failed]) == set()


def test_it_is_remembered_for_half_a_day_and_not_without_end() -> None:
    assert wrong(ended(), [late(0, 1)], ENDED_MS + BACK_KEPT_MS - 1) == {"t"}
    assert wrong(ended(), [late(0, 1)], ENDED_MS + BACK_KEPT_MS) == set()
    over = ended()
    for number in range(OVER_KEPT_MAX):
        over = with_ended(over, f"t{number}", Ended(ROWS + 10, SLOT, SLOT, ENDED_MS))
    assert len(over) == OVER_KEPT_MAX
    assert wrong(over, [late(0, 1)]) == set()


def test_a_restart_goes_on_with_what_was_disproved_in_part() -> None:
    over, _ = with_late(ended(), [late(0)], ENDED_MS)
    place = unpacked(packed(Place(SLOT + 1, 1, blank(1), NO_ANSWERS, over=over)))
    assert wrong(place.over, [late(3)]) == {"t"}
