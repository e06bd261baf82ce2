"""The operator's desk: a charge seen as it happens, a link traced, a stop, a lock, a report."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest_asyncio
from playwright.async_api import Browser, Locator, expect

from e2e.people.cast import NewDriver
from e2e.people.phone import PATIENCE_MS, Phone
from e2e.world.house import House
from e2e.world.street import Outlet, Street
from konsento.foundation.ids import SystemIds

NAME = "okayama"
PLACE = "岡山駅西口駐車場"
CHARGED, BROKEN = 11, 2
NOT_YET_SIGNED_IN = r"status of 401"
LIVE_MS = 20_000


class Hana:
    """Somebody at the desk, with a mouse and a wide screen."""

    def __init__(self, screen: Phone, house: House) -> None:
        self.screen, self.page, self._house = screen, screen.page, house

    async def opens(self, path: str) -> None:
        await self.page.goto(f"{self._house.url}{path}")

    async def signs_in(self) -> None:
        await self.page.get_by_label("名前", exact=True).fill(NAME)
        await self.page.get_by_label("パスワード").fill(self._house.operator_password())
        await self.page.get_by_role("button", name="サインインする").click()
        await expect(self.page.get_by_role("navigation")).to_be_visible()

    async def goes_to(self, view: str) -> None:
        await self.page.get_by_role("navigation").get_by_role("link", name=view).click()
        await expect(self.page.get_by_role("heading", level=1, name=view)).to_be_visible()

    def row(self, number: int) -> Locator:
        """The line of an outlet on the board."""
        name = re.compile(rf"(?<!\d){number}番")
        heading = self.page.get_by_role("heading", level=3, name=name)
        return self.page.get_by_role("listitem").filter(has=heading)

    async def looks_at(self, number: int) -> Locator:
        """All there is to say of one outlet, found on the picture of the place."""
        await self.goes_to("場所の図")
        plan = self.page.get_by_role("group", name="場所の図")
        await plan.get_by_role("link", name=f"{PLACE} {number}番").click()
        one = self.page.get_by_role("region", name=f"{PLACE} {number}番")
        await expect(one).to_be_visible()
        return one

    async def confirms(self, name: str, reason: str = "") -> None:
        dialog = self.page.get_by_role("dialog")
        if reason:
            await dialog.get_by_role("textbox").fill(reason)
        await dialog.get_by_role("button", name=name, exact=True).click()
        await expect(dialog).to_be_hidden()


@pytest_asyncio.fixture(loop_scope="session")
async def hana(house: House, browser: Browser) -> AsyncIterator[Hana]:
    context = await browser.new_context(
        locale="ja-JP", timezone_id="Asia/Tokyo", viewport={"width": 1280, "height": 800}
    )
    context.set_default_timeout(PATIENCE_MS)
    screen = Phone(context, await context.new_page())
    # Who sits here is asked before anybody has signed in.
    screen.forgives(NOT_YET_SIGNED_IN)
    yield Hana(screen, house)
    await context.close()
    assert screen.complaints() == []


async def report(house: House, outlet: Outlet, words: str) -> None:
    """A visitor's phone reports the outlet as damaged."""
    async with httpx.AsyncClient(base_url=house.url.replace("localhost", "127.0.0.1")) as phone:
        headers = {"X-Requested-By": "konsento", "Idempotency-Key": SystemIds().fresh()}
        told = {"kind": "damaged", "words": words}
        path = f"/api/outlets/{outlet.code}/reports"
        (await phone.post(path, json=told, headers=headers)).raise_for_status()


