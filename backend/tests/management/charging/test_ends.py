"""Every way a charge can end tells what happened, bills what flowed, and lets the rest go."""

import msgspec
import pytest

from tests.management.charges import charging, paced, settled
from tests.management.world import World
from tests.town import CAR, HOUR_MS, MINUTE_MS, Driver, Refused


async def test_the_energy_limit_ends_it_and_all_that_was_ordered_is_billed(
    house: World, driver: Driver
) -> None:
    await house.do(CAR, "plug_car")
    session = await charging(house, driver, energy_wh=2_000)
    view = await settled(house, driver, session, "energy_limit", after_ms=45 * MINUTE_MS)
    assert (view["used_wh"], view["price_yen"]) == (2_000, 84)
    assert (view["payment"]["state"], view["payment"]["captured_yen"]) == ("captured", 84)


async def test_the_money_limit_ends_it_and_never_takes_more(house: World, driver: Driver) -> None:
    await house.do(CAR, "plug_car")
    session = await charging(house, driver, price_yen=100)
    view = await settled(house, driver, session, "money_limit", after_ms=HOUR_MS)
    assert (view["used_wh"], view["price_yen"]) == (2_380, 99)


async def test_the_time_limit_counts_from_the_switch(house: World, driver: Driver) -> None:
    session = await charging(house, driver, duration_s=3_600)
    await house.let_pass(2 * MINUTE_MS)
    await house.do(CAR, "plug_car")
    await house.let_pass(MINUTE_MS)
    assert (await driver.sees(session))["left_s"] == pytest.approx(57 * 60, abs=5)
    view = await settled(house, driver, session, "time_limit", after_ms=57 * MINUTE_MS)
    assert 2_800 < view["used_wh"] < 2_910
    assert view["ended_at_ms"] - view["switched_on_at_ms"] < 61 * MINUTE_MS


async def test_the_time_limit_counts_from_the_first_use_where_that_is_the_rule(
    house: World, driver: Driver
) -> None:
    house.settings = msgspec.structs.replace(house.settings, counted_from="first_use")
    house.start_anew()
    session = await charging(house, driver, duration_s=3_600)
    assert (session["counted_from"], session["left_s"]) == ("first_use", 3_600)
    await house.let_pass(2 * MINUTE_MS)
    await house.do(CAR, "plug_car")
    await house.let_pass(MINUTE_MS)
    assert (await driver.sees(session))["left_s"] == pytest.approx(59 * 60, abs=31)
    view = await settled(house, driver, session, "time_limit", after_ms=60 * MINUTE_MS)
    assert 2_980 <= view["used_wh"] <= 3_000


async def test_the_driver_stops_it_and_pays_for_what_flowed(house: World, driver: Driver) -> None:
    await house.do(CAR, "plug_car")
    session = await charging(house, driver)
    await house.let_pass(30 * MINUTE_MS)
    stopping = await driver.wants(session, "stop")
    assert stopping["state"] == "stopping"
    assert (await driver.wants(session, "stop"))["state"] == "stopping"
    view = await settled(house, driver, session, "driver")
    assert 1_480 < view["used_wh"] <= 1_510
    assert view["price_yen"] == view["used_wh"] * 42 // 1000


async def test_an_outlet_without_a_load_costs_nothing_after_three_minutes(
    house: World, driver: Driver
) -> None:
    session = await charging(house, driver)
    await house.let_pass(2 * MINUTE_MS + 50_000)
    assert (await driver.sees(session))["state"] == "charging"
    view = await settled(house, driver, session, "no_load", after_ms=10_000)
    assert (view["used_wh"], view["price_yen"]) == (0, 0)
    assert (view["payment"]["state"], view["payment"]["captured_yen"]) == ("released", 0)


async def test_a_load_that_went_is_waited_for_and_the_driver_may_ask_for_more_time(
    house: World, driver: Driver
) -> None:
    paced(house, pause_after_ms=0)
    await house.do(CAR, "plug_car", wanted_wh=1_500)
    session = await charging(house, driver)
    await house.let_pass(35 * MINUTE_MS)
    idle = await driver.sees(session)
    assert (idle["state"], idle["power_w"]) == ("idle", 0)
    await house.let_pass(MINUTE_MS)
    longer = await driver.wants(session, "continue")
    assert longer["state"] == "idle"
    assert longer["deadline_ms"] == house.clock.now_ms() + 10 * MINUTE_MS
    await house.let_pass(9 * MINUTE_MS)
    assert (await driver.sees(session))["state"] == "idle"
    view = await settled(house, driver, session, "load_gone", after_ms=2 * MINUTE_MS)
    assert (view["used_wh"], view["price_yen"]) == (1_490, 62)


