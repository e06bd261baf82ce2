"""Whatever the gateway sends, the pinned SDK's own types allow, and so does the twin's table."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec
import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from stripe.params import (
    PaymentIntentCancelParams,
    PaymentIntentCaptureParams,
    PaymentIntentCreateParams,
    PaymentIntentListParams,
    PaymentIntentRetrieveParams,
    PaymentMethodDetachParams,
)
from stripe.params.checkout import (
    SessionCreateParams,
    SessionExpireParams,
    SessionListParams,
    SessionRetrieveParams,
)

from konsento.management.payments.gateway import (
    CardOrder,
    GatewayRefused,
    HoldOrder,
)
from konsento.management.payments.stripe_cards import card_params
from konsento.management.payments.stripe_gateway import StripeGateway
from konsento.management.payments.stripe_wire import order_params
from konsento.twin import params as twin_params
from konsento.twin.form import Value, read_form
from tests.management.payments.sdk_types import adapter
from tests.twin.stage import Hasty

orders = st.builds(
    HoldOrder,
    session_id=st.text("abcdef0123456789", min_size=1, max_size=120),
    attempt=st.integers(1, 999),
    amount_yen=st.integers(50, 999_999),
    description=st.text(min_size=1, max_size=250),
    language=st.sampled_from(["ja", "en"]),
    success_url=st.just("https://shop.test/s/1"),
    cancel_url=st.just("https://shop.test/s/1"),
    expires_at_s=st.integers(1_700_000_000, 2_000_000_000),
    email=st.none() | st.just("driver@example.test"),
    remember=st.booleans(),
    customer_id=st.none() | st.just("cus_1"),
)
card_orders = st.builds(
    CardOrder,
    session_id=st.text("abcdef0123456789", min_size=1, max_size=120),
    attempt=st.integers(1, 999),
    amount_yen=st.integers(50, 999_999),
    description=st.text(min_size=1, max_size=250),
    customer_id=st.just("cus_1"),
    method_id=st.just("pm_1"),
    return_url=st.just("https://shop.test/pay/returned/1"),
)
CARD_ORDER = CardOrder(
    session_id="s1",
    attempt=2,
    amount_yen=1200,
    description="EV充電",
    customer_id="cus_1",
    method_id="pm_1",
    return_url="https://shop.test/pay/returned/s1",
)
ORDER = HoldOrder(
    session_id="s1",
    attempt=1,
    amount_yen=1200,
    description="EV充電",
    language="ja",
    success_url="https://shop.test/s/1",
    cancel_url="https://shop.test/s/1",
    expires_at_s=1_795_222_800,
)
SESSION = {
    "id": "cs_1",
    "object": "checkout.session",
    "status": "expired",
    "url": "https://checkout.test/cs_1",
    "metadata": {"session_id": "s1", "attempt": "1"},
    "payment_intent": None,
}
PAYMENT = {
    "id": "pi_1",
    "object": "payment_intent",
    "status": "succeeded",
    "currency": "jpy",
    "amount_capturable": 0,
    "amount_received": 700,
}
REFUSED = {"error": {"type": "invalid_request_error", "code": "payment_intent_unexpected_state"}}


class Stripe:
    """Answers every path once in the expected shape, and writes down what was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, Any], dict[str, str]]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        split = urlsplit(str(request.url))
        raw = request.content if request.method == "POST" else split.query.encode()
        path = split.path.removeprefix("/v1/")
        sent = {name: listed(value) for name, value in read_form(raw).items()}
        self.asked.append((request.method, path, sent, dict(request.headers)))
        if path.endswith(("capture", "cancel")):
            return httpx.Response(400, json=REFUSED)
        if path == "payment_intents" and request.method == "GET":
            return httpx.Response(200, json={"object": "list", "data": [], "has_more": False})
        if path.endswith("detach"):
            return httpx.Response(200, json={"id": "pm_1", "object": "payment_method"})
        if path.startswith("payment_intents"):
            return httpx.Response(200, json=PAYMENT)
        if request.method == "GET" and path == "checkout/sessions":
            return httpx.Response(
                200, json={"object": "list", "data": [SESSION], "has_more": False}
            )
        return httpx.Response(200, json=SESSION)

    def sent(self, method: str, path: str) -> dict[str, Any]:
        return next(sent for verb, at, sent, _ in self.asked if (verb, at) == (method, path))


def listed(value: Value) -> Any:
    """The form's tree with its numbered branches as lists."""
    if isinstance(value, str):
        return value
    if value and all(name.isdigit() for name in value):
        return [listed(value[name]) for name in sorted(value, key=int)]
    return {name: listed(below) for name, below in value.items()}


@pytest_asyncio.fixture
async def stripe_asked() -> AsyncIterator[Stripe]:
    """A Stripe that was asked everything the gateway can ask."""
    stripe = Stripe()
    gateway = StripeGateway(
        secret_key="sk_test_x",
        webhook_secret="whsec_x",
        sandbox=True,
        retries=0,
        http=Hasty(httpx.MockTransport(stripe)),
    )
    await gateway.open_checkout(ORDER, "k1")
    await gateway.find("s1", 1, since_ms=1_795_219_200_000)
    await gateway.expire("cs_1", "k2")
    await gateway.capture("pi_1", 700, "k3")
    with pytest.raises(GatewayRefused, match="payment_intent_unexpected_state"):
        await gateway.release("pi_1", "k4")
    await gateway.hold_on_card(CARD_ORDER, "k5")
    assert await gateway.find_on_card("s1", 2, "cus_1", since_ms=1_795_219_200_000) is None
    await gateway.forget_card("pm_1", "k6")
    yield stripe
    await gateway.close()


