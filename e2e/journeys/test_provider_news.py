"""The browser comes back and the provider sends word: whichever is first, it charges, and once."""

from typing import NamedTuple

from playwright.async_api import Route, expect

from e2e.people.cast import NewDriver
from e2e.people.charge import bill_equals_registers
from e2e.people.driver import PROVIDER_ADDRESS, Driver
from e2e.world.house import House
from e2e.world.provider import Provider
from e2e.world.street import Street

NUMBER = 9
MINUTE_S = 60
HOURS_S = 7_200
FIFTY_YEN_OR_MORE = r"^(?:[5-9]\d|\d{3,})円$"


class Before(NamedTuple):
    """How it stood before this driver paid: the register, and what the provider knew."""

    opening_wh: int
    payments: set[str]


async def comes_to_pay(
    driver: NewDriver, street: Street, provider: Provider
) -> tuple[Driver, Before]:
    """A driver who is plugged in and stands on the provider's page."""
    outlet = await street.outlet(NUMBER)
    before = Before(outlet.register_wh, {payment.id for payment in await provider.payments()})
    await street.do(NUMBER, "plug_car")
    ren = await driver()
    await ren.chooses_at(outlet.code, kwh="4.0")
    await ren.goes_to_payment()
    return ren, before


async def charges_and_pays_once(
    ren: Driver, street: Street, provider: Provider, before: Before
) -> None:
    """Draws and is stopped; one charge, one receipt that equals the registers, one payment."""
    await street.runs(10)
    await ren.watches_it_flow()
    await street.runs_fast()
    await ren.watches_until("ここまで", least=FIFTY_YEN_OR_MORE)
    await street.runs(1)
    await ren.stops()
    await ren.sees_heading("充電が終わりました")
    receipt = await bill_equals_registers(ren, street, NUMBER, before.opening_wh)
    await ren.opens("/history")
    await expect(ren.page.get_by_role("listitem")).to_have_count(1)
    (paid,) = [one for one in await provider.payments() if one.id not in before.payments]
    assert (paid.status, paid.amount_received) == ("succeeded", receipt.total_yen)


async def test_word_that_comes_a_minute_after_the_browser_changes_nothing_any_more(
    house: House, driver: NewDriver, street: Street
) -> None:
    provider = Provider(house)
    ren, before = await comes_to_pay(driver, street, provider)
    async with provider.is_late(MINUTE_S):
        await ren.pays_with_card()
        await ren.watches_it_flow()
    # At so fast a pace the word arrives while it charges, twice and out of order.
    await charges_and_pays_once(ren, street, provider, before)


async def test_the_browser_alone_is_enough_when_no_word_comes_while_it_charges(
    house: House, driver: NewDriver, street: Street
) -> None:
    provider = Provider(house)
    ren, before = await comes_to_pay(driver, street, provider)
    async with provider.is_late(HOURS_S):
        await ren.pays_with_card()
        await charges_and_pays_once(ren, street, provider, before)


async def test_word_that_comes_before_the_browser_starts_the_charge_without_it(
    house: House, driver: NewDriver, street: Street
) -> None:
    provider = Provider(house)
    ren, before = await comes_to_pay(driver, street, provider)

    async def pays_and_leads_back_late(route: Route) -> None:
        led = await route.fetch(max_redirects=0)
        await street.until_switched(NUMBER, "closed")
        await route.fulfill(response=led)

    await ren.page.route(PROVIDER_ADDRESS, pays_and_leads_back_late)
    await ren.pays_with_card()
    await charges_and_pays_once(ren, street, provider, before)
