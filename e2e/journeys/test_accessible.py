"""For everybody: axe finds nothing on any page or state, and keys alone do what a thumb does."""

import re

from playwright.async_api import Browser, Page, expect

from e2e.people.cast import NewDriver
from e2e.people.driver import DECLINED_CARD, Driver
from e2e.people.inspector import Inspector
from e2e.people.phone import Phone
from e2e.world.house import House
from e2e.world.street import Street

NUMBER = 9
TABS_MAX = 40
OPERATOR = "okayama"
# Each page by what stands on it once it has nothing more to wait for.
FIRST_PAGES = {
    "/": "使い方",
    "/enter": "コンセントのシールにある10文字です。",
    "/history": "まだ充電はありません。",
    "/scan": "カメラを使えません",
    "/nowhere": "このページはありません",
    "/o/0000000000": "この番号のコンセントはありません",
}
DESK_VIEWS = {
    "いまの様子": "空き",
    "場所の図": "図か一覧から、コンセントを選んでください。",
    "お客様からの知らせ": "だれが知らせたかは見えません。",
    "QRラベル": "A4の用紙1枚に10枚ずつ並びます。",
}


async def opens_sheet(mio: Driver, name: str | re.Pattern[str]) -> None:
    await mio.page.get_by_role("button", name=name).first.click()
    await expect(mio.page.get_by_role("dialog").get_by_role("heading").first).to_be_visible()


async def closes_sheet(mio: Driver) -> None:
    await mio.page.keyboard.press("Escape")
    await expect(mio.page.get_by_role("dialog")).to_have_count(0)


async def test_axe_sees_a_barrier_where_there_is_one(driver: NewDriver) -> None:
    mio, sharp_eyed = await driver(), Inspector()
    await mio.page.set_content('<p style="color: #bbb; background: #fff">Too faint</p><button>')
    await sharp_eyed.looks_at(mio.page, "planted")
    assert {found.split(": ")[1] for found in sharp_eyed.found} >= {"color-contrast", "button-name"}


async def test_axe_finds_nothing_before_a_charge(
    driver: NewDriver, street: Street, inspector: Inspector
) -> None:
    code = (await street.outlet(NUMBER)).code
    mio = await driver()
    mio.phone.forgives(r"status of 404")
    for path, said in FIRST_PAGES.items():
        await mio.opens(path)
        await mio.sees(said)
        await inspector.looks_at(mio.page, path)
    await mio.opens("/enter")
    await mio.types_code(code[:9] + ("7" if code[9] != "7" else "8"))
    await mio.sees("番号が違うようです。")
    await inspector.looks_at(mio.page, "mistyped")
    await mio.opens(f"/o/{code}")
    await mio.sees_button(mio.says.to_payment)
    await inspector.looks_at(mio.page, "choose")
    for way in (mio.says.per_kwh, mio.says.to_payment, "問題を知らせる"):
        await opens_sheet(mio, way)
        await inspector.looks_at(mio.page, f"sheet {way}")
        await closes_sheet(mio)
    await mio.goes_to_payment()
    await inspector.looks_at(mio.page, "payment page")
    await mio.offers_card(DECLINED_CARD)
    await expect(mio.page.get_by_role("alert")).to_be_visible()
    await inspector.looks_at(mio.page, "payment page, declined")
    await mio.leaves_payment()
    await mio.sees_heading("お支払いが通りませんでした")
    await inspector.looks_at(mio.page, "declined")


