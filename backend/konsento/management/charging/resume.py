"""A paused session goes on, because its driver says so; nothing else makes power flow again."""

from konsento.management.charging import events
from konsento.management.charging.hands import Hands
from konsento.management.charging.record import Session
from konsento.management.charging.session import Event, Forbidden, State
from konsento.management.charging.store import changing, keep, session_by_id


async def resume(session_id: str, pause: int, hands: Hands) -> Session:
    """Be resumed after this pause, by its number; twice is once. Raises session.Forbidden.

    What has gone on after that pause stays as it is, a later pause included.
    """
    async with changing(session_id) as tx:
        before = await session_by_id(session_id)
        if pause > before.pause:
            raise Forbidden(f"a session that is {before.state} has had no such pause")
        if pause < before.pause or before.state is not State.PAUSED:
            return before
        now_ms = hands.clock.now_ms()
        record = before.on(Event.RESUME_WANTED, now_ms, hands.patience)
        await keep(tx, record, before)
        await hands.outbox.owe(tx, events.SWITCH_AGAIN, record.id, now_ms)
        return record
