"""Stripe's answers, as far as this house reads them, and their meaning in the contract's words.

Only the fields that decide something are named; Stripe may add others at any time. Amounts are
whole yen, since JPY has no smaller unit on Stripe's wire; instants arrive as epoch seconds.
"""

from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from konsento.management.payments.gateway import (
    CheckoutState,
    ForgedWebhook,
    GatewayUnavailable,
    Hold,
    HoldOrder,
    Notice,
    NoticeKind,
    PaymentState,
    SavedCard,
)

ATTEMPT_TEXT_MAX = 3
SAYS_HELD = frozenset({"checkout.session.completed", "payment_intent.amount_capturable_updated"})
Yen = Annotated[int, Meta(ge=0)]
Text = Annotated[str, Meta(max_length=2_000)]
Answer = TypeVar("Answer")


class Card(Struct, frozen=True):
    brand: Text | None = None
    last4: Text | None = None
    capture_before: int | None = None


class MethodDetails(Struct, frozen=True):
    card: Card | None = None


class Charge(Struct, frozen=True):
    amount_refunded: Yen = 0
    payment_method_details: MethodDetails | None = None


class PaymentError(Struct, frozen=True):
    code: Text | None = None
    decline_code: Text | None = None


class KeptCard(Struct, frozen=True):
    brand: Text
    last4: Text
    exp_month: int
    exp_year: int
    fingerprint: Text | None = None


class Method(Struct, frozen=True):
    id: Text
    card: KeptCard | None = None


class Redirect(Struct, frozen=True):
    url: Text | None = None


class NextAction(Struct, frozen=True):
    redirect_to_url: Redirect | None = None


class Payment(Struct, frozen=True):
    id: Text
    status: Text
    currency: Literal["jpy"]
    amount_capturable: Yen
    amount_received: Yen
    latest_charge: Charge | str | None = None
    last_payment_error: PaymentError | None = None
    metadata: dict[str, str] = {}
    customer: Text | None = None
    payment_method: Method | str | None = None
    next_action: NextAction | None = None
    setup_future_usage: Text | None = None


class PaymentPage(Struct, frozen=True):
    data: list[Payment]
    has_more: bool


class Session(Struct, frozen=True):
    id: Text
    status: Literal["open", "complete", "expired"]
    url: Text | None = None
    payment_intent: Payment | str | None = None
    metadata: dict[str, str] = {}


class SessionPage(Struct, frozen=True):
    data: list[Session]
    has_more: bool


class Worded(Struct, frozen=True):
    error: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET


class EventObject(Struct, frozen=True):
    object: Text = ""
    id: Text | None = None
    payment_intent: Any = None
    metadata: Any = None


class EventData(Struct, frozen=True):
    object: EventObject


class Event(Struct, frozen=True):
    id: Annotated[str, Meta(min_length=1, max_length=255)]
    object: Literal["event"]
    type: Annotated[str, Meta(min_length=1, max_length=255)]
    livemode: bool
    data: EventData


HOLDS: dict[str, Hold] = {
    "requires_payment_method": "none",
    "requires_confirmation": "none",
    "requires_action": "none",
    "processing": "none",
    "requires_capture": "held",
    "succeeded": "captured",
    "canceled": "cancelled",
}


def order_params(order: HoldOrder) -> dict[str, Any]:
    """The order in Stripe's parameters: a hosted page that holds yen on a card, and no more."""
    metadata = {"session_id": order.session_id, "attempt": str(order.attempt)}
    item = {
        "currency": "jpy",
        "unit_amount": order.amount_yen,
        "product_data": {"name": order.description},
    }
    params: dict[str, Any] = {
        "mode": "payment",
        "ui_mode": "hosted_page",
        "locale": order.language,
        "allowed_payment_method_types": ["card"],
        # A page that offers the visitor's own currency would hold something else than yen.
        "adaptive_pricing": {"enabled": False},
        "line_items": [{"quantity": 1, "price_data": item}],
        "client_reference_id": order.session_id,
        "metadata": metadata,
        "payment_intent_data": {"capture_method": "manual", "metadata": metadata},
        "success_url": order.success_url,
        "cancel_url": order.cancel_url,
        "expires_at": order.expires_at_s,
    }
    if order.email is not None:
        params["customer_email"] = order.email
    if order.remember:
        # The driver is there whenever the card is used again: no charge behind their back.
        params["payment_intent_data"]["setup_future_usage"] = "on_session"
        if order.customer_id is None:
            params["customer_creation"] = "always"
        else:
            params["customer"] = order.customer_id
            params.pop("customer_email", None)
    return params


