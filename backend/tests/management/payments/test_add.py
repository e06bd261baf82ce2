"""More for a charge that runs: one bill over two holds, whatever comes in between."""

import asyncio
from typing import Any

import pytest
import pytest_asyncio

from konsento.foundation.databases import GRID, PEOPLE
from tests.management.audit import books_are_right
from tests.management.charges import begun, charging, settled
from tests.management.payments.test_cards import remembered
from tests.management.world import World
from tests.town import CAR, DECLINED_CARD, HOUR_MS, MINUTE_MS, Driver, Json, Refused


@pytest_asyncio.fixture
async def house(brisk: World) -> World:
    """These charges are long: the house that measures once a minute."""
    return brisk


async def more(driver: Driver, session: Json, by: str = "energy", value: int = 2_000) -> Json:
    path = f"/api/sessions/{session['session_id']}/addition-quotes"
    return await driver.said(await driver.post(path, {"by": by, "value": value}))


async def adds(driver: Driver, session: Json, quote: Json, card_id: str | None = None) -> Json:
    path = f"/api/sessions/{session['session_id']}/additions"
    wish = {"quote_id": quote["quote_id"], "card_id": card_id}
    return await driver.said(await driver.post(path, wish))


async def running(house: World, driver: Driver, **choice: Any) -> Json:
    """A charge of 2,000 Wh (¥84) that runs."""
    await house.do(CAR, "plug_car", wanted_wh=9_000)
    return await charging(house, driver, **(choice or {"energy_wh": 2_000}))


async def being_added(house: World, driver: Driver, session: Json, **more_of: Any) -> Json:
    """An addition whose page waits."""
    view = await adds(driver, session, await more(driver, session, **more_of))
    assert view["addition"]["state"] == "authorising"
    return view


async def wanted_late(house: World, driver: Driver) -> tuple[Json, Json]:
    """A charge that ran for half an hour, and an addition whose page waits."""
    session = await running(house, driver)
    await house.let_pass(30 * MINUTE_MS)
    return session, await being_added(house, driver, session)


async def paid(house: World, driver: Driver, view: Json, **how: Any) -> Json:
    page = {"pay_url": view["addition"]["pay_url"]}
    await driver.pays(page, **how)
    await house.let_pass(5_000)
    return await driver.sees(view)


async def test_more_is_held_raised_at_the_meter_and_billed_once(
    house: World, driver: Driver
) -> None:
    session = await running(house, driver)
    quote = await more(driver, session)
    assert (quote["adds_wh"], quote["energy_wh"], quote["price_yen_max"]) == (2_000, 4_000, 84)
    assert (quote["adds_s"], quote["duration_s"]) == (None, None)
    view = await adds(driver, session, quote)
    assert (view["energy_wh"], view["price_yen_max"]) == (2_000, 84)
    view = await paid(house, driver, view)
    assert view["addition"] == {
        "state": "added", "adds_wh": 2_000, "adds_s": None, "price_yen_max": 84,
        "pay_url": None, "reason": None,
    }  # fmt: skip
    assert (view["state"], view["energy_wh"], view["price_yen_max"]) == ("charging", 4_000, 168)
    assert view["payment"]["held_yen"] == 168
    view = await settled(house, driver, session, "energy_limit", after_ms=80 * MINUTE_MS)
    receipt = await driver.receipt(session)
    assert (view["used_wh"], view["payment"]["captured_yen"]) == (4_000, 168)
    assert (receipt["price_yen"], receipt["paid_yen"], receipt["unpaid_yen"]) == (168, 168, 0)
    lines = await PEOPLE.ask("SELECT amount_yen FROM ledger WHERE account = 'provider'")
    assert lines == [{"amount_yen": 168}]


async def test_a_bill_between_two_holds_takes_from_both_in_part(
    house: World, driver: Driver
) -> None:
    session = await running(house, driver)
    await paid(house, driver, await being_added(house, driver, session))
    await house.let_pass(58 * MINUTE_MS)
    await driver.wants(session, "stop")
    view = await settled(house, driver, session, "driver")
    assert 84 < view["payment"]["captured_yen"] < 168
    rows = await PEOPLE.ask("SELECT captured_yen FROM payment ORDER BY captured_yen")
    assert rows[0]["captured_yen"] == 50
    assert sum(row["captured_yen"] for row in rows) == view["payment"]["captured_yen"]


