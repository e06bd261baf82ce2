"""The server goes away in the middle: the page says so, comes back, and the bill is right."""

import pytest
from playwright.async_api import expect

from e2e.people.cast import NewDriver
from e2e.people.charge import bill_equals_registers, has_drawn_a_little
from e2e.people.driver import CHARGE_MS, Driver
from e2e.people.listener import Listener
from e2e.world.house import House
from e2e.world.street import Street

NUMBER = 3
TIMES = 10
RESTARTS_S_MAX = 300
GONE = (
    r"net::ERR_(?:CONNECTION_REFUSED|CONNECTION_RESET|INCOMPLETE_CHUNKED_ENCODING|EMPTY_RESPONSE)"
)


async def charging_at(own_house: House, driver: NewDriver) -> tuple[Driver, int]:
    """A driver whose car has drawn a little; and the register it began with.

    The house will be away at the wall's pace: shorter than the meter's own fail-safe.
    """
    aki = await driver(at=own_house)
    aki.phone.forgives(GONE)
    async with Street(own_house.url) as street:
        return aki, await has_drawn_a_little(aki, street, NUMBER, kwh="1.2")


async def runs_to_the_right_bill(own_house: House, aki: Driver, opening_wh: int) -> None:
    """Time is sped up until the energy chosen is there; the receipt equals the registers."""
    async with Street(own_house.url) as street:
        await street.runs_fast()
        await aki.sees_heading("充電が終わりました", within_ms=CHARGE_MS)
        await street.runs(1)
        receipt = await bill_equals_registers(aki, street, NUMBER, opening_wh)
    assert receipt.used_wh == 1_200
    assert receipt.total_yen == receipt.price_yen


async def test_killed_while_charging_and_started_again_the_page_recovers_and_the_bill_is_right(
    own_house: House, driver: NewDriver
) -> None:
    aki, opening_wh = await charging_at(own_house, driver)
    await own_house.kill()
    then = await aki.progress()
    await aki.sees_heading("つながっていません")
    await aki.sees("充電は続き、上限になるとメーターが自分で切ります。")
    await expect(aki.page.get_by_text("古い")).to_have_count(1)
    await own_house.open()
    # Nobody touches the page: it finds its way back by itself, and nothing was lost meanwhile.
    await aki.watches_progress_past(then)
    await aki.sees_not("つながっていません")
    await runs_to_the_right_bill(own_house, aki, opening_wh)


async def test_ended_and_started_again_while_charging_the_page_recovers_and_can_stop_it(
    own_house: House, driver: NewDriver
) -> None:
    aki, opening_wh = await charging_at(own_house, driver)
    await own_house.close()
    then = await aki.progress()
    await own_house.open()
    await aki.watches_progress_past(then)
    await aki.sees_not("つながっていません")
    await aki.stops()
    await aki.sees_heading("終わりました。請求はありません")
    async with Street(own_house.url) as street:
        receipt = await bill_equals_registers(aki, street, NUMBER, opening_wh)
    assert receipt.used_wh > 0
    assert f"−{receipt.price_yen} 円" in receipt.text


@pytest.mark.timeout(RESTARTS_S_MAX)
async def test_started_again_ten_times_in_one_charge_the_page_stays_and_hears_each_thing_once(
    own_house: House, driver: NewDriver
) -> None:
    aki = await driver(at=own_house)
    aki.phone.forgives(GONE)
    listener = Listener(aki.page)
    await listener.begins()
    async with Street(own_house.url) as street:
        opening_wh = await has_drawn_a_little(aki, street, NUMBER, kwh="1.2")
        session = aki.page.url.removeprefix(own_house.url)
        opened_at = await aki.page.evaluate("performance.timeOrigin")
        for time in range(TIMES):
            await street.runs(10)
            await (own_house.close() if time % 2 else own_house.kill())
            then = await aki.progress()
            await own_house.open()
            await aki.watches_progress_past(then)
            await expect(aki.ring()).to_be_visible()
        await aki.sees_not("つながっていません")
    await runs_to_the_right_bill(own_house, aki, opening_wh)
    assert await aki.page.evaluate("performance.timeOrigin") == opened_at
    await listener.heard_each_thing_once(f"/sessions{session[2:]}", interruptions=TIMES)
