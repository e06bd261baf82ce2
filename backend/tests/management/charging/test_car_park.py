"""What happens in car parks: gaps in the link, another plug, a phone that is years off."""

from typing import Any

import pytest

from konsento.assembly.servers import description
from tests.management.charges import begun, charging, settled
from tests.management.world import World
from tests.town import CAR, MINUTE_MS, Driver


async def test_energy_that_flowed_while_the_link_was_gone_is_billed_once(
    house: World, driver: Driver
) -> None:
    await house.do(CAR, "plug_car")
    session = await charging(house, driver)
    for _ in range(2):
        await house.let_pass(10 * MINUTE_MS)
        before = (await driver.sees(session))["used_wh"]
        await house.do(CAR, "cut_link")
        await house.let_pass(130_000)
        lost = await driver.sees(session)
        assert (lost["state"], lost["used_wh"] - before < 40) == ("link_lost", True)
        await house.do(CAR, "mend_link")
        await house.let_pass(MINUTE_MS)
        back = await driver.sees(session)
        assert (back["state"], back["used_wh"] - before > 100) == ("charging", True)
        assert house.face(CAR).switch == "closed"
    await driver.wants(session, "stop")
    view = await settled(house, driver, session, "driver")
    assert view["used_wh"] == house.face(CAR).register_wh - view["opening_register_wh"]
    used = [sample[2] for sample in view["samples"]]
    assert used == sorted(used)


async def test_what_is_plugged_in_after_the_wait_finds_a_dead_outlet(
    house: World, driver: Driver, neighbour: Driver
) -> None:
    await house.do(CAR, "plug_car")
    session = await charging(house, driver)
    await house.let_pass(30 * MINUTE_MS)
    await house.do(CAR, "unplug")
    await settled(house, driver, session, "load_gone", after_ms=12 * MINUTE_MS)
    await house.do(CAR, "plug_bike")
    await house.let_pass(10 * MINUTE_MS)
    assert (house.face(CAR).switch, house.face(CAR).power_w) == ("open", 0)
    with pytest.raises(AssertionError):
        await driver.wants(session, "continue")
    # Asked again, by a start of their own, power flows.
    theirs = await charging(house, neighbour)
    await neighbour.wants(theirs, "stop")
    await settled(house, neighbour, theirs, "driver")


@pytest.mark.parametrize("date", ["Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 2100 00:00:00 GMT"])
async def test_a_phone_whose_clock_is_wrong_charges_like_any_other(
    house: World, driver: Driver, date: str
) -> None:
    driver.phone.headers.update({"Date": date, "If-Modified-Since": date})
    await house.do(CAR, "plug_car")
    session = await charging(house, driver, duration_s=3_600)
    assert session["now_ms"] == house.clock.now_ms()
    view = await settled(house, driver, session, "time_limit", after_ms=61 * MINUTE_MS)
    assert view["ended_at_ms"] - view["switched_on_at_ms"] < 61 * MINUTE_MS


def test_no_door_takes_an_instant_from_a_browser() -> None:
    described = description()
    shapes: dict[str, Any] = described["components"]["schemas"]
    bodies = [
        media["schema"]["$ref"].rpartition("/")[2]
        for item in described["paths"].values()
        for said in item.values()
        if isinstance(said, dict)
        for media in said.get("requestBody", {}).get("content", {}).values()
        if "$ref" in media.get("schema", {})
    ]
    fields = {name for body in bodies for name in shapes[body].get("properties", {})}
    asked = {
        parameter["name"]
        for item in described["paths"].values()
        for said in item.values()
        if isinstance(said, dict)
        for parameter in said.get("parameters", [])
    }
    assert len(fields) > 5
    assert not {name for name in fields | asked if name.endswith(("_ms", "_at", "date", "time"))}


@pytest.mark.parametrize("first", ["browser", "webhook", "neither"])
async def test_whoever_comes_first_from_the_provider_one_charge_begins(
    house: World, driver: Driver, first: str
) -> None:
    house.webhooks = first == "webhook"
    await house.do(CAR, "plug_car")
    session = await begun(house, driver)
    await house.let_pass(20_000)  # past the first look, which finds it unpaid
    await driver.pays(session, comes_back=first == "browser")
    await house.let_pass(2 * MINUTE_MS)
    assert (await driver.sees(session))["state"] == "charging"
    # The other one comes after all, and again.
    house.webhooks = True
    for _ in range(2):
        await driver.phone.get(f"/pay/returned/{session['session_id']}")
        await house.let_pass(5_000)
    orders = [said for said in house.to_mdms.said if said.method == "PUT"]
    assert len(orders) == 1
    await driver.wants(session, "stop")
    await settled(house, driver, session, "driver")
