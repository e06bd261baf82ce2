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
from konsento.management.payments.gateway import CheckoutState, GatewayRefused
from konsento.management.payments.hands import Till
from konsento.management.payments.ledger import post
from konsento.management.payments.payment import Payment, State, seen
from konsento.management.payments.receipt import Receipt, bill_once, receipt_of, record_payment
from konsento.management.payments.settlement import Facts, bill
from konsento.management.payments.store import keep_payment, payments_of
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
    receipt = await _write_bill(session, till)
    taken_yen = 0
    for payment in await payments_of(session.id):
        if payment.state is State.HELD and receipt.due_yen and not taken_yen:
            taken_yen = await _take(payment, receipt.due_yen, till, tried)
        elif payment.state is State.CAPTURED:
            taken_yen = payment.captured_yen
        else:
            await let_go(payment, till, tried)
    await _close(session, receipt, taken_yen, till)


async def _write_bill(session: Session, till: Till) -> Receipt:
    """The bill, the first time it is known; the same bill ever after."""
    written = await receipt_of(session.id)
    if written is not None:
        return written
    quote = await quote_of_session(session.id)
    outlet = await outlet_by_code(session.code)
    on_ms = (session.ended_at_ms or 0) - (session.switched_on_at_ms or session.ended_at_ms or 0)
    made = bill(
        Facts(
            used_wh=session.used_wh,
            energy_wh_max=session.energy_wh_max,
            power_w_max=outlet.power_w_max,
            on_s=max(0, on_ms) // 1000,
            unit_price_myen_per_kwh=quote.unit_price_myen_per_kwh,
            held_yen=quote.price_yen_max,
        )
    )
    if made.set_aside_wh:
        log.warning("energy set aside", session=session.id, used_wh=made.set_aside_wh)
    async with changing(session.id):
        return await bill_once(session, quote.retailer_id, made, till.charging.clock.now_ms())


async def _take(payment: Payment, due_yen: int, till: Till, tried: int) -> int:
    """Capture, once; returns what was taken (0 when the hold was gone)."""
    amount_yen = min(due_yen, payment.held_yen)
    payment_id = payment.payment_id or ""
    try:
        await till.gateway.capture(payment_id, amount_yen, key("capture", payment, tried))
    except GatewayRefused as refused:
        log.error("capture refused", payment=payment.id, reason=refused.code)
    told = await till.gateway.look(payment.checkout_id or "")
    if told.hold == "held":
        raise StillHeld(payment.id)  # neither taken nor lapsed: not for us to forget
    return await _note(payment, told, till, taken=True)


async def let_go(payment: Payment, till: Till, tried: int) -> None:
    """See to it that nothing is held and nobody can pay this attempt any more."""
    if payment.state in {State.CAPTURED, State.RELEASED, State.LOST}:
        return
    told: CheckoutState | None = None
    if payment.checkout_id is None:
        told = await till.gateway.find(
            payment.session_id, payment.attempt, since_ms=payment.created_at_ms - 60_000
        )
        if told is None:
            await _note(payment, None, till, taken=False)
            return
    checkout_id = payment.checkout_id or (told.checkout_id if told else "")
    told = await till.gateway.expire(checkout_id, key("expire", payment, tried))
    if told.hold == "held" and told.payment_id:
        await till.gateway.release(told.payment_id, key("release", payment, tried))
        told = await till.gateway.look(checkout_id)
    await _note(payment, told, till, taken=False)


async def _note(payment: Payment, told: CheckoutState | None, till: Till, *, taken: bool) -> int:
    """Write down where the money is now; returns the yen captured."""
    async with changing(payment.session_id) as tx:
        before = next(p for p in await payments_of(payment.session_id) if p.id == payment.id)
        after = seen(before, told) if told else before
        if taken and after.state is State.RELEASED:
            after = _finished(after, State.LOST)
        elif after.state in {State.NEW, State.OPEN, State.HELD}:
            after = _finished(after, State.RELEASED)
        await keep_payment(tx, after, before)
        return after.captured_yen


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
        missing_yen = receipt.due_yen - taken_yen
        if missing_yen:
            await post(f"uncollected:{session.id}", session.id, now_ms,
                       uncollected=missing_yen, driver=-missing_yen)  # fmt: skip
        await record_payment(session.id, taken_yen, missing_yen)
        record = before.on(Event.SETTLED, now_ms, till.charging.patience)
        await keep(tx, record, before)
        await till.charging.outbox.owe(tx, events.SETTLED, session.id, now_ms)
        log.info("session settled", session=session.id, used_wh=session.used_wh,
                 amount_yen=taken_yen)  # fmt: skip
