"""What is owed is taken, what is not owed is let go: the end of every session's money.

One task does it for every way a session can end. It is safe to repeat at any line: the bill is
written down before the provider is asked, the provider's calls name the state that is wanted,
and the ledger refuses a second copy of an entry.
"""

import msgspec
import structlog

from konsento.foundation.outbox import Task
from konsento.management.charging.record import Session
from konsento.management.charging.session import OVER, Event
from konsento.management.charging.session import State as SessionState
from konsento.management.charging.store import changing, keep, outlet_by_code, session_by_id
from konsento.management.payments import events
from konsento.management.payments.add import finish
from konsento.management.payments.addition import holds_yen
from konsento.management.payments.additions import additions_of
from konsento.management.payments.gateway import CheckoutState, GatewayRefused
from konsento.management.payments.hands import Till
from konsento.management.payments.hold import find
from konsento.management.payments.ledger import post
from konsento.management.payments.payment import LIVE, Payment, State, seen
from konsento.management.payments.receipt import Receipt, bill_once, receipt_of, record_payment
from konsento.management.payments.settlement import Facts, allocate, bill
from konsento.management.payments.store import keep_payment, payment_by_id, payments_of
from konsento.management.retail.quote import quote_of_session

log = structlog.get_logger(__name__)


class StillHeld(Exception):
    """The provider will not capture and still holds: tried again, and given up visibly."""


async def settle_task(task: Task, till: Till) -> None:
    """A session ended: bill it if it delivered, and let every unused hold go."""
    session = await session_by_id(task.subject)
    tried = task.attempts
    if session.state is SessionState.SETTLING and session.final:
        await _settle(session, till, tried)
    elif session.state in OVER:
        for payment in await payments_of(session.id):
            await let_go(payment, till, tried)


def key(verb: str, payment: Payment, tried: int) -> str:
    """The same at the first try and its echo; then another, as a failure is kept under the first.

    What is wanted is a state, so a try under a new key still happens once.
    """
    return f"{verb}-{payment.id}" if tried <= 1 else f"{verb}-{payment.id}-{tried}"


async def _settle(session: Session, till: Till, tried: int) -> None:
    session = await finish(session, till, tried)
    receipt = await _write_bill(session, till)
    while planned := await _next_capture(session.id, receipt.due_yen):
        await _take(*planned, till, tried)
    for payment in await payments_of(session.id):
        await let_go(payment, till, tried)
    taken_yen = sum(one.captured_yen for one in await payments_of(session.id))
    await _close(session, receipt, taken_yen, till)


async def _next_capture(session_id: str, due_yen: int) -> tuple[Payment, int] | None:
    """The next hold to take from, and how much: planned anew from what was taken so far."""
    payments = await payments_of(session_id)
    held = [one for one in payments if one.state is State.HELD]
    left_yen = max(0, due_yen - sum(one.captured_yen for one in payments))
    shares = zip(held, allocate(left_yen, [one.held_yen for one in held]), strict=True)
    return next(((payment, yen) for payment, yen in shares if yen), None)


async def _write_bill(session: Session, till: Till) -> Receipt:
    """The bill, the first time it is known; the same bill ever after."""
    written = await receipt_of(session.id)
    if written is not None:
        return written
    quote = await quote_of_session(session.id)
    outlet = await outlet_by_code(session.code)
    on_ms = (session.ended_at_ms or 0) - (session.switched_on_at_ms or session.ended_at_ms or 0)
    held_yen = holds_yen(quote.price_yen_max, await additions_of(session.id))
    made = bill(
        Facts(
            used_wh=session.used_wh,
            energy_wh_max=session.energy_wh_max,
            power_w_max=outlet.power_w_max,
            on_s=max(0, on_ms) // 1000,
            unit_price_myen_per_kwh=quote.unit_price_myen_per_kwh,
            held_yen=sum(held_yen),
            holds_yen=held_yen,
        )
    )
    if made.set_aside_wh:
        log.warning("energy set aside", session=session.id, used_wh=made.set_aside_wh)
    async with changing(session.id):
        return await bill_once(session, quote.retailer_id, made, till.charging.clock.now_ms())


async def _take(payment: Payment, amount_yen: int, till: Till, tried: int) -> None:
    """Capture, once; a hold that was gone is lost."""
    payment_id = payment.payment_id or ""
    try:
        await till.gateway.capture(payment_id, amount_yen, key("capture", payment, tried))
    except GatewayRefused as refused:
        log.error("capture refused", payment=payment.id, reason=refused.code)
    told = await till.gateway.look(payment.checkout_id or "")
    if told.hold == "held":
        raise StillHeld(payment.id)  # neither taken nor lapsed: not for us to forget
    await _note(payment, told, till, taken=True)


async def let_go_task(task: Task, till: Till) -> None:
    """Let go of what nobody waits for, also where the house had given it up already."""
    payment = await payment_by_id(task.subject)
    if payment is not None and payment.state is not State.CAPTURED:
        await _let_go(payment, till, task.attempts)


async def let_go(payment: Payment, till: Till, tried: int) -> None:
    """See to it that nothing is held and nobody can pay this attempt any more."""
    if payment.state in LIVE:
        await _let_go(payment, till, tried)


async def _let_go(payment: Payment, till: Till, tried: int) -> None:
    told: CheckoutState | None = None
    if payment.checkout_id is None:
        told = await find(payment, till)
        if told is None:
            await _note(payment, None, till, taken=False)
            return
    checkout_id = payment.checkout_id or (told.checkout_id if told else "")
    told = await till.gateway.expire(checkout_id, key("expire", payment, tried))
    if told.hold == "held" and told.payment_id:
        await till.gateway.release(told.payment_id, key("release", payment, tried))
        told = await till.gateway.look(checkout_id)
    await _note(payment, told, till, taken=False)


async def _note(payment: Payment, told: CheckoutState | None, till: Till, *, taken: bool) -> None:
    """Write down where the money is now."""
    async with changing(payment.session_id) as tx:
        before = next(p for p in await payments_of(payment.session_id) if p.id == payment.id)
        after = seen(before, told) if told else before
        if taken and after.state is State.RELEASED:
            after = _finished(after, State.LOST)
        elif after.state in {State.NEW, State.OPEN, State.HELD}:
            after = _finished(after, State.RELEASED)
        await keep_payment(tx, after, before)


def _finished(payment: Payment, state: State) -> Payment:
    return msgspec.structs.replace(payment, state=state)


async def _close(session: Session, receipt: Receipt, taken_yen: int, till: Till) -> None:
    async with changing(session.id) as tx:
        now_ms = till.charging.clock.now_ms()
        before = await session_by_id(session.id)
        if before.state is not SessionState.SETTLING:
            return
        if taken_yen:
            await post(f"capture:{session.id}", session.id, now_ms,
                       provider=taken_yen, driver=-taken_yen)  # fmt: skip
        # A correction may have come between the capture and here: that is given back, not missing.
        missing_yen = max(0, receipt.due_yen - taken_yen)
        if missing_yen:
            await post(f"uncollected:{session.id}", session.id, now_ms,
                       uncollected=missing_yen, driver=-missing_yen)  # fmt: skip
        await record_payment(session.id, taken_yen, missing_yen)
        record = before.on(Event.SETTLED, now_ms, till.charging.patience)
        await keep(tx, record, before)
        await till.charging.outbox.owe(tx, events.SETTLED, session.id, now_ms)
        log.info("session settled", session=session.id, used_wh=session.used_wh,
                 amount_yen=taken_yen)  # fmt: skip
