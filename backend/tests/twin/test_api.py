"""Stripe's unmodified SDK against the twin: every call, and every refusal in Stripe's shape."""

from typing import Any

import pytest
import stripe

from tests.twin.stage import API_KEY, BASE, DECLINED, POOR, PROOF, Stage


async def refused(call: Any, kind: type[stripe.StripeError] = stripe.InvalidRequestError) -> str:
    """The code of the error the SDK raises."""
    with pytest.raises(kind) as caught:
        await call
    return str(caught.value.code)


async def test_a_session_opens_with_a_page(stage: Stage) -> None:
    session = await stage.opened()
    assert session.url == f"{BASE}/pay/{session.id}"
    assert (session.status, session.payment_status, session.payment_intent) == (
        "open",
        "unpaid",
        None,
    )
    assert (session.amount_total, session.currency, session.livemode) == (1200, "jpy", False)


async def test_a_paid_page_holds_the_money_until_captured(stage: Stage) -> None:
    sdk = stage.sdk()
    session = await stage.opened()
    await stage.pay(session.id)
    seen = await sdk.checkout.sessions.retrieve_async(
        session.id, {"expand": ["payment_intent.latest_charge"]}
    )
    money = seen.payment_intent
    card = money.latest_charge.payment_method_details.card
    assert (seen.status, seen.payment_status, seen.url) == ("complete", "unpaid", None)
    assert (money.status, money.amount_capturable) == ("requires_capture", 1200)
    assert (card.brand, card.last4) == ("visa", "4242")
    assert card.capture_before == stage.clock.now_ms() // 1000 + 30 * 86_400
    assert money.metadata["session_id"] == "s1"
    taken = await sdk.payment_intents.capture_async(money.id, {"amount_to_capture": 700})
    assert (taken.status, taken.amount_received, taken.amount_capturable) == ("succeeded", 700, 0)
    assert (await sdk.checkout.sessions.retrieve_async(session.id)).payment_status == "paid"


async def test_a_hold_is_let_go(stage: Stage) -> None:
    gone = await stage.sdk().payment_intents.cancel_async(
        await stage.held(), {"cancellation_reason": "abandoned"}
    )
    assert (gone.status, gone.cancellation_reason, gone.amount_capturable) == (
        "canceled",
        "abandoned",
        0,
    )


@pytest.mark.parametrize(
    ("number", "code", "decline"),
    [(DECLINED, "card_declined", "generic_decline"), (POOR, "card_declined", "insufficient_funds")],
)
async def test_a_declined_card_leaves_the_session_open(
    stage: Stage, number: str, code: str, decline: str
) -> None:
    session = await stage.opened()
    await stage.pay(session.id, number)
    seen = await stage.sdk().checkout.sessions.retrieve_async(
        session.id, {"expand": ["payment_intent"]}
    )
    failure = seen.payment_intent.last_payment_error
    assert (seen.status, seen.payment_intent.status) == ("open", "requires_payment_method")
    assert (failure.code, failure.decline_code) == (code, decline)


async def test_captures_keep_stripes_bounds(stage: Stage) -> None:
    payments, held = stage.sdk().payment_intents, await stage.held()
    too_much = payments.capture_async(held, {"amount_to_capture": 1201})
    assert await refused(too_much) == "amount_too_large"
    too_little = payments.capture_async(held, {"amount_to_capture": 49})
    assert await refused(too_little) == "amount_too_small"
    nothing = payments.capture_async(held, {"amount_to_capture": 0})
    assert await refused(nothing) == "parameter_invalid_integer"
    await payments.capture_async(held, {"amount_to_capture": 1200})
    again = payments.capture_async(held, {"amount_to_capture": 50})
    assert await refused(again) == "payment_intent_unexpected_state"
    assert await refused(payments.cancel_async(held)) == "payment_intent_unexpected_state"


async def test_a_cancelled_hold_is_not_captured(stage: Stage) -> None:
    payments, held = stage.sdk().payment_intents, await stage.held()
    await payments.cancel_async(held)
    assert await refused(payments.capture_async(held)) == "payment_intent_unexpected_state"
    assert await refused(payments.cancel_async(held)) == "payment_intent_unexpected_state"


async def test_a_payment_of_an_open_page_is_not_cancelled_behind_its_back(stage: Stage) -> None:
    session = await stage.opened()
    await stage.pay(session.id, PROOF)
    seen = await stage.sdk().checkout.sessions.retrieve_async(session.id)
    cancel = stage.sdk().payment_intents.cancel_async(seen.payment_intent)
    assert await refused(cancel) == "payment_intent_unexpected_state"


async def test_an_expired_session_stays_expired_and_a_paid_one_is_not_expired(stage: Stage) -> None:
    sessions = stage.sdk().checkout.sessions
    session, paid = await stage.opened(), await stage.opened()
    assert (await sessions.expire_async(session.id)).status == "expired"
    await refused(sessions.expire_async(session.id))
    await stage.pay(paid.id)
    await refused(sessions.expire_async(paid.id))


async def test_expiring_a_page_ends_the_payment_that_was_tried_on_it(stage: Stage) -> None:
    session = await stage.opened()
    await stage.pay(session.id, PROOF)
    ended = await stage.sdk().checkout.sessions.expire_async(
        session.id, {"expand": ["payment_intent"]}
    )
    assert (ended.status, ended.payment_intent.status) == ("expired", "canceled")