@settings(deadline=None, derandomize=True)
@given(orders)
def test_every_order_fits_the_sdks_types(order: HoldOrder) -> None:
    adapter(SessionCreateParams, strict=True).validate_python(order_params(order))


@settings(deadline=None, derandomize=True)
@given(card_orders)
def test_every_order_on_a_card_fits_the_sdks_types(order: CardOrder) -> None:
    adapter(PaymentIntentCreateParams, strict=True).validate_python(card_params(order))


@pytest.mark.parametrize(
    ("method", "path", "params", "fields"),
    [
        ("POST", "payment_intents", PaymentIntentCreateParams, twin_params.PAYMENT_CREATE),
        ("GET", "payment_intents", PaymentIntentListParams, twin_params.PAYMENT_LIST),
        (
            "POST",
            "payment_methods/pm_1/detach",
            PaymentMethodDetachParams,
            twin_params.ONLY_EXPAND,
        ),
        ("POST", "checkout/sessions", SessionCreateParams, twin_params.SESSION_CREATE),
        ("GET", "checkout/sessions", SessionListParams, twin_params.SESSION_LIST),
        ("GET", "checkout/sessions/cs_1", SessionRetrieveParams, twin_params.ONLY_EXPAND),
        ("POST", "checkout/sessions/cs_1/expire", SessionExpireParams, twin_params.ONLY_EXPAND),
        ("GET", "payment_intents/pi_1", PaymentIntentRetrieveParams, twin_params.ONLY_EXPAND),
        (
            "POST",
            "payment_intents/pi_1/capture",
            PaymentIntentCaptureParams,
            twin_params.PAYMENT_CAPTURE,
        ),
        (
            "POST",
            "payment_intents/pi_1/cancel",
            PaymentIntentCancelParams,
            twin_params.PAYMENT_CANCEL,
        ),
    ],
)
async def test_what_goes_over_the_wire_fits_the_sdks_types(
    stripe_asked: Stripe, method: str, path: str, params: type, fields: twin_params.Table
) -> None:
    sent = stripe_asked.sent(method, path)
    adapter(params, strict=False).validate_python(sent)
    assert set(sent) <= set(fields)


async def test_every_order_that_changes_something_carries_its_key(stripe_asked: Stripe) -> None:
    keys = [
        headers.get("idempotency-key")
        for method, _, _, headers in stripe_asked.asked
        if method == "POST"
    ]
    assert keys == ["k1", "k2", "k3", "k4", "k5", "k6"]


async def test_an_order_says_who_what_and_how_much(stripe_asked: Stripe) -> None:
    sent = stripe_asked.sent("POST", "checkout/sessions")
    who = {"session_id": "s1", "attempt": "1"}
    assert sent["metadata"] == sent["payment_intent_data"]["metadata"] == who
    assert sent["payment_intent_data"]["capture_method"] == "manual"
    assert sent["line_items"][0]["price_data"]["unit_amount"] == "1200"
    assert sent["line_items"][0]["price_data"]["currency"] == "jpy"
    assert sent["adaptive_pricing"] == {"enabled": "false"}
    assert "customer_email" not in sent


@pytest.mark.parametrize(
    "more",
    [
        {"payment_method_types": ["card"]},
        {"ui_mode": "hosted"},
        {"locale": "japanese"},
        {"payment_intent_data": {"capture_method": "later"}},
        {"payment_method_options": {"paypay": {"capture_method": "manual"}}},
        {"payment_method_options": {"konbini": {"capture_method": "manual"}}},
        {"line_items": [{"quantity": 1, "price_data": {"unit_amount": 1200}}]},
        {"expires_at": 1.5},
        {"expires_at": "1795222800"},
        {"surprise": 1},
    ],
)
def test_the_types_catch_what_stripe_would_refuse(more: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        adapter(SessionCreateParams, strict=True).validate_python({**order_params(ORDER), **more})


def test_the_twin_takes_no_parameter_that_stripe_does_not_know() -> None:
    tables = {
        SessionCreateParams: twin_params.SESSION_CREATE,
        SessionListParams: twin_params.SESSION_LIST,
        PaymentIntentCreateParams: twin_params.PAYMENT_CREATE,
        PaymentIntentListParams: twin_params.PAYMENT_LIST,
        PaymentIntentCaptureParams: twin_params.PAYMENT_CAPTURE,
        PaymentIntentCancelParams: twin_params.PAYMENT_CANCEL,
    }
    for params, fields in tables.items():
        assert set(fields) <= set(params.__annotations__)


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount_yen": 49},
        {"amount_yen": 1_000_000},
        {"amount_yen": 1200.5},
        {"attempt": 0},
        {"language": "fr"},
        {"description": ""},
        {"surprise": 1},
    ],
)
def test_an_order_out_of_bounds_is_no_order(wrong: dict[str, Any]) -> None:
    whole = {**msgspec.structs.asdict(ORDER), **wrong}
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(whole, HoldOrder)