async def test_what_is_due_now_is_what_a_stop_now_takes_of_two_holds(
    house: World, driver: Driver
) -> None:
    session = await running(house, driver)
    await paid(house, driver, await being_added(house, driver, session))
    await house.let_pass(43 * MINUTE_MS)
    seen = await driver.sees(session)
    assert 84 < seen["price_yen"] < 100  # too much for one hold, too little for two
    assert seen["due_yen"] == 84
    await driver.wants(session, "stop")
    view = await settled(house, driver, session, "driver")
    assert view["payment"]["captured_yen"] == view["due_yen"] == 84


async def test_a_bill_that_one_hold_covers_lets_the_other_go(house: World, driver: Driver) -> None:
    session = await running(house, driver)
    await paid(house, driver, await being_added(house, driver, session))
    await house.let_pass(30 * MINUTE_MS)
    await driver.wants(session, "stop")
    view = await settled(house, driver, session, "driver")
    rows = await PEOPLE.ask("SELECT state FROM payment ORDER BY state")
    assert [row["state"] for row in rows] == ["captured", "released"]
    assert view["payment"]["state"] == "captured"


@pytest.mark.parametrize(
    ("choice", "by", "value", "told"),
    [
        ({"duration_s": 1_800}, "time", 1_800, (1_500, 1_800, 3_000, 3_600)),
        ({"price_yen": 200}, "money", 100, (2_350, None, 7_110, None)),
    ],
)
async def test_time_and_money_are_added_in_their_own_measure(
    house: World, driver: Driver, choice: dict[str, int], by: str, value: int, told: tuple[Any, ...]
) -> None:
    session = await running(house, driver, **choice)
    quote = await more(driver, session, by, value)
    shown = tuple(quote[name] for name in ("adds_wh", "adds_s", "energy_wh", "duration_s"))
    assert shown == told
    view = await paid(house, driver, await adds(driver, session, quote))
    assert view["addition"]["state"] == "added"
    assert view["price_yen_max"] == session["price_yen_max"] + quote["price_yen_max"]
    reason = {"time": "time_limit", "money": "money_limit"}[by]
    await settled(house, driver, session, reason, after_ms=4 * HOUR_MS)


async def test_a_remembered_card_adds_without_a_page(house: World, driver: Driver) -> None:
    card = await remembered(house, driver)
    session = await running(house, driver)
    view = await adds(driver, session, await more(driver, session), card["card_id"])
    assert (view["addition"]["state"], view["addition"]["pay_url"]) == ("applying", None)
    await house.let_pass(2_000)
    assert (await driver.sees(session))["addition"]["state"] == "added"
    await settled(house, driver, session, "energy_limit", after_ms=80 * MINUTE_MS)


async def test_a_remembered_card_that_is_declined_adds_nothing(
    house: World, driver: Driver
) -> None:
    card = await remembered(house, driver, "4000 0000 0000 0341")
    session = await running(house, driver)
    view = await adds(driver, session, await more(driver, session), card["card_id"])
    assert (view["addition"]["state"], view["addition"]["reason"]) == ("refused", "generic_decline")
    assert (view["state"], view["energy_wh"]) == ("charging", 2_000)
    view = await paid(house, driver, await being_added(house, driver, session))
    assert view["addition"]["state"] == "added"
    await settled(house, driver, session, "energy_limit", after_ms=80 * MINUTE_MS)


async def test_more_that_is_never_paid_expires_and_the_charge_goes_on(
    house: World, driver: Driver
) -> None:
    session = await running(house, driver)
    view = await being_added(house, driver, session)
    await driver.pays({"pay_url": view["addition"]["pay_url"]}, DECLINED_CARD)
    await house.let_pass(9 * MINUTE_MS)
    assert (await driver.sees(session))["addition"]["state"] == "authorising"
    await house.let_pass(2 * MINUTE_MS)
    view = await driver.sees(session)
    assert (view["addition"]["state"], view["addition"]["reason"]) == (
        "cancelled", "payment_expired",
    )  # fmt: skip
    assert view["state"] == "charging"
    await settled(house, driver, session, "energy_limit", after_ms=HOUR_MS)


async def test_more_is_added_without_webhook_or_return(house: World, driver: Driver) -> None:
    house.webhooks = False
    session = await running(house, driver)
    view = await being_added(house, driver, session)
    await driver.pays({"pay_url": view["addition"]["pay_url"]}, comes_back=False)
    await house.let_pass(2 * MINUTE_MS)
    assert (await driver.sees(session))["addition"]["state"] == "added"
    await settled(house, driver, session, "energy_limit", after_ms=80 * MINUTE_MS)


