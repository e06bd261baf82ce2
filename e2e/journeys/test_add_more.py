"""More for a charge that runs: its limit and its bill follow, and a refusal changes nothing."""

from playwright.async_api import expect

from e2e.people.cast import NewDriver
from e2e.people.driver import CHARGE_MS, GOOD_CARD, LATER_DECLINED_CARD, Driver
from e2e.world.street import Street

# 1.2 kWh of geothermal power at 44 yen.
FIRST_YEN_MAX = 52
PAST_THE_FIRST_LIMIT = r"^(?:5[5-9]|[6-9]\d|\d{3,})円$"


async def charging(driver: NewDriver, street: Street, number: int, card: str) -> Driver:
    """A driver whose car draws power up to 1.2 kWh, and whose card is remembered."""
    await street.do(number, "plug_car")
    kai = await driver()
    await kai.pays_for((await street.outlet(number)).code, kwh="1.2", card=card, remember=True)
    await kai.watches_it_flow()
    await expect(kai.ring()).to_contain_text("/ 1.20 kWh")
    return kai


async def bill_equals_registers(kai: Driver, street: Street, number: int, opening_wh: int) -> int:
    """The receipt says what the meter says; returns what its energy comes to in yen."""
    receipt = await kai.reads_receipt()
    closing_wh = (await street.until_switched(number, "open")).register_wh
    assert (receipt.opening_wh, receipt.closing_wh) == (opening_wh, closing_wh)
    assert receipt.total_yen in (receipt.price_yen, 0)
    return receipt.price_yen


async def test_more_is_held_on_the_remembered_card_and_limit_and_bill_follow(
    driver: NewDriver, street: Street
) -> None:
    opening_wh = (await street.outlet(3)).register_wh
    kai = await charging(driver, street, 3, GOOD_CARD)
    await kai.adds("＋2.0 kWh")
    await kai.sees_heading("追加しました")
    await kai.sees("2.0 kWh を足した新しい上限まで充電します。")
    await expect(kai.ring()).to_contain_text("/ 3.20 kWh")
    await kai.sees("最大 140 円")
    await street.runs_fast()
    await kai.watches_until("ここまで", least=PAST_THE_FIRST_LIMIT)
    await street.runs(1)
    await kai.stops()
    await kai.sees_heading("充電が終わりました")
    assert await bill_equals_registers(kai, street, 3, opening_wh) > FIRST_YEN_MAX
    await street.do(3, "unplug")


async def test_more_that_the_bank_refuses_leaves_the_charge_as_it_was(
    driver: NewDriver, street: Street
) -> None:
    opening_wh = (await street.outlet(4)).register_wh
    kai = await charging(driver, street, 4, LATER_DECLINED_CARD)
    await kai.adds("＋2.0 kWh")
    await kai.sees_heading("追加できませんでした")
    await kai.sees("追加の請求はありません。充電は、前の上限まで続きます。")
    await expect(kai.ring()).to_contain_text("/ 1.20 kWh")
    await street.runs_fast()
    await kai.sees_heading("充電が終わりました 52 円", within_ms=CHARGE_MS)
    await kai.sees("選んだ量まで充電しました。")
    assert await bill_equals_registers(kai, street, 4, opening_wh) == FIRST_YEN_MAX
    await street.do(4, "unplug")
