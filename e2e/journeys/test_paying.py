"""Paying: cards that are declined, pages that are left, a bank that asks who one is."""

from playwright.async_api import expect

from e2e.people.cast import NewDriver
from e2e.people.driver import (
    DECLINED_CARD,
    GOOD_CARD,
    PROVIDER_ADDRESS,
    SECURED_CARD,
    SESSION_ADDRESS,
    Driver,
)
from e2e.world.street import Street


async def comes_to_pay(driver: NewDriver, street: Street, number: int) -> Driver:
    """A driver who followed the address on the label and stands on the provider's page."""
    outlet = await street.outlet(number)
    ken = await driver()
    await ken.opens(f"/o/{outlet.code}")
    await ken.sees_title(f"岡山駅西口駐車場 {number}番")
    await ken.chooses_kwh("2.0")
    await ken.goes_to_payment()
    return ken


async def ends_at_nothing(ken: Driver, street: Street, number: int) -> None:
    """Power is on, nothing is plugged in, and the driver stops: ¥0."""
    await ken.sees_heading("プラグを差してください")
    assert (await street.outlet(number)).switch == "closed"
    await ken.stops()
    await ken.sees_heading("終わりました。請求はありません")
    await ken.sees("あなたが止めました。")
    await street.until_switched(number, "open")


async def test_a_declined_card_is_said_so_on_the_payment_page_and_another_one_starts_the_charge(
    driver: NewDriver, street: Street
) -> None:
    ken = await comes_to_pay(driver, street, 1)
    await ken.offers_card(DECLINED_CARD)
    await ken.sees("カードが拒否されました。別のカードをお試しください。")
    await expect(ken.page).to_have_url(PROVIDER_ADDRESS)
    assert (await street.outlet(1)).switch == "open"
    await ken.pays_with_card(GOOD_CARD)
    await ends_at_nothing(ken, street, 1)


async def test_a_driver_who_left_the_payment_page_pays_from_the_phone_with_nothing_lost(
    driver: NewDriver, street: Street
) -> None:
    ken = await comes_to_pay(driver, street, 2)
    await ken.offers_card(DECLINED_CARD)
    await ken.sees("カードが拒否されました")
    await ken.leaves_payment()
    await ken.sees_heading("お支払いが通りませんでした")
    await ken.sees("電気は流れておらず、請求もありません。")
    await ken.sees("選んだ量は、そのままです。")
    await ken.sees("2.0 kWh")
    await ken.presses(ken.says.another_card)
    await ken.sees("サンドボックス：実際の請求は発生しません")
    await ken.pays_with_card(GOOD_CARD)
    await ends_at_nothing(ken, street, 2)


async def test_the_browsers_own_back_leads_from_the_payment_page_to_the_session_not_to_a_second_one(
    driver: NewDriver, street: Street
) -> None:
    ken = await comes_to_pay(driver, street, 2)
    await ken.page.go_back()
    await ken.page.wait_for_url(SESSION_ADDRESS)
    await ken.sees_heading("お支払いがまだです")
    await ken.presses("やめる（請求しません）")
    await ken.sees_heading("やめました。請求はありません")
    await ken.opens("/history")
    await ken.sees("やめました")
    await expect(ken.page.get_by_role("listitem")).to_have_count(1)


async def test_a_card_that_asks_for_a_proof_starts_the_charge_once_it_is_given(
    driver: NewDriver, street: Street
) -> None:
    ken = await comes_to_pay(driver, street, 3)
    await ken.offers_card(SECURED_CARD)
    await ken.sees("本人認証（3Dセキュア）")
    assert (await street.outlet(3)).switch == "open"
    await ken.presses(ken.says.refuse)
    await ken.sees("本人認証ができませんでした。別のカードをお試しください。")
    await ken.offers_card(SECURED_CARD)
    await ken.proves_it_is_them()
    await ends_at_nothing(ken, street, 3)