async def test_of_two_additions_at_once_one_wins(house: World, driver: Driver) -> None:
    session = await running(house, driver)
    quotes = [await more(driver, session), await more(driver, session)]
    answers = await asyncio.gather(
        *(adds(driver, session, quote) for quote in quotes), return_exceptions=True
    )
    (refused,) = [one for one in answers if isinstance(one, Refused)]
    assert (refused.status, refused.slug) == (409, "addition-pending")
    assert await PEOPLE.ask("SELECT COUNT(*) AS n FROM addition") == [{"n": 1}]
    await paid(house, driver, await driver.sees(session))
    with pytest.raises(Refused) as late:
        await adds(driver, session, quotes[answers.index(refused)])
    assert late.value.slug == "quote-expired"
    await settled(house, driver, session, "energy_limit", after_ms=80 * MINUTE_MS)


async def test_one_addition_after_another_is_each_held_for(house: World, driver: Driver) -> None:
    session = await running(house, driver)
    for energy_wh in (4_000, 6_000):
        view = await paid(house, driver, await being_added(house, driver, session))
        assert view["energy_wh"] == energy_wh
    view = await settled(house, driver, session, "energy_limit", after_ms=3 * HOUR_MS)
    assert (view["used_wh"], view["payment"]["captured_yen"]) == (6_000, 252)


async def test_a_stop_while_more_is_being_paid_lets_its_hold_go(
    house: World, driver: Driver
) -> None:
    session, view = await wanted_late(house, driver)
    await driver.wants(session, "stop")
    await driver.pays({"pay_url": view["addition"]["pay_url"]})
    view = await settled(house, driver, session, "driver")
    assert (view["addition"]["state"], view["addition"]["reason"]) == ("cancelled", "session_over")
    assert view["price_yen_max"] == 84


async def test_a_stop_right_after_the_hold_bills_what_was_ordered_first(
    house: World, driver: Driver
) -> None:
    session, view = await wanted_late(house, driver)
    house.to_mdms.cut = True
    await driver.pays({"pay_url": view["addition"]["pay_url"]})
    await house.let_pass(3_000)
    assert (await driver.sees(session))["addition"]["state"] == "applying"
    await driver.wants(session, "stop")
    house.to_mdms.cut = False
    await house.let_pass(2 * MINUTE_MS)
    view = await settled(house, driver, session, "driver")
    assert view["addition"]["state"] in {"added", "refused"}


async def test_a_limit_reached_before_more_was_held_ends_the_charge_there(
    house: World, driver: Driver
) -> None:
    session = await running(house, driver)
    await house.let_pass(38 * MINUTE_MS)
    view = await being_added(house, driver, session)
    house.to_mdms.cut = True
    await driver.pays({"pay_url": view["addition"]["pay_url"]})
    await house.let_pass(3 * MINUTE_MS)
    house.to_mdms.cut = False
    view = await settled(house, driver, session, "energy_limit", after_ms=5 * MINUTE_MS)
    assert (view["addition"]["state"], view["used_wh"]) == ("refused", 2_000)
    assert view["payment"]["captured_yen"] == 84


async def test_the_answer_of_the_control_system_lost_twice_raises_the_limit_once(
    house: World, driver: Driver
) -> None:
    session = await running(house, driver)
    house.to_mdms.answers_lost += ["/limit", "/limit"]
    view = await being_added(house, driver, session)
    await driver.pays({"pay_url": view["addition"]["pay_url"]})
    await house.let_pass(MINUTE_MS)
    assert (await driver.sees(session))["addition"]["state"] == "added"
    rows = await GRID.ask("SELECT generation, limit_generation, energy_wh_max FROM mdms_request")
    assert rows == [{"generation": 2, "limit_generation": 1, "energy_wh_max": 4_000}]
    await settled(house, driver, session, "energy_limit", after_ms=80 * MINUTE_MS)


async def test_power_that_costs_nothing_is_added_without_a_hold(
    house: World, driver: Driver
) -> None:
    await house.new_price("harukaze", "solar", 0)
    await house.do(CAR, "plug_car", wanted_wh=9_000)
    session = await begun(house, driver, energy_wh=2_000)
    await house.let_pass(5_000)
    view = await adds(driver, session, await more(driver, session))
    assert view["addition"]["state"] == "applying"
    await house.let_pass(5_000)
    assert (await driver.sees(session))["energy_wh"] == 4_000
    await house.let_pass(90 * MINUTE_MS)
    assert (await driver.sees(session))["used_wh"] == 4_000
    await books_are_right(house)
