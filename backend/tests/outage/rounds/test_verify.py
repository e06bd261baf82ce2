"""A switch says that it opened: the meters below it are asked before anyone is told."""

from collections.abc import Sequence

import pytest

from konsento.outage.outage_views import OutageView
from konsento.outage.record.said import Facts, Source, SwitchOut
from konsento.outage.record.say import say
from konsento.outage.slots import SLOT_MS
from tests.outage.days import MINUTE, T_1, Days
from tests.outage.quarter import SMIDS
from tests.outage.record.told import entry

S_1, S_2 = SMIDS[:5], SMIDS[5:]


async def opened(days: Days, name: str = "da:1", **restored: int) -> None:
    """Automation says that section S-1 opened just now."""
    quarter, now_ms = days.quarter, days.quarter.clock.now_ms()
    switch = SwitchOut(place="S-1", opened_at_ms=now_ms if not restored else None, **restored)
    word = entry(
        name, Source.DISTRIBUTION_AUTOMATION, Facts(switches=(switch,)), "da-1",
        said_at_ms=now_ms, received_at_ms=now_ms,
    )  # fmt: skip
    await say(word, quarter.system.places, quarter.ids)


async def added(days: Days, opened_ms: int) -> None:
    """Automation says that S-2 opened just now, in the outage in which S-1 opened before."""
    quarter, now_ms = days.quarter, days.quarter.clock.now_ms()
    first = SwitchOut(place="S-1", opened_at_ms=opened_ms)
    switches = (first, SwitchOut(place="S-2", opened_at_ms=now_ms))
    word = entry(
        "da:more", Source.DISTRIBUTION_AUTOMATION, Facts(switches=switches), "da-1",
        said_at_ms=now_ms, received_at_ms=now_ms,
    )  # fmt: skip
    await say(word, quarter.system.places, quarter.ids)


async def judged(days: Days, smids: Sequence[str]) -> set[str]:
    return {(await days.state(smid)).judgement for smid in smids}


async def minutes(days: Days, count: int) -> OutageView:
    """The engine goes on for so many minutes; the one outage there is."""
    for _ in range(count):
        await days.quarter.clock.advance(MINUTE)
        await days.rounds.step()
    (outage,) = await days.told()
    return outage


@pytest.fixture
def dark(days: Days) -> Days:
    days.meters.answers = dict.fromkeys(S_1, "unknown")
    return days


async def test_a_word_that_no_meter_speaks_against_is_verified_after_five_minutes(
    dark: Days,
) -> None:
    await opened(dark)
    early = await minutes(dark, 5)
    assert (early.verified, early.households_out, dark.meters.asked) == (False, 5, [])
    assert (await dark.state(S_1[0])).judgement == "powered"
    late = await minutes(dark, 1)
    assert late.verified
    assert sorted(dark.meters.asked) == list(S_1)
    assert "呼び出しが届いた5戸のうち電気があると答えたのは0戸" in late.sentence_ja
    assert late.sentence_en.startswith("Distribution automation reports S-1 without power")
    await minutes(dark, 3)
    assert len(dark.meters.asked) == len(S_1)


async def test_below_a_verified_word_each_meter_is_out_before_its_reading_tells(
    dark: Days,
) -> None:
    opened_ms = dark.quarter.clock.now_ms()
    await opened(dark)
    outage = await minutes(dark, 6)
    state = await dark.state(S_1[0])
    assert (state.judgement, state.outage, state.since_ms) == ("area", outage.outage, opened_ms)
    assert state.sentence_ja == outage.sentence_ja
    assert (await dark.state(SMIDS[5])).judgement == "powered"


async def test_a_word_that_meters_with_power_contradict_is_told_to_nobody(days: Days) -> None:
    await opened(days)
    doubted = await minutes(days, 8)
    assert not doubted.verified
    assert "判断を保留しています" in doubted.sentence_ja
    assert len(days.meters.asked) == len(S_1)
    assert (await days.state(S_1[0])).judgement == "powered"


async def test_what_was_doubted_is_verified_when_readings_prove_it(days: Days) -> None:
    await opened(days)
    assert not (await minutes(days, 6)).verified
    days.meters.answers = dict.fromkeys(S_1, "unknown")
    await days.slot(*S_1)
    (outage,) = await days.told()
    assert (outage.verified, outage.places) == (True, ("S-1",))


async def test_a_cut_that_was_over_within_five_minutes_is_never_asked_about(dark: Days) -> None:
    await opened(dark)
    await minutes(dark, 3)
    await opened(dark, "da:2", restored_at_ms=dark.quarter.clock.now_ms())
    over = await minutes(dark, 5)
    assert (over.verified, dark.meters.asked) == (False, [])


async def test_while_nobody_can_be_asked_a_word_waits_and_is_believed_then(dark: Days) -> None:
    dark.meters.out_of_reach = True
    await opened(dark)
    assert not (await minutes(dark, 10)).verified
    believed = await minutes(dark, 1)
    assert believed.verified
    assert "呼び出しが届かないため" in believed.sentence_ja


