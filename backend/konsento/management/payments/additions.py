"""Reading and keeping additions, and moving them: each move wakes the session's watchers."""

import msgspec

from konsento.foundation.database import Transaction
from konsento.foundation.databases import PEOPLE
from konsento.management.charging.record import Session
from konsento.management.charging.session import RUNNING
from konsento.management.charging.store import WATCHERS, touch
from konsento.management.payments import events
from konsento.management.payments.addition import LIVE, Addition, Event, State, after
from konsento.management.payments.hands import Till
from konsento.management.payments.payment import LIVE as PAYMENT_LIVE
from konsento.management.payments.payment import Payment
from konsento.management.payments.payment import State as PaymentState
from konsento.management.payments.store import payments_of
from konsento.management.payments.tables import AdditionRow


async def additions_of(session_id: str) -> list[Addition]:
    """The latest first."""
    rows = await PEOPLE.ask(
        "SELECT * FROM addition WHERE session_id = {} ORDER BY number DESC", session_id
    )
    return msgspec.convert(rows, list[Addition], strict=False)


async def addition_by_id(addition_id: str) -> Addition | None:
    rows = await AdditionRow.select().where(AdditionRow.id == addition_id)
    return msgspec.convert(rows[0], Addition) if rows else None


async def live_addition(session_id: str) -> Addition | None:
    found = await additions_of(session_id)
    return found[0] if found and found[0].state in LIVE else None


async def late_additions(now_ms: int) -> list[Addition]:
    """Not paid in time, the longest overdue first."""
    rows = (
        await AdditionRow.select()
        .where((AdditionRow.state == State.AUTHORISING) & (AdditionRow.deadline_ms <= now_ms))
        .order_by(AdditionRow.deadline_ms)
        .limit(50)
    )
    return msgspec.convert(rows, list[Addition])


async def keep_new_addition(tx: Transaction, addition: Addition) -> None:
    """Raises RowExists when another addition of the session is live."""
    await AdditionRow.insert(AdditionRow(**msgspec.structs.asdict(addition)))
    await _tell(tx, addition.session_id)


async def move(
    tx: Transaction, before: Addition, event: Event, till: Till, *, reason: str | None = None
) -> Addition:
    """The addition after the event; its hold is let go when it comes to nothing."""
    state = after(before.state, event)
    if state is before.state:
        return before
    moved = msgspec.structs.replace(before, state=state, reason=reason)
    await AdditionRow.update({AdditionRow.state: state, AdditionRow.reason: reason}).where(
        AdditionRow.id == before.id
    )
    await _tell(tx, before.session_id)
    now_ms = till.charging.clock.now_ms()
    if state is State.APPLYING:
        await till.charging.outbox.owe(tx, events.RAISE_LIMIT, before.id, now_ms)
    elif state in {State.REFUSED, State.CANCELLED}:
        for payment in await payments_of(before.session_id):
            if payment.addition_number == before.number and payment.state in PAYMENT_LIVE:
                await till.charging.outbox.owe(tx, events.LET_GO, payment.id, now_ms)
    return moved


async def _tell(tx: Transaction, session_id: str) -> None:
    await touch(session_id)
    tx.after_commit(lambda: WATCHERS.tell(session_id))


async def payment_heard(tx: Transaction, session: Session, payment: Payment, till: Till) -> None:
    """What the provider said of an addition's payment, within the transaction that notes it."""
    found = [one for one in await additions_of(session.id) if one.number == payment.addition_number]
    if not found:
        return
    addition = found[0]
    if addition.state in {State.REFUSED, State.CANCELLED}:
        if payment.state in PAYMENT_LIVE:
            now_ms = till.charging.clock.now_ms()
            await till.charging.outbox.owe(tx, events.LET_GO, payment.id, now_ms)
    elif payment.state is PaymentState.HELD and session.state in RUNNING:
        await move(tx, addition, Event.HELD, till)
    elif payment.state is PaymentState.HELD:
        await move(tx, addition, Event.SESSION_ENDS, till, reason="session_over")
    elif payment.card_id is not None and payment.declined is not None:
        await move(tx, addition, Event.DECLINED, till, reason=payment.declined)
    elif payment.state not in PAYMENT_LIVE:
        await move(tx, addition, Event.NOT_PAID, till, reason="payment_expired")
