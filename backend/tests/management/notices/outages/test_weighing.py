"""What holds for every course that events can take, and how many notices an hour may bring."""

from itertools import pairwise
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from konsento.management.notices.outages.facts import Facts, Judgement, Meter, Outage
from konsento.management.notices.outages.limits import NOTICES_AN_HOUR_MAX
from konsento.management.notices.outages.telling import spoke_ms
from konsento.management.notices.outages.told import Kind, Standing, Tell
from konsento.management.notices.outages.weighing import weigh
from tests.management.notices.outages.neighbours import (
    ALONE,
    DARK,
    FEEDER,
    HOUR_MS,
    MINE,
    MINUTE_MS,
    MUTE,
    NOON_MS,
    ON,
    WORKS,
    Household,
    at,
    but,
    facts,
    unknown_until,
)


def flapping(home: Household, times: int) -> None:
    """On and off by turns, each minute, each time proven."""
    for n in range(times):
        minute = 50 + 2 * n
        home.look(minute, facts(but(DARK, heard_until_ms=NOON_MS + n), FEEDER))
        speaks = but(ON, heard_until_ms=NOON_MS + (minute + 1) * MINUTE_MS)
        home.look(minute + 1, facts(speaks, but(FEEDER, restored_at_ms=NOON_MS + minute)))


def test_an_hour_of_flapping_brings_four_notices() -> None:
    home = Household()
    flapping(home, 29)
    kinds = [tell.kind for tell in home.told]
    assert kinds == [Kind.AREA, Kind.RESTORED, Kind.AREA, Kind.RESTORED]


def test_what_was_held_is_told_as_one_digest_when_the_hour_has_room() -> None:
    home = Household()
    flapping(home, 2)
    assert home.look(60, facts(DARK, FEEDER)) == []
    assert home.standing.held
    assert home.look(109, facts(DARK, but(FEEDER, expected=at(150)))) == []
    assert home.look(110, facts(DARK, but(FEEDER, expected=at(150)))) == [Kind.DIGEST]
    assert home.told[-1].about is Kind.AREA
    assert not home.standing.held


def test_what_has_changed_back_is_not_told_afterwards() -> None:
    home = Household()
    flapping(home, 2)
    home.look(60, facts(DARK, FEEDER))
    speaks = but(ON, heard_until_ms=NOON_MS + 100 * MINUTE_MS)
    assert home.look(120, facts(speaks, FEEDER)) == []
    assert not home.standing.waits


def test_what_was_said_to_be_over_and_never_was_is_taken_back_once() -> None:
    home = Household()
    home.look(50, facts(DARK, FEEDER))
    speaks = but(ON, heard_until_ms=NOON_MS + 60 * MINUTE_MS)
    over = but(FEEDER, restored_at_ms=NOON_MS + 60 * MINUTE_MS)
    assert home.look(65, facts(speaks, over)) == [Kind.RESTORED]
    assert not home.standing.waits
    never = Facts(meter=speaks, over_outage=but(over, retracted=True))
    assert home.look(72, Facts(meter=speaks, over_outage=over)) == []
    assert home.look(73, never) == [Kind.TAKEN_BACK]
    assert home.told[-1].thread == home.told[0].thread
    assert home.look(74, never) == []


def test_whoever_is_dark_again_is_not_told_that_there_is_power() -> None:
    home = Household()
    home.look(50, facts(DARK, FEEDER))
    speaks = but(ON, heard_until_ms=NOON_MS + 60 * MINUTE_MS)
    over = but(FEEDER, restored_at_ms=NOON_MS + 60 * MINUTE_MS)
    home.look(65, facts(speaks, over))
    alone = Facts(meter=ALONE, outage=MINE, over_outage=but(over, retracted=True))
    assert home.look(73, alone) == [Kind.OWN_LIKELY]


def variants(base: Outage) -> list[Outage]:
    """How a record may look at one moment."""
    return [
        base,
        but(base, expected=at(95)),
        but(base, expected=at(200), cause="tree"),
        but(base, expected=unknown_until(120), overdue=True),
        but(base, cause="tree", overdue=True),
        but(base, restored_at_ms=NOON_MS + HOUR_MS),
        but(base, restored_at_ms=NOON_MS + 80 * HOUR_MS, cause="tree"),
        but(base, retracted=True),
    ]


HEARD = [NOON_MS - 30 * MINUTE_MS, NOON_MS, NOON_MS + HOUR_MS, NOON_MS + 73 * HOUR_MS]
METERS = [
    Meter(
        judgement=judgement, grade=grade, heard_until_ms=heard, restored_at_ms=restored,
        outage=outage, planned=planned,
    )
    for judgement in get_args(Judgement)
    for grade in ("likely", "confirmed", None)
    for heard in HEARD
    for restored in (None, NOON_MS + 2 * HOUR_MS)
    for outage in ("feeder", "mine", "works", None)
    for planned in (None, "works")
]  # fmt: skip


