"""Webhooks arrive signed, more than once, out of order, and again until they are taken."""

from collections.abc import Callable

import httpx
import msgspec
import pytest
import stripe
from hypothesis import given, settings
from hypothesis import strategies as st

from konsento.twin.courier import Courier, backoff_ms
from konsento.twin.limits import BACKOFF_MS_MAX, DELIVERY_TRIES_MAX
from konsento.twin.tables import TWIN
from tests.twin.stage import PROOF, Stage

SECRET = "whsec_stage"
HOOK = "https://shop.test/hook"


class Receiver:
    """A merchant's hook: writes down what comes, and answers as it is told."""

    def __init__(self, status: Callable[[], int] = lambda: 200) -> None:
        self.status = status
        self.bodies: list[bytes] = []
        self.signatures: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert str(request.url) == HOOK
        self.bodies.append(request.content)
        self.signatures.append(request.headers["stripe-signature"])
        status = self.status()
        if status == 0:
            raise httpx.ConnectError("nobody there", request=request)
        return httpx.Response(status)

    @property
    def kinds(self) -> list[str]:
        return [msgspec.json.decode(body)["type"] for body in self.bodies]

    @property
    def names(self) -> list[str]:
        return [msgspec.json.decode(body)["id"] for body in self.bodies]


def courier(stage: Stage, receiver: Receiver) -> Courier:
    client = httpx.AsyncClient(transport=httpx.MockTransport(receiver))
    return Courier(stage.world, client=client, hook_url=HOOK, hook_secret=SECRET)


async def run(stage: Stage, carrier: Courier, for_ms: int, step_ms: int = 100) -> None:
    for _ in range(0, for_ms, step_ms):
        await carrier.deliver_due()
        await stage.clock.advance(step_ms)


async def owed() -> int:
    return int((await TWIN.ask("SELECT COUNT(*) AS n FROM twin_delivery"))[0]["n"])


async def test_a_payment_is_told_twice_and_in_the_wrong_order(stage: Stage) -> None:
    receiver = Receiver()
    await stage.held()
    await run(stage, courier(stage, receiver), 3000)
    first, second = "checkout.session.completed", "payment_intent.amount_capturable_updated"
    assert receiver.kinds == [first, second, first, second]
    assert len(set(receiver.names)) == 2
    assert await owed() == 0


async def test_a_provider_that_is_late_tells_the_same_later(stage: Stage) -> None:
    receiver = Receiver()
    stage.world.faults.hooks_late_ms = 60_000
    await stage.held()
    stage.world.faults.hooks_late_ms = 0
    await run(stage, courier(stage, receiver), 60_000, step_ms=1_000)
    assert receiver.kinds == []
    await run(stage, courier(stage, receiver), 3_000)
    assert len(receiver.kinds) == 4
    assert await owed() == 0


async def test_the_sdk_takes_the_signature(stage: Stage) -> None:
    receiver = Receiver()
    await stage.held()
    await run(stage, courier(stage, receiver), 500)
    for body, signature in zip(receiver.bodies, receiver.signatures, strict=True):
        stripe.WebhookSignature.verify_header(body, signature, SECRET, None)
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.WebhookSignature.verify_header(body + b" ", signature, SECRET, None)


@pytest.mark.parametrize("status", [500, 400, 302, 0])
async def test_a_webhook_is_sent_again_until_it_is_taken(stage: Stage, status: int) -> None:
    answers = iter([status] * 5)
    receiver = Receiver(lambda: next(answers, 200))
    session = await stage.opened()
    await stage.sdk().checkout.sessions.expire_async(session.id)
    await run(stage, courier(stage, receiver), 20_000, 200)
    assert len(receiver.bodies) == 7
    assert len(set(receiver.names)) == 1
    assert len(set(receiver.signatures)) > 1
    assert await owed() == 0


async def test_a_webhook_nobody_takes_is_given_up(stage: Stage) -> None:
    receiver = Receiver(lambda: 500)
    session = await stage.opened()
    await stage.sdk().checkout.sessions.expire_async(session.id)
    await run(stage, courier(stage, receiver), 5_000_000, 60_000)
    assert len(receiver.bodies) == 2 * DELIVERY_TRIES_MAX
    assert await owed() == 0


@settings(deadline=None, derandomize=True)
@given(st.integers(1, DELIVERY_TRIES_MAX))
def test_the_pause_before_the_next_try_grows_within_a_bound(tries: int) -> None:
    assert 0 < backoff_ms(tries) <= BACKOFF_MS_MAX
    assert backoff_ms(tries) <= backoff_ms(tries + 1)


async def test_time_alone_is_told_too(stage: Stage) -> None:
    receiver = Receiver()
    carrier = courier(stage, receiver)
    await stage.opened()
    await stage.held()
    await run(stage, carrier, 3000)
    receiver.bodies.clear()
    await stage.clock.advance(31 * 86_400_000)
    assert await carrier.let_lapse() == 2
    assert await carrier.let_lapse() == 0
    await run(stage, carrier, 3000)
    assert set(receiver.kinds) == {
        "checkout.session.expired",
        "charge.expired",
        "payment_intent.canceled",
    }


async def test_every_doing_is_told(stage: Stage) -> None:
    receiver = Receiver()
    sdk = stage.sdk()
    session = await stage.opened()
    await stage.pay(session.id, PROOF)
    await stage.press(session.id, "refuse")
    await stage.pay(session.id)
    paid = await sdk.checkout.sessions.retrieve_async(session.id)
    await sdk.payment_intents.capture_async(paid.payment_intent)
    await sdk.refunds.create_async({"payment_intent": paid.payment_intent})
    await sdk.payment_intents.cancel_async(await stage.held())
    await run(stage, courier(stage, receiver), 3000)
    assert set(receiver.kinds) == {
        "payment_intent.requires_action",
        "payment_intent.payment_failed",
        "payment_intent.amount_capturable_updated",
        "checkout.session.completed",
        "payment_intent.succeeded",
        "payment_intent.canceled",
        "refund.created",
    }


async def test_old_keys_are_forgotten(stage: Stage) -> None:
    await stage.sdk().checkout.sessions.create_async(stage.order(), {"idempotency_key": "k"})
    await stage.clock.advance(86_400_000)
    await courier(stage, Receiver()).let_lapse()
    assert (await TWIN.ask("SELECT COUNT(*) AS n FROM twin_key"))[0]["n"] == 0
