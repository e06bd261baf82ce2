"""A checkout session: a page that is open until it is paid or its time is up."""

from enum import StrEnum
from typing import Any, Literal

import msgspec
from msgspec import Struct

from konsento.twin.limits import (
    CHARGE_YEN_MAX,
    CHARGE_YEN_MIN,
    CHECKOUT_LIFE_S_MAX,
    CHECKOUT_LIFE_S_MIN,
)
from konsento.twin.payment import Payment
from konsento.twin.payment import Status as PaymentStatus
from konsento.twin.refusals import WireError


class Status(StrEnum):
    OPEN = "open"
    COMPLETE = "complete"
    EXPIRED = "expired"


class Event(StrEnum):
    PAID = "paid"
    EXPIRED = "expired"


NEXT: dict[tuple[Status, Event], Status] = {
    (Status.OPEN, Event.PAID): Status.COMPLETE,
    (Status.OPEN, Event.EXPIRED): Status.EXPIRED,
}
FINAL = frozenset({Status.COMPLETE, Status.EXPIRED})


class Checkout(Struct, frozen=True, kw_only=True):
    """One hosted page, in whole yen; instants in epoch seconds."""

    id: str
    created_s: int
    expires_s: int
    status: Status
    amount_yen: int
    names: tuple[str, ...]
    locale: Literal["ja", "en", "auto"]
    success_url: str
    cancel_url: str | None
    manual: bool
    metadata: dict[str, str]
    payment_metadata: dict[str, str]
    description: str | None = None
    client_reference_id: str | None = None
    email: str | None = None
    payment_id: str | None = None
    customer_id: str | None = None
    saves: bool = False


def from_params(params: dict[str, Any], new_id: str, now_s: int) -> Checkout:
    """A session as asked for by checked parameters. Raises WireError."""
    items = params["line_items"]
    amount = sum(item["quantity"] * item["price_data"]["unit_amount"] for item in items)
    if not CHARGE_YEN_MIN <= amount <= CHARGE_YEN_MAX:
        small = amount < CHARGE_YEN_MIN
        raise WireError(
            f"The total amount must be ¥{CHARGE_YEN_MIN} to ¥{CHARGE_YEN_MAX}.",
            code="amount_too_small" if small else "amount_too_large",
            param="line_items",
        )
    expires_s = params.get("expires_at", now_s + CHECKOUT_LIFE_S_MAX)
    if not CHECKOUT_LIFE_S_MIN <= expires_s - now_s <= CHECKOUT_LIFE_S_MAX:
        raise WireError(
            "expires_at must be 30 minutes to 24 hours after the session's creation.",
            param="expires_at",
        )
    money = params.get("payment_intent_data", {})
    on_card = params.get("payment_method_options", {}).get("card", {})
    if "customer" in params and params.keys() & {"customer_email", "customer_creation"}:
        raise WireError("You may only specify one of these parameters: customer, customer_email.")
    return Checkout(
        id=new_id,
        created_s=now_s,
        expires_s=expires_s,
        status=Status.OPEN,
        amount_yen=amount,
        names=tuple(item["price_data"]["product_data"]["name"] for item in items),
        locale=params.get("locale", "auto"),
        success_url=params["success_url"],
        cancel_url=params.get("cancel_url"),
        manual="manual" in (money.get("capture_method"), on_card.get("capture_method")),
        metadata=params.get("metadata", {}),
        payment_metadata=money.get("metadata", {}),
        description=money.get("description"),
        client_reference_id=params.get("client_reference_id"),
        email=params.get("customer_email"),
        customer_id=params.get("customer"),
        saves="setup_future_usage" in money,
    )


def step(checkout: Checkout, event: Event) -> Checkout:
    """The session after the event. Raises WireError when it is over already."""
    after = NEXT.get((checkout.status, event))
    if after is None:
        raise WireError(
            'Only Checkout Sessions with a status in ["open"] can be '
            f"{event}. This Checkout Session has a status of `{checkout.status}`.",
        )
    return msgspec.structs.replace(checkout, status=after)


def new_payment(checkout: Checkout, new_id: str, now_s: int) -> Payment:
    """The payment that the first card on the page begins."""
    return Payment(
        id=new_id,
        checkout_id=checkout.id,
        created_s=now_s,
        status=PaymentStatus.WANTS_CARD,
        amount_yen=checkout.amount_yen,
        manual=checkout.manual,
        metadata=checkout.payment_metadata,
        description=checkout.description,
        customer_id=checkout.customer_id,
    )


def way_back(checkout: Checkout) -> str:
    """Where the browser goes once paid, with the session's id where it was asked for."""
    return checkout.success_url.replace("{CHECKOUT_SESSION_ID}", checkout.id)
