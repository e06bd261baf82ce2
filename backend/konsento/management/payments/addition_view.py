"""What the phone shows of more that is being added, and of the money of several holds."""

import msgspec

from konsento.management.payments.addition import Addition, State
from konsento.management.payments.additions import additions_of
from konsento.management.payments.payment import LIVE, Payment
from konsento.management.payments.payment import State as PaymentState
from konsento.management.payments.store import payments_of


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


async def addition_view(session_id: str) -> AdditionView | None:
    """The latest addition of a session, if there ever was one."""
    found = await additions_of(session_id)
    if not found:
        return None
    return shown(found[0], await payments_of(session_id))


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


async def money_of(session_id: str) -> Payment | None:
    """The session's own latest attempt, with what is held and taken over all its holds."""
    return all_in_all(await payments_of(session_id))


def all_in_all(payments: list[Payment]) -> Payment | None:
    """One payment's worth of several, the latest attempt first: the sums, and the card that paid
    most of it.
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