async def test_axe_finds_nothing_from_power_to_receipt(
    driver: NewDriver, street: Street, inspector: Inspector
) -> None:
    mio = await driver()
    await mio.chooses_at((await street.outlet(NUMBER)).code, kwh="4.0")
    await mio.goes_to_payment()
    await street.do(NUMBER, "cut_link")
    await mio.pays_with_card()
    await mio.sees("メーターの返事を待っています")
    await inspector.looks_at(mio.page, "waiting")
    await street.do(NUMBER, "mend_link")
    await street.runs(10)
    await mio.sees_heading("プラグを差してください")
    await street.runs(1)
    await inspector.looks_at(mio.page, "plug")
    await street.do(NUMBER, "plug_car")
    await mio.watches_it_flow()
    await inspector.looks_at(mio.page, "live")
    for way in (mio.says.stop, mio.says.add_more, "ほかの端末で見る"):
        await opens_sheet(mio, way)
        await inspector.looks_at(mio.page, f"sheet {way}")
        await closes_sheet(mio)
    session = mio.page.url
    await mio.opens()
    await mio.sees("充電中")
    await inspector.looks_at(mio.page, "home while charging")
    await mio.page.goto(session)
    await street.do(NUMBER, "unplug")
    await street.runs(10)
    await mio.sees_heading("充電が止まりました")
    await street.runs(1)
    await inspector.looks_at(mio.page, "paused")
    await mio.finishes()
    await mio.sees_heading("終わりました。請求はありません")
    await inspector.looks_at(mio.page, "end")
    await mio.reads_receipt()
    await inspector.looks_at(mio.page, "receipt")
    await mio.opens("/history")
    await expect(mio.page.get_by_role("listitem").first).to_be_visible()
    await inspector.looks_at(mio.page, "history")


async def test_axe_finds_nothing_in_english(
    driver: NewDriver, street: Street, inspector: Inspector
) -> None:
    emma = await driver("en")
    await emma.opens()
    await emma.sees_title("Konsento")
    await inspector.looks_at(emma.page, "home")
    await emma.opens(f"/o/{(await street.outlet(NUMBER)).code}")
    await emma.sees_button(emma.says.to_payment)
    await inspector.looks_at(emma.page, "choose")
    await emma.opens_payment()
    await inspector.looks_at(emma.page, "pay")


async def test_axe_finds_nothing_on_the_desk(
    house: House, browser: Browser, inspector: Inspector
) -> None:
    context = await browser.new_context(
        locale="ja-JP", timezone_id="Asia/Tokyo", viewport={"width": 1280, "height": 800}
    )
    async with context:
        desk = Phone(context, await context.new_page())
        desk.forgives(r"status of 401")
        page = desk.page
        await page.goto(f"{house.url}/desk")
        await page.get_by_label("名前", exact=True).fill(OPERATOR)
        await inspector.looks_at(page, "desk, door")
        await page.get_by_label("パスワード").fill(house.operator_password())
        await page.get_by_role("button", name="サインインする").click()
        for view, said in DESK_VIEWS.items():
            await opens_view(page, view)
            await expect(page.get_by_text(said).filter(visible=True).first).to_be_visible()
            await inspector.looks_at(page, f"desk, {view}")
        await opens_view(page, "場所の図")
        await page.get_by_role("group", name="場所の図").get_by_role("link").first.click()
        await page.get_by_role("button", name="使用停止にする").first.click()
        await expect(page.get_by_role("dialog")).to_be_visible()
        await inspector.looks_at(page, "desk, one outlet asked to be locked")
        assert desk.complaints() == []


async def opens_view(page: Page, view: str) -> None:
    await page.get_by_role("navigation").get_by_role("link", name=view).click()
    await expect(page.get_by_role("heading", level=1, name=view)).to_be_visible()


async def test_keys_alone_open_the_sheets_and_escape_leads_back_to_the_key_that_opened_them(
    driver: NewDriver, street: Street
) -> None:
    mio = await driver()
    await mio.opens(f"/o/{(await street.outlet(NUMBER)).code}")
    await mio.sees_button(mio.says.to_payment)
    for way in (mio.says.per_kwh, mio.says.to_payment):
        button = mio.page.get_by_role("button", name=way)
        await tabs_to(mio.page, button_name=way)
        await expect(button).to_be_focused()
        await mio.page.keyboard.press("Enter")
        sheet = mio.page.get_by_role("dialog")
        await expect(sheet).to_be_visible()
        await expect(sheet.locator(":focus")).to_have_count(1)
        await mio.page.keyboard.press("Escape")
        await expect(sheet).to_have_count(0)
        await expect(button).to_be_focused()


async def tabs_to(page: Page, *, button_name: str) -> None:
    """Goes on by Tab until the button has the focus."""
    here = page.locator(":focus")
    for _ in range(TABS_MAX):
        await page.keyboard.press("Tab")
        if await here.count() and button_name in (await here.inner_text()):
            return
    raise AssertionError(f"no way by Tab to {button_name}")