async def test_where_nothing_is_ever_paused_a_load_that_comes_back_goes_on_charging(
    house: World, driver: Driver
) -> None:
    paced(house, pause_after_ms=0)
    await house.do(CAR, "plug_car")
    session = await charging(house, driver)
    await house.let_pass(5 * MINUTE_MS)
    await house.do(CAR, "unplug")
    await house.let_pass(2 * MINUTE_MS)
    assert (await driver.sees(session))["state"] == "idle"
    await house.do(CAR, "plug_bike")
    await house.let_pass(2 * MINUTE_MS)
    assert (await driver.sees(session))["state"] == "charging"
    await driver.wants(session, "stop")
    await settled(house, driver, session, "driver")


async def test_only_who_waits_for_a_load_can_ask_to_wait_longer(
    house: World, driver: Driver
) -> None:
    await house.do(CAR, "plug_car")
    session = await charging(house, driver)
    await house.let_pass(MINUTE_MS)
    with pytest.raises(Refused) as refused:
        await driver.wants(session, "continue")
    assert (refused.value.status, refused.value.slug) == (409, "not-in-this-state")
    assert (await driver.sees(session))["state"] == "charging"
    await driver.wants(session, "stop")
    await settled(house, driver, session, "driver")


async def test_a_lost_link_ends_in_the_fail_safe_and_the_true_register_is_billed(
    house: World, driver: Driver
) -> None:
    await house.do(CAR, "plug_car")
    session = await charging(house, driver)
    await house.let_pass(40 * MINUTE_MS)
    await house.do(CAR, "cut_link")
    await house.let_pass(2 * MINUTE_MS)
    lost = await driver.sees(session)
    assert (lost["state"], lost["power_w"]) == ("link_lost", None)
    await house.let_pass(5 * MINUTE_MS)
    assert house.face(CAR).switch == "open"
    assert (await driver.sees(session))["state"] == "settling"
    await house.do(CAR, "mend_link")
    view = await settled(house, driver, session, "link_lost", after_ms=MINUTE_MS)
    assert view["used_wh"] > lost["used_wh"]


async def test_a_link_that_comes_back_in_time_goes_on_charging(
    house: World, driver: Driver
) -> None:
    await house.do(CAR, "plug_car")
    session = await charging(house, driver, energy_wh=2_000)
    await house.let_pass(5 * MINUTE_MS)
    await house.do(CAR, "cut_link")
    await house.let_pass(130_000)
    assert (await driver.sees(session))["state"] == "link_lost"
    await house.do(CAR, "mend_link")
    await house.let_pass(MINUTE_MS)
    assert (await driver.sees(session))["state"] == "charging"
    view = await settled(house, driver, session, "energy_limit", after_ms=40 * MINUTE_MS)
    assert view["used_wh"] == 2_000


async def test_a_meter_that_never_speaks_again_is_billed_by_its_last_register(
    house: World, driver: Driver
) -> None:
    await house.do(CAR, "plug_car")
    session = await charging(house, driver)
    await house.let_pass(30 * MINUTE_MS)
    await house.do(CAR, "cut_link")
    await house.let_pass(45 * MINUTE_MS)
    view = await driver.sees(session)
    assert (view["state"], view["end_reason"]) == ("settled", "link_lost")
    assert view["used_wh"] == view["closing_register_wh"] - view["opening_register_wh"]
    assert 0 < view["used_wh"] <= house.face(CAR).register_wh - view["opening_register_wh"]
    assert view["payment"]["captured_yen"] == view["used_wh"] * 42 // 1000


async def test_a_register_that_rolls_over_costs_nobody_anything(
    house: World, driver: Driver
) -> None:
    await house.roll_over_soon(CAR)
    await house.do(CAR, "plug_car")
    session = await charging(house, driver, energy_wh=2_000)
    await house.let_pass(45 * MINUTE_MS)
    view = await driver.sees(session)
    assert (view["state"], view["used_wh"], view["price_yen"]) == ("settled", 2_000, 84)
    assert view["closing_register_wh"] < view["opening_register_wh"]
