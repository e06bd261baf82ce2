"""A charge's money from the provider's page to the receipt, whatever comes late or never."""

import asyncio

import pytest

from konsento.foundation.databases import PEOPLE
from konsento.twin.tables import TWIN
from tests.management.audit import books_are_right
from tests.management.charges import begun, charging, over, settled
from tests.management.world import World
from tests.town import CAR, DECLINED_CARD, HOUR_MS, MINUTE_MS, POOR_CARD, Driver, Refused


async def state_of(driver: Driver, session: dict[str, object]) -> tuple[str, str]:
    view = await driver.sees(session)
    return view["state"], view["payment"]["state"]


async def test_a_declined_card_is_told_and_another_one_charges(
    house: World, driver: Driver
) -> None:
    await house.do(CAR, "plug_car")
    session = await begun(house, driver)
    for card in (DECLINED_CARD, POOR_CARD):
        await driver.pays(session, card)
        await house.let_pass(5_000)
        assert await state_of(driver, session) == ("authorising", "refused")
    again = await driver.wants(session, "payment")
    assert again["pay_url"] == session["pay_url"]
    await driver.pays(again)
    await house.let_pass(5_000)
    assert await state_of(driver, session) == ("charging", "held")
    await driver.wants(session, "stop")
    await settled(house, driver, session, "driver")


async def test_a_start_whose_answer_was_lost_is_answered_by_the_session_it_began(
    house: World, driver: Driver
) -> None:
    await house.do(CAR, "plug_car")
    quote = await driver.chooses(house.codes[CAR])
    house.to_provider.cut = True
    first = await driver.begins(quote)
    assert first["pay_url"] is None
    house.to_provider.cut = False
    again = await driver.begins(quote)  # under another key, as by another press
    assert again["session_id"] == first["session_id"]
    await driver.pays(again)
    await house.let_pass(5_000)
    late = await driver.begins(quote)
    assert (late["session_id"], late["state"]) == (first["session_id"], "charging")
    assert len(await PEOPLE.ask("SELECT id FROM session")) == 1
    await driver.wants(late, "stop")
    await settled(house, driver, late, "driver")


@pytest.mark.parametrize("yen", [None, 0])
async def test_of_presses_that_come_at_once_one_begins_and_all_are_led_to_it(
    house: World, driver: Driver, yen: int | None
) -> None:
    await house.do(CAR, "plug_car")
    if yen is not None:
        await house.new_price("harukaze", "solar", yen)
    quote = await driver.chooses(house.codes[CAR])
    starts = await asyncio.gather(*(driver.begins(quote) for _ in range(3)))
    assert len({each["session_id"] for each in starts}) == 1
    assert len(await PEOPLE.ask("SELECT id FROM session")) == 1


async def test_what_is_never_paid_expires_and_holds_nothing(house: World, driver: Driver) -> None:
    session = await begun(house, driver)
    await house.let_pass(29 * MINUTE_MS)
    assert await state_of(driver, session) == ("authorising", "none")
    view = await over(house, driver, session, "refused", "payment_expired", after_ms=2 * MINUTE_MS)
    assert (view["pay_url"], view["payment"]["state"]) == (None, "released")
    with pytest.raises(Refused) as refused:
        await driver.wants(session, "payment")
    assert refused.value.slug == "not-in-this-state"


async def test_what_is_paid_at_the_last_moment_charges(house: World, driver: Driver) -> None:
    await house.do(CAR, "plug_car")
    house.webhooks = False
    session = await begun(house, driver)
    await house.let_pass(30 * MINUTE_MS - 500)
    await driver.pays(session, comes_back=False)
    await house.let_pass(5_000)
    assert await state_of(driver, session) == ("charging", "held")
    await driver.wants(session, "stop")
    await settled(house, driver, session, "driver")


async def test_a_browser_that_is_back_first_is_shown_that_it_is_being_looked_into(
    house: World, driver: Driver
) -> None:
    house.webhooks = False
    session = await begun(house, driver)
    await driver.pays(session)
    assert await state_of(driver, session) == ("authorising", "checking")
    await house.let_pass(1_000)
    assert (await state_of(driver, session))[0] == "charging"
    await over(house, driver, session, "settled", "no_load", after_ms=4 * MINUTE_MS)