@st.composite
def looks(draw: st.DrawFn) -> Facts:
    """Anything the outage room may answer, whether it makes sense or not."""
    meter = draw(st.sampled_from(METERS))
    known = [draw(st.sampled_from(variants(each))) for each in (FEEDER, MINE, WORKS)]
    return Facts(
        meter=meter,
        outage=next((each for each in known if each.outage == meter.outage), None),
        told_outage=draw(st.sampled_from([None, *known[:2]])),
        works=(known[2],),
    )


DAYS = st.lists(st.tuples(st.sampled_from([0, 1, 10, 40, 24 * 60]), looks()), max_size=12)


def lived(day: list[tuple[int, Facts]]) -> list[tuple[Standing, Facts, int, tuple[Tell, ...]]]:
    """Each look with how the household stood before it, and what it was told."""
    standing, now_ms, course = Standing(), NOON_MS, []
    for minutes, seen in day:
        now_ms += minutes * MINUTE_MS
        after, tells = weigh(standing, seen, now_ms)
        course.append((standing, seen, now_ms, tells))
        standing = after
    return course


@settings(max_examples=60)
@given(DAYS)
def test_nobody_is_ever_told_more_than_four_times_in_an_hour(day: list[tuple[int, Facts]]) -> None:
    told = [tell.at_ms for *_, tells in lived(day) for tell in tells]
    for first, fifth in zip(told, told[NOTICES_AN_HOUR_MAX:], strict=False):
        assert fifth - first >= HOUR_MS


@settings(max_examples=60)
@given(DAYS)
def test_the_same_look_again_says_nothing(day: list[tuple[int, Facts]]) -> None:
    for standing, seen, now_ms, _ in lived(day):
        after, _ = weigh(standing, seen, now_ms)
        again, tells = weigh(after, seen, now_ms)
        assert not tells
        assert again == after


@settings(max_examples=60)
@given(DAYS)
def test_restored_is_never_said_without_the_own_meters_word(day: list[tuple[int, Facts]]) -> None:
    for standing, seen, _, tells in lived(day):
        for tell in tells:
            if Kind.RESTORED in (tell.kind, tell.about):
                assert seen.meter.judgement == "powered"
                works = standing.works.get(tell.thread)
                before_ms = (
                    works.starts_at_ms if works is not None else standing.fault.heard_until_ms  # type: ignore[union-attr]
                )
                assert spoke_ms(seen.meter) > before_ms


@settings(max_examples=60)
@given(DAYS)
def test_no_fault_is_told_of_a_meter_that_is_not_judged_to_be_in_one(
    day: list[tuple[int, Facts]],
) -> None:
    for _, seen, _, tells in lived(day):
        about = {tell.about for tell in tells}
        if Kind.AREA in about:
            assert seen.meter.judgement == "area"
        if about & {Kind.OWN_CONFIRMED, Kind.OWN_LIKELY, Kind.OWN_CANNOT_TELL}:
            assert seen.meter.judgement == "own_premises"


@settings(max_examples=60)
@given(DAYS)
def test_one_fault_is_never_told_for_the_first_time_twice(day: list[tuple[int, Facts]]) -> None:
    """Between two first words of the area there is another one, while the meter is in service."""
    served = [look for look in day if look[1].meter.judgement != "not_in_service"]
    told = [tell.about for *_, tells in lived(served) for tell in tells if tell.thread != "works"]
    for one, next_one in pairwise(told):
        assert (one, next_one) != (Kind.AREA, Kind.AREA)


@settings(max_examples=60)
@given(DAYS)
def test_whatever_happened_a_meter_that_speaks_ends_it(day: list[tuple[int, Facts]]) -> None:
    course = lived(day)
    if not course:
        return
    standing, seen, now_ms, _ = course[-1]
    standing, _ = weigh(standing, seen, now_ms)
    late_ms = now_ms + 100 * 24 * HOUR_MS
    ends = facts(but(ON, heard_until_ms=late_ms), but(WORKS, restored_at_ms=late_ms - HOUR_MS))
    after, _ = weigh(standing, ends, late_ms)
    assert not after.waits


@given(looks())
def test_a_digest_is_said_only_after_something_was_held(seen: Facts) -> None:
    _, tells = weigh(Standing(), seen, NOON_MS)
    assert all(tell.kind is tell.about for tell in tells)


def test_a_mute_meter_waits() -> None:
    home = Household()
    home.look(50, facts(DARK, FEEDER))
    home.look(55, facts(MUTE, FEEDER))
    assert home.standing.waits
