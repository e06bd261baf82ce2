"""Whose outage it is at an outlet, with a charge and without one: asked, and never made up."""

from konsento.management.charging.darkness import WORD_KEPT_MS
from konsento.outage.contract import ExpectedAt, ExpectedUnknown
from tests.management.charging.test_darkness import a_cut, back, billed_in_the_dark
from tests.management.outage_room import OutageRoom
from tests.management.world import World
from tests.town import BIKE, CAR, MINUTE_MS, Driver


async def room_of(house: World) -> OutageRoom:
    """The house is told of outages from now on."""
    room = OutageRoom()
    house.outages = room.client()
    house.start_anew()
    return room


async def test_whose_outage_it_is_is_asked_at_once_and_again(house: World, driver: Driver) -> None:
    room = await room_of(house)
    dark = await a_cut(house, driver)
    assert dark["interrupted"]["because"] is None
    room.says("area", ExpectedUnknown(next_word_at_ms=9))
    await house.house.darkness.look()
    view = (await driver.sees(dark))["interrupted"]
    assert (view["because"], view["expected"]) == ("area", {"is": "unknown", "next_word_at_ms": 9})
    room.says("area", ExpectedAt(at_ms=10))
    await house.house.darkness.look()
    sequence = (await driver.sees(dark))["sequence"]
    await house.house.darkness.look()
    now = await driver.sees(dark)
    assert (now["interrupted"]["expected"], now["sequence"]) == (
        {"is": "at", "at_ms": 10},
        sequence,
    )
    room.away = True
    await house.house.darkness.look()
    assert (await driver.sees(dark))["interrupted"]["because"] == "area"
    room.away = False
    room.says("own_premises")
    await house.house.darkness.look()
    view = (await driver.sees(dark))["interrupted"]
    assert (view["because"], view["expected"]) == ("outlet", None)
    paused = await back(house, driver, dark)
    await house.do(CAR, "cut_power")
    room.says("unknown")
    await house.let_pass(MINUTE_MS)
    dark = await driver.sees(paused)
    assert dark["interrupted"]["because"] is None
    await driver.wants(dark, "stop")
    await billed_in_the_dark(house, driver, dark, "driver")


async def test_what_is_known_at_once_is_shown_at_once(house: World, driver: Driver) -> None:
    (await room_of(house)).says("area")
    dark = await a_cut(house, driver)
    assert dark["interrupted"]["because"] == "area"
    await driver.wants(dark, "stop")
    await billed_in_the_dark(house, driver, dark, "driver")


async def test_an_outlet_that_nobody_charges_at_says_whose_outage_it_is(
    house: World, driver: Driver
) -> None:
    room = await room_of(house)
    await house.do(BIKE, "cut_power")
    await house.let_pass(MINUTE_MS)
    shown = await driver.looks_at(house.codes[BIKE])
    assert (shown["state"], shown["dark_because"]) == ("no_power", None)
    room.says("own_premises")
    asked = room.asked
    await driver.looks_at(house.codes[BIKE])
    assert room.asked == asked  # within some seconds the same word is good enough
    await house.clock.advance(WORD_KEPT_MS + 1)
    assert (await driver.looks_at(house.codes[BIKE]))["dark_because"] == "outlet"
    room.away = True
    await house.clock.advance(WORD_KEPT_MS + 1)
    assert (await driver.looks_at(house.codes[BIKE]))["dark_because"] is None
    assert (await driver.looks_at(house.codes[CAR]))["dark_because"] is None
