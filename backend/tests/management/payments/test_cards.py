"""A card is remembered when asked, pays without a page, and is forgotten for good."""

from typing import Any

import pytest

from konsento.foundation.databases import PEOPLE
from konsento.twin.tables import TWIN
from tests.management.charges import begun, over, settled
from tests.management.world import World
from tests.town import CAR, GOOD_CARD, MINUTE_MS, Driver, Json, Refused, key

ALWAYS_PROOF, PROOF_ONCE = "4000 0027 6000 3184", "4000 0025 0000 3155"
LATER_DECLINED = "4000 0000 0000 0341"


async def cards(driver: Driver) -> list[Json]:
    found: list[Json] = (await driver.said(await driver.get("/api/cards")))["cards"]
    return found


async def approves(driver: Driver, session: Json, *, do: str = "approve") -> None:
    """Answer the issuer, and come back."""
    answer = await driver.browser.post(session["pay_url"], data={"do": do})
    await driver.phone.get(answer.headers["location"])


async def remembered(house: World, driver: Driver, card: str = GOOD_CARD) -> Json:
    """A charge that was paid and stopped, after which the card is remembered."""
    session = await on(house, driver, remember_card=True)
    await driver.pays(session, card)
    if card in (ALWAYS_PROOF, PROOF_ONCE):
        await driver.browser.post(session["pay_url"], data={"do": "approve"})
    await house.let_pass(5_000)
    await driver.wants(session, "stop")
    await house.let_pass(MINUTE_MS)
    (card_view,) = await cards(driver)
    return card_view


async def on(house: World, driver: Driver, **more: Any) -> Json:
    quote = await driver.chooses(house.codes[CAR], "solar", "harukaze", energy_wh=2_000)
    return await driver.begins(quote, **more)


async def forget(driver: Driver, card: Json) -> int:
    path, headers = f"/api/cards/{card['card_id']}", {"Idempotency-Key": key()}
    return (await driver.phone.delete(path, headers=headers)).status_code


async def kept(kind: str) -> int:
    rows = await TWIN.ask("SELECT COUNT(*) AS n FROM twin_object WHERE kind = {}", kind)
    return int(rows[0]["n"])


async def test_a_card_is_remembered_only_when_asked(house: World, driver: Driver) -> None:
    session = await begun(house, driver)
    await driver.pays(session)
    await house.let_pass(5_000)
    assert await cards(driver) == []
    assert (await kept("Customer"), await kept("Method")) == (0, 0)
    await driver.wants(session, "stop")
    await over(house, driver, session, "settled", "driver")


async def test_a_remembered_card_is_shown_without_what_pays(house: World, driver: Driver) -> None:
    card = await remembered(house, driver)
    assert set(card) == {"card_id", "brand", "last4", "exp_month", "exp_year"}
    assert (card["brand"], card["last4"], card["exp_month"]) == ("visa", "4242", 12)
    assert "pm_" not in card["card_id"]
    answer = await driver.get("/api/cards")
    assert "pm_" not in answer.text
    assert "cus_" not in answer.text


async def test_a_remembered_card_charges_without_a_page(house: World, driver: Driver) -> None:
    card = await remembered(house, driver)
    await house.do(CAR, "plug_car")
    session = await on(house, driver, card_id=card["card_id"])
    assert (session["state"], session["pay_url"]) == ("starting", None)
    assert (session["payment"]["state"], session["payment"]["card_last4"]) == ("held", "4242")
    view = await settled(house, driver, session, "energy_limit", after_ms=50 * MINUTE_MS)
    assert view["payment"]["captured_yen"] == 84


async def test_the_same_card_typed_again_is_shown_once(house: World, driver: Driver) -> None:
    first = await remembered(house, driver)
    second = await remembered(house, driver)
    assert first["card_id"] != second["card_id"]
    assert await kept("Customer") == 1
    rows = await TWIN.ask("SELECT about FROM twin_object WHERE kind = 'Method' ORDER BY place")
    assert [bool(row["about"]) for row in rows] == [False, True]


@pytest.mark.parametrize(("do", "then"), [("approve", "charging"), ("refuse", "authorising")])
async def test_an_issuer_that_asks_is_answered_on_its_page(
    house: World, driver: Driver, do: str, then: str
) -> None:
    card = await remembered(house, driver, ALWAYS_PROOF)
    session = await on(house, driver, card_id=card["card_id"])
    assert session["state"] == "authorising"
    assert "/proof/pi_" in session["pay_url"]
    await approves(driver, session, do=do)
    assert (await driver.sees(session))["payment"]["state"] in {"checking", "held"}
    await house.let_pass(5_000)
    view = await driver.sees(session)
    assert view["state"] == then
    if then == "authorising":
        assert (view["payment"]["state"], view["pay_url"]) == ("refused", None)
    await driver.wants(session, "stop")
    ended = "settled" if then == "charging" else "cancelled"
    await over(house, driver, session, ended, "driver")


