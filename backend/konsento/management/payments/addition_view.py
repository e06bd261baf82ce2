"""What the phone shows of more that is being added, and of the money of several holds."""

import msgspec

from konsento.management.payments.addition import Addition, State
from konsento.management.payments.payment import LIVE, Payment
from konsento.management.payments.payment import State as PaymentState


class AdditionView(msgspec.Struct, frozen=True, kw_only=True):
    """The latest addition: Wh, s, and the yen that may come on top. `reason` of one that came to
    nothing: the issuer's word, payment_expired, session_over or too_late.
    """

    state: State
    adds_wh: int
    adds_s: int | None
    price_yen_max: int
    pay_url: str | None
    reason: str | None


def shown(addition: Addition, payments: list[Payment]) -> AdditionView:
    """An addition with the page to pay at, while it waits for that."""
    own = next((one for one in payments if one.addition_number == addition.number), None)
    waits = addition.state is State.AUTHORISING and own is not None
    return AdditionView(
        state=addition.state,
        adds_wh=addition.adds_wh,
        adds_s=addition.adds_s,
        price_yen_max=addition.price_yen_max,
        pay_url=own.checkout_url if waits and own is not None else None,
        reason=addition.reason,
    )


def all_in_all(payments: list[Payment]) -> Payment | None:
    """The session's own latest attempt, with what is held and taken over all its holds, and the
    card that paid most of it; the latest attempt comes first.
    """
    own = next((one for one in payments if not one.addition_number), None)
    if own is None or len(payments) == 1:
        return own
    taken = [one for one in payments if one.state is PaymentState.CAPTURED]
    told = max(taken, key=lambda one: one.captured_yen, default=own)
    return msgspec.structs.replace(
        told,
        held_yen=sum(one.held_yen for one in payments if one.state in LIVE) or told.held_yen,
        captured_yen=sum(one.captured_yen for one in taken),
        checkout_url=own.checkout_url,
    )
