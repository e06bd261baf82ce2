"""Cards that are kept: saved on a page, charged without one, proven, refused, forgotten."""

from typing import Any

import pytest
import stripe

from tests.twin.stage import GOOD, PROOF, Stage

ALWAYS, LATER = "4000 0027 6000 3184", "4000 0000 0000 0341"
BACK = "https://shop.test/pay/returned/s1"
EXPANDED = {"expand": ["payment_intent.latest_charge", "payment_intent.payment_method"]}


def keeping(stage: Stage, **more: Any) -> dict[str, Any]:
    order = stage.order(**more)
    order["payment_intent_data"]["setup_future_usage"] = "on_session"
    return order


async def saved(stage: Stage, number: str = GOOD) -> Any:
    """The payment of a page on which the card was kept."""
    sdk = stage.sdk()
    session = await sdk.checkout.sessions.create_async(keeping(stage, customer_creation="always"))
    await stage.pay(session.id, number)
    if number in (PROOF, ALWAYS):
        await stage.press(session.id, "approve")
    return (await sdk.checkout.sessions.retrieve_async(session.id, EXPANDED)).payment_intent


async def charged(stage: Stage, payment: Any, **more: Any) -> Any:
    """A new payment on the card that was kept."""
    order = {
        "amount": 500, "currency": "jpy", "customer": payment.customer,
        "payment_method": payment.payment_method.id, "confirm": True,
        "capture_method": "manual", "return_url": BACK, "metadata": {"session_id": "s2"},
    }  # fmt: skip
    return await stage.sdk().payment_intents.create_async(order | more)


async def test_a_page_keeps_the_card_only_when_it_was_opened_to(stage: Stage) -> None:
    session = await stage.opened()
    await stage.pay(session.id)
    plain = await stage.sdk().checkout.sessions.retrieve_async(session.id, EXPANDED)
    assert (plain.customer, plain.payment_intent.payment_method) == (None, None)
    payment = await saved(stage)
    card = payment.payment_method.card
    assert payment.setup_future_usage == "on_session"
    assert (card.brand, card.last4, card.exp_month) == ("visa", "4242", 12)
    assert (await stage.sdk().customers.retrieve_async(payment.customer)).id == payment.customer


async def test_a_kept_card_is_held_without_a_page_and_captured(stage: Stage) -> None:
    payment = await charged(stage, await saved(stage))
    assert (payment.status, payment.amount_capturable) == ("requires_capture", 500)
    assert payment.next_action is None
    taken = await stage.sdk().payment_intents.capture_async(payment.id, {"amount_to_capture": 400})
    assert taken.amount_received == 400


async def test_a_refused_kept_card_is_an_error_with_its_payment(stage: Stage) -> None:
    kept = await saved(stage, LATER)
    with pytest.raises(stripe.CardError) as caught:
        await charged(stage, kept)
    worded: Any = caught.value.error
    assert (worded.code, worded.decline_code) == ("card_declined", "generic_decline")
    left = await stage.sdk().payment_intents.retrieve_async(worded.payment_intent.id)
    assert left.status == "requires_payment_method"
    gone = await stage.sdk().payment_intents.cancel_async(left.id)
    assert gone.status == "canceled"


@pytest.mark.parametrize(
    ("do", "status", "told"),
    [("approve", "requires_capture", "succeeded"), ("refuse", "requires_payment_method", "failed")],
)
async def test_an_issuer_asks_on_its_own_page_and_leads_back(
    stage: Stage, do: str, status: str, told: str
) -> None:
    payment = await charged(stage, await saved(stage, ALWAYS))
    asked = payment.next_action.redirect_to_url
    assert (payment.status, asked.return_url) == ("requires_action", BACK)
    page = await stage.browser.get(asked.url)
    assert page.status_code == 200
    assert "3184" in page.text
    assert "form-action 'self' https://shop.test" in page.headers["content-security-policy"]
    for _ in range(2):  # pressed twice, it leads back twice
        answer = await stage.browser.post(asked.url, data={"do": do})
        assert answer.headers["location"].startswith(f"{BACK}?")
        assert answer.headers["location"].endswith(f"redirect_status={told}")
    assert (await stage.sdk().payment_intents.retrieve_async(payment.id)).status == status


async def test_a_card_proven_when_it_was_kept_is_asked_no_more(stage: Stage) -> None:
    assert (await charged(stage, await saved(stage, PROOF))).status == "requires_capture"


async def test_a_proof_of_nothing_leads_nowhere(stage: Stage) -> None:
    held = await stage.held()
    for name in ("pi_nobody", held):
        for answer in (
            await stage.browser.get(f"/sandbox/proof/{name}"),
            await stage.browser.post(f"/sandbox/proof/{name}", data={"do": "approve"}),
        ):
            assert answer.status_code == 404


async def test_a_detached_card_pays_no_more(stage: Stage) -> None:
    sdk, payment = stage.sdk(), await saved(stage)
    method = payment.payment_method.id
    listed = await sdk.customers.payment_methods.list_async(payment.customer)
    assert [one.id for one in listed.data] == [method]
    assert (await sdk.payment_methods.detach_async(method)).customer is None
    with pytest.raises(stripe.InvalidRequestError):
        await sdk.payment_methods.detach_async(method)
    with pytest.raises(stripe.InvalidRequestError):
        await charged(stage, payment)
    assert (await sdk.payment_methods.retrieve_async(method)).customer is None
    listed = await sdk.customers.payment_methods.list_async(payment.customer)
    assert listed.data == []


async def test_a_known_customer_keeps_a_second_card(stage: Stage) -> None:
    sdk, first = stage.sdk(), await saved(stage)
    order = keeping(stage, customer=first.customer)
    session = await sdk.checkout.sessions.create_async(order)
    await stage.pay(session.id)
    seen = await sdk.checkout.sessions.retrieve_async(session.id)
    assert seen.customer == first.customer
    listed = await sdk.payment_intents.list_async({"customer": first.customer})
    assert len(listed.data) == 2


@pytest.mark.parametrize(
    "more",
    [
        {"confirm": False},
        {"customer": "cus_nobody"},
        {"payment_method": "pm_nobody"},
        {"amount": 49},
        {"payment_method_types": ["card"]},
        {"surprise": "1"},
    ],
)
async def test_what_stripe_would_not_take_is_not_taken(stage: Stage, more: dict[str, Any]) -> None:
    kept = await saved(stage)
    with pytest.raises(stripe.InvalidRequestError):
        await charged(stage, kept, **more)
