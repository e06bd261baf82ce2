"""A payment intent: its states, and what may be done with the money behind it."""

from enum import StrEnum

import msgspec
from msgspec import Struct

from konsento.twin.cards import Card, Outcome
from konsento.twin.limits import CHARGE_YEN_MIN
from konsento.twin.refusals import WireError


class Status(StrEnum):
    WANTS_CARD = "requires_payment_method"
    WANTS_PROOF = "requires_action"
    HELD = "requires_capture"
    TAKEN = "succeeded"
    CANCELLED = "canceled"


class Event(StrEnum):
    DECLINED = "declined"
    CHALLENGED = "challenged"
    AUTHORISED = "authorised"
    PAID = "paid"
    CAPTURED = "captured"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


NEXT: dict[tuple[Status, Event], Status] = {
    (Status.WANTS_CARD, Event.DECLINED): Status.WANTS_CARD,
    (Status.WANTS_CARD, Event.CHALLENGED): Status.WANTS_PROOF,
    (Status.WANTS_CARD, Event.AUTHORISED): Status.HELD,
    (Status.WANTS_CARD, Event.PAID): Status.TAKEN,
    (Status.WANTS_CARD, Event.CANCELLED): Status.CANCELLED,
    (Status.WANTS_CARD, Event.LAPSED): Status.CANCELLED,
    (Status.WANTS_PROOF, Event.DECLINED): Status.WANTS_CARD,
    (Status.WANTS_PROOF, Event.AUTHORISED): Status.HELD,
    (Status.WANTS_PROOF, Event.PAID): Status.TAKEN,
    (Status.WANTS_PROOF, Event.CANCELLED): Status.CANCELLED,
    (Status.WANTS_PROOF, Event.LAPSED): Status.CANCELLED,
    (Status.HELD, Event.CAPTURED): Status.TAKEN,
    (Status.HELD, Event.CANCELLED): Status.CANCELLED,
    (Status.HELD, Event.LAPSED): Status.CANCELLED,
}
FINAL = frozenset({Status.TAKEN, Status.CANCELLED})


class Decline(Struct, frozen=True):
    """Why the last card was not taken."""

    code: str
    decline_code: str | None = None


class Payment(Struct, frozen=True, kw_only=True):
    """The money of one checkout, or of a saved card; in whole yen, instants in epoch seconds.

    `checkout_id` is empty where no page was needed; then `return_url` is the way back from a
    proof. `method_id` names the card if it is saved with the customer.
    """

    id: str
    checkout_id: str
    created_s: int
    status: Status
    amount_yen: int
    manual: bool
    metadata: dict[str, str]
    description: str | None = None
    received_yen: int = 0
    refunded_yen: int = 0
    charge_id: str | None = None
    card: Card | None = None
    lapses_s: int | None = None
    decline: Decline | None = None
    cancel_reason: str | None = None
    customer_id: str | None = None
    method_id: str | None = None
    return_url: str | None = None

    @property
    def capturable_yen(self) -> int:
        return self.amount_yen if self.status is Status.HELD else 0


def step(payment: Payment, event: Event) -> Status:
    """The state after the event. Raises WireError when the table has no such step."""
    after = NEXT.get((payment.status, event))
    if after is None:
        raise WireError(
            f"This PaymentIntent's status is {payment.status}: it cannot be {event}.",
            code="payment_intent_unexpected_state",
        )
    return after


def try_card(
    payment: Payment, card: Card, charge_id: str, *, now_s: int, hold_life_s: int
) -> Payment:
    """What a card makes of a payment: held, refused, or waiting for its owner's proof."""
    tried = msgspec.structs.replace(payment, card=card, charge_id=charge_id, decline=None)
    if card.outcome is Outcome.CHALLENGED:
        return msgspec.structs.replace(tried, status=step(payment, Event.CHALLENGED))
    if card.outcome is Outcome.DECLINED:
        return _declined(tried, Decline(card.code or "card_declined", card.decline_code))
    return _authorised(tried, now_s=now_s, hold_life_s=hold_life_s)


def answer_proof(payment: Payment, *, approved: bool, now_s: int, hold_life_s: int) -> Payment:
    """The card's owner answered the bank. Raises WireError when nobody asked."""
    if payment.status is not Status.WANTS_PROOF:
        raise WireError("Nothing to prove.", code="payment_intent_unexpected_state")
    if approved:
        return _authorised(payment, now_s=now_s, hold_life_s=hold_life_s)
    return _declined(payment, Decline("payment_intent_authentication_failure"))


def _authorised(payment: Payment, *, now_s: int, hold_life_s: int) -> Payment:
    if not payment.manual:
        status = step(payment, Event.PAID)
        return msgspec.structs.replace(payment, status=status, received_yen=payment.amount_yen)
    status = step(payment, Event.AUTHORISED)
    return msgspec.structs.replace(payment, status=status, lapses_s=now_s + hold_life_s)


def _declined(payment: Payment, why: Decline) -> Payment:
    return msgspec.structs.replace(payment, status=step(payment, Event.DECLINED), decline=why)


def capture(payment: Payment, amount_yen: int | None) -> Payment:
    """Take the amount (all that is held when not said) once and let the rest go."""
    status = step(payment, Event.CAPTURED)
    amount = payment.amount_yen if amount_yen is None else amount_yen
    if amount > payment.amount_yen:
        raise WireError(
            "The requested capture amount is greater than the authorized amount.",
            code="amount_too_large",
            param="amount_to_capture",
        )
    if amount < CHARGE_YEN_MIN:
        raise WireError(
            f"Amount must be at least ¥{CHARGE_YEN_MIN} jpy",
            code="amount_too_small",
            param="amount_to_capture",
        )
    return msgspec.structs.replace(payment, status=status, received_yen=amount, lapses_s=None)


def cancel(payment: Payment, reason: str | None) -> Payment:
    """Let the whole hold go."""
    status = step(payment, Event.CANCELLED)
    return msgspec.structs.replace(payment, status=status, cancel_reason=reason, lapses_s=None)


def lapse(payment: Payment) -> Payment:
    """The hold or the page ran out of time."""
    status = step(payment, Event.LAPSED)
    return msgspec.structs.replace(payment, status=status, cancel_reason="expired", lapses_s=None)


def refund(payment: Payment, amount_yen: int | None) -> tuple[Payment, int]:
    """Give back the amount (all that is left when not said); returns it beside the payment."""
    if payment.status is not Status.TAKEN:
        raise WireError(
            "This PaymentIntent does not have a successful charge to refund.",
            code="payment_intent_unexpected_state",
        )
    left = payment.received_yen - payment.refunded_yen
    if left == 0:
        raise WireError("The charge has already been refunded.", code="charge_already_refunded")
    amount = left if amount_yen is None else amount_yen
    if amount > left:
        raise WireError(
            f"Refund amount (¥{amount}) is greater than unrefunded amount on charge (¥{left})",
            param="amount",
        )
    refunded = payment.refunded_yen + amount
    return msgspec.structs.replace(payment, refunded_yen=refunded), amount
