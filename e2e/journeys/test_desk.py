"""The operator's desk: a charge seen as it happens, a link traced, a stop, a lock, a report."""

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser, expect

from e2e.people.cast import NewDriver
from e2e.people.operator import PLACE, Operator, operator
from e2e.world.house import House
from e2e.world.loopback import caller
from e2e.world.street import Outlet, Street
from konsento.foundation.ids import SystemIds

CHARGED, BROKEN = 11, 2
LIVE_MS = 20_000


@pytest_asyncio.fixture(loop_scope="session")
async def hana(house: House, browser: Browser) -> AsyncIterator[Operator]:
    async with operator(browser, house) as somebody:
        yield somebody


async def report(house: House, outlet: Outlet, words: str) -> None:
    """A visitor's phone reports the outlet as damaged."""
    async with caller(house.url) as phone:
        headers = {"X-Requested-By": "konsento", "Idempotency-Key": SystemIds().fresh()}
        told = {"kind": "damaged", "words": words}
        path = f"/api/outlets/{outlet.code}/reports"
        (await phone.post(path, json=told, headers=headers)).raise_for_status()


async def test_a_charge_appears_by_itself_is_stopped_and_the_outlet_locked(
    hana: Operator, driver: NewDriver, street: Street
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
    hana: Operator, street: Street
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
    hana: Operator, house: House, street: Street
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
    hana: Operator, house: House, street: Street
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
    hana: Operator,
) -> None:
    await hana.opens("/api/operators/labels.pdf")
    await hana.signs_in()
    await expect(hana.page.get_by_role("heading", level=1, name="QRラベル")).to_be_visible()
    await hana.page.get_by_role("button", name="サインアウト").click()
    await expect(hana.page.get_by_text("サインアウトしました。")).to_be_visible()
