"""A storm of the demo, told as a timeline: what happened beside what was told."""

from konsento.assembly.demo.storm import LASTS_MS, MINUTE_MS, storm
from konsento.assembly.demo.timeline import Storm, ToldOf
from tests.assembly.demo.homes import Days

STEP_MS = 30_000


async def lived_through(days: Days) -> Storm:
    """The whole storm, with the engine at work."""
    await days.households.storm()
    for _ in range((LASTS_MS + 60 * MINUTE_MS) // STEP_MS):
        await days.clock.advance(STEP_MS)
        await days.households.hand_on()
        await days.households.rounds.step()
    found = (await days.seen()).storm
    assert found is not None
    return found


def of(lived: Storm, code: str) -> list[ToldOf]:
    return [each for each in lived.told if code in each.place]


async def test_a_storm_is_told_as_it_happened_and_what_only_fell_silent_is_not(
    days: Days,
) -> None:
    assert (await days.seen()).storm is None
    plan = days.households.live.plan
    lived = await lived_through(days)
    broken = [each for each in lived.happened if not each.mended]
    assert [each.what for each in broken] == [
        "feeder", "transformer", "section", "transformer", "transformer", "concentrator",
        "drop", "section",
    ]  # fmt: skip
    feeder, nested, section, first, second, deaf, _, blink = broken
    assert (feeder.homes > 800, deaf.homes > 200) == (True, True)
    assert len(lived.happened) == 2 * len(broken)
    for lone in (nested, section, first, second):
        assert [each.news for each in of(lived, lone.code)] == ["told", "restored"], lone
    # By its switches, long before the half hour's readings are due.
    first_section = plan.section_codes[
        plan.feeder_of_section.tolist().index(plan.feeder_codes.index(feeder.code))
    ]
    assert of(lived, first_section)[0].at_ms - feeder.at_ms <= 11 * MINUTE_MS
    # What stayed out when its feeder came back is told by itself, at once.
    assert of(lived, nested.code)[0].at_ms <= feeder.at_ms + 45 * MINUTE_MS
    assert of(lived, deaf.code) == of(lived, blink.code) == []
    assert all(each.news != "taken_back" for each in lived.told)


async def test_one_storm_at_a_time_and_mending_everything_ends_it(days: Days) -> None:
    await days.households.storm()
    first = days.households.live.last_storm()
    await days.clock.advance(12 * MINUTE_MS)
    await days.households.storm()
    assert days.households.live.last_storm() == first
    assert (await days.seen()).dark > 800
    await days.households.mend_all()
    await days.clock.advance(20 * MINUTE_MS)
    seen = await days.seen()
    assert (seen.dark, seen.unheard) == (0, 0)
    assert len(days.households.live.last_storm()) == 4
    await days.households.storm()
    assert days.households.live.last_storm()[0].storm_ms > first[0].storm_ms


def test_the_same_town_has_the_same_storm(days: Days) -> None:
    plan = days.households.live.plan
    assert storm(plan, 0) == storm(plan, 0)
