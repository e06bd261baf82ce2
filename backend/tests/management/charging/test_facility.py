"""A facility's telephone number reaches whoever stands at its outlets, and can be taken back."""

from konsento.assembly.town import FACILITY, FACILITY_PHONE
from konsento.foundation.databases import PEOPLE
from konsento.management.charging.facility import outlet_of, outlets_of, reach
from tests.management.charges import charging
from tests.management.world import World
from tests.town import BIKE, CAR, Driver


async def reached_at(phone: str | None, facility: str = FACILITY) -> None:
    async with PEOPLE.writing():
        await reach(facility, phone)


async def test_drivers_see_the_telephone_number_of_the_facility(
    house: World, driver: Driver
) -> None:
    await reached_at(FACILITY_PHONE)
    assert (await driver.looks_at(house.codes[BIKE]))["phone"] == FACILITY_PHONE
    session = await charging(house, driver)
    assert (await driver.sees(session))["outlet"]["phone"] == FACILITY_PHONE


async def test_a_facility_without_a_number_says_none(house: World, driver: Driver) -> None:
    assert (await driver.looks_at(house.codes[CAR]))["phone"] is None
    await reached_at("012", facility="another")
    assert (await driver.looks_at(house.codes[CAR]))["phone"] is None


async def test_a_number_given_twice_is_one_and_the_last_one_stands(house: World) -> None:
    for phone in ("086-012-3456", "086-012-3456", "086-065-4321"):
        await reached_at(phone)
    assert {each.phone for each in await outlets_of(FACILITY, at_most=20)} == {"086-065-4321"}
    assert len(await outlets_of(FACILITY, at_most=20)) == 12
    await reached_at(None)
    assert (await outlet_of(FACILITY, house.codes[CAR])).phone is None
