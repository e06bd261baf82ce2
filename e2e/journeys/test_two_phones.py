"""Two phones: one follows another's charge, two want one outlet, and one is put away for a time."""

import asyncio
import re

from playwright.async_api import expect

from e2e.people.cast import NewDriver
from e2e.people.driver import STATE_MS, Driver
from e2e.people.phone import Phone
from e2e.world.street import Street

ONE_YEN_OR_MORE = r"^[1-9]\d*円$"
HAVE_POWER = "プラグを差してください"
HAVE_NONE = "電気を入れられませんでした。請求はありません"


async def address_handed_on(yui: Driver) -> str:
    """The link that the phone offers to whoever shall see the same charge."""
    await yui.presses("ほかの端末で見る")
    sheet = yui.page.get_by_role("dialog", name="ほかの端末で見る")
    await expect(sheet.get_by_role("img", name="リンクのQR")).to_be_visible()
    address = await sheet.get_by_text(yui.house_url).inner_text()
    await sheet.get_by_role("button", name="閉じる").click()
    return address


async def test_who_was_handed_the_link_sees_it_live_and_stops_it_for_both(
    driver: NewDriver, street: Street
) -> None:
    await street.do(2, "plug_car")
    yui, ken = await driver(), await driver()
    await yui.pays_for((await street.outlet(2)).code, kwh="4.0")
    await yui.watches_it_flow()
    session = yui.page.url
    address = await address_handed_on(yui)

    await ken.page.goto(address)
    await ken.watches_it_flow()
    # The key is used up and gone from the address; what costs money is not theirs to do.
    assert ken.page.url == session
    await expect(ken.page.get_by_role("button", name=ken.says.add_more)).to_have_count(0)
    await street.runs(30)
    await ken.watches_until("ここまで", least=ONE_YEN_OR_MORE)
    before = await ken.progress()
    await ken.watches_progress_past(before)
    await street.runs(1)

    await yui.page.close()
    yui = Driver(Phone(yui.phone.context, await yui.phone.context.new_page()), yui.house_url)
    await yui.opens()
    await yui.page.get_by_role("link", name="充電中").click()
    await yui.watches_it_flow()
    assert yui.page.url == session

    await ken.stops()
    await street.until_switched(2, "open")
    for each in (ken, yui):
        await each.sees_heading("終わりました。請求はありません")
    await yui.sees("ごく少ない量のため、請求しません。")
    await street.do(2, "unplug")


async def test_of_two_who_pay_at_once_one_has_the_outlet_and_nothing_is_held_from_the_other(
    driver: NewDriver, street: Street
) -> None:
    code = (await street.outlet(7)).code
    both = [await driver(), await driver()]
    for each in both:
        await each.chooses_at(code, kwh="2.0")
        await each.goes_to_payment()
    async with asyncio.TaskGroup() as group:
        for each in both:
            group.create_task(each.pays_with_card())
    either = re.compile(f"^(?:{HAVE_POWER}|{HAVE_NONE})")
    said = [each.page.get_by_role("heading", level=2, name=either) for each in both]
    for heading in said:
        await expect(heading).to_be_visible(timeout=STATE_MS)
    has_it = [HAVE_POWER in await heading.inner_text() for heading in said]
    assert sorted(has_it) == [False, True]
    first, second = both if has_it[0] else reversed(both)

    await second.sees("電気は流れていません。")
    await second.sees("確保していた 88 円は解除します。")
    await second.page.get_by_role("link", name="もう一度", exact=True).click()
    await second.sees_heading("使用中です")
    await first.stops()
    await first.sees_heading("終わりました。請求はありません")
    await street.until_switched(7, "open")
    await second.sees_button(second.says.to_payment)
