"""Stripe behind the payment contract: the only room that speaks to Stripe's SDK.

The SDK retries what may be retried under the same idempotency key; what then still fails is told
apart here into "ask again" and "no". Every call names a wanted state: when Stripe refuses because
that state was reached already, the state is read and returned.
"""

import asyncio
from collections.abc import Awaitable, Mapping
from typing import Any

import httpx
import stripe

from konsento.foundation.asking import Http
from konsento.management.payments.gateway import (
    CardOrder,
    Checkout,
    CheckoutState,
    ForgedWebhook,
    GatewayRefused,
    GatewayUnavailable,
    HoldOrder,
    Notice,
    PaymentState,
)
from konsento.management.payments.stripe_cards import StripeCards, is_payment
from konsento.management.payments.stripe_wire import (
    Payment,
    Session,
    SessionPage,
    checkout_state,
    order_params,
    payment_state,
    read_answer,
    read_event,
    readable,
)

TIMEOUT_S = 15
RETRIES = 2
SEARCH_PAGE_ROWS = 100
SEARCH_PAGES_MAX = 50
WEBHOOK_BYTES_MAX = 262_144
SIGNATURE_CHARS_MAX = 2_000
WEBHOOK_AGE_S_MAX = 300
ASK_AGAIN = frozenset({408, 409, 425, 429})
TEST_KEYS = ("sk_test_", "rk_test_")
LIVE_KEYS = ("sk_live_", "rk_live_")
# The SDK imports a class when it first reads one, and the loop stands still meanwhile: not then.
READ_HERE = (
    stripe.checkout.Session, stripe.PaymentIntent, stripe.Charge, stripe.Refund, stripe.ListObject,
)  # fmt: skip
EXPANDED = ["payment_intent.latest_charge", "payment_intent.payment_method"]
SEARCH_RANK = {"complete": 0, "open": 1, "expired": 2}


class WrongKey(ValueError):
    """The secret key does not fit where it would be used: the start stops here."""


