"""Nothing is forgotten: what is overdue is looked at again, by asking, not by guessing."""

import structlog

from konsento.foundation.databases import PEOPLE
from konsento.management.charging import events as charging_events
from konsento.management.charging.overdue import end_what_is_overdue
from konsento.management.payments.authorise import close_unpaid, look
from konsento.management.payments.gateway import GatewayRefused, GatewayUnavailable
from konsento.management.payments.hands import Till

log = structlog.get_logger(__name__)

LOOK_EVERY_MS = 15_000
STUCK = (
    "SELECT p.session_id FROM payment p JOIN session s ON s.id = p.session_id "
    "WHERE p.state IN ('new', 'open', 'held') AND s.ended_at_ms <= {} AND s.state IN "
    "('settled', 'cancelled', 'refused', 'start_failed') AND NOT EXISTS "
    "(SELECT 1 FROM outbox o WHERE o.subject = s.id AND o.kind = {} "
    "AND o.given_up_at_ms IS NULL) LIMIT 50"
)
WAITING = (
    "SELECT p.id FROM payment p JOIN session s ON s.id = p.session_id "
    "WHERE p.state = 'open' AND s.state = 'authorising' AND p.created_at_ms <= {} LIMIT 50"
)


async def end_overdue(till: Till) -> None:
    """Every state whose time is over moves on; unpaid sessions after a last look."""
    for session in await end_what_is_overdue(till.charging):
        try:
            await close_unpaid(session, till)
        except GatewayUnavailable as error:
            log.warning("cannot close the page", session=session.id, error=type(error).__name__)


async def look_again(till: Till) -> None:
    """Webhooks get lost: ask about payments that are awaited, and let go what is left held."""
    now_ms = till.charging.clock.now_ms()
    for row in await PEOPLE.ask(WAITING, now_ms - LOOK_EVERY_MS):
        try:
            await look(row["id"], till)
        except (GatewayUnavailable, GatewayRefused) as error:
            log.warning("cannot look", payment=row["id"], error=type(error).__name__)
    stuck = await PEOPLE.ask(STUCK, now_ms - 600_000, charging_events.ENDED)
    for session_id in {row["session_id"] for row in stuck}:
        async with PEOPLE.writing() as tx:
            await till.charging.outbox.owe(tx, charging_events.ENDED, session_id, now_ms)