async def test_a_card_proven_when_it_was_saved_asks_no_more(house: World, driver: Driver) -> None:
    card = await remembered(house, driver, PROOF_ONCE)
    session = await on(house, driver, card_id=card["card_id"])
    assert session["state"] == "starting"
    await house.let_pass(2_000)
    await driver.wants(session, "stop")
    await over(house, driver, session, "settled", "driver")


async def test_a_remembered_card_that_is_declined_is_told_and_a_page_is_offered(
    house: World, driver: Driver
) -> None:
    await house.do(CAR, "plug_car")
    card = await remembered(house, driver, LATER_DECLINED)
    session = await on(house, driver, card_id=card["card_id"])
    assert (session["state"], session["payment"]["state"]) == ("authorising", "refused")
    assert session["pay_url"] is None
    again = await driver.wants(session, "payment")
    assert "/pay/cs_" in again["pay_url"]
    await driver.pays(again)
    await house.let_pass(5_000)
    assert (await driver.sees(session))["state"] == "charging"
    await driver.wants(session, "stop")
    await over(house, driver, session, "settled", "driver")


async def test_a_page_may_be_left_for_a_remembered_card(house: World, driver: Driver) -> None:
    card = await remembered(house, driver)
    session = await on(house, driver)
    assert session["pay_url"] is not None
    path = f"/api/sessions/{session['session_id']}/payment"
    view = await driver.said(await driver.post(path, {"card_id": card["card_id"]}))
    assert (view["state"], view["payment"]["state"]) == ("starting", "held")
    await house.let_pass(2_000)
    await driver.wants(session, "stop")
    await over(house, driver, session, "settled", "driver")


async def test_a_forgotten_card_pays_nothing_and_is_gone_at_the_provider(
    house: World, driver: Driver
) -> None:
    card = await remembered(house, driver)
    house.to_provider.answers_lost.append("/detach")
    assert (await forget(driver, card), await forget(driver, card)) == (204, 204)
    assert await cards(driver) == []
    with pytest.raises(Refused) as refused:
        await on(house, driver, card_id=card["card_id"])
    assert (refused.value.status, refused.value.slug) == (404, "unknown-card")
    await house.let_pass(MINUTE_MS)
    assert await TWIN.ask("SELECT id FROM twin_object WHERE kind = 'Method' AND about <> ''") == []
    assert await PEOPLE.ask("SELECT id FROM outbox") == []


async def test_a_card_forgotten_before_the_provider_was_asked_is_refused(
    house: World, driver: Driver
) -> None:
    card = await remembered(house, driver)
    house.to_provider.cut = True
    session = await on(house, driver, card_id=card["card_id"])
    assert (session["state"], session["payment"]["state"]) == ("authorising", "none")
    await forget(driver, card)
    house.to_provider.cut = False
    await house.let_pass(MINUTE_MS)
    assert (await driver.sees(session))["payment"]["state"] == "refused"
    await driver.wants(session, "stop")
    await over(house, driver, session, "cancelled", "driver")


async def test_another_persons_card_answers_as_a_missing_one(
    house: World, driver: Driver, neighbour: Driver
) -> None:
    card = await remembered(house, driver)
    assert await cards(neighbour) == []
    assert await forget(neighbour, card) == await forget(neighbour, {"card_id": "z"}) == 404
    for name in (card["card_id"], "0" * 26):
        with pytest.raises(Refused) as refused:
            await on(house, neighbour, card_id=name)
        assert (refused.value.status, refused.value.slug) == (404, "unknown-card")
    assert await PEOPLE.ask("SELECT COUNT(*) AS n FROM session") == [{"n": 1}]
    assert await cards(driver) == [card]


async def test_a_provider_away_at_the_order_holds_once_when_it_is_back(
    house: World, driver: Driver
) -> None:
    card = await remembered(house, driver)
    house.to_provider.answers_lost += ["/payment_intents", "/payment_intents"]
    session = await on(house, driver, card_id=card["card_id"])
    assert session["state"] == "authorising"
    await house.let_pass(MINUTE_MS)
    assert (await driver.sees(session))["state"] == "charging"
    assert await kept("Payment") == 2  # the first session's, and one
    await driver.wants(session, "stop")
    await over(house, driver, session, "settled", "driver")


async def test_a_failure_kept_under_the_key_does_not_stop_the_hold(
    house: World, driver: Driver
) -> None:
    card = await remembered(house, driver)
    house.provider.faults.plan("saved_500")
    session = await on(house, driver, card_id=card["card_id"])
    assert session["state"] == "authorising"
    await house.let_pass(MINUTE_MS)
    assert (await driver.sees(session))["state"] == "charging"
    await driver.wants(session, "stop")
    await over(house, driver, session, "settled", "driver")
