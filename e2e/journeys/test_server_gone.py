"""The server goes away in the middle: the page says so, comes back, and the bill is right."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from e2e.people.cast import NewDriver
from e2e.people.driver import CHARGE_MS, Driver
from e2e.world.house import House
from e2e.world.street import Street

NUMBER = 3
ONE_YEN_OR_MORE = r"^[1-9]\d*円$"
GONE = (
    r"net::ERR_(?:CONNECTION_REFUSED|CONNECTION_RESET|INCOMPLETE_CHUNKED_ENCODING|EMPTY_RESPONSE)"
)


@pytest_asyncio.fixture(loop_scope="session")
async def own_house(tmp_path: Path) -> AsyncIterator[House]:
    """A house that may be killed."""
    house = House(tmp_path, continuity_every_ms=20_000, failsafe_after_ms=300_000)
    await house.open()
    yield house
    await house.close()
    assert house.errors() == [], house.log_end()


async def charging_at(own_house: House, driver: NewDriver) -> tuple[Driver, int]:
    """A driver whose car has drawn a little; and the register it began with."""
    async with Street(own_house.url) as street:
        outlet = await street.outlet(NUMBER)
        await street.do(NUMBER, "plug_car")
        aki = await driver(at=own_house)
        aki.phone.forgives(GONE)
        await aki.pays_for(outlet.code, kwh="1.2")
        await street.runs(10)
        await aki.watches_it_flow()
        await street.runs(30)
        await aki.watches_until("ここまで", least=ONE_YEN_OR_MORE)
        # The house is away at the wall's pace: shorter than the meter's own fail-safe.
        await street.runs(1)
    return aki, outlet.register_wh


async def runs_to_the_right_bill(own_house: House, aki: Driver, opening_wh: int) -> None:
    """Time is sped up until the energy chosen is there; the receipt equals the registers."""
    async with Street(own_house.url) as street:
        await street.runs(60)
        await aki.sees_heading("充電が終わりました", within_ms=CHARGE_MS)
        await street.runs(1)
        receipt = await aki.reads_receipt()
        after = await street.outlet(NUMBER)
    assert (receipt.opening_wh, receipt.closing_wh) == (opening_wh, after.register_wh)
    assert receipt.used_wh == receipt.measured_wh == 1_200
    assert receipt.total_yen == receipt.price_yen


async def test_killed_while_charging_and_started_again_the_page_recovers_and_the_bill_is_right(
    own_house: House, driver: NewDriver
) -> None:
    aki, opening_wh = await charging_at(own_house, driver)
    await own_house.kill()
    then = await aki.progress()
    await aki.sees_heading("つながっていません")
    await aki.sees("充電は続き、上限になるとメーターが自分で切ります。")
    await own_house.open()
    # Nobody touches the page: it finds its way back by itself, and nothing was lost meanwhile.
    await aki.watches_progress_past(then)
    await aki.sees_not("つながっていません")
    await runs_to_the_right_bill(own_house, aki, opening_wh)


async def test_ended_and_started_again_while_charging_the_page_recovers_and_can_stop_it(
    own_house: House, driver: NewDriver
) -> None:
    aki, opening_wh = await charging_at(own_house, driver)
    then = await aki.progress()
    await own_house.close()
    await own_house.open()
    await aki.watches_progress_past(then)
    await aki.sees_not("つながっていません")
    await aki.stops()
    await aki.sees_heading("終わりました。請求はありません")
    receipt = await aki.reads_receipt()
    async with Street(own_house.url) as street:
        after = await street.outlet(NUMBER)
    assert (receipt.opening_wh, receipt.closing_wh) == (opening_wh, after.register_wh)
    assert 0 < receipt.used_wh == receipt.measured_wh
    assert f"−{receipt.price_yen} 円" in receipt.text
