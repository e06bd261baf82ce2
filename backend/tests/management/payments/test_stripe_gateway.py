"""The gateway against Stripe's twin: held, captured, released, expired; twice is once."""

import pytest

from konsento.management.payments.gateway import CheckoutState, PaymentGateway
from konsento.management.payments.stripe_gateway import StripeGateway
from tests.management.payments.till import DAY_MS, held, order, pid, refused
from tests.twin.stage import DECLINED, POOR, PROOF, Stage


async def test_it_is_the_gateway_of_the_contract(gateway: StripeGateway) -> None:
    contract: PaymentGateway = gateway
    assert contract is gateway


async def test_an_open_checkout_holds_nothing(stage: Stage, gateway: StripeGateway) -> None:
    checkout = await gateway.open_checkout(order(stage), "k")
    assert await gateway.look(checkout.checkout_id) == CheckoutState(
        checkout_id=checkout.checkout_id, status="open", hold="none", url=checkout.url
    )


async def test_a_paid_checkout_holds_the_yen_until_a_day(
    stage: Stage, gateway: StripeGateway
) -> None:
    state = await held(stage, gateway)
    assert state == CheckoutState(
        checkout_id=state.checkout_id,
        status="complete",
        hold="held",
        payment_id=state.payment_id,
        held_yen=1200,
        capture_before_ms=stage.clock.now_ms() // 1000 * 1000 + 30 * DAY_MS,
        card_brand="visa",
        card_last4="4242",
    )


async def test_the_same_key_opens_one_checkout(stage: Stage, gateway: StripeGateway) -> None:
    first = await gateway.open_checkout(order(stage), "k")
    assert await gateway.open_checkout(order(stage), "k") == first
    other = gateway.open_checkout(order(stage, amount_yen=1300), "k")
    assert await refused(other) == "idempotency_error"


@pytest.mark.parametrize(
    ("number", "why"), [(DECLINED, "generic_decline"), (POOR, "insufficient_funds")]
)
async def test_a_refused_card_is_told_and_another_may_follow(
    stage: Stage, gateway: StripeGateway, number: str, why: str
) -> None:
    checkout = await gateway.open_checkout(order(stage), "k")
    await stage.pay(checkout.checkout_id, number)
    state = await gateway.look(checkout.checkout_id)
    assert (state.status, state.hold, state.held_yen) == ("open", "none", 0)
    assert (state.last_decline, state.url) == (why, checkout.url)
    await stage.pay(checkout.checkout_id)
    state = await gateway.look(checkout.checkout_id)
    assert (state.status, state.hold, state.last_decline) == ("complete", "held", None)


async def test_a_proof_still_owed_holds_nothing(stage: Stage, gateway: StripeGateway) -> None:
    checkout = await gateway.open_checkout(order(stage), "k")
    await stage.pay(checkout.checkout_id, PROOF)
    state = await gateway.look(checkout.checkout_id)
    assert (state.status, state.hold, state.held_yen) == ("open", "none", 0)
    await stage.press(checkout.checkout_id, "refuse")
    state = await gateway.look(checkout.checkout_id)
    assert state.last_decline == "payment_intent_authentication_failure"
    await stage.pay(checkout.checkout_id, PROOF)
    await stage.press(checkout.checkout_id, "approve")
    assert (await gateway.look(checkout.checkout_id)).hold == "held"


async def test_a_capture_takes_what_was_metered_and_frees_the_rest(
    stage: Stage, gateway: StripeGateway
) -> None:
    before = await held(stage, gateway)
    taken = await gateway.capture(pid(before), 734, "c")
    assert (taken.hold, taken.captured_yen, taken.held_yen) == ("captured", 734, 0)
    assert (taken.card_brand, taken.card_last4, taken.capture_before_ms) == ("visa", "4242", None)
    after = await gateway.look(before.checkout_id)
    assert (after.hold, after.captured_yen) == ("captured", 734)


@pytest.mark.parametrize("key", ["c", "another"])
async def test_capturing_twice_takes_once(stage: Stage, gateway: StripeGateway, key: str) -> None:
    state = await held(stage, gateway)
    first = await gateway.capture(pid(state), 734, "c")
    assert await gateway.capture(pid(state), 734, key) == first
    other = gateway.capture(pid(state), 700, "third")
    assert await refused(other) == "payment_intent_unexpected_state"


@pytest.mark.parametrize(
    ("amount_yen", "code"), [(1201, "amount_too_large"), (49, "amount_too_small")]
)
async def test_a_capture_out_of_bounds_is_refused_and_the_hold_stays(
    stage: Stage, gateway: StripeGateway, amount_yen: int, code: str
) -> None:
    state = await held(stage, gateway)
    assert await refused(gateway.capture(pid(state), amount_yen, "c")) == code
    assert (await gateway.look(state.checkout_id)).held_yen == 1200


@pytest.mark.parametrize("key", ["r", "another"])
async def test_releasing_twice_releases_once(
    stage: Stage, gateway: StripeGateway, key: str
) -> None:
    state = await held(stage, gateway)
    first = await gateway.release(pid(state), "r")
    assert (first.hold, first.held_yen, first.captured_yen) == ("cancelled", 0, 0)
    assert await gateway.release(pid(state), key) == first


async def test_what_is_captured_is_not_released_and_what_is_released_not_captured(
    stage: Stage, gateway: StripeGateway
) -> None:
    taken, freed = await held(stage, gateway, "a"), await held(stage, gateway, "b")
    await gateway.capture(pid(taken), 500, "c")
    await gateway.release(pid(freed), "r")
    late = gateway.release(pid(taken), "r2")
    assert await refused(late) == "payment_intent_unexpected_state"
    late_capture = gateway.capture(pid(freed), 500, "c2")
    assert await refused(late_capture) == "payment_intent_unexpected_state"


async def test_a_hold_that_lapsed_is_gone(stage: Stage, gateway: StripeGateway) -> None:
    state = await held(stage, gateway)
    await stage.clock.advance(30 * DAY_MS)
    gone = await gateway.look(state.checkout_id)
    assert (gone.hold, gone.held_yen, gone.capture_before_ms) == ("cancelled", 0, None)
    assert (await gateway.release(pid(state), "r")).hold == "cancelled"
    assert await refused(gateway.capture(pid(state), 500, "c")) == "payment_intent_unexpected_state"


@pytest.mark.parametrize("key", ["e", "another"])
async def test_expiring_twice_expires_once(stage: Stage, gateway: StripeGateway, key: str) -> None:
    checkout = await gateway.open_checkout(order(stage), "k")
    first = await gateway.expire(checkout.checkout_id, "e")
    assert (first.status, first.hold, first.url) == ("expired", "none", None)
    assert await gateway.expire(checkout.checkout_id, key) == first


async def test_a_driver_who_paid_first_wins_over_expiry(
    stage: Stage, gateway: StripeGateway
) -> None:
    state = await held(stage, gateway)
    assert await gateway.expire(state.checkout_id, "e") == state


async def test_an_expired_checkout_ends_the_try_on_it(stage: Stage, gateway: StripeGateway) -> None:
    checkout = await gateway.open_checkout(order(stage), "k")
    await stage.pay(checkout.checkout_id, PROOF)
    state = await gateway.expire(checkout.checkout_id, "e")
    assert (state.status, state.hold) == ("expired", "cancelled")
