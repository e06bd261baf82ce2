"""How a charge begins and is looked through at its end, for the stories told of it."""

import dataclasses

import msgspec

from tests.management.audit import books_are_right
from tests.management.world import World
from tests.town import BIKE, CAR, MINUTE_MS, Driver, Json


def paced(house: World, **given: int) -> None:
    """The control system's paces, in ms, as given."""
    settings = msgspec.structs.replace(house.system.settings, **given)
    house.system = dataclasses.replace(house.system, settings=settings)


async def begun(house: World, driver: Driver, outlet: str = CAR, **choice: int) -> Json:
    """A session that waits for its payment."""
    quote = await driver.chooses(house.codes[outlet], "solar", "harukaze", **choice)
    return await driver.begins(quote)


async def charging(house: World, driver: Driver, outlet: str = CAR, **choice: int) -> Json:
    """A session that is paid and switched on."""
    session = await begun(house, driver, outlet, **choice)
    await driver.pays(session)
    await house.let_pass(2_000)
    view = await driver.sees(session)
    assert (view["state"], house.face(outlet).switch) == ("charging", "closed")
    return view


async def over(
    house: World, driver: Driver, session: Json, state: str, reason: str, *, after_ms: int = 0
) -> Json:
    """How it ended; every switch is open, and the books are looked through."""
    await house.let_pass(after_ms + MINUTE_MS)
    view = await driver.sees(session)
    assert (view["state"], view["end_reason"]) == (state, reason)
    assert house.face(CAR).switch == house.face(BIKE).switch == "open"
    await books_are_right(house)
    return view


async def settled(
    house: World, driver: Driver, session: Json, reason: str, *, after_ms: int = 0
) -> Json:
    """A charge that ran and has its receipt."""
    view = await over(house, driver, session, "settled", reason, after_ms=after_ms)
    receipt = await driver.receipt(session)
    assert view["receipt_ready"]
    assert receipt["used_wh"] == view["used_wh"]
    assert receipt["closing_register_wh"] - receipt["opening_register_wh"] == view["used_wh"]
    assert receipt["paid_yen"] == view["payment"]["captured_yen"]
    return view
