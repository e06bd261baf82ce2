"""A customer of the town: registered by their bill, told what is true of their power, and gone."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import expect

from e2e.people.app import App
from e2e.people.cast import NewDriver
from e2e.people.customer import JUDGED_MS, Customer
from e2e.people.inspector import Inspector
from e2e.world.house import House
from e2e.world.street import Street
from e2e.world.town import Town
from e2e.world.waiting import until
from konsento.foundation.clock import SystemClock
from tests.push.pushbox import PushBox

ADDRESS = "haruka@example.jp"
REFUSED = r"422 \(Unprocessable|429 \(Too Many"
NO_NETWORK = r"net::ERR_|Failed to load resource"
TOLD_WITHIN_S = 150
LINK = re.compile(r"http\S+(/mail/confirm#\S+)")


@pytest_asyncio.fixture(loop_scope="session")
async def box() -> AsyncIterator[PushBox]:
    async with PushBox(SystemClock().now_ms).open() as opened:
        yield opened
    assert opened.complaints == []


@pytest_asyncio.fixture(loop_scope="session")
async def pushing_house(box: PushBox, tmp_path: Path) -> AsyncIterator[House]:
    """A house that knows this push service and no other."""
    async with House(tmp_path, push_hosts=box.origin).opened() as house:
        yield house


async def at_home(driver: NewDriver, house: House) -> Customer:
    someone = await driver(at=house)
    someone.phone.forgives(f"{REFUSED}|{NO_NETWORK}")
    return Customer(someone.page, house.url)


async def test_a_cut_feeder_is_told_as_the_areas_outage_and_its_end_by_the_own_meter(
    own_house: House, driver: NewDriver
) -> None:
    haruka = await at_home(driver, own_house)
    async with Town(own_house.url) as town, Street(own_house.url) as street:
        home = await town.home()
        await haruka.registers(home)
        await haruka.looks_at_home()
        await haruka.sees_state("電気は来ています")
        await town.cut("feeder", home.feeder)
        await street.runs(60)
        await haruka.sees_state("お客様のお住まい地域が停電しています。", within_ms=JUDGED_MS)
        await haruka.sees("冷蔵庫は開けない")
        await haruka.sees("復旧予定日時")
        await expect(haruka.page.get_by_role("alert")).to_have_text(
            "お客様のお住まい地域が停電しています。"
        )
        await town.mend("feeder", home.feeder)
        await haruka.sees_state("電気が戻りました", within_ms=JUDGED_MS)
        await haruka.sees("地域が停電しています")
        await street.runs(1)


async def test_a_home_whose_line_is_down_is_called_neither_the_area_nor_the_home(
    own_house: House, driver: NewDriver
) -> None:
    haruka = await at_home(driver, own_house)
    async with Town(own_house.url) as town, Street(own_house.url) as street:
        home = await town.home(7)
        await haruka.registers(home)
        await haruka.looks_at_home()
        await haruka.sees_state("電気は来ています")
        await town.cut("drop", home.smid)
        await street.runs(60)
        await haruka.sees_state("屋内か地域か、まだわかりません", within_ms=JUDGED_MS)
        await street.runs(1)
        await haruka.sees("分電盤を見てください")
        await expect(haruka.page.get_by_role("link", name="お電話")).to_be_visible()
        await haruka.presses("まだ停電しています")
        await haruka.sees("メーターに問い合わせています")


async def test_a_dead_way_of_the_readings_is_not_called_an_outage(
    own_house: House, driver: NewDriver
) -> None:
    haruka = await at_home(driver, own_house)
    async with Town(own_house.url) as town, Street(own_house.url) as street:
        await haruka.registers(await town.home(8))
        await haruka.looks_at_home()
        await haruka.sees_state("電気は来ています")
        for code in await town.places("head_end"):
            await town.cut("head_end", code)
        await street.runs(60)
        await haruka.sees_state("いまは、わかりません", within_ms=JUDGED_MS)
        await haruka.sees("停電とは限りません")
        await street.runs(1)
        await expect(haruka.page.get_by_text("お知らせの記録")).to_have_count(0)


async def test_wrong_numbers_are_never_told_apart_and_three_of_them_are_enough(
    own_house: House, driver: NewDriver
) -> None:
    haruka = await at_home(driver, own_house)
    async with Town(own_house.url) as town:
        home = await town.home(1)
    await haruka.opens("/power/new")
    for _ in range(3):
        await haruka.types_bill(home, customer_number="33-999999-99")
        await haruka.presses("登録してお知らせを受ける")
        await haruka.sees("3つの組み合わせが確かめられません")
    await haruka.types_bill(home)
    await haruka.presses("登録してお知らせを受ける")
    await haruka.sees("もう一度お試しいただけます")
    await haruka.page.reload()
    number = haruka.page.get_by_role("textbox", name="お客様番号")
    await expect(number).to_have_value(home.customer_number)


async def test_an_address_is_confirmed_by_the_mailed_link_after_a_press_and_only_once(
    own_house: House, driver: NewDriver
) -> None:
    haruka = await at_home(driver, own_house)
    async with Town(own_house.url) as town, Street(own_house.url) as street:
        await haruka.registers(await town.home(2), email=ADDRESS)
        mail = await street.mail_to(ADDRESS)
    found = LINK.search(mail.text)
    assert found is not None
    await haruka.looks_at_home()
    await haruka.opens_settings()
    await haruka.sees("確認のメールを送りました")
    await haruka.opens(found.group(1))
    await haruka.sees("受け取りますか")
    assert "#" not in haruka.page.url
    await haruka.page.reload()
    await haruka.presses("このアドレスで受け取る")
    await haruka.sees_state("お知らせは、メールでも届きます")
    await haruka.opens()
    await haruka.sees("停電したらお知らせします")
    await haruka.opens(found.group(1))
    await haruka.presses("このアドレスで受け取る")
    await haruka.sees_state("お知らせは、メールでも届きます")


async def test_a_registration_ends_by_a_second_press_and_the_phone_forgets_it(
    own_house: House, driver: NewDriver
) -> None:
    haruka = await at_home(driver, own_house)
    async with Town(own_house.url) as town:
        await haruka.registers(await town.home(3))
    await haruka.looks_at_home()
    await haruka.sees_state("電気は来ています")
    await haruka.opens("/")
    await haruka.sees("うちの電気は来ています")
    await haruka.opens()
    await haruka.opens_settings()
    await haruka.presses("このメーターの登録をやめる")
    await haruka.presses("もう一度押すと、登録をやめます")
    await haruka.sees("まだメーターの登録がありません")
    await haruka.opens("/")
    await expect(haruka.page.get_by_role("link", name="番号を入力")).to_be_visible()
    await expect(haruka.page.get_by_text("うちの電気は")).to_have_count(0)


async def test_who_allowed_it_is_pushed_the_outage_and_a_tap_opens_my_power(
    pushing_house: House, driver: NewDriver, box: PushBox
) -> None:
    haruka = await at_home(driver, pushing_house)
    app = App(haruka.page.context, haruka.page, pushing_house.url)
    await app.may_notify(box.browser())
    async with Town(pushing_house.url) as town, Street(pushing_house.url) as street:
        home = await town.home(5)
        await haruka.opens()
        await app.is_installed()
        await haruka.registers(home)
        row = haruka.page.get_by_role("button", name="このスマートフォンに知らせる")
        await row.click()
        await expect(row).to_have_attribute("aria-pressed", "true")
        await town.cut("feeder", home.feeder)
        await street.runs(60)

        async def told() -> list[str]:
            return box.kinds()

        kinds = await until(told, bool, within_s=TOLD_WITHIN_S, what="a push")
        await street.runs(1)
    assert kinds == ["power_area"]
    await haruka.opens("/history")
    await app.receives(json.dumps(box.taken[0].payload, ensure_ascii=False))
    (note,) = await app.shows(1)
    assert note["title"] == "停電情報のお知らせ"
    assert "お客様のお住まい地域が停電しています。" in note["body"]
    assert home.smid not in json.dumps(note)
    await haruka.opens(await app.taps_the_notification())
    assert haruka.page.url.endswith("/power")
    await haruka.sees_state("お客様のお住まい地域が停電しています。")


async def test_without_a_network_the_last_state_is_told_as_the_past(
    own_house: House, driver: NewDriver
) -> None:
    haruka = await at_home(driver, own_house)
    someone = haruka.page
    async with Town(own_house.url) as town:
        await haruka.registers(await town.home(6))
    await haruka.looks_at_home()
    await haruka.sees_state("電気は来ています")
    await App(someone.context, someone, own_house.url).is_installed()
    await own_house.kill()
    await someone.context.set_offline(True)
    await haruka.opens()
    await haruka.sees_state("つながっていません")
    await haruka.sees("うちの電気は来ていました")
    await haruka.sees("古い")
    await expect(someone.get_by_role("link", name="お電話")).to_be_visible()
    await haruka.opens("/")
    await haruka.sees("うちの電気は来ていました")
    await own_house.open()
    await someone.context.set_offline(False)
    await haruka.opens()
    await haruka.sees_state("電気は来ています")


async def test_every_page_of_a_customer_can_be_used_by_everybody(
    own_house: House, driver: NewDriver, inspector: Inspector
) -> None:
    haruka = await at_home(driver, own_house)
    await haruka.opens()
    await haruka.sees("まだメーターの登録がありません")
    await inspector.looks_at(haruka.page, "nothing registered")
    await haruka.opens("/power/new")
    await haruka.presses("登録してお知らせを受ける")
    await haruka.sees("入れてください。")
    await inspector.looks_at(haruka.page, "registering")
    async with Town(own_house.url) as town:
        await haruka.registers(await town.home(4), email="mio@example.jp")
    await inspector.looks_at(haruka.page, "registered")
    await haruka.looks_at_home()
    await haruka.sees("電気が消えているなら")
    await haruka.page.locator("summary").first.click()
    await inspector.looks_at(haruka.page, "my power")
    await haruka.opens_settings()
    await inspector.looks_at(haruka.page, "settings")
    await haruka.opens("/mail/stop#nothing")
    await haruka.sees("止めますか")
    await inspector.looks_at(haruka.page, "stopping mails")
