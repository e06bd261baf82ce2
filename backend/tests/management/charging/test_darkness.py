"""The power fails while somebody charges: interrupted, then theirs to continue or to end."""

import pytest

from konsento.foundation.databases import PEOPLE
from tests.management.charges import charging, settled
from tests.management.killed import (
    crossings_of,
    goes_on_and_is_billed_once,
    passes,
    stubborn,
)
from tests.management.payments.test_add import adds, being_added, more, paid
from tests.management.wires import Moment
from tests.management.world import World
from tests.town import CAR, HOUR_MS, MINUTE_MS, Driver, Json, Refused


async def a_cut(house: World, driver: Driver, **choice: int) -> Json:
    """A charge that ran for half an hour before its outlet lost its power."""
    await house.do(CAR, "plug_car")
    session = await charging(house, driver, CAR, **choice)
    await house.let_pass(30 * MINUTE_MS)
    await house.do(CAR, "cut_power")
    await house.let_pass(2 * MINUTE_MS)
    view = await driver.sees(session)
    assert (view["state"], view["power_w"], view["end_reason"]) == ("interrupted", None, None)
    return view


async def back(house: World, driver: Driver, view: Json) -> Json:
    """Its power is back, and it waits for its driver's word."""
    await house.do(CAR, "restore_power")
    await house.let_pass(2 * MINUTE_MS)
    view = await driver.sees(view)
    assert (view["state"], view["rest_because"]) == ("paused", "power_lost")
    assert house.face(CAR).switch == "open"
    return view


async def billed_in_the_dark(
    house: World, driver: Driver, dark: Json, reason: str, *, after_ms: int = 0
) -> Json:
    """By its last register and no later one: what its meter says when it is back lowers no bill."""
    await house.let_pass(after_ms + 2 * MINUTE_MS)
    view = await driver.sees(dark)
    assert (view["state"], view["end_reason"]) == ("settled", reason)
    assert view["used_wh"] == dark["used_wh"]
    assert view["payment"]["captured_yen"] == view["due_yen"]
    assert not await PEOPLE.ask("SELECT id FROM payment WHERE state IN ('new', 'open', 'held')")
    await house.do(CAR, "restore_power")
    await house.let_pass(2 * MINUTE_MS)
    assert (await driver.sees(dark))["payment"] == view["payment"]
    assert (await driver.looks_at(house.codes[CAR]))["state"] == "free"
    return view


async def test_an_outage_ends_no_charge_and_one_hold_becomes_one_bill(
    house: World, driver: Driver
) -> None:
    dark = await a_cut(house, driver, energy_wh=3_000)
    assert dark["interrupted"] == {
        "since_ms": dark["interrupted"]["since_ms"], "because": None, "expected": None,
    }  # fmt: skip
    assert 0 < house.clock.now_ms() - dark["interrupted"]["since_ms"] <= 2 * MINUTE_MS
    assert (dark["payment"]["state"], dark["rest_because"], dark["resume_by_ms"]) == (
        "held", None, None,
    )  # fmt: skip
    await house.let_pass(20 * MINUTE_MS)
    paused = await back(house, driver, dark)
    assert paused["interrupted"] is None
    assert paused["resume_by_ms"] == paused["deadline_ms"]
    assert 58 * MINUTE_MS < paused["resume_by_ms"] - house.clock.now_ms() <= HOUR_MS
    await house.let_pass(5 * MINUTE_MS)
    assert (await driver.sees(dark))["used_wh"] == paused["used_wh"]
    assert (await driver.resumes(paused))["state"] == "resuming"
    await house.let_pass(MINUTE_MS)
    going = await driver.sees(dark)
    assert (going["state"], going["rest_because"]) == ("charging", None)
    view = await settled(house, driver, dark, "energy_limit", after_ms=45 * MINUTE_MS)
    assert (view["used_wh"], view["payment"]["captured_yen"]) == (3_000, 126)
    assert len(await PEOPLE.ask("SELECT id FROM payment")) == 1