class StripeHttp(stripe.HTTPClient):
    """How the SDK reaches Stripe: `transport` takes the network's place for an in-process twin.

    The SDK's own httpx client takes no transport, and posts in a way httpx has deprecated.
    """

    name = "httpx"

    def __init__(
        self, transport: httpx.AsyncBaseTransport | None = None, *, http: Http | None = None
    ) -> None:
        super().__init__()
        self._http = http or httpx.AsyncClient(transport=transport, timeout=TIMEOUT_S)

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None
    ) -> tuple[Any, int, Any]:
        """Body, status and headers. Raises stripe.APIConnectionError, which the SDK retries."""
        try:
            answer = await self._http.request(method, url, headers=headers, content=post_data)
        except (httpx.HTTPError, OSError) as error:
            raise stripe.APIConnectionError(type(error).__name__, should_retry=True) from error
        return readable(answer.content), answer.status_code, answer.headers

    async def sleep_async(self, secs: float) -> None:
        """The SDK's pause before it tries again."""
        await asyncio.sleep(secs)

    async def close_async(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()


class StripeGateway:
    """PaymentGateway over Stripe, or over its twin when `api_base` is given."""

    def __init__(
        self,
        *,
        secret_key: str,
        webhook_secret: str,
        sandbox: bool,
        api_base: str | None = None,
        retries: int = RETRIES,
        http: StripeHttp | None = None,
    ) -> None:
        """Raises WrongKey when real money could meet a sandbox, or the other way round."""
        check_key(secret_key, sandbox=sandbox, api_base=api_base)
        if not webhook_secret.strip():
            raise WrongKey("the webhook secret is empty")
        self._webhook_secret = webhook_secret
        self._livemode = secret_key.startswith(LIVE_KEYS)
        self._http = http or StripeHttp()
        self._client = stripe.StripeClient(
            secret_key,
            http_client=self._http,
            max_network_retries=retries,
            base_addresses={"api": api_base} if api_base is not None else None,
        )
        self._cards = StripeCards(self._client.v1, _asked)

    async def close(self) -> None:
        """Let go of the connections to Stripe."""
        await self._http.close_async()

    async def open_checkout(self, order: HoldOrder, key: str) -> Checkout:
        params: Any = order_params(order)
        sessions = self._client.v1.checkout.sessions
        answer = await _asked(sessions.create_async(params, {"idempotency_key": key}))
        session = read_answer(answer, Session)
        if session.url is None:
            raise GatewayUnavailable("a checkout came back without a page")
        return Checkout(checkout_id=session.id, url=session.url)

    async def hold_on_card(self, order: CardOrder, key: str) -> CheckoutState:
        return await self._cards.hold(order, key)

    async def find_on_card(
        self, session_id: str, attempt: int, customer_id: str, *, since_ms: int
    ) -> CheckoutState | None:
        return await self._cards.find(session_id, attempt, customer_id, since_ms=since_ms)

    async def forget_card(self, method_id: str, key: str) -> None:
        await self._cards.forget(method_id, key)

    async def look(self, checkout_id: str) -> CheckoutState:
        if is_payment(checkout_id):
            return await self._cards.look(checkout_id)
        sessions = self._client.v1.checkout.sessions
        params: Any = {"expand": EXPANDED}
        answer = await _asked(sessions.retrieve_async(checkout_id, params))
        return checkout_state(read_answer(answer, Session))

    async def find(self, session_id: str, attempt: int, *, since_ms: int) -> CheckoutState | None:
        wanted = {"session_id": session_id, "attempt": str(attempt)}
        found: list[Session] = []
        params: dict[str, Any] = {
            "created": {"gte": since_ms // 1000},
            "limit": SEARCH_PAGE_ROWS,
        }
        for _ in range(SEARCH_PAGES_MAX):
            page = await self._search_page(params)
            found += [one for one in page.data if wanted.items() <= one.metadata.items()]
            if not page.has_more or not page.data:
                break
            params["starting_after"] = page.data[-1].id
        else:
            raise GatewayUnavailable("more checkouts than a search may read")
        if not found:
            return None
        return await self.look(min(found, key=lambda one: SEARCH_RANK[one.status]).id)

    async def _search_page(self, params: dict[str, Any]) -> SessionPage:
        wire: Any = dict(params)
        answer = await _asked(self._client.v1.checkout.sessions.list_async(wire))
        return read_answer(answer, SessionPage)

    async def expire(self, checkout_id: str, key: str) -> CheckoutState:
        if is_payment(checkout_id):
            return await self._cards.close(checkout_id, key)
        sessions = self._client.v1.checkout.sessions
        refusal: GatewayRefused | None = None
        try:
            await _asked(sessions.expire_async(checkout_id, {}, {"idempotency_key": key}))
        except GatewayRefused as error:
            refusal = error
        state = await self.look(checkout_id)
        if state.status == "open":
            raise refusal or GatewayUnavailable("the checkout is still open")
        return state

    async def capture(self, payment_id: str, amount_yen: int, key: str) -> PaymentState:
        payments = self._client.v1.payment_intents
        params: Any = {"amount_to_capture": amount_yen, "expand": ["latest_charge"]}
        try:
            answer = await _asked(
                payments.capture_async(payment_id, params, {"idempotency_key": key})
            )
        except GatewayRefused:
            state = await self._look_at_payment(payment_id)
            if state.hold == "captured" and state.captured_yen == amount_yen:
                return state
            raise
        return payment_state(read_answer(answer, Payment))

    async def release(self, payment_id: str, key: str) -> PaymentState:
        payments = self._client.v1.payment_intents
        params: Any = {"expand": ["latest_charge"]}
        try:
            answer = await _asked(
                payments.cancel_async(payment_id, params, {"idempotency_key": key})
            )
        except GatewayRefused:
            state = await self._look_at_payment(payment_id)
            if state.hold == "cancelled":
                return state
            raise
        return payment_state(read_answer(answer, Payment))

    async def refund(self, payment_id: str, total_yen: int, key: str) -> PaymentState:
        state = await self._look_at_payment(payment_id)
        missing_yen = total_yen - state.refunded_yen
        if missing_yen <= 0:
            return state
        params: Any = {"payment_intent": payment_id, "amount": missing_yen}
        await _asked(self._client.v1.refunds.create_async(params, {"idempotency_key": key}))
        state = await self._look_at_payment(payment_id)
        if state.refunded_yen < total_yen:
            raise GatewayUnavailable("the refund is not to be seen yet")
        return state

    async def _look_at_payment(self, payment_id: str) -> PaymentState:
        params: Any = {"expand": ["latest_charge"]}
        payments = self._client.v1.payment_intents
        answer = await _asked(payments.retrieve_async(payment_id, params))
        return payment_state(read_answer(answer, Payment))

    def read_webhook(self, raw: bytes, signature: str | None, now_s: int) -> Notice:
        if signature is None or len(signature) > SIGNATURE_CHARS_MAX:
            raise ForgedWebhook("no usable signature")
        if len(raw) > WEBHOOK_BYTES_MAX:
            raise ForgedWebhook("too large")
        try:
            # The SDK's own check of the age asks the machine's clock and lets the future pass.
            stripe.WebhookSignature.verify_header(raw, signature, self._webhook_secret, None)
        except (stripe.SignatureVerificationError, ValueError, TypeError) as error:
            raise ForgedWebhook("the signature does not fit") from error
        if abs(now_s - signed_at_s(signature)) > WEBHOOK_AGE_S_MAX:
            raise ForgedWebhook("signed too long ago, or in the future")
        notice = read_event(raw)
        if notice.livemode != self._livemode:
            raise ForgedWebhook("real and pretended money do not mix")
        return notice


def check_key(secret_key: str, *, sandbox: bool, api_base: str | None) -> None:
    """Refuse a live key wherever money is pretended, and the twin wherever money is real."""
    if not secret_key.startswith(TEST_KEYS + LIVE_KEYS):
        raise WrongKey("this is not a secret key of Stripe")
    if secret_key.startswith(LIVE_KEYS) and (sandbox or api_base is not None):
        raise WrongKey("a live key is not given to a sandbox")
    if api_base is not None and not sandbox:
        raise WrongKey("only a sandbox may be answered by Stripe's twin")


def signed_at_s(signature: str) -> int:
    """The instant in a header that was verified: the first `t`, as the verification reads it."""
    return next(int(part[2:]) for part in signature.split(",") if part.startswith("t="))


async def _asked(call: Awaitable[object]) -> object:
    """Stripe's answer as plain values."""
    try:
        answer = await call
    except stripe.StripeError as error:
        raise refusal_of(error) from error
    return answer.to_dict() if isinstance(answer, stripe.StripeObject) else answer


def refusal_of(error: stripe.StripeError) -> GatewayUnavailable | GatewayRefused:
    """Is the outcome unknown, or is it a no? Only an error that Stripe itself worded is a no."""
    status = error.http_status
    spent = (error.headers or {}).get("idempotent-replayed") == "true"
    kind = type(error).__name__
    if isinstance(error, stripe.APIConnectionError | stripe.RateLimitError) or status is None:
        return GatewayUnavailable(kind)
    if status in ASK_AGAIN or not 400 <= status < 500:
        return GatewayUnavailable(f"{kind} {status}", key_spent=spent and status >= 500)
    if isinstance(error, stripe.IdempotencyError):
        return GatewayRefused("idempotency_error")
    worded = error.error
    if worded is None:
        return GatewayUnavailable(f"{kind} {status}")
    decline = getattr(worded, "decline_code", None)
    left = getattr(worded, "payment_intent", None)
    return GatewayRefused(
        str(decline or error.code or kind), None if left is None else getattr(left, "id", None)
    )
