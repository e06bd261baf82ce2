"""Nothing is forgotten: what is overdue is looked at again, by asking, not by guessing."""

from typing import Any

import structlog

from konsento.foundation.databases import PEOPLE
from konsento.management.charging import events as charging_events
from konsento.management.charging.overdue import end_what_is_overdue
from konsento.management.charging.session import RUNNING
from konsento.management.payments.add import end_late_additions
from konsento.management.payments.authorise import close_unpaid
from konsento.management.payments.gateway import GatewayRefused, GatewayUnavailable
from konsento.management.payments.hands import Till
from konsento.management.payments.hold import look
from konsento.management.payments.refund import owe_forgotten_refunds

log = structlog.get_logger(__name__)

LOOK_EVERY_MS = 15_000
STUCK_AFTER_MS = 600_000
LOOKS_AT_ONCE = 50
# Taken up in turn: whoever waits longest for a look comes first, and goes to the end of the row.
TAKEN_UP = (
    "UPDATE payment SET looked_at_ms = {{}} WHERE id IN (SELECT p.id FROM payment p "
    "JOIN session s ON s.id = p.session_id WHERE {what} "
    "AND COALESCE(p.looked_at_ms, p.created_at_ms) <= {{}} "
    f"ORDER BY COALESCE(p.looked_at_ms, p.created_at_ms), p.id LIMIT {LOOKS_AT_ONCE}) "
    "RETURNING id, session_id"
)
STUCK = (
    "p.state IN ('new', 'open', 'held') AND s.ended_at_ms <= {} AND s.state IN "
    "('settled', 'cancelled', 'refused', 'start_failed') AND NOT EXISTS "
    "(SELECT 1 FROM outbox o WHERE o.subject = s.id AND o.kind = {} "
    "AND o.given_up_at_ms IS NULL)"
)
GOES_ON = ", ".join(f"'{state.value}'" for state in sorted(RUNNING))
WAITING = (
    "p.state = 'open' AND (s.state = 'authorising' OR "
    f"p.addition_number > 0 AND s.state IN ({GOES_ON}))"
)


async def end_overdue(till: Till) -> None:
    """Every state whose time is over moves on; unpaid sessions after a last look."""
    await end_late_additions(till)
    for session in await end_what_is_overdue(till.charging):
        try:
            await close_unpaid(session, till)
        except GatewayUnavailable as error:
            log.warning("cannot close the page", session=session.id, error=type(error).__name__)


async def _take_up(what: str, now_ms: int, *more: object) -> list[dict[str, Any]]:
    """The payments that are to be looked at now, LOOKS_AT_ONCE at most."""
    async with PEOPLE.writing("payments-looked-at"):
        sql = TAKEN_UP.format(what=what)
        return await PEOPLE.ask(sql, now_ms, *more, now_ms - LOOK_EVERY_MS)


async def look_again(till: Till) -> None:
    """Webhooks get lost: ask about payments that are awaited, and let go what is left held."""
    now_ms = till.charging.clock.now_ms()
    for row in await _take_up(WAITING, now_ms):
        try:
            await look(row["id"], till)
        except (GatewayUnavailable, GatewayRefused) as error:
            log.warning("cannot look", payment=row["id"], error=type(error).__name__)
    stuck = await _take_up(STUCK, now_ms, now_ms - STUCK_AFTER_MS, charging_events.ENDED)
    for session_id in {row["session_id"] for row in stuck}:
        async with PEOPLE.writing() as tx:
            await till.charging.outbox.owe(tx, charging_events.ENDED, session_id, now_ms)
    await owe_forgotten_refunds(till)
