"""A meter that is silent at the end and heard hours later: the first bill is never exceeded."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from e2e.people.cast import NewDriver
from e2e.people.driver import CHARGE_MS, Driver
from e2e.people.receipt import Receipt
from e2e.world.house import House
from e2e.world.meter_reader import enters, is_in_the_books
from e2e.world.provider import Provider
from e2e.world.street import Street

NUMBER = 10
HOURS = 5
GONE = r"net::ERR_|503 \(Service Unavailable\)"
SIXTY_YEN_OR_MORE = r"^(?:[6-9]\d|\d{3,})円$"
# 1.2 kWh of geothermal power at 44 yen: enough for a card, and less than was billed.
READ_BY_HAND_WH = 1_200
PRICE_YEN = 52
ADDRESS = "tomo@example.jp"


@pytest_asyncio.fixture(loop_scope="session")
async def own_house(tmp_path: Path) -> AsyncIterator[House]:
    """A house that soon gives up waiting for the register that closes a charge."""
    paces = {"measure_every_ms": 5_000, "continuity_every_ms": 20_000, "failsafe_after_ms": 600_000}
    async with House(tmp_path, settle_within_ms=60_000, **paces).opened() as own:
        yield own


async def billed_by_the_last_word(own_house: House, driver: NewDriver) -> tuple[Driver, Receipt]:
    """A driver whose charge ended in silence, and the bill made of what was heard last."""
    tomo = await driver(at=own_house)
    tomo.phone.forgives(GONE)
    async with Street(own_house.url) as street:
        outlet = await street.outlet(NUMBER)
        await street.do(NUMBER, "plug_car")
        await tomo.chooses_at(outlet.code, kwh="4.0")
        await tomo.goes_to_payment(email=ADDRESS)
        await tomo.pays_with_card()
        await street.runs_fast()
        await tomo.watches_until("ここまで", least=SIXTY_YEN_OR_MORE)
        await street.runs(10)
        await street.do(NUMBER, "cut_link")
        await tomo.sees_heading("メーターの返事を待っています", within_ms=CHARGE_MS)
        await street.runs_fast()
        await tomo.sees_heading("充電が終わりました", within_ms=CHARGE_MS)
        await tomo.sees("メーターの返事が途絶えたため、安全のため止めました。")
        await street.runs(1)
        receipt = await tomo.reads_receipt()
        after = await street.until_switched(NUMBER, "open")
    # Nobody heard the meter since: it delivered more than anybody knows.
    assert receipt.opening_wh == outlet.register_wh
    assert receipt.opening_wh < receipt.closing_wh < after.register_wh
    assert receipt.total_yen == receipt.price_yen > PRICE_YEN
    return tomo, receipt


async def test_a_meter_that_shows_more_hours_later_costs_the_driver_nothing_more(
    own_house: House, driver: NewDriver
) -> None:
    tomo, first = await billed_by_the_last_word(own_house, driver)
    await own_house.sleeps(HOURS)
    async with Street(own_house.url) as street:
        await street.do(NUMBER, "mend_link")
        await is_in_the_books(own_house.files)
        await street.until_said(NUMBER, "free")
    await tomo.page.reload()
    assert await tomo.reads_paper() == first


async def test_a_meter_that_shows_less_hours_later_brings_a_corrected_receipt_and_money_back(
    own_house: House, driver: NewDriver
) -> None:
    tomo, first = await billed_by_the_last_word(own_house, driver)
    async with Street(own_house.url) as street:
        now_ms = (await street.look()).now_ms
    await own_house.close()
    closing_wh = enters(own_house.files, NUMBER, used_wh=READ_BY_HAND_WH, now_ms=now_ms)
    await own_house.sleeps(HOURS)
    async with Street(own_house.url) as street:
        # A house opened anew keeps no mail of before: this is the only one.
        mail = await street.mail_to(ADDRESS)
    back_yen = first.total_yen - PRICE_YEN
    assert mail.subject == "充電の請求を訂正しました"
    assert f"{back_yen} 円" in mail.text

    await tomo.page.reload()
    await tomo.sees("に代わるものです。")
    paper = tomo.page.url
    await tomo.page.goto(paper.removesuffix("/receipt"))
    await tomo.sees_heading(f"充電が終わりました　{PRICE_YEN} 円")
    await tomo.page.goto(paper)
    corrected = await tomo.reads_paper()
    assert (corrected.opening_wh, corrected.closing_wh) == (first.opening_wh, closing_wh)
    assert (corrected.used_wh, corrected.total_yen) == (READ_BY_HAND_WH, PRICE_YEN)
    assert f"返金\n{back_yen} 円" in corrected.text
    (payment,) = await Provider(own_house).payments()
    assert payment.amount_received == first.total_yen
    assert await Provider(own_house).refunded_yen() == back_yen
