"""The control system's events, each applied once and in order, some at a time.

The cursor is kept in the same transaction as what the events changed, so that a crash repeats
nothing and loses nothing. Running charges bring more events than a transaction for each could
keep up with: a commit costs more than what it commits.
"""

from collections.abc import Sequence

import structlog

from konsento.foundation.database import Transaction
from konsento.foundation.databases import PEOPLE
from konsento.management.charging import events
from konsento.management.charging.hands import Hands
from konsento.management.charging.heard import heard
from konsento.management.charging.late_register import keep_late_register, late_register
from konsento.management.charging.record import Session
from konsento.management.charging.session import OVER, Forbidden
from konsento.management.charging.store import (
    keep,
    keep_sample,
    session_by_request,
    sessions_by_requests,
)
from konsento.mdms import contract
from konsento.mdms.contract import MdmsClient

log = structlog.get_logger(__name__)

MDMS = "mdms"
WAIT_S = 20
TOGETHER_MAX = 32  # so many hold up whoever else would write for some 30 ms
LIMITS = frozenset({"limit_raised", "limit_refused"})


async def apply(page: Sequence[contract.Event], hands: Hands) -> None:
    """Events in order, and the cursor, in one transaction; one applied before changes nothing."""
    async with PEOPLE.writing("mdms-events") as tx:
        known = await read_cursor()
        fresh = [event for event in page if event.cursor > known]
        if not fresh:
            return
        ids = await sessions_by_requests({event.request_number for event in fresh})
        for session_id in sorted(ids.values()):
            await tx.lock(f"session:{session_id}")
        records: dict[str, Session] = {}
        for event in fresh:
            request = event.request_number
            if request not in ids:
                continue
            before = records.get(request) or await session_by_request(request)
            if before is not None:
                records[request] = await _take(tx, before, event, hands)
        await PEOPLE.ask(
            "INSERT INTO mdms_cursor (id, cursor) VALUES ({}, {}) "
            "ON CONFLICT (id) DO UPDATE SET cursor = {}",
            MDMS, fresh[-1].cursor, fresh[-1].cursor,
        )  # fmt: skip


async def _take(tx: Transaction, before: Session, event: contract.Event, hands: Hands) -> Session:
    """The session after the event, with whatever is owed for it."""
    now_ms = hands.clock.now_ms()
    try:
        record = heard(before, event, now_ms, hands.patience)
    except Forbidden as said:
        log.warning("event without meaning", session=before.id, kind=event.kind, error=str(said))
        return before
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
    return record


async def read_cursor() -> int:
    rows = await PEOPLE.ask("SELECT cursor FROM mdms_cursor WHERE id = {}", MDMS)
    return rows[0]["cursor"] if rows else 0


async def follow_once(mdms: MdmsClient, hands: Hands, *, wait_s: int = WAIT_S) -> int:
    """Ask for what is new, wait up to wait_s for it, apply it; returns how many events."""
    page = await mdms.events(await read_cursor(), wait_s=wait_s)
    for first in range(0, len(page.events), TOGETHER_MAX):
        await apply(page.events[first : first + TOGETHER_MAX], hands)
    return len(page.events)
