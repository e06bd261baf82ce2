"""Planned works: ahead, moved, cancelled, begun, late and over."""

import pytest

from konsento.management.notices.outages.facts import Meter
from konsento.management.notices.outages.told import Kind
from konsento.management.notices.outages.works import looked_at_from_ms
from tests.management.notices.outages.neighbours import (
    DARK,
    FEEDER,
    HOUR_MS,
    NOON_MS,
    ON,
    WORKS,
    Household,
    but,
    facts,
)

HOURS = 60
THEIRS = but(ON, planned="works")
UNDER = but(ON, judgement="planned", planned="works", heard_until_ms=NOON_MS + 72 * HOUR_MS)
AFTER = but(ON, heard_until_ms=NOON_MS + 75 * HOUR_MS)


def announced() -> Household:
    home = Household()
    assert home.look(0, facts(THEIRS, WORKS)) == [Kind.PLANNED_AHEAD]
    return home


def test_works_are_told_ahead_once() -> None:
    home = announced()
    assert home.look(1, facts(THEIRS, WORKS)) == []
    assert home.look(2, facts(but(THEIRS, heard_until_ms=NOON_MS + HOUR_MS), WORKS)) == []


def test_works_elsewhere_are_not_told() -> None:
    assert Household().look(0, facts(ON, WORKS)) == []


def test_works_that_move_are_told_again() -> None:
    home = announced()
    moved = but(
        WORKS, started_at_ms=NOON_MS + 80 * HOUR_MS, planned_until_ms=NOON_MS + 81 * HOUR_MS
    )
    assert home.look(60, facts(THEIRS, moved)) == [Kind.PLANNED_MOVED]
    assert home.look(61, facts(THEIRS, moved)) == []


def test_works_that_are_cancelled_are_told_so() -> None:
    home = announced()
    cancelled = but(WORKS, retracted=True)
    assert home.look(60, facts(ON, cancelled)) == [Kind.PLANNED_CANCELLED]
    assert home.look(61, facts(ON, cancelled)) == []
    assert not home.standing.waits


def test_works_that_no_longer_concern_the_meter_are_cancelled_for_it() -> None:
    assert announced().look(60, facts(ON, WORKS)) == [Kind.PLANNED_CANCELLED]


@pytest.mark.parametrize("judgement", ["unknown", "not_in_service"])
def test_works_are_not_cancelled_by_not_knowing(judgement: str) -> None:
    assert announced().look(60, facts(but(ON, judgement=judgement), WORKS)) == []


def test_sooner_works_on_the_same_meter_do_not_cancel_the_later_ones() -> None:
    sooner = but(WORKS, outage="sooner", started_at_ms=NOON_MS + 5 * HOUR_MS)
    home = announced()
    assert home.look(60, facts(but(ON, planned="sooner"), WORKS, sooner)) == [Kind.PLANNED_AHEAD]
    assert set(home.standing.works) == {"works", "sooner"}


def test_works_that_begin_are_told_and_their_end_by_the_own_meter() -> None:
    home = announced()
    begun = 72 * HOURS + 20
    assert home.look(begun, facts(UNDER, WORKS)) == [Kind.PLANNED_NOW]
    assert home.look(begun + 1, facts(UNDER, WORKS)) == []
    over = but(WORKS, restored_at_ms=NOON_MS + 74 * HOUR_MS)
    assert home.look(74 * HOURS, facts(UNDER, over)) == []
    assert home.look(75 * HOURS, facts(AFTER, over)) == [Kind.RESTORED]
    assert not home.standing.waits


def test_works_that_never_took_the_power_are_not_said_to_have_begun() -> None:
    home = announced()
    alive = but(UNDER, heard_until_ms=NOON_MS + 72 * HOUR_MS + HOUR_MS)
    assert home.look(73 * HOURS + 20, facts(alive, WORKS)) == []
    assert home.look(74 * HOURS + 1, facts(alive, WORKS)) == []
    assert not home.standing.waits


def test_whoever_was_not_told_ahead_is_told_when_they_begin() -> None:
    assert Household().look(72 * HOURS + 20, facts(UNDER, WORKS)) == [Kind.PLANNED_NOW]


def test_works_that_take_longer_are_told_once() -> None:
    home = announced()
    home.look(72 * HOURS + 20, facts(UNDER, WORKS))
    assert home.look(74 * HOURS + 14, facts(UNDER, WORKS)) == []
    assert home.look(74 * HOURS + 15, facts(UNDER, WORKS)) == [Kind.OVERDUE]
    assert home.look(74 * HOURS + 16, facts(UNDER, WORKS)) == []


def test_a_new_end_is_told_while_they_are_under_way() -> None:
    home = announced()
    home.look(72 * HOURS + 20, facts(UNDER, WORKS))
    longer = but(WORKS, planned_until_ms=NOON_MS + 76 * HOUR_MS)
    assert home.look(73 * HOURS, facts(UNDER, longer)) == [Kind.PLANNED_MOVED]


