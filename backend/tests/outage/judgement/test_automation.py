"""What distribution automation says of a slot."""

import pytest

from konsento.outage import slots
from konsento.outage.judgement.automation import (
    NOT_YET_MS,
    SectionOpened,
    is_momentary,
    sections_at,
)
from konsento.outage.judgement.terms import Automation
from tests.outage.small_town import SLOT

END_MS = slots.end_ms(SLOT)
MINUTE_MS = 60_000


@pytest.mark.parametrize(
    ("opened", "restored", "said"),
    [
        (-10, None, Automation.OPEN),
        (-10, 60, Automation.ENERGISED),  # its end is known: nobody is told of what is over
        (0, None, Automation.OPEN),
        (1, None, Automation.OPEN),  # before the reading was collected
        (1, 3, Automation.UNKNOWN),
        (31, None, Automation.UNKNOWN),  # after that
        (-20, -10, Automation.ENERGISED),
        (-10, -5, Automation.MOMENTARY),
        (-4, 1, Automation.MOMENTARY),
        (-4, 2, Automation.ENERGISED),
        (-50, -30, Automation.UNKNOWN),  # over before the slot began
    ],
)
def test_a_section_is_as_it_was_when_the_register_was_read(
    opened: int, restored: int | None, said: Automation
) -> None:
    restored_ms = NOT_YET_MS if restored is None else END_MS + restored * MINUTE_MS
    event = SectionOpened(1, END_MS + opened * MINUTE_MS, restored_ms)
    known = sections_at(3, SLOT, [event], speaks=False)
    assert known.state.tolist() == [Automation.UNKNOWN, said, Automation.UNKNOWN]
    is_open = said == Automation.OPEN
    assert known.opened_ms[1] == (event.opened_ms if is_open else NOT_YET_MS)


def test_where_automation_speaks_its_silence_is_power() -> None:
    assert sections_at(2, SLOT, [], speaks=True).state.tolist() == [Automation.ENERGISED] * 2


def test_of_several_words_the_one_that_leaves_it_open_counts() -> None:
    open_ = SectionOpened(0, END_MS - 10 * MINUTE_MS)
    over = SectionOpened(0, END_MS - 29 * MINUTE_MS, END_MS - 20 * MINUTE_MS)
    for events in ([open_, over], [over, open_]):
        known = sections_at(1, SLOT, events, speaks=True)
        assert known.state.tolist() == [Automation.OPEN]
        assert known.opened_ms.tolist() == [open_.opened_ms]


def test_five_minutes_are_momentary_and_a_moment_more_is_not() -> None:
    assert is_momentary(0, 5 * MINUTE_MS)
    assert not is_momentary(0, 5 * MINUTE_MS + 1)
    assert not is_momentary(0, NOT_YET_MS)
