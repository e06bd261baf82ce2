"""Power that has ceased flows again on the driver's word alone: one charge, one hold, one bill."""

import pytest

from konsento.foundation.databases import PEOPLE
from konsento.management.charging.session import Reason
from konsento.management.charging.stop import stop
from konsento.management.charging.store import session_by_id
from tests.management.charges import charging, paced, settled
from tests.management.killed import (
    crossings_of,
    goes_on_and_is_billed_once,
    passes,
    stubborn,
)
from tests.management.wires import Moment
from tests.management.world import World
from tests.town import CAR, MINUTE_MS, Driver, Json, Refused


async def a_pause(house: World, driver: Driver, **choice: int) -> Json:
    """A charge whose plug was pulled after five minutes."""
    await house.do(CAR, "plug_car")
    session = await charging(house, driver, CAR, **choice)
    await house.let_pass(5 * MINUTE_MS)
    await house.do(CAR, "unplug")
    await house.let_pass(MINUTE_MS)
    view = await driver.sees(session)
    assert (view["state"], view["pause"], view["power_w"]) == ("paused", 1, 0)
    assert house.face(CAR).switch == "open"
    return view


async def test_another_load_is_given_nothing_until_the_driver_says_so(
    house: World, driver: Driver
) -> None:
    paused = await a_pause(house, driver)
    await house.do(CAR, "plug_bike")
    await house.let_pass(2 * MINUTE_MS)
    assert house.face(CAR).power_w == 0
    assert (await driver.sees(paused))["used_wh"] == paused["used_wh"]
    assert (await driver.resumes(paused))["state"] == "resuming"
    await house.let_pass(MINUTE_MS)
    view = await driver.sees(paused)
    assert (view["state"], view["power_w"] > 0) == ("charging", True)
    await house.let_pass(30 * MINUTE_MS)
    await driver.wants(paused, "stop")
    view = await settled(house, driver, paused, "driver")
    assert view["used_wh"] > paused["used_wh"]
    assert view["opening_register_wh"] == paused["opening_register_wh"]
    holds = await PEOPLE.ask("SELECT id FROM payment")
    assert len(holds) == 1


async def test_the_energy_that_was_paid_for_is_one_sum_before_and_after(
    house: World, driver: Driver
) -> None:
    paused = await a_pause(house, driver, energy_wh=2_000)
    await house.do(CAR, "plug_car")
    await driver.resumes(paused)
    view = await settled(house, driver, paused, "energy_limit", after_ms=45 * MINUTE_MS)
    assert (view["used_wh"], view["payment"]["captured_yen"]) == (2_000, 84)


async def test_time_that_was_chosen_goes_on_in_a_pause_and_is_shown(
    house: World, driver: Driver
) -> None:
    paused = await a_pause(house, driver, duration_s=1_800)
    assert paused["left_s"] == pytest.approx(24 * 60, abs=15)
    await house.let_pass(5 * MINUTE_MS)
    assert (await driver.sees(paused))["left_s"] == pytest.approx(19 * 60, abs=15)
    await house.do(CAR, "plug_car")
    await driver.resumes(paused)
    view = await settled(house, driver, paused, "time_limit", after_ms=19 * MINUTE_MS)
    assert view["ended_at_ms"] - view["switched_on_at_ms"] < 31 * MINUTE_MS


async def test_a_pause_that_nobody_ends_is_over_after_its_wait(
    house: World, driver: Driver
) -> None:
    paused = await a_pause(house, driver)
    await house.let_pass(8 * MINUTE_MS)
    assert (await driver.sees(paused))["state"] == "paused"
    view = await settled(house, driver, paused, "load_gone", after_ms=2 * MINUTE_MS)
    assert view["used_wh"] == paused["used_wh"]


async def test_resumed_with_nothing_plugged_in_it_waits_and_ends(
    house: World, driver: Driver
) -> None:
    paused = await a_pause(house, driver)
    await driver.resumes(paused)
    await house.let_pass(MINUTE_MS)
    assert (await driver.sees(paused))["state"] == "idle"
    assert house.face(CAR).switch == "closed"
    longer = await driver.wants(paused, "continue")
    assert longer["deadline_ms"] == house.clock.now_ms() + 10 * MINUTE_MS
    await settled(house, driver, paused, "load_gone", after_ms=10 * MINUTE_MS)


async def test_resuming_twice_is_once_and_ends_no_later_pause(house: World, driver: Driver) -> None:
    paused = await a_pause(house, driver)
    await house.do(CAR, "plug_car")
    for _ in range(2):
        assert (await driver.resumes(paused))["state"] == "resuming"
    await house.let_pass(2 * MINUTE_MS)
    assert (await driver.resumes(paused))["state"] == "charging"
    await house.do(CAR, "unplug")
    await house.let_pass(MINUTE_MS)
    again = await driver.resumes(paused)
    assert (again["state"], again["pause"]) == ("paused", 2)
    await house.let_pass(MINUTE_MS)
    assert house.face(CAR).switch == "open"
    await house.do(CAR, "plug_bike")
    await driver.resumes(paused, 2)
    await house.let_pass(MINUTE_MS)
    assert (await driver.sees(paused))["state"] == "charging"
    await driver.wants(paused, "stop")
    await settled(house, driver, paused, "driver")
    assert (await driver.resumes(paused, 2))["state"] == "settled"