async def test_a_charge_appears_by_itself_is_stopped_and_the_outlet_locked(
    hana: Hana, driver: NewDriver, street: Street
) -> None:
    await hana.opens("/desk")
    await hana.signs_in()
    row = hana.row(CHARGED)
    await expect(row.get_by_text("空き")).to_be_visible()
    await street.do(CHARGED, "plug_car")
    yui = await driver()
    await yui.pays_for((await street.outlet(CHARGED)).code, kwh="4.0")
    await expect(row.get_by_text("充電中")).to_be_visible(timeout=LIVE_MS)
    await expect(row.get_by_text("はるかぜ電力")).to_be_visible()
    await row.get_by_role("button", name="止める").click()
    await expect(hana.page.get_by_role("dialog")).to_contain_text("止めるまでにはかった分だけ")
    await hana.confirms("充電を止める")
    await street.until_switched(CHARGED, "open")
    await expect(row.get_by_text("空き")).to_be_visible(timeout=LIVE_MS)
    one = await hana.looks_at(CHARGED)
    await one.get_by_role("button", name="使用停止にする").click()
    await hana.confirms("使用停止にする", "ケーブルの点検")
    await street.until_said(CHARGED, "faulty")
    await expect(one.get_by_text("ケーブルの点検")).to_be_visible()
    await expect(one.get_by_text("充電を止めた")).to_be_visible()
    await one.get_by_role("button", name="使用を再開する").click()
    await hana.confirms("使用を再開する", "点検が済んだ")
    await street.until_said(CHARGED, "free")
    await street.do(CHARGED, "unplug")


async def test_a_broken_link_is_found_between_two_hops_and_still_shown_at_a_second_look(
    hana: Hana, street: Street
) -> None:
    await street.do(BROKEN, "cut_link")
    await hana.opens("/desk")
    await hana.signs_in()
    one = await hana.looks_at(BROKEN)
    await one.get_by_role("button", name="返事を確かめる").click()
    await expect(one.get_by_text("メーターの返事がありません")).to_be_visible()
    await one.get_by_role("button", name="道すじを調べる").click()
    await expect(one.get_by_text("集約装置と中継器の間で切れています")).to_be_visible()
    await hana.page.reload()
    await expect(one.get_by_text("集約装置と中継器の間で切れています")).to_be_visible()
    await street.do(BROKEN, "mend_link")
    await one.get_by_role("button", name="道すじを調べる").click()
    await expect(one.get_by_text("メーターまで届いています")).to_be_visible()


async def test_a_report_reaches_the_desk_by_itself_as_text_and_is_closed_with_an_answer(
    hana: Hana, house: House, street: Street
) -> None:
    await hana.opens("/desk#reports")
    await hana.signs_in()
    words = "火花が出ました <img src=x onerror=alert(1)>"
    await report(house, await street.outlet(BROKEN), words)
    told = hana.page.get_by_role("listitem").filter(has_text=words)
    await expect(told).to_contain_text(f"{PLACE} {BROKEN}番")
    await told.get_by_role("button", name="返事をして閉じる").click()
    await hana.confirms("返事をして閉じる", "見に行って直した")
    await expect(told).to_have_count(0)
    one = await hana.looks_at(BROKEN)
    await expect(one.get_by_text("見に行って直した")).to_be_visible()


async def test_a_desk_whose_stream_is_cut_says_so_and_looks_by_itself(
    hana: Hana, house: House, street: Street
) -> None:
    hana.screen.forgives("net::ERR_FAILED")
    await hana.page.route("**/board/events", lambda route: route.abort())
    await hana.opens("/desk#reports")
    await hana.signs_in()
    cut = hana.page.get_by_text("すぐに届く知らせが途切れています")
    # The desk itself waits 5 s (BROKEN_MS in watch.svelte.ts) before it says so.
    await expect(cut).to_be_visible(timeout=LIVE_MS)
    await report(house, await street.outlet(BROKEN), "見えていますか")
    told = hana.page.get_by_role("listitem").filter(has_text="見えていますか")
    await expect(told).to_be_visible()
    await hana.page.unroute("**/board/events")
    await expect(cut).to_be_hidden(timeout=LIVE_MS)
    await told.get_by_role("button", name="返事をして閉じる").click()
    await hana.confirms("返事をして閉じる", "見えています")


async def test_the_label_sheet_s_link_leads_whoever_is_signed_out_to_the_door(
    hana: Hana,
) -> None:
    await hana.opens("/api/operators/labels.pdf")
    await hana.signs_in()
    await expect(hana.page.get_by_role("heading", level=1, name="QRラベル")).to_be_visible()
    await hana.page.get_by_role("button", name="サインアウト").click()
    await expect(hana.page.get_by_text("サインアウトしました。")).to_be_visible()
