"""The outlet in the dark: interrupted and not ended, told which outage it is, and paid once."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser, expect

from e2e.people.app import App
from e2e.people.cast import NewDriver
from e2e.people.charge import bill_equals_registers, has_drawn_a_little
from e2e.people.customer import JUDGED_MS
from e2e.people.driver import CHARGE_MS, Driver
from e2e.people.ear import Ear
from e2e.people.inspector import Inspector
from e2e.people.operator import Operator, operator
from e2e.world.house import House
from e2e.world.provider import Provider
from e2e.world.street import Street
from e2e.world.town import Town
from e2e.world.waiting import until
from konsento.assembly.town import OUTLETS
from konsento.foundation.clock import SystemClock
from tests.push.pushbox import Json, PushBox

TOLD_WITHIN_S = 60
INTERRUPTED = "停電で中断しています"
BACK = "電気が戻りました"
OF_THE_AREA = "地域の停電です。あなたの操作やお車のせいではありません。"
OF_THE_OUTLET = "このコンセントだけ、電気が来ていません。"
NOT_KNOWN = "地域の停電かどうかは、まだわかりません。"
PACES = {"measure_every_ms": 5_000, "continuity_every_ms": 10_000, "failsafe_after_ms": 600_000}


@pytest_asyncio.fixture(loop_scope="session")
async def box() -> AsyncIterator[PushBox]:
    async with PushBox(SystemClock().now_ms).open() as opened:
        yield opened
    assert opened.complaints == []


@pytest_asyncio.fixture(loop_scope="session")
async def pushing_house(box: PushBox, tmp_path: Path) -> AsyncIterator[House]:
    """A house that knows this push service and no other."""
    async with House(tmp_path, push_hosts=box.origin, **PACES).opened() as house:
        yield house


async def is_told(box: PushBox, kind: str) -> Json:
    """The newest push is of this kind. Returns what the phone's worker is given."""

    async def told() -> list[str]:
        return box.kinds()

    await until(told, lambda kinds: kinds[-1:] == [kind], within_s=TOLD_WITHIN_S, what=kind)
    return box.taken[-1].payload


async def is_shown(app: App, push: Json, session: str) -> None:
    """The phone's worker shows it, and a tap leads to the charge."""
    await app.receives(json.dumps(push, ensure_ascii=False))
    (note,) = await app.shows(1)
    assert note["title"] == push["notification"]["title"]
    assert await app.taps_the_notification() == session


async def ends_here(driver: Driver) -> None:
    """Asked once, with the bill so far, and sure of it."""
    await driver.presses(driver.says.end_here)
    sheet = driver.page.get_by_role("dialog", name="ここで終わりますか")
    await expect(sheet.get_by_text("終わると、続きからは始められません。")).to_be_visible()
    await sheet.get_by_role("button", name=driver.says.end_here).click()


async def is_interrupted(yui: Driver, street: Street, box: PushBox, app: App) -> str:
    """First that there is no power, by a push too; then, once judged, that it is the area.

    Returns the address of the charge.
    """
    await street.runs(10)
    await yui.sees_heading(INTERRUPTED)
    await yui.sees(NOT_KNOWN)
    session = yui.page.url.removeprefix(yui.house_url)
    await is_shown(app, await is_told(box, "power_lost"), session)
    await street.runs_fast()
    await yui.sees(OF_THE_AREA, within_ms=JUDGED_MS)
    await street.runs(1)
    await yui.sees("復旧の見込み")
    await yui.sees("停電中は料金がかかりません。")
    return session


async def is_shown_to_others(desk: Operator, passer_by: Driver, street: Street) -> None:
    row = desk.row(12)
    await expect(row.get_by_text("停電で中断")).to_be_visible()
    await expect(row.get_by_text("地域の停電")).to_be_visible()
    await passer_by.opens(f"/o/{(await street.outlet(11)).code}")
    await passer_by.sees_heading("ここは停電しています")
    await passer_by.sees(OF_THE_AREA)


async def power_comes_back(yui: Driver, street: Street) -> None:
    await street.runs(10)
    await yui.sees_heading(BACK)
    await street.runs(1)
    await yui.sees("押すまで、電気は流れません。")
    assert (await street.outlet(12)).switch == "open"