async def test_a_webhook_is_enough_when_the_browser_never_comes_back(
    house: World, driver: Driver
) -> None:
    session = await begun(house, driver)
    await driver.pays(session, comes_back=False)
    await house.let_pass(3_000)
    assert (await state_of(driver, session))[0] == "charging"
    await over(house, driver, session, "settled", "no_load", after_ms=4 * MINUTE_MS)


async def test_webhooks_that_come_twice_and_out_of_order_start_one_charge(
    house: World, driver: Driver
) -> None:
    await house.do(CAR, "plug_car")
    session = await begun(house, driver)
    await driver.pays(session, comes_back=False)
    owed = await TWIN.ask("SELECT body, due_ms FROM twin_delivery ORDER BY due_ms")
    kinds = [row["body"].partition('"type":"')[2].partition('"')[0] for row in owed]
    assert kinds[0] == kinds[2] == "checkout.session.completed"
    assert kinds[1] == kinds[3] == "payment_intent.amount_capturable_updated"
    await house.let_pass(5_000)
    assert await PEOPLE.ask("SELECT COUNT(*) AS n FROM inbox") == [{"n": 2}]
    orders = [said for said in house.to_mdms.said if said.method == "PUT"]
    assert len(orders) == 1
    await driver.wants(session, "stop")
    await settled(house, driver, session, "driver")


async def test_with_no_webhook_and_no_return_the_house_asks_by_itself(
    house: World, driver: Driver
) -> None:
    house.webhooks = False
    session = await begun(house, driver)
    await house.let_pass(20_000)
    await driver.pays(session, comes_back=False)
    await house.let_pass(2 * MINUTE_MS)
    assert (await state_of(driver, session))[0] == "charging"
    await over(house, driver, session, "settled", "no_load", after_ms=4 * MINUTE_MS)


async def test_a_capture_whose_answer_is_lost_takes_the_money_once(
    house: World, driver: Driver
) -> None:
    await house.do(CAR, "plug_car")
    session = await charging(house, driver, energy_wh=2_000)
    house.to_provider.answers_lost.append("/capture")
    view = await settled(house, driver, session, "energy_limit", after_ms=45 * MINUTE_MS)
    assert house.to_provider.answers_lost == []
    assert view["payment"]["captured_yen"] == 84


async def test_a_failure_the_provider_keeps_under_the_key_does_not_stop_the_capture(
    house: World, driver: Driver
) -> None:
    await house.do(CAR, "plug_car")
    session = await charging(house, driver, energy_wh=2_000)
    await house.let_pass(30 * MINUTE_MS)
    house.provider.faults.plan("saved_500")
    view = await settled(house, driver, session, "energy_limit", after_ms=15 * MINUTE_MS)
    assert view["payment"]["captured_yen"] == 84


async def test_a_provider_that_is_away_at_the_start_opens_its_page_later(
    house: World, driver: Driver
) -> None:
    house.to_provider.cut = True
    session = await begun(house, driver)
    assert (session["state"], session["pay_url"]) == ("authorising", None)
    await house.let_pass(12 * MINUTE_MS)
    house.to_provider.cut = False
    await house.let_pass(12 * MINUTE_MS)
    later = await driver.wants(session, "payment")
    assert later["pay_url"] is not None
    await driver.pays(later)
    await house.let_pass(2_000)
    assert (await state_of(driver, session))[0] == "charging"
    await over(house, driver, session, "settled", "no_load", after_ms=4 * MINUTE_MS)


async def test_an_opened_page_whose_answer_is_lost_is_found_and_not_opened_twice(
    house: World, driver: Driver
) -> None:
    house.to_provider.answers_lost += ["/checkout/sessions", "/checkout/sessions"]
    session = await begun(house, driver)
    assert session["pay_url"] is None
    await house.let_pass(MINUTE_MS)
    pages = await TWIN.ask("SELECT id FROM twin_object WHERE kind = 'Checkout'")
    assert len(pages) == 1
    later = await driver.sees(session)
    assert later["pay_url"].endswith(pages[0]["id"])
    await driver.wants(session, "stop")
    await over(house, driver, session, "cancelled", "driver")


