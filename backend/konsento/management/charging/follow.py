"""What the control system reports of a session, applied once and in order.

`heard` is pure: a record and an event make a new record. The loop keeps the cursor in the same
transaction as the change, so that a crash repeats nothing and loses nothing.
"""

import structlog

from konsento.foundation.database import Transaction
from konsento.foundation.databases import PEOPLE
from konsento.management.charging import events
from konsento.management.charging.hands import Hands
from konsento.management.charging.late_register import keep_late_register, late_register
from konsento.management.charging.record import FLOWS_FROM_W, Session
from konsento.management.charging.session import (
    AT_REST,
    OVER,
    Event,
    Forbidden,
    Patience,
    Reason,
    State,
)
from konsento.management.charging.store import keep, keep_sample, session_by_request
from konsento.mdms import contract
from konsento.mdms.contract import MdmsClient

log = structlog.get_logger(__name__)

MDMS = "mdms"
WAIT_S = 20
LIMITS = frozenset({"limit_raised", "limit_refused"})
ENDS = {
    "energy_limit": Reason.ENERGY_LIMIT,
    "time_limit": Reason.TIME_LIMIT,
    "link_lost": Reason.LINK_LOST,
    "power_lost": Reason.POWER_LOST,
    "stopped": Reason.DRIVER,
}


def why_it_ended(record: Session, reason: str | None) -> Reason:
    """The reason in the driver's terms; a limit chosen in yen was reached in Wh."""
    if reason == "energy_limit" and record.chosen_by == "money":
        return Reason.MONEY_LIMIT
    return ENDS.get(reason or "", Reason.START_FAILED)


def heard(record: Session, event: contract.Event, now_ms: int, patience: Patience) -> Session:
    """The session after the control system's event; itself when the event brings nothing new.

    What was final stays as it is: its bill may have been written. Raises session.Forbidden.
    """
    if record.state in OVER or record.final:
        return record
    match event.kind:
        case "switched_on":
            return _switched_on(record, event, now_ms, patience)
        case "measured":
            return _measured(record, event, now_ms, patience)
        case "link_lost" | "power_lost":
            if record.state in {State.CHARGING, State.IDLE}:
                return record.on(Event.LINK_LOST, now_ms, patience, power_w=None)
            return record
        case "link_back" | "power_back":
            if record.state is State.LINK_LOST:
                return record.on(Event.LINK_BACK, now_ms, patience)
            return record
        case "paused" | "resumed":
            return _rested(record, event, now_ms, patience)
        case "switched_off":
            return _ended(record, event, now_ms, patience)
        case "start_failed":
            return _never_began(record, event, now_ms, patience)
        case "limit_raised" | "limit_refused":
            return record  # whoever wished for it asks what became of it


def _switched_on(
    record: Session, event: contract.Event, now_ms: int, patience: Patience
) -> Session:
    """Once; also of a session given up before it was heard, whose bill needs to know."""
    if record.switched_on_at_ms is not None:
        return record
    facts = {
        "switched_on_at_ms": event.at_ms,
        "opening_register_wh": event.opening_register_wh,
        "register_wh": event.opening_register_wh,
        "measured_at_ms": event.at_ms,
    }
    if record.state is State.SETTLING:
        return record.with_facts(**facts)
    return record.on(Event.SWITCHED_ON, now_ms, patience, **facts)


def _measured(record: Session, event: contract.Event, now_ms: int, patience: Patience) -> Session:
    if record.state in {State.STARTING, State.SETTLING, *AT_REST}:
        return record
    power_w = event.power_w or 0
    flows = power_w >= FLOWS_FROM_W
    facts = {
        "measured_at_ms": event.at_ms,
        "register_wh": event.register_wh,
        "used_wh": event.used_wh if event.used_wh is not None else record.used_wh,
        "power_w": power_w,
    }
    if flows and record.first_use_at_ms is None:
        facts["first_use_at_ms"] = event.at_ms
    if flows or record.drew:
        what = Event.FLOWING if flows else Event.NOT_FLOWING
        return record.on(what, now_ms, patience, drew=True, **facts)
    back = (
        record.on(Event.LINK_BACK, now_ms, patience) if record.state is State.LINK_LOST else record
    )
    return back.with_facts(sequence=record.sequence + 1, **facts)


