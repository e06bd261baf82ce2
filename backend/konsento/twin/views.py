"""The twin's objects as Stripe's wire shows them: ids, or whole objects where asked to expand."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from konsento.twin.cards import Card
from konsento.twin.checkout import Checkout
from konsento.twin.checkout import Status as CheckoutStatus
from konsento.twin.payment import Payment
from konsento.twin.payment import Status as PaymentStatus
from konsento.twin.refusals import WireError

WITHIN_PAYMENT = ("latest_charge", "payment_method")
API_VERSION = "2026-10-28.endive"
View = dict[str, Any]


class Refund(Struct, frozen=True, kw_only=True):
    """Money given back, in whole yen."""

    id: str
    payment_id: str
    charge_id: str
    created_s: int
    amount_yen: int
    metadata: dict[str, str]
    reason: str | None = None


def check_expand(asked: Sequence[str], *known: str) -> frozenset[str]:
    """The expansions asked for. Raises WireError for one this object does not have."""
    for path in asked:
        if path not in known:
            raise WireError(f"This property cannot be expanded ({path}).", param="expand")
    return frozenset(asked)


class Customer(Struct, frozen=True, kw_only=True):
    """Somebody whose cards are kept."""

    id: str
    created_s: int
    email: str | None = None


class Method(Struct, frozen=True, kw_only=True):
    """A card as it is kept; of nobody once it was detached."""

    id: str
    created_s: int
    card: Card
    customer_id: str | None


def session_view(
    checkout: Checkout, payment: Payment | None, public_url: str, expand: Sequence[str] = ()
) -> View:
    """A checkout session; `payment` is the one behind it, if a card was tried."""
    within = [f"payment_intent.{name}" for name in WITHIN_PAYMENT]
    asked = check_expand(expand, "payment_intent", *within)
    inner = [name for name in WITHIN_PAYMENT if f"payment_intent.{name}" in asked]
    shown: View | str | None = checkout.payment_id
    if payment is not None and asked:
        shown = payment_view(payment, inner)
    paid = payment is not None and payment.status is PaymentStatus.TAKEN
    is_open = checkout.status is CheckoutStatus.OPEN
    return {
        "id": checkout.id,
        "object": "checkout.session",
        "livemode": False,
        "mode": "payment",
        "ui_mode": "hosted_page",
        "status": str(checkout.status),
        "payment_status": "paid" if paid else "unpaid",
        "url": f"{public_url}/pay/{checkout.id}" if is_open else None,
        "payment_intent": shown,
        "amount_subtotal": checkout.amount_yen,
        "amount_total": checkout.amount_yen,
        "currency": "jpy",
        "client_reference_id": checkout.client_reference_id,
        "customer": checkout.customer_id,
        "customer_email": checkout.email,
        "locale": checkout.locale,
        "metadata": checkout.metadata,
        "created": checkout.created_s,
        "expires_at": checkout.expires_s,
        "success_url": checkout.success_url,
        "cancel_url": checkout.cancel_url,
    }


def payment_view(
    payment: Payment, expand: Sequence[str] = (), public_url: str | None = None
) -> View:
    """A payment intent; one that waits for a proof says where, if `public_url` is given."""
    asked = check_expand(expand, *WITHIN_PAYMENT)
    method: View | str | None = payment.method_id
    if "payment_method" in asked and payment.method_id and payment.card:
        method = method_view(payment.method_id, payment.card, payment.customer_id)
    failure = payment.decline and {
        "type": "card_error",
        "code": payment.decline.code,
        "decline_code": payment.decline.decline_code,
        "message": "Your card was declined.",
        "charge": payment.charge_id,
    }
    return {
        "id": payment.id,
        "object": "payment_intent",
        "livemode": False,
        "status": str(payment.status),
        "amount": payment.amount_yen,
        "amount_capturable": payment.capturable_yen,
        "amount_received": payment.received_yen,
        "currency": "jpy",
        "capture_method": "manual" if payment.manual else "automatic",
        "cancellation_reason": payment.cancel_reason,
        "description": payment.description,
        "metadata": payment.metadata,
        "created": payment.created_s,
        "last_payment_error": failure,
        "latest_charge": charge_view(payment) if "latest_charge" in asked else payment.charge_id,
        "customer": payment.customer_id,
        "payment_method": method,
        "setup_future_usage": "on_session" if payment.checkout_id and method else None,
        "next_action": _next_action(payment, public_url),
    }


def _next_action(payment: Payment, public_url: str | None) -> View | None:
    if payment.status is not PaymentStatus.WANTS_PROOF or payment.return_url is None:
        return None
    where = {"url": f"{public_url}/proof/{payment.id}", "return_url": payment.return_url}
    return {"type": "redirect_to_url", "redirect_to_url": where}


def method_view(name: str, card: Card, customer_id: str | None) -> View:
    """A saved card."""
    return {
        "id": name,
        "object": "payment_method",
        "livemode": False,
        "type": "card",
        "customer": customer_id,
        "card": {
            "brand": card.brand,
            "last4": card.last4,
            "exp_month": card.exp_month,
            "exp_year": card.exp_year,
            "fingerprint": card.fingerprint,
        },
    }


def customer_view(customer: Customer) -> View:
    """Somebody whose cards are kept."""
    return {
        "id": customer.id,
        "object": "customer",
        "livemode": False,
        "email": customer.email,
        "created": customer.created_s,
    }


def charge_view(payment: Payment) -> View | None:
    """The last try to take a card for the payment, None before the first."""
    if payment.charge_id is None or payment.card is None:
        return None
    taken = payment.status is PaymentStatus.TAKEN
    failed = payment.decline is not None or payment.status is PaymentStatus.WANTS_PROOF
    return {
        "id": payment.charge_id,
        "object": "charge",
        "livemode": False,
        "amount": payment.amount_yen,
        "amount_captured": payment.received_yen,
        "amount_refunded": payment.refunded_yen,
        "currency": "jpy",
        "captured": taken,
        "refunded": taken and payment.refunded_yen == payment.received_yen,
        "status": "failed" if failed else "succeeded",
        "payment_intent": payment.id,
        "metadata": payment.metadata,
        "payment_method_details": {
            "type": "card",
            "card": {
                "brand": payment.card.brand,
                "last4": payment.card.last4,
                "capture_before": payment.lapses_s,
            },
        },
    }


def refund_view(refund: Refund) -> View:
    """A refund."""
    return {
        "id": refund.id,
        "object": "refund",
        "amount": refund.amount_yen,
        "currency": "jpy",
        "status": "succeeded",
        "payment_intent": refund.payment_id,
        "charge": refund.charge_id,
        "reason": refund.reason,
        "metadata": refund.metadata,
        "created": refund.created_s,
    }


def list_view(path: str, rows: Sequence[View], *, has_more: bool) -> View:
    """A page of a listing, newest first."""
    return {"object": "list", "url": path, "has_more": has_more, "data": list(rows)}


def event_view(event_id: str, kind: str, about: View, now_s: int) -> View:
    """What a webhook says."""
    return {
        "id": event_id,
        "object": "event",
        "api_version": API_VERSION,
        "created": now_s,
        "type": kind,
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "data": {"object": about},
    }
