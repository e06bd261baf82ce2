"""No state is a trap: whatever has lasted to its deadline is moved on, one step at a time."""

from konsento.management.charging import events
from konsento.management.charging.hands import Hands
from konsento.management.charging.record import Session
from konsento.management.charging.session import Event, Reason, RestBecause, State
from konsento.management.charging.stop import stop
from konsento.management.charging.store import changing, keep, overdue, session_by_id

STOPS = {
    State.STARTING: Reason.START_FAILED,
    State.IDLE: Reason.LOAD_GONE,
    State.PAUSED: Reason.LOAD_GONE,
    State.INTERRUPTED: Reason.POWER_LOST,
    State.RESUMING: Reason.LINK_LOST,
    State.LINK_LOST: Reason.LINK_LOST,
}


async def end_what_is_overdue(hands: Hands) -> list[Session]:
    """Move every overdue session on; returns those that still wait for an authorisation.

    Their money is not charging's to decide: the payments room looks before it lets them go.
    """
    late = await overdue(hands.clock.now_ms())
    for record in late:
        if record.state is State.CHARGING:
            why = Reason.TIME_LIMIT if record.drew else Reason.NO_LOAD
            await stop(record.id, why, hands, unless_changed=record)
        elif record.rest_because is RestBecause.POWER_LOST and record.state is State.PAUSED:
            await stop(record.id, Reason.POWER_LOST, hands, unless_changed=record)
        elif record.state in STOPS:
            await stop(record.id, STOPS[record.state], hands, unless_changed=record)
        elif record.state is State.STOPPING:
            await _close_by_hearsay(record.id, hands)
        elif record.state is State.SETTLING:
            await _give_up_the_register(record.id, hands)
    return [record for record in late if record.state is State.AUTHORISING]


async def _close_by_hearsay(session_id: str, hands: Hands) -> None:
    """The switch was not read open in time: bill what was measured, keep wanting it open.

    The control system goes on trying; its fail-safe has opened the meter long ago.
    """
    async with changing(session_id) as tx:
        before = await session_by_id(session_id)
        if before.state is not State.STOPPING:
            return
        now_ms = hands.clock.now_ms()
        record = before.on(
            Event.SWITCHED_OFF, now_ms, hands.patience,
            reason=Reason.LINK_LOST, ended_at_ms=now_ms, power_w=0,
        )  # fmt: skip
        await keep(tx, record, before)
        await events.owe_news(tx, record, before, hands)
        await hands.outbox.owe(tx, events.SWITCH_OFF, session_id, now_ms)


async def _give_up_the_register(session_id: str, hands: Hands) -> None:
    """The closing register did not come: the last accepted one is what can be proven."""
    async with changing(session_id) as tx:
        before = await session_by_id(session_id)
        if before.state is not State.SETTLING:
            return
        now_ms = hands.clock.now_ms()
        record = before.with_facts(
            final=True,
            closing_register_wh=before.closing_register_wh or before.register_wh,
            deadline_ms=now_ms + hands.patience.settle_within_ms,
        )
        await keep(tx, record, before)
        await hands.outbox.owe(tx, events.ENDED, session_id, now_ms)