async def test_an_outage_of_the_area_interrupts_a_charge_that_goes_on_and_is_paid_once(
    pushing_house: House, box: PushBox, driver: NewDriver, browser: Browser, inspector: Inspector
) -> None:
    house = pushing_house
    yui, ken = await driver(at=house), await driver(at=house)
    app, ear = App(yui.phone.context, yui.page, house.url), Ear(yui.page)
    await app.may_notify(box.browser())
    await ear.begins()
    async with (
        Street(house.url) as street,
        Town(house.url) as town,
        operator(browser, house) as hana,
    ):
        opening_wh = await has_drawn_a_little(yui, street, 12, kwh="2.0")
        await app.is_installed()
        await yui.asks_to_be_told()
        await hana.opens("/desk")
        await hana.signs_in()
        feeder = (await town.home()).feeder
        await town.cut("feeder", feeder)
        session = await is_interrupted(yui, street, box, app)
        await inspector.looks_at(yui.page, "interrupted")
        await is_shown_to_others(hana, ken, street)
        await town.mend("feeder", feeder)
        await power_comes_back(yui, street)
        await inspector.looks_at(yui.page, "power is back")
        await is_shown(app, await is_told(box, "power_back"), session)
        await expect(hana.row(12).get_by_text("停電後の再開待ち")).to_be_visible()
        await yui.goes_on()
        await yui.sees_heading("充電を再開しました")
        await yui.watches_it_flow()
        await heard_once(ear)
        await street.runs_fast()
        await yui.sees_heading("充電が終わりました", within_ms=CHARGE_MS)
        await street.runs(1)
        receipt = await bill_equals_registers(yui, street, 12, opening_wh)
        await yui.sees("停電で止まっていた時間")
    (payment,) = await Provider(house).payments()
    assert payment.amount_received == receipt.total_yen == receipt.price_yen > 0
    assert box.kinds().count("power_lost") == box.kinds().count("power_back") == 1


async def heard_once(ear: Ear) -> None:
    """What became of the charge was read out once each, also what was learnt of the outage."""
    heard = await ear.heard()
    for words in (NOT_KNOWN, OF_THE_AREA, BACK, "充電を再開しました"):
        assert sum(words in said for said in heard) == 1, (words, heard)


async def test_a_charge_is_ended_in_the_dark_and_the_bill_met_by_the_meter_later(
    driver: NewDriver, street: Street
) -> None:
    yui = await driver()
    opening_wh = await has_drawn_a_little(yui, street, 9, kwh="4.0")
    await street.runs_fast()
    await yui.watches_until("ここまで", least=r"^(?:[6-9]\d|\d{3,})円$")
    await street.runs(10)
    await street.do(9, "cut_power")
    await yui.sees_heading(INTERRUPTED)
    await yui.sees(NOT_KNOWN)
    await ends_here(yui)
    await yui.sees_heading("充電が終わりました", within_ms=CHARGE_MS)
    await yui.sees("あなたが止めました。")
    receipt = await yui.reads_receipt()
    assert receipt.used_wh == receipt.measured_wh
    assert receipt.total_yen == receipt.price_yen > 50
    # What flowed after the last word is the house's loss; nobody is billed more than was read.
    closing_wh = (await street.outlet(9)).register_wh
    assert opening_wh == receipt.opening_wh < receipt.closing_wh <= closing_wh
    await street.do(9, "restore_power")
    await street.until_said(9, "free")
    assert (await street.outlet(9)).switch == "open"


async def test_an_outage_of_one_outlet_alone_is_not_called_the_areas_and_power_back_can_be_left(
    house: House, driver: NewDriver, street: Street
) -> None:
    yui = await driver()
    async with Town(house.url) as town:
        opening_wh = await has_drawn_a_little(yui, street, 10, kwh="4.0")
        smid = next(outlet.smid for outlet in OUTLETS if outlet.number == 10)
        await town.cut("drop", smid)
        await street.runs(10)
        await yui.sees_heading(INTERRUPTED)
        await street.runs_fast()
        await yui.sees(OF_THE_OUTLET, within_ms=JUDGED_MS)
        await street.runs(10)
        await yui.sees_not(OF_THE_AREA)
        await expect(yui.page.get_by_role("link", name="施設に電話")).to_be_visible()
        await town.mend("drop", smid)
        await yui.sees_heading(BACK)
        await ends_here(yui)
        await yui.sees("あなたが止めました。")
        await bill_equals_registers(yui, street, 10, opening_wh)


async def test_without_a_network_an_interrupted_charge_is_the_past(
    own_house: House, driver: NewDriver
) -> None:
    yui = await driver(at=own_house)
    yui.phone.forgives(r"net::ERR_|Failed to load resource")
    async with Street(own_house.url) as street:
        await has_drawn_a_little(yui, street, 8, kwh="4.0")
        await App(yui.phone.context, yui.page, own_house.url).is_installed()
        await street.do(8, "cut_power")
        await street.runs(10)
        await yui.sees_heading(INTERRUPTED)
        await street.runs(1)
    await own_house.kill()
    await yui.phone.context.set_offline(True)
    await yui.page.reload()
    await yui.sees("停電で中断していました")
    await ends_here(yui)
    await yui.sees("まだ止まっていません")
    await yui.phone.context.set_offline(False)
    await own_house.open()
    async with Street(own_house.url) as street:
        await street.runs(30)
        await yui.sees("あなたが止めました。", within_ms=CHARGE_MS)
        await street.runs(1)