async def test_where_the_way_is_silent_too_they_are_asked_again_each_minute(dark: Days) -> None:
    dark.meters.answers = dict.fromkeys(S_1, "communication_failure")
    await opened(dark)
    assert not (await minutes(dark, 8)).verified
    assert len(dark.meters.asked) == 3 * len(S_1)
    dark.meters.answers = dict.fromkeys(S_1, "powered")
    assert not (await minutes(dark, 6)).verified
    assert len(dark.meters.asked) == 4 * len(S_1)


async def test_a_restoration_ends_what_is_believed_of_the_meters(dark: Days) -> None:
    await opened(dark)
    await minutes(dark, 6)
    dark.meters.answers = {}
    await opened(dark, "da:2", restored_at_ms=dark.quarter.clock.now_ms())
    over = await minutes(dark, 1)
    assert (over.households_out, over.households_out_max) == (0, 5)
    assert (await dark.state(S_1[0])).judgement == "powered"


async def test_what_an_office_says_needs_no_meter(days: Days) -> None:
    quarter, now_ms = days.quarter, days.quarter.clock.now_ms()
    word = entry(
        "o:1", Source.SALES_OFFICE, Facts(started_at_ms=now_ms, places=("T-1",)), "okayama",
        said_at_ms=now_ms, received_at_ms=now_ms,
    )  # fmt: skip
    await say(word, quarter.system.places, quarter.ids)
    assert (await minutes(days, 1)).verified


async def test_the_verification_of_a_word_is_an_event(dark: Days) -> None:
    await opened(dark)
    await minutes(dark, 6)
    answer = await dark.quarter.ask("GET", "/outage/v1/events")
    assert ["verified" in event["fields"] for event in answer.json()["events"]] == [False, True]
    assert dark.quarter.clock.now_ms() < dark.quarter.last_slot_start + 2 * SLOT_MS


async def test_what_a_later_word_adds_to_a_verified_outage_is_verified_by_itself(
    dark: Days,
) -> None:
    opened_ms = dark.quarter.clock.now_ms()
    await opened(dark)
    first = await minutes(dark, 6)
    dark.meters.answers |= dict.fromkeys(S_2, "unknown")
    await added(dark, opened_ms)
    early = await minutes(dark, 5)
    assert (early.outage, early.verified, early.households_out) == (first.outage, True, 8)
    assert await judged(dark, S_1) == {"area"}
    assert await judged(dark, S_2) == {"powered"}
    late = await minutes(dark, 1)
    assert sorted(dark.meters.asked) == list(SMIDS)
    assert await judged(dark, SMIDS) == {"area"}
    assert late.sentence_en.startswith("Distribution automation reports S-1, S-2 without power")


async def test_what_a_later_word_adds_and_meters_contradict_is_told_to_nobody(dark: Days) -> None:
    opened_ms = dark.quarter.clock.now_ms()
    await opened(dark)
    first = await minutes(dark, 6)
    await added(dark, opened_ms)
    doubted = await minutes(dark, 8)
    assert (doubted.verified, doubted.sentence_en) == (True, first.sentence_en)
    assert len(dark.meters.asked) == len(SMIDS)
    assert await judged(dark, S_1) == {"area"}
    assert await judged(dark, S_2) == {"powered"}


async def test_two_switches_of_one_word_are_each_borne_out_or_doubted(dark: Days) -> None:
    await added(dark, dark.quarter.clock.now_ms())
    outage = await minutes(dark, 6)
    assert outage.verified
    assert await judged(dark, S_1) == {"area"}
    assert await judged(dark, S_2) == {"powered"}
    assert "S-2" not in outage.sentence_en


async def test_a_word_about_more_than_the_readings_told_is_verified_by_itself(days: Days) -> None:
    days.meters.answers = dict.fromkeys(T_1, "unknown")
    await days.slot(*T_1)
    (transformer,) = await days.told()
    assert transformer.verified
    await opened(days)
    wider = await minutes(days, 6)
    assert wider.outage == transformer.outage
    assert await judged(days, T_1) == {"area"}
    assert await judged(days, S_1[3:]) == {"powered"}


async def test_what_is_added_in_another_area_is_counted_there_when_it_is_verified(
    dark: Days,
) -> None:
    opened_ms = dark.quarter.clock.now_ms()
    await opened(dark)
    await dark.slot(*S_1)
    (first,) = await dark.told()
    assert {area.area for area in first.areas} == {"33101-1"}
    dark.meters.answers |= dict.fromkeys(S_2, "unknown")
    await added(dark, opened_ms)
    assert {area.area for area in (await minutes(dark, 5)).areas} == {"33101-1"}
    assert {area.area for area in (await minutes(dark, 1)).areas} == {"33101-1", "33101-2"}