async def test_time_alone_expires_the_page_and_later_the_hold(stage: Stage) -> None:
    sdk = stage.sdk()
    page, held = await stage.opened(), await stage.held()
    await stage.clock.advance(3600 * 1000 - 1000)
    assert (await sdk.checkout.sessions.retrieve_async(page.id)).status == "open"
    await stage.clock.advance(1000)
    assert (await sdk.checkout.sessions.retrieve_async(page.id)).status == "expired"
    assert (await sdk.payment_intents.retrieve_async(held)).status == "requires_capture"
    await stage.clock.advance(30 * 86_400_000)
    gone = await sdk.payment_intents.retrieve_async(held)
    assert (gone.status, gone.cancellation_reason) == ("canceled", "expired")


async def test_refunds_give_back_what_was_taken_and_no_more(stage: Stage) -> None:
    sdk, held = stage.sdk(), await stage.held()
    early = sdk.refunds.create_async({"payment_intent": held})
    assert await refused(early) == "payment_intent_unexpected_state"
    await sdk.payment_intents.capture_async(held, {"amount_to_capture": 1000})
    part = await sdk.refunds.create_async({"payment_intent": held, "amount": 300})
    assert (part.status, part.amount) == ("succeeded", 300)
    await refused(sdk.refunds.create_async({"payment_intent": held, "amount": 701}))
    rest = await sdk.refunds.create_async({"payment_intent": held})
    assert rest.amount == 700
    over = sdk.refunds.create_async({"payment_intent": held, "amount": 1})
    assert await refused(over) == "charge_already_refunded"
    listed = await sdk.refunds.list_async({"payment_intent": held})
    assert [one.id for one in listed.data] == [rest.id, part.id]
    assert (await sdk.refunds.retrieve_async(part.id)).amount == 300


async def test_listings_are_newest_first_paged_and_narrowed(stage: Stage) -> None:
    sessions = stage.sdk().checkout.sessions
    made = []
    for _ in range(5):
        made.append((await stage.opened()).id)
        await stage.clock.advance(1000)
    await sessions.expire_async(made[0])
    page = await sessions.list_async({"limit": 2})
    assert ([one.id for one in page.data], page.has_more) == ([made[4], made[3]], True)
    names = [one.id async for one in page.auto_paging_iter()]
    assert names == made[::-1]
    since = stage.clock.now_ms() // 1000 - 2
    recent = await sessions.list_async({"created": {"gte": since}})
    assert ([one.id for one in recent.data], recent.has_more) == ([made[4], made[3]], False)
    older = await sessions.list_async({"created": {"lt": since, "gt": since - 3}})
    assert [one.id for one in older.data] == [made[2], made[1]]
    expired = await sessions.list_async({"status": "expired"})
    assert [one.id for one in expired.data] == [made[0]]
    await refused(sessions.list_async({"starting_after": "cs_test_nobody"}))


async def test_payments_are_listed_and_found_from_their_session(stage: Stage) -> None:
    sdk, held = stage.sdk(), await stage.held()
    other = await stage.held(500)
    both = await sdk.payment_intents.list_async({"expand": ["data.latest_charge"]})
    assert [one.id for one in both.data] == [other, held]
    assert both.data[0].latest_charge.amount == 500
    of_one = await sdk.checkout.sessions.list_async({"payment_intent": held})
    assert [one.payment_intent for one in of_one.data] == [held]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"payment_method_types": ["card"]}, "payment_method_types_no_longer_supported"),
        ({"ui_mode": "hosted"}, "None"),
        ({"surprise": "1"}, "parameter_unknown"),
        ({"payment_intent_data": {"surprise": "1"}}, "parameter_unknown"),
        ({"mode": "subscription"}, "None"),
        ({"success_url": "javascript:alert(1)"}, "url_invalid"),
        ({"success_url": "https://a.test/\r\nX: 1"}, "url_invalid"),
        ({"expires_at": 0}, "None"),
        ({"line_items": []}, "parameter_missing"),
        ({"metadata": {"k" * 41: "v"}}, "None"),
        ({"expand": ["customer"]}, "None"),
    ],
)
async def test_what_stripe_would_not_take_is_not_taken(
    stage: Stage, more: dict[str, Any], code: str
) -> None:
    assert await refused(stage.opened(**more)) == code
    assert not (await stage.sdk().checkout.sessions.list_async()).data


@pytest.mark.parametrize("amount", ["12.5", "1e3", "-5", "١٢", " 100", "1" * 16])
async def test_an_amount_is_a_whole_number_of_yen(stage: Stage, amount: Any) -> None:
    assert await refused(stage.opened(amount)) == "parameter_invalid_integer"


async def test_a_stranger_and_a_live_key_are_turned_away(stage: Stage) -> None:
    for key in ("sk_test_other", "sk_live_real"):
        call = stage.sdk(key).checkout.sessions.create_async(stage.order())
        await refused(call, stripe.AuthenticationError)


async def test_ids_that_name_nothing_and_paths_that_lead_nowhere_are_404(stage: Stage) -> None:
    sdk = stage.sdk()
    assert await refused(sdk.payment_intents.retrieve_async("pi_none")) == "resource_missing"
    assert await refused(sdk.checkout.sessions.retrieve_async("cs_none")) == "resource_missing"
    assert await refused(sdk.payment_intents.capture_async("cs_none")) == "resource_missing"
    await refused(sdk.customers.list_async())


async def test_a_form_that_cannot_be_read_is_worded_as_stripe_does(stage: Stage) -> None:
    answer = await stage.browser.post(
        "/sandbox/v1/refunds",
        content=b"a[=1",
        headers={"Authorization": f"Bearer {API_KEY}"},
    )
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request_error"
