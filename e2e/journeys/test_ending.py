"""How a charge ends when it does not simply run full: each says what happened and what it cost."""

from playwright.async_api import expect

from e2e.people.cast import NewDriver
from e2e.people.driver import CHARGE_MS, Driver
from e2e.world.street import Street

FIFTY_YEN_OR_MORE = r"^(?:[5-9]\d|\d{3,})円$"
ONE_YEN_OR_MORE = r"^[1-9]\d*円$"


async def charging(driver: NewDriver, street: Street, number: int, kwh: str = "4.0") -> Driver:
    """A driver whose car draws power, while time runs sixty times as fast."""
    await street.do(number, "plug_car")
    yui = await driver()
    await yui.pays_for((await street.outlet(number)).code, kwh=kwh)
    await street.runs(10)
    await yui.watches_it_flow()
    await street.runs(60)
    return yui


async def bill_equals_registers(yui: Driver, street: Street, number: int, opening_wh: int) -> int:
    """The receipt says what the meter says; returns its total."""
    receipt = await yui.reads_receipt()
    closing_wh = (await street.outlet(number)).register_wh
    assert (receipt.opening_wh, receipt.closing_wh) == (opening_wh, closing_wh)
    assert receipt.used_wh == receipt.measured_wh
    assert receipt.total_yen == receipt.price_yen
    return receipt.total_yen


async def test_a_driver_who_stops_early_is_asked_once_and_billed_for_what_was_delivered(
    driver: NewDriver, street: Street
) -> None:
    opening_wh = (await street.outlet(4)).register_wh
    yui = await charging(driver, street, 4)
    await street.runs_fast()
    await yui.watches_until("ここまで", least=FIFTY_YEN_OR_MORE)
    await street.runs(1)
    await yui.presses(yui.says.stop)
    await yui.sees("充電を止めますか")
    await yui.presses("充電を続ける")
    await expect(yui.page.get_by_role("dialog")).to_be_hidden()
    assert (await street.outlet(4)).switch == "closed"
    await yui.stops()
    await yui.sees_heading("充電が終わりました")
    await yui.sees("あなたが止めました。")
    await street.until_switched(4, "open")
    assert await bill_equals_registers(yui, street, 4, opening_wh) >= 50


async def test_with_nothing_plugged_in_it_ends_after_three_minutes_at_nothing_and_says_so(
    driver: NewDriver, street: Street
) -> None:
    yui = await driver()
    before = await street.outlet(8)
    await yui.pays_for(before.code, kwh="2.0")
    await yui.sees_heading("プラグを差してください")
    await yui.sees("自動で止まるまで")
    await street.runs(60)
    await yui.sees_heading("終わりました。請求はありません")
    await yui.sees("電気が一度も流れなかったため、止めました。")
    await yui.sees("確保していた 88 円は解除します。")
    after = await street.until_switched(8, "open")
    assert after.register_wh == before.register_wh
    receipt = await yui.reads_receipt()
    assert (receipt.used_wh, receipt.total_yen) == (0, 0)
    assert "請求なし" in receipt.text


async def test_a_plug_pulled_out_is_told_and_finish_bills_what_was_delivered(
    driver: NewDriver, street: Street
) -> None:
    opening_wh = (await street.outlet(9)).register_wh
    yui = await charging(driver, street, 9)
    await yui.watches_until("ここまで", least=ONE_YEN_OR_MORE)
    await street.do(9, "unplug")
    await yui.sees_heading("充電が止まりました")
    await street.runs(5)
    await yui.sees("プラグが抜けたか、満充電です。")
    await yui.sees("待つ間は料金がかかりません。")
    await yui.resumes()
    # Nothing is plugged in yet: it waits, and may be told to go on waiting.
    await yui.sees_heading("電気が流れていません")
    await yui.presses("プラグを直した。続ける")
    await street.do(9, "plug_bike")
    await yui.sees_title("充電中")
    await street.do(9, "unplug")
    await yui.sees_heading("充電が止まりました")
    await yui.finishes()
    # Less than a card can be charged: it is waived, and the paper says so.
    await yui.sees_heading("終わりました。請求はありません")
    await yui.sees("ごく少ない量のため、請求しません。")
    receipt = await yui.reads_receipt()
    assert receipt.opening_wh == opening_wh
    assert receipt.closing_wh == (await street.outlet(9)).register_wh
    assert 0 < receipt.price_yen < 50
    assert receipt.total_yen == 0
    assert f"−{receipt.price_yen} 円" in receipt.text


async def test_an_outage_after_which_nobody_goes_on_ends_it_within_the_hour_and_blames_nobody(
    driver: NewDriver, street: Street
) -> None:
    yui = await charging(driver, street, 5)
    await yui.watches_until("ここまで", least=ONE_YEN_OR_MORE)
    await street.runs(10)
    await street.do(5, "cut_power")
    # The last gasp says it at once, and the switch has opened by itself.
    await street.until_switched(5, "open")
    await yui.sees_heading("停電で中断しています")
    await street.do(5, "restore_power")
    await yui.sees_heading("電気が戻りました")
    await street.runs_fast()
    await yui.sees_heading("終わりました。請求はありません", within_ms=CHARGE_MS)
    await yui.sees("停電で終わりました。あなたの操作やお車のせいではありません。")
    receipt = await yui.reads_receipt()
    assert receipt.closing_wh == (await street.outlet(5)).register_wh
    assert 0 < receipt.price_yen < 50
    assert receipt.total_yen == 0


async def test_a_link_cut_while_charging_ends_by_fail_safe_and_bills_what_was_measured(
    driver: NewDriver, street: Street
) -> None:
    opening_wh = (await street.outlet(10)).register_wh
    yui = await charging(driver, street, 10)
    await street.runs_fast()
    await yui.watches_until("ここまで", least=FIFTY_YEN_OR_MORE)
    await street.runs(60)
    await street.do(10, "cut_link")
    await yui.sees_heading("メーターの返事を待っています", within_ms=CHARGE_MS)
    await yui.sees("安全のため自分で切れます。お車や操作のせいではありません。")
    await yui.sees("請求は、メーターが数えた分だけです。")
    await street.runs_fast()
    opened = await street.until_switched(10, "open")
    assert opened.link == "cut"
    # The closing register can only be read when somebody hears the meter again.
    await street.do(10, "mend_link")
    await yui.sees_heading("充電が終わりました", within_ms=CHARGE_MS)
    await yui.sees("メーターの返事が途絶えたため、安全のため止めました。")
    assert await bill_equals_registers(yui, street, 10, opening_wh) >= 50