async def test_ended_in_the_dark_it_is_billed_within_a_minute_or_so(
    house: World, driver: Driver
) -> None:
    dark = await a_cut(house, driver)
    for _ in range(2):
        stopping = await driver.wants(dark, "stop")
        assert (stopping["state"], stopping["interrupted"]) == ("stopping", dark["interrupted"])
    await house.let_pass(1_000)
    settling = await driver.sees(dark)
    assert (settling["state"], settling["interrupted"]) == ("settling", dark["interrupted"])
    view = await billed_in_the_dark(house, driver, dark, "driver")
    assert view["interrupted"] is None
    assert (view["payment"]["state"], view["due_yen"]) == ("captured", view["used_wh"] * 42 // 1000)


async def test_ended_once_the_power_is_back_it_is_billed_by_the_true_register(
    house: World, driver: Driver
) -> None:
    paused = await back(house, driver, await a_cut(house, driver))
    await driver.wants(paused, "stop")
    view = await settled(house, driver, paused, "driver")
    assert 1_480 < view["used_wh"] <= 1_510


async def test_whoever_does_not_come_back_within_the_hour_is_billed_for_what_flowed(
    house: World, driver: Driver
) -> None:
    paused = await back(house, driver, await a_cut(house, driver))
    await house.let_pass(55 * MINUTE_MS)
    assert (await driver.sees(paused))["state"] == "paused"
    view = await settled(house, driver, paused, "power_lost", after_ms=5 * MINUTE_MS)
    assert view["used_wh"] == paused["used_wh"]


async def test_power_that_never_comes_back_ends_it_after_a_day(
    house: World, driver: Driver
) -> None:
    dark = await a_cut(house, driver)
    await house.clock.advance(24 * HOUR_MS)
    await billed_in_the_dark(house, driver, dark, "power_lost")


async def test_a_control_system_that_is_away_for_a_day_ends_it_as_well(
    house: World, driver: Driver
) -> None:
    dark = await a_cut(house, driver)
    house.to_mdms.cut = True
    await house.clock.advance(24 * HOUR_MS)
    await house.let_pass()
    assert (await driver.sees(dark))["state"] == "stopping"
    house.to_mdms.cut = False
    await billed_in_the_dark(house, driver, dark, "power_lost")


async def test_an_outage_in_a_pause_is_another_pause(house: World, driver: Driver) -> None:
    await house.do(CAR, "plug_car")
    session = await charging(house, driver)
    await house.let_pass(5 * MINUTE_MS)
    await house.do(CAR, "unplug")
    await house.let_pass(MINUTE_MS)
    paused = await driver.sees(session)
    assert (paused["state"], paused["pause"], paused["rest_because"]) == ("paused", 1, "no_load")
    await house.do(CAR, "cut_power")
    await house.let_pass(MINUTE_MS)
    assert (await driver.sees(session))["state"] == "interrupted"
    assert (await driver.resumes(session, 1))["state"] == "interrupted"
    again = await back(house, driver, session)
    assert again["pause"] == 2
    await driver.wants(session, "stop")
    await settled(house, driver, session, "driver")


async def test_an_outage_on_the_way_out_of_a_pause_waits_for_another_word(
    house: World, driver: Driver
) -> None:
    paused = await back(house, driver, await a_cut(house, driver))
    house.driver.faults.requests["close"] = 1_000
    await driver.resumes(paused)
    await house.let_pass(1_000)
    await house.do(CAR, "cut_power")
    await house.let_pass(MINUTE_MS)
    assert (await driver.sees(paused))["state"] == "interrupted"
    house.driver.faults.requests.clear()
    again = await back(house, driver, paused)
    assert again["pause"] == 2
    await driver.resumes(again, 2)
    await house.let_pass(MINUTE_MS)
    assert (await driver.sees(paused))["state"] == "charging"
    await driver.wants(paused, "stop")
    await settled(house, driver, paused, "driver")


async def test_time_that_was_chosen_goes_on_in_the_dark(house: World, driver: Driver) -> None:
    dark = await a_cut(house, driver, duration_s=3_600)
    assert dark["left_s"] == pytest.approx(28 * 60, abs=35)
    await billed_in_the_dark(house, driver, dark, "time_limit", after_ms=29 * MINUTE_MS)


async def test_nothing_can_be_added_in_the_dark(house: World, driver: Driver) -> None:
    dark = await a_cut(house, driver)
    with pytest.raises(Refused) as refused:
        await more(driver, dark)
    assert (refused.value.status, refused.value.slug) == (409, "not-in-this-state")
    await driver.wants(dark, "stop")
    await billed_in_the_dark(house, driver, dark, "driver")


async def test_a_quote_for_more_is_no_use_in_the_dark(house: World, driver: Driver) -> None:
    await house.do(CAR, "plug_car")
    session = await charging(house, driver)
    quote = await more(driver, session)
    await house.do(CAR, "cut_power")
    await house.let_pass(MINUTE_MS)
    with pytest.raises(Refused) as refused:
        await adds(driver, session, quote)
    assert refused.value.slug == "not-in-this-state"
    assert (await back(house, driver, session))["addition"] is None
    await driver.wants(session, "stop")
    await settled(house, driver, session, "driver")


@pytest.mark.parametrize("comes_back", [True, False])
async def test_more_that_was_paid_for_as_the_power_failed_holds_once_it_is_back(
    house: World, driver: Driver, comes_back: bool
) -> None:
    await house.do(CAR, "plug_car")
    session = await charging(house, driver, energy_wh=2_000)
    await house.let_pass(5 * MINUTE_MS)
    view = await being_added(house, driver, session)
    await house.do(CAR, "cut_power")
    await house.let_pass(MINUTE_MS)
    dark = await paid(house, driver, view)
    assert (dark["state"], dark["addition"]["state"]) == ("interrupted", "applying")
    if comes_back:
        paused = await back(house, driver, dark)
        assert (paused["addition"]["state"], paused["energy_wh"]) == ("added", 4_000)
        await driver.wants(dark, "stop")
        await settled(house, driver, dark, "driver")
    else:
        await driver.wants(dark, "stop")
        view = await billed_in_the_dark(house, driver, dark, "driver")
        assert (view["addition"]["state"], view["energy_wh"]) == ("refused", 2_000)


async def one_charge_with_an_outage(world: World) -> None:
    who = stubborn(world)
    await world.do(CAR, "plug_car", wanted_wh=9_000)
    session = await who.charges(world.codes[CAR])
    await passes(world, 3 * MINUTE_MS)
    await world.do(CAR, "cut_power")
    while (await who.sees(session))["state"] != "interrupted":
        await passes(world, 5_000)
    dead_wh = world.face(CAR).register_wh
    await passes(world, 2 * MINUTE_MS)
    await world.do(CAR, "restore_power")
    while (await who.sees(session))["state"] != "paused":
        await passes(world, 5_000)
    await goes_on_and_is_billed_once(who, session, dead_wh)


@pytest.mark.timeout(200)
@pytest.mark.parametrize(("moment", "least"), [("before", 4), ("after", 9)])
async def test_killed_at_any_crossing_of_a_charge_with_an_outage_it_is_billed_right_and_once(
    brisk: World, moment: Moment, least: int
) -> None:
    await brisk.new_price("harukaze", "solar", 99_000)
    crossing = await crossings_of(lambda: one_charge_with_an_outage(brisk), brisk, moment)
    assert crossing > least


async def test_started_anew_before_every_step_an_outage_is_one_outage(brisk: World) -> None:
    await brisk.new_price("harukaze", "solar", 99_000)
    brisk.forgetful = True
    await one_charge_with_an_outage(brisk)