def readable(body: bytes) -> bytes:
    """The body, or an empty object instead of one the SDK would stumble over unworded."""
    try:
        msgspec.json.decode(body, type=Worded)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return b"{}"
    return body


def read_answer(answer: object, shape: type[Answer]) -> Answer:
    """The answer in the named shape; GatewayUnavailable when Stripe sent something else."""
    try:
        return msgspec.convert(answer, shape)
    except msgspec.ValidationError as error:
        raise GatewayUnavailable(f"an answer not understood: {error}") from error


def checkout_state(session: Session) -> CheckoutState:
    """A session, retrieved with its payment expanded, in the contract's words."""
    if isinstance(session.payment_intent, str):
        raise GatewayUnavailable("the payment behind the checkout was not sent along")
    if session.payment_intent is None:
        return CheckoutState(
            checkout_id=session.id, status=session.status, hold="none", url=session.url
        )
    money = payment_state(session.payment_intent)
    return CheckoutState(
        checkout_id=session.id,
        status=session.status,
        url=session.url,
        payment_id=money.payment_id,
        hold=money.hold,
        held_yen=money.held_yen,
        captured_yen=money.captured_yen,
        capture_before_ms=money.capture_before_ms,
        card_brand=money.card_brand,
        card_last4=money.card_last4,
        last_decline=money.last_decline,
        saved_card=_saved(session.payment_intent),
    )


def _saved(payment: Payment) -> SavedCard | None:
    """The card the provider keeps, when it was asked to keep it."""
    method = payment.payment_method
    if payment.setup_future_usage is None or payment.customer is None:
        return None
    if not isinstance(method, Method) or method.card is None:
        return None
    card = msgspec.structs.asdict(method.card)
    return SavedCard(customer_id=payment.customer, method_id=method.id, **card)


def payment_state(payment: Payment) -> PaymentState:
    """A payment in the contract's words; a status not known here is not guessed at."""
    hold = HOLDS.get(payment.status)
    if hold is None:
        raise GatewayUnavailable(f"a payment status not known here: {payment.status}")
    card = _card(payment)
    failure = payment.last_payment_error
    lapses_s = card.capture_before if hold == "held" else None
    return PaymentState(
        payment_id=payment.id,
        hold=hold,
        held_yen=payment.amount_capturable if hold == "held" else 0,
        captured_yen=payment.amount_received if hold == "captured" else 0,
        refunded_yen=payment.latest_charge.amount_refunded
        if isinstance(payment.latest_charge, Charge)
        else 0,
        capture_before_ms=None if lapses_s is None else lapses_s * 1000,
        card_brand=card.brand,
        card_last4=card.last4,
        last_decline=None if failure is None else failure.decline_code or failure.code,
    )


def _card(payment: Payment) -> Card:
    charge = payment.latest_charge
    if not isinstance(charge, Charge) or charge.payment_method_details is None:
        return Card()
    return charge.payment_method_details.card or Card()


def read_event(raw: bytes) -> Notice:
    """A verified body as a notice. Raises ForgedWebhook when it is no event of the first API."""
    try:
        event = msgspec.json.decode(raw, type=Event)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ForgedWebhook("signed, but not an event") from error
    about = event.data.object
    kind = _kind(event.type)
    metadata = about.metadata if isinstance(about.metadata, dict) else {}
    payment_id = about.payment_intent if about.object != "payment_intent" else about.id
    return Notice(
        event_id=event.id,
        kind=kind,
        livemode=event.livemode,
        says_held=event.type in SAYS_HELD,
        checkout_id=about.id if about.object == "checkout.session" else None,
        payment_id=payment_id if isinstance(payment_id, str) else None,
        session_id=_short_text(metadata.get("session_id")),
        attempt=_attempt(metadata.get("attempt")),
    )


def _kind(event_type: str) -> NoticeKind:
    if event_type.startswith("checkout.session."):
        return "checkout"
    return "payment" if event_type.startswith(("payment_intent.", "charge.")) else "other"


def _short_text(value: object) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= 120 else None


def _attempt(value: object) -> int | None:
    if not isinstance(value, str) or not value.isascii() or not value.isdigit():
        return None
    return int(value) if len(value) <= ATTEMPT_TEXT_MAX else None