def test_works_are_not_told_as_a_fault() -> None:
    dark: Meter = but(DARK, outage="works", heard_until_ms=NOON_MS + 72 * HOUR_MS)
    assert Household().look(72 * HOURS + 50, facts(dark, WORKS)) == [Kind.PLANNED_NOW]


def test_what_is_left_of_them_is_told_as_the_fault_it_is() -> None:
    home = announced()
    home.look(72 * HOURS + 20, facts(UNDER, WORKS))
    fault = but(FEEDER, started_at_ms=NOON_MS + 74 * HOUR_MS)
    dark = but(DARK, heard_until_ms=NOON_MS + 72 * HOUR_MS)
    assert home.look(75 * HOURS, facts(dark, fault, WORKS)) == [Kind.AREA]
    assert not home.standing.works


EVE = 54 * HOURS  # 18:00 on the day before


def test_on_the_eve_they_are_told_once_more() -> None:
    home = announced()
    assert home.look(EVE - 1, facts(THEIRS, WORKS)) == []
    assert home.look(EVE, facts(THEIRS, WORKS)) == [Kind.PLANNED_EVE]
    assert home.look(EVE + 1, facts(THEIRS, WORKS)) == []


def test_works_announced_on_that_very_day_or_later_are_told_once_only() -> None:
    for told_at in (36 * HOURS, EVE - 1, EVE + 1):
        home = Household()
        assert home.look(told_at, facts(THEIRS, WORKS)) == [Kind.PLANNED_AHEAD]
        assert home.look(EVE + 2, facts(THEIRS, WORKS)) == []


def test_what_is_told_a_minute_before_that_day_is_told_again_on_it() -> None:
    home = Household()
    home.look(36 * HOURS - 1, facts(THEIRS, WORKS))
    assert home.look(EVE, facts(THEIRS, WORKS)) == [Kind.PLANNED_EVE]


def test_once_they_should_have_begun_it_is_too_late_for_a_reminder() -> None:
    assert announced().look(72 * HOURS, facts(THEIRS, WORKS)) == []


def by(hours: int) -> dict[str, int]:
    """The works a number of hours later."""
    return {
        "started_at_ms": NOON_MS + (72 + hours) * HOUR_MS,
        "planned_until_ms": NOON_MS + (74 + hours) * HOUR_MS,
    }


def test_works_moved_after_the_reminder_are_told_again_on_their_new_eve() -> None:
    home, moved = announced(), but(WORKS, **by(48))
    home.look(EVE, facts(THEIRS, WORKS))
    assert home.look(EVE + 60, facts(THEIRS, moved)) == [Kind.PLANNED_MOVED]
    assert home.look(EVE + 61, facts(THEIRS, moved)) == []
    assert home.look(EVE + 48 * HOURS, facts(THEIRS, moved)) == [Kind.PLANNED_EVE]


def test_works_moved_on_the_eve_itself_are_told_moved_alone() -> None:
    home, moved = announced(), but(WORKS, **by(2))
    assert home.look(EVE - 60, facts(THEIRS, moved)) == [Kind.PLANNED_MOVED]
    assert home.look(EVE, facts(THEIRS, moved)) == []


def test_works_moved_before_the_eve_are_told_on_the_new_one() -> None:
    home, moved = announced(), but(WORKS, **by(-24))
    assert home.look(60, facts(THEIRS, moved)) == [Kind.PLANNED_MOVED]
    assert home.look(EVE - 24 * HOURS, facts(THEIRS, moved)) == [Kind.PLANNED_EVE]
    assert home.look(EVE, facts(THEIRS, moved)) == []


def test_a_new_end_is_told_and_reminds_nobody_twice() -> None:
    home, longer = announced(), but(WORKS, planned_until_ms=NOON_MS + 75 * HOUR_MS)
    home.look(EVE, facts(THEIRS, WORKS))
    assert home.look(EVE + 60, facts(THEIRS, longer)) == [Kind.PLANNED_MOVED]
    assert home.look(EVE + 61, facts(THEIRS, longer)) == []


def test_works_cancelled_after_the_reminder_are_told_so() -> None:
    home = announced()
    home.look(EVE, facts(THEIRS, WORKS))
    assert home.look(EVE + 60, facts(ON, but(WORKS, retracted=True))) == [Kind.PLANNED_CANCELLED]
    assert not home.standing.waits


def test_cancelled_before_it_there_is_no_reminder() -> None:
    home, cancelled = announced(), but(WORKS, retracted=True)
    home.look(60, facts(ON, cancelled))
    assert home.look(EVE, facts(ON, cancelled)) == []


def test_far_off_works_are_looked_at_on_their_eve_and_then_when_they_begin() -> None:
    home = announced()
    (told,) = home.standing.works.values()
    assert looked_at_from_ms(told) == NOON_MS + EVE * 60_000
    home.look(EVE, facts(THEIRS, WORKS))
    (told,) = home.standing.works.values()
    assert looked_at_from_ms(told) == WORKS.started_at_ms
