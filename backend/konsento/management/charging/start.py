"""A session begins: first as a wish, then, once it may, as an order to the control system."""

import msgspec

from konsento.foundation.database import Transaction
from konsento.management.charging import events
from konsento.management.charging.availability import OutletBusy, OutletLocked
from konsento.management.charging.hands import Hands
from konsento.management.charging.record import Session
from konsento.management.charging.session import Event, Reason, State, deadline_ms
from konsento.management.charging.store import (
    Outlet,
    changing,
    keep,
    keep_new,
    outlet_by_code,
    session_by_id,
    session_holding,
)
from konsento.mdms.contract import CountedFrom


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What the driver agreed to: limits in Wh and s, and whose power of which kind."""

    visitor: str
    chosen_by: str
    energy_wh_max: int
    duration_s_max: int | None
    counted_from: CountedFrom
    power_type: str
    retailer_id: str


async def begin(wanted: Wanted, outlet: Outlet, hands: Hands) -> Session:
    """Write a session down that waits for its authorisation; within the caller's transaction.

    Raises OutletBusy, OutletLocked. The outlet is not held yet: only a session that may charge
    holds it.
    """
    if await session_holding(outlet.outlet) is not None:
        raise OutletBusy
    if (await outlet_by_code(outlet.code)).locked:  # since it was looked at
        raise OutletLocked
    now_ms = hands.clock.now_ms()
    record = Session(
        id=hands.ids.fresh(),
        request_number=hands.ids.fresh(),
        code=outlet.code,
        outlet=outlet.outlet,
        state=State.AUTHORISING,
        created_at_ms=now_ms,
        deadline_ms=deadline_ms(State.AUTHORISING, now_ms, hands.patience, drew=False),
        **msgspec.structs.asdict(wanted),
    )
    await keep_new(record)
    return record


async def authorised(tx: Transaction, session_id: str, hands: Hands) -> Session:
    """It may charge now: hold the outlet and owe the order. Within the caller's transaction.

    When another session took the outlet meanwhile, or it was taken out of use, this one fails
    at ¥0 instead.
    """
    before = await session_by_id(session_id)
    if before.state is not State.AUTHORISING:
        return before
    await tx.lock(f"outlet:{before.outlet}")  # of two paid at once, one sees the other
    now_ms = hands.clock.now_ms()
    record = before.on(Event.AUTHORISED, now_ms, hands.patience, authorised_at_ms=now_ms)
    locked = (await outlet_by_code(before.code)).locked
    if not locked and await session_holding(before.outlet) is None:
        await keep(tx, record, before)
        await hands.outbox.owe(tx, events.SWITCH_ON, record.id, now_ms)
        return record
    failed = record.on(
        Event.ORDER_REJECTED, now_ms, hands.patience,
        reason=Reason.START_FAILED, ended_at_ms=now_ms, final=True,
    )  # fmt: skip
    await keep(tx, failed, before)
    await events.owe_news(tx, failed, before, hands)
    await hands.outbox.owe(tx, events.ENDED, failed.id, now_ms)
    return failed


async def not_authorised(session_id: str, hands: Hands) -> Session:
    """Its time to be authorised is over."""
    async with changing(session_id) as tx:
        before = await session_by_id(session_id)
        if before.state is not State.AUTHORISING:
            return before
        now_ms = hands.clock.now_ms()
        record = before.on(
            Event.NOT_AUTHORISED, now_ms, hands.patience,
            reason=Reason.PAYMENT_EXPIRED, ended_at_ms=now_ms, final=True,
        )  # fmt: skip
        await keep(tx, record, before)
        await hands.outbox.owe(tx, events.ENDED, record.id, now_ms)
        return record
