"""More, wished for twice: whoever asks again for want of an answer gets what they began."""

import asyncio

import pytest_asyncio

from konsento.foundation.databases import PEOPLE
from tests.management.payments.test_add import adds, more, paid, running
from tests.management.world import World
from tests.town import CAR, Driver


@pytest_asyncio.fixture
async def house(brisk: World) -> World:
    """These charges are long: the house that measures once a minute."""
    return brisk


async def test_a_wish_for_more_made_twice_is_one_addition(house: World, driver: Driver) -> None:
    session = await running(house, driver)
    quote = await more(driver, session)
    views = await asyncio.gather(*(adds(driver, session, quote) for _ in range(3)))
    view = await adds(driver, session, quote)
    assert {one["addition"]["state"] for one in (*views, view)} == {"authorising"}
    assert await PEOPLE.ask("SELECT COUNT(*) AS n FROM addition") == [{"n": 1}]
    await paid(house, driver, view)
    assert (await adds(driver, session, quote))["addition"]["state"] == "added"
    await house.do(CAR, "unplug")
    stopped = await driver.wants(session, "stop")
    assert (await adds(driver, session, quote))["session_id"] == stopped["session_id"]


async def test_a_wish_whose_page_was_never_asked_for_gets_it_when_repeated(
    house: World, driver: Driver
) -> None:
    session = await running(house, driver)
    quote = await more(driver, session)
    house.to_provider.cut = True
    assert (await adds(driver, session, quote))["addition"]["pay_url"] is None
    house.to_provider.cut = False
    assert (await adds(driver, session, quote))["addition"]["pay_url"] is not None