async def test_a_provider_that_is_away_at_the_end_is_paid_when_it_is_back(
    house: World, driver: Driver
) -> None:
    await house.do(CAR, "plug_car")
    session = await charging(house, driver, energy_wh=2_000)
    house.to_provider.cut = True
    await house.let_pass(HOUR_MS)
    waiting = await driver.sees(session)
    assert (waiting["state"], waiting["price_yen"]) == ("settling", 84)
    house.to_provider.cut = False
    view = await settled(house, driver, session, "energy_limit", after_ms=20 * MINUTE_MS)
    assert view["payment"]["captured_yen"] == 84


async def test_a_page_that_cannot_be_closed_while_the_provider_is_away_is_closed_later(
    house: World, driver: Driver
) -> None:
    session = await begun(house, driver)
    house.to_provider.cut = True
    await house.let_pass(31 * MINUTE_MS)
    assert (await state_of(driver, session))[0] == "authorising"
    house.to_provider.cut = False
    await over(house, driver, session, "refused", "payment_expired")


async def test_a_hold_that_lapsed_before_the_capture_is_told_as_unpaid(
    house: World, driver: Driver
) -> None:
    await house.do(CAR, "plug_car")
    session = await charging(house, driver, energy_wh=2_000)
    async with TWIN.writing():
        now_s = house.clock.now_ms() // 1000
        await TWIN.ask("UPDATE twin_object SET due_s = {} WHERE kind = 'Payment'", now_s + 60)
    await house.let_pass(HOUR_MS)
    view = await driver.sees(session)
    receipt = await driver.receipt(session)
    assert (view["state"], view["payment"]["state"]) == ("settled", "released")
    assert (receipt["price_yen"], receipt["paid_yen"], receipt["unpaid_yen"]) == (84, 0, 84)
    lines = await PEOPLE.ask("SELECT account, amount_yen FROM ledger")
    assert sum(line["amount_yen"] for line in lines) == 0
    assert {"account": "uncollected", "amount_yen": 84} in lines


async def test_a_bill_under_fifty_yen_is_waived_and_the_hold_let_go(
    house: World, driver: Driver
) -> None:
    await house.do(CAR, "plug_car")
    session = await charging(house, driver)
    await house.let_pass(10 * MINUTE_MS)
    before = await driver.sees(session)
    assert (before["due_yen"], 0 < before["price_yen"] < 50) == (0, True)
    await driver.wants(session, "stop")
    view = await settled(house, driver, session, "driver")
    receipt = await driver.receipt(session)
    assert (view["payment"]["state"], view["price_yen"], view["due_yen"]) == ("waived", 0, 0)
    assert receipt["waived_yen"] == receipt["price_yen"] > 0
    money = view["payment"]
    assert (money["card_brand"], money["card_last4"]) == ("visa", "4242")
    assert (money["held_yen"], money["captured_yen"]) == (session["payment"]["held_yen"], 0)


async def test_power_that_costs_nothing_needs_no_payment(house: World, driver: Driver) -> None:
    await house.new_price("harukaze", "solar", 0)
    await house.do(CAR, "plug_car")
    session = await begun(house, driver)
    assert (session["state"], session["pay_url"]) == ("starting", None)
    await house.let_pass(5 * MINUTE_MS)
    assert (await driver.sees(session))["state"] == "charging"
    await driver.wants(session, "stop")
    view = await over(house, driver, session, "settled", "driver")
    assert (view["price_yen"], view["payment"]["state"]) == (0, "none")


async def test_two_drivers_at_two_retailers_are_each_billed_at_their_own_price(
    house: World, driver: Driver, neighbour: Driver
) -> None:
    for outlet in (CAR, "OKW-0011"):
        await house.do(outlet, "plug_car")
    theirs = await neighbour.chooses(
        house.codes["OKW-0011"], retailer_id="minato", power_type="other", energy_wh=1_500
    )
    ours = await charging(house, driver, energy_wh=1_500)
    session = await neighbour.begins(theirs)
    await neighbour.pays(session)
    await house.let_pass(35 * MINUTE_MS)
    assert (await driver.sees(ours))["price_yen"] == 63
    assert (await neighbour.sees(session))["price_yen"] == 51
    await books_are_right(house)