async def test_only_what_was_paused_can_be_resumed_and_only_by_whose_it_is(
    house: World, driver: Driver
) -> None:
    await house.do(CAR, "plug_car")
    session = await charging(house, driver)
    with pytest.raises(Refused) as refused:
        await driver.resumes(session)
    assert (refused.value.status, refused.value.slug) == (409, "not-in-this-state")
    await house.do(CAR, "unplug")
    await house.let_pass(2 * MINUTE_MS)
    with pytest.raises(Refused) as refused:
        await house.person("192.0.2.9").resumes(session)
    assert refused.value.slug == "unknown-session"
    await driver.wants(session, "stop")
    await settled(house, driver, session, "driver")


async def test_who_joined_by_a_link_may_resume_as_they_may_stop(
    house: World, driver: Driver
) -> None:
    paused = await a_pause(house, driver)
    link = await driver.said(await driver.post(f"/api/sessions/{paused['session_id']}/link"))
    other = house.person("192.0.2.9")
    token = link["url"].partition("#k=")[2]
    path = f"/api/sessions/{paused['session_id']}/join"
    await other.said(await other.post(path, {"token": token}))
    await house.do(CAR, "plug_car")
    resumed = await other.resumes(paused)
    assert (resumed["state"], resumed["mine"]) == ("resuming", False)
    await house.let_pass(MINUTE_MS)
    assert (await driver.sees(paused))["state"] == "charging"
    await driver.wants(paused, "stop")
    await settled(house, driver, paused, "driver")


@pytest.mark.parametrize("verb", ["driver", "operator"])
async def test_it_can_be_stopped_in_a_pause(house: World, driver: Driver, verb: str) -> None:
    paused = await a_pause(house, driver)
    await stop(paused["session_id"], Reason(verb), house.house.till.charging)
    view = await settled(house, driver, paused, verb)
    assert view["used_wh"] == paused["used_wh"]


async def test_a_resumption_that_the_meter_does_not_answer_is_paused_again(
    house: World, driver: Driver
) -> None:
    paced(house, measure_every_ms=5_000)
    paused = await a_pause(house, driver)
    await house.do(CAR, "cut_link")
    await house.do(CAR, "plug_bike")
    await driver.resumes(paused)
    await house.let_pass(MINUTE_MS)
    assert (await driver.sees(paused))["state"] == "resuming"
    await house.do(CAR, "mend_link")
    await house.let_pass(25_000)
    view = await driver.sees(paused)
    assert (view["state"], view["pause"]) == ("paused", 2)
    assert house.face(CAR).switch == "open"
    await settled(house, driver, paused, "load_gone", after_ms=10 * MINUTE_MS)


async def test_a_control_system_away_while_it_is_to_be_resumed_ends_it_in_time(
    house: World, driver: Driver
) -> None:
    paused = await a_pause(house, driver)
    house.to_mdms.cut = True
    await driver.resumes(paused)
    await house.let_pass(95_000)
    stopping = await driver.sees(paused)
    assert (stopping["state"], stopping["end_reason"]) == ("stopping", "link_lost")
    house.to_mdms.cut = False
    view = await settled(house, driver, paused, "link_lost", after_ms=10 * MINUTE_MS)
    assert view["used_wh"] == paused["used_wh"]


async def test_a_pause_is_over_where_its_session_was_given_up(house: World, driver: Driver) -> None:
    paused = await a_pause(house, driver)
    record = await session_by_id(paused["session_id"])
    await stop(record.id, Reason.LOAD_GONE, house.house.till.charging, unless_changed=record)
    assert (await driver.resumes(paused))["state"] == "stopping"
    await settled(house, driver, paused, "load_gone")


async def one_charge_with_a_pause(world: World) -> None:
    who = stubborn(world)
    await world.do(CAR, "plug_car", wanted_wh=9_000)
    session = await who.charges(world.codes[CAR])
    await passes(world, 3 * MINUTE_MS)
    await world.do(CAR, "unplug")
    while (await who.sees(session))["state"] != "paused":
        await passes(world, 5_000)
    dead_wh = world.face(CAR).register_wh
    await world.do(CAR, "plug_car", wanted_wh=9_000)
    await passes(world, MINUTE_MS)
    await goes_on_and_is_billed_once(who, session, dead_wh)


@pytest.mark.timeout(200)
@pytest.mark.parametrize(("moment", "least"), [("before", 4), ("after", 9)])
async def test_killed_at_any_crossing_of_a_charge_with_a_pause_it_is_billed_right_and_once(
    brisk: World, moment: Moment, least: int
) -> None:
    await brisk.new_price("harukaze", "solar", 99_000)
    crossing = await crossings_of(lambda: one_charge_with_a_pause(brisk), brisk, moment)
    assert crossing > least


async def test_started_anew_before_every_step_a_pause_is_one_pause(brisk: World) -> None:
    await brisk.new_price("harukaze", "solar", 99_000)
    brisk.forgetful = True
    await one_charge_with_a_pause(brisk)
