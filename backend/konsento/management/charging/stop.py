"""A session is to be stopped: by its driver, by an operator, or by its own patience."""

from konsento.management.charging import events
from konsento.management.charging.hands import Hands
from konsento.management.charging.record import Session
from konsento.management.charging.session import OVER, Event, Forbidden, Reason, State
from konsento.management.charging.store import changing, keep, session_by_id


async def stop(
    session_id: str, why: Reason, hands: Hands, *, unless_changed: Session | None = None
) -> Session:
    """Want it stopped. Safe to repeat: what is stopping, settling or over stays as it is.

    A session not yet authorised is cancelled; one that holds the outlet is STOPPING until the
    switch is read open. `unless_changed`: how the session was when this was decided; if it has
    another state or deadline by now, power has come or the driver has, and nothing is stopped.
    """
    async with changing(session_id) as tx:
        before = await session_by_id(session_id)
        if before.state in OVER or before.state in {State.STOPPING, State.SETTLING}:
            return before
        if unless_changed is not None and not _same_wait(before, unless_changed):
            return before
        now_ms = hands.clock.now_ms()
        record = before.on(Event.STOP_WANTED, now_ms, hands.patience, reason=why)
        if record.state is State.CANCELLED:
            record = record.with_facts(ended_at_ms=now_ms, final=True)
            await hands.outbox.owe(tx, events.ENDED, record.id, now_ms)
        else:
            await hands.outbox.owe(tx, events.SWITCH_OFF, record.id, now_ms)
        await keep(tx, record, before)
        return record


def _same_wait(one: Session, other: Session) -> bool:
    return (one.state, one.deadline_ms) == (other.state, other.deadline_ms)


async def go_on(session_id: str, hands: Hands) -> Session:
    """The driver asks to wait longer for the load; only when idle. Raises session.Forbidden."""
    async with changing(session_id) as tx:
        before = await session_by_id(session_id)
        if before.state is not State.IDLE:
            raise Forbidden(f"a session that is {before.state} waits for no load")
        deadline_ms = hands.clock.now_ms() + hands.patience.idle_within_ms
        record = before.with_facts(deadline_ms=deadline_ms)
        await keep(tx, record, before)
        return record
