"""Another load after a pause is asked about: on the word of whoever pays alone it gets power."""

from playwright.async_api import expect

from e2e.people.cast import NewDriver
from e2e.people.driver import CHARGE_MS, Driver
from e2e.world.street import Street

SOME_YEN = r"^[1-9]\d*円$"
FIFTY_YEN_OR_MORE = r"^(?:[5-9]\d|\d{3,})円$"


async def is_unplugged(driver: NewDriver, street: Street, number: int, kwh: str) -> Driver:
    """A driver whose car has charged for a while when somebody pulls its plug."""
    await street.do(number, "plug_car")
    yui = await driver()
    await yui.pays_for((await street.outlet(number)).code, kwh=kwh)
    await street.runs(10)
    await yui.watches_it_flow()
    await street.runs(60)
    await yui.watches_until("ここまで", least=SOME_YEN)
    await street.do(number, "unplug")
    await yui.sees_heading("充電が止まりました")
    await street.runs(1)
    await street.until_switched(number, "open")
    return yui


async def test_another_load_gets_no_power_until_the_driver_resumes_and_it_is_one_bill(
    driver: NewDriver, street: Street
) -> None:
    opening_wh = (await street.outlet(11)).register_wh
    yui = await is_unplugged(driver, street, 11, "2.0")
    await yui.sees("押すまで、何をつないでも電気は流れません。")
    await street.swap(11, "plug_bike")
    dead = await street.outlet(11)
    assert (dead.plugged, dead.switch, dead.power_w) == ("bike", "open", 0)
    await street.runs(10)
    await yui.sees("点滅：スイッチは切れています")
    still = await street.outlet(11)
    assert (still.switch, still.register_wh) == ("open", dead.register_wh)
    await street.swap(11, "plug_car")
    await yui.resumes()
    await yui.watches_it_flow()
    assert (await street.outlet(11)).switch == "closed"
    await street.runs_fast()
    await yui.watches_until("ここまで", least=FIFTY_YEN_OR_MORE)
    await yui.sees_heading("充電が終わりました", within_ms=CHARGE_MS)
    await yui.sees("選んだ量まで充電しました。")
    receipt = await yui.reads_receipt()
    closing_wh = (await street.outlet(11)).register_wh
    assert (receipt.opening_wh, receipt.closing_wh) == (opening_wh, closing_wh)
    assert (receipt.used_wh, receipt.total_yen) == (2_000, 88)
    assert closing_wh - opening_wh == 2_000


async def test_a_pause_that_nobody_ends_is_over_by_itself_and_bills_what_had_flowed(
    driver: NewDriver, street: Street
) -> None:
    opening_wh = (await street.outlet(7)).register_wh
    yui = await is_unplugged(driver, street, 7, "4.0")
    await yui.sees("自動で終わるまで")
    await street.swap(7, "plug_bike")
    dead_wh = (await street.outlet(7)).register_wh
    await street.runs_fast()
    # Too little for a card is waived, and then nothing is called charged.
    ended = yui.page.get_by_role("link", name=yui.says.receipt)
    await expect(ended).to_be_visible(timeout=CHARGE_MS)
    await yui.sees("電気が流れなくなったため、止めました。")
    receipt = await yui.reads_receipt()
    after = await street.outlet(7)
    assert (after.switch, after.register_wh) == ("open", dead_wh)
    assert (receipt.opening_wh, receipt.closing_wh) == (opening_wh, dead_wh)
    assert receipt.used_wh == dead_wh - opening_wh > 0