def _rested(record: Session, event: contract.Event, now_ms: int, patience: Patience) -> Session:
    """Off for now, or on again; given up meanwhile, it is over for us whatever is told."""
    if record.state is State.SETTLING:
        return record
    facts = {
        "register_wh": event.register_wh,
        "used_wh": event.used_wh if event.used_wh is not None else record.used_wh,
        "measured_at_ms": event.at_ms,
        "pause": event.pause or record.pause,
        "power_w": 0,
    }
    what = Event.PAUSED if event.kind == "paused" else Event.RESUMED
    return record.on(what, now_ms, patience, **facts)


def _ended(record: Session, event: contract.Event, now_ms: int, patience: Patience) -> Session:
    return record.on(
        Event.SWITCHED_OFF, now_ms, patience,
        reason=why_it_ended(record, event.reason), ended_at_ms=record.ended_at_ms or event.at_ms,
        closing_register_wh=event.closing_register_wh, power_w=0, final=event.final,
        register_wh=event.closing_register_wh or record.register_wh,
        used_wh=event.used_wh if event.used_wh is not None else record.used_wh,
    )  # fmt: skip


def _never_began(
    record: Session, event: contract.Event, now_ms: int, patience: Patience
) -> Session:
    """Switched on or not, a start that failed is told; delivered energy still counts."""
    if not event.final or event.used_wh:
        return _ended(record, event, now_ms, patience)
    if record.state not in {State.STARTING, State.STOPPING}:
        return _ended(record, event, now_ms, patience)
    return record.on(
        Event.NEVER_STARTED, now_ms, patience,
        reason=Reason.START_FAILED, ended_at_ms=event.at_ms, final=True,
    )  # fmt: skip


async def apply(event: contract.Event, hands: Hands) -> None:
    """One event and the cursor, in one transaction; an event already applied changes nothing."""
    async with PEOPLE.writing("mdms-events") as tx:
        if event.cursor <= await read_cursor():
            return
        before = await session_by_request(event.request_number)
        if before is not None:
            await tx.lock(f"session:{before.id}")
            before = await session_by_request(event.request_number)
        if before is not None:
            await _take(tx, before, event, hands)
        await PEOPLE.ask(
            "INSERT INTO mdms_cursor (id, cursor) VALUES ({}, {}) "
            "ON CONFLICT (id) DO UPDATE SET cursor = {}",
            MDMS, event.cursor, event.cursor,
        )  # fmt: skip


async def _take(tx: Transaction, before: Session, event: contract.Event, hands: Hands) -> None:
    now_ms = hands.clock.now_ms()
    try:
        record = heard(before, event, now_ms, hands.patience)
    except Forbidden as said:
        log.warning("event without meaning", session=before.id, kind=event.kind, error=str(said))
        return
    await keep(tx, record, before)
    await events.owe_news(tx, record, before, hands)
    if event.kind == "measured" and record is not before:
        await keep_sample(record)
    if before.state in OVER and event.kind == "switched_on":
        await hands.outbox.owe(tx, events.SWITCH_OFF, before.id, now_ms)
    if event.kind in LIMITS:
        await hands.outbox.owe(tx, events.LIMIT_TOLD, record.id, now_ms)
    if record.final and not before.final:
        await hands.outbox.owe(tx, events.ENDED, record.id, now_ms)
    late = late_register(before, event, now_ms)
    if late is not None and await keep_late_register(late):
        await hands.outbox.owe(tx, events.LATE_REGISTER, record.id, now_ms)
    if record.state is not before.state:
        log.info("session", session=record.id, state=record.state, reason=record.reason)


async def read_cursor() -> int:
    rows = await PEOPLE.ask("SELECT cursor FROM mdms_cursor WHERE id = {}", MDMS)
    return rows[0]["cursor"] if rows else 0


async def follow_once(mdms: MdmsClient, hands: Hands, *, wait_s: int = WAIT_S) -> int:
    """Ask for what is new, wait up to wait_s for it, apply it; returns how many events."""
    page = await mdms.events(await read_cursor(), wait_s=wait_s)
    for event in page.events:
        await apply(event, hands)
    return len(page.events)
