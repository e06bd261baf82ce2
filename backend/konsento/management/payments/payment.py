"""One attempt to pay: its states, and what the provider's word makes of it. Pure."""

from enum import StrEnum

import msgspec

from konsento.management.payments.gateway import CheckoutState


class State(StrEnum):
    NEW = "new"  # owed: the provider has not been asked, or its answer was lost
    OPEN = "open"  # the provider's page is open
    HELD = "held"  # the most it can cost is held on the card
    CAPTURED = "captured"
    RELEASED = "released"  # nothing was taken, nothing is held
    LOST = "lost"  # the hold lapsed before it was captured


RANK = {
    State.NEW: 0,
    State.OPEN: 1,
    State.HELD: 2,
    State.CAPTURED: 3,
    State.RELEASED: 3,
    State.LOST: 3,
}


LIVE = frozenset({State.NEW, State.OPEN, State.HELD})


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """The columns of payments.tables.PaymentRow; yen.

    With a `card_id` it is an order on that remembered card, else a page, where `remember` has
    the card kept. `addition_number` is nought for the session's own hold.
    """

    id: str
    session_id: str
    attempt: int
    state: State
    amount_yen: int
    language: str
    created_at_ms: int
    checkout_id: str | None = None
    checkout_url: str | None = None
    payment_id: str | None = None
    held_yen: int = 0
    captured_yen: int = 0
    capture_before_ms: int | None = None
    card_brand: str | None = None
    card_last4: str | None = None
    declined: str | None = None
    returned_at_ms: int | None = None
    card_id: str | None = None
    remember: bool = False
    addition_number: int = 0


def state_of(seen: CheckoutState) -> State:
    """Our state for what the provider holds to be true."""
    match seen.hold:
        case "held":
            return State.HELD
        case "captured":
            return State.CAPTURED
        case "cancelled":
            return State.RELEASED
        case "none":
            return State.RELEASED if seen.status == "expired" else State.OPEN


def seen(payment: Payment, told: CheckoutState) -> Payment:
    """The payment after a look at the provider; it only ever moves forward.

    A page found open after the browser's return was not paid: the return is forgotten.
    """
    state = state_of(told)
    if RANK[state] < RANK[payment.state]:
        return payment
    if RANK[payment.state] == RANK[State.CAPTURED]:
        state = payment.state
    return msgspec.structs.replace(
        payment,
        state=state,
        checkout_id=told.checkout_id,
        # A page keeps its address; an issuer's question is gone once it is answered.
        checkout_url=told.url if payment.card_id else told.url or payment.checkout_url,
        payment_id=told.payment_id or payment.payment_id,
        held_yen=told.held_yen if state is State.HELD else payment.held_yen,
        captured_yen=max(told.captured_yen, payment.captured_yen),
        capture_before_ms=told.capture_before_ms or payment.capture_before_ms,
        card_brand=told.card_brand or payment.card_brand,
        card_last4=told.card_last4 or payment.card_last4,
        declined=told.last_decline if state is State.OPEN else payment.declined,
        returned_at_ms=None if state is State.OPEN else payment.returned_at_ms,
    )
