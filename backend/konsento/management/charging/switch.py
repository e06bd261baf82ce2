"""What we owe the control system, carried out: order an outlet on, off, and on again.

Each is a task of the outbox and names a target state, so that a second try is harmless.
"""

from konsento.foundation.outbox import Task
from konsento.management.charging import events
from konsento.management.charging.hands import Hands
from konsento.management.charging.record import Session
from konsento.management.charging.session import OVER, Event, Patience, Reason, State
from konsento.management.charging.store import changing, keep, session_by_id
from konsento.mdms.contract import ChargeOrder, MdmsClient, MdmsRefused

NEVER_HEARD_OF = "unknown-request"


def order_of(record: Session) -> ChargeOrder:
    """The order as the control system hears it: nothing in it can name a person (C8)."""
    return ChargeOrder(
        outlet=record.outlet,
        power_type=record.power_type,
        retailer=record.retailer_id,
        energy_wh_max=record.energy_wh_max,
        duration_s_max=record.duration_s_max,
        counted_from=record.counted_from,
    )


async def switch_on(task: Task, mdms: MdmsClient, hands: Hands) -> None:
    """Order the outlet on, and write the first of the two answers down."""
    record = await session_by_id(task.subject)
    if record.state is not State.STARTING:
        return
    try:
        view = await mdms.order(record.request_number, order_of(record))
    except MdmsRefused:
        await _rejected(record.id, hands)
        return
    if view.result == "rejected":
        await _rejected(record.id, hands)
    else:
        await _accepted(record.id, view.closes_from_ms, hands)


def in_turn(record: Session, closes_from_ms: int | None, patience: Patience) -> Session:
    """Its wait for power begins when its turn to be switched on comes."""
    if closes_from_ms is None or record.state not in {State.STARTING, State.RESUMING}:
        return record
    until_ms = closes_from_ms + patience.start_within_ms
    if until_ms <= (record.deadline_ms or 0):
        return record
    return record.with_facts(deadline_ms=until_ms)


async def _accepted(session_id: str, closes_from_ms: int | None, hands: Hands) -> None:
    async with changing(session_id) as tx:
        before = await session_by_id(session_id)
        now_ms = hands.clock.now_ms()
        if before.accepted_at_ms is None:
            accepted = in_turn(before, closes_from_ms, hands.patience)
            await keep(tx, accepted.with_facts(accepted_at_ms=now_ms), before)
        if before.state in OVER:
            # Ended while the order was on its way: it must not stay on for nobody.
            await hands.outbox.owe(tx, events.SWITCH_OFF, session_id, now_ms)


async def _rejected(session_id: str, hands: Hands) -> None:
    async with changing(session_id) as tx:
        before = await session_by_id(session_id)
        if before.state not in {State.STARTING, State.STOPPING}:
            return
        now_ms = hands.clock.now_ms()
        record = before.on(
            Event.ORDER_REJECTED, now_ms, hands.patience,
            reason=Reason.START_FAILED, ended_at_ms=now_ms, final=True,
        )  # fmt: skip
        await keep(tx, record, before)
        await events.owe_news(tx, record, before, hands)
        await hands.outbox.owe(tx, events.ENDED, session_id, now_ms)


async def switch_again(task: Task, mdms: MdmsClient, hands: Hands) -> None:
    """Ask for power again after the pause that its driver said to end; an event tells of it."""
    record = await session_by_id(task.subject)
    if record.state is not State.RESUMING:
        return
    view = await mdms.resume(record.request_number, record.pause)
    if in_turn(record, view.closes_from_ms, hands.patience) is record:
        return
    async with changing(record.id) as tx:
        before = await session_by_id(record.id)
        await keep(tx, in_turn(before, view.closes_from_ms, hands.patience), before)


async def switch_off(task: Task, mdms: MdmsClient, hands: Hands) -> None:
    """Order the outlet off. A request the control system never heard of never started."""
    record = await session_by_id(task.subject)
    try:
        view = await mdms.stop(record.request_number)
    except MdmsRefused as refused:
        if refused.slug != NEVER_HEARD_OF or record.switched_on_at_ms is not None:
            raise  # a wrong key, say: whether power flows is unknown, so it stays wanted off
        await _rejected(record.id, hands)
        return
    if view.result == "rejected":
        await _rejected(record.id, hands)
