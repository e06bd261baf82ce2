"""What a driver is owed back is given back: once, never more than was taken, and told after.

How much that is stands in the ledger: the driver's account of the session, when it is settled.
A bill that was captured low enough in the first place owes nothing.
"""

import structlog

from konsento.foundation.databases import PEOPLE
from konsento.foundation.outbox import Task
from konsento.management.charging.session import State as SessionState
from konsento.management.charging.store import changing, session_by_id
from konsento.management.payments import events
from konsento.management.payments.hands import Till
from konsento.management.payments.ledger import owed_by_driver, post
from konsento.management.payments.payment import Payment, State
from konsento.management.payments.store import correction_done, correction_of, payments_of

log = structlog.get_logger(__name__)

FORGOTTEN = (
    "SELECT c.session_id FROM correction c JOIN session s ON s.id = c.session_id "
    "WHERE c.owed_back_yen > 0 AND c.done_at_ms IS NULL AND s.state = 'settled' AND NOT EXISTS "
    "(SELECT 1 FROM outbox o WHERE o.subject = s.id AND o.kind = {}) "
    "ORDER BY c.corrected_at_ms LIMIT 50"
)


async def refund_task(task: Task, till: Till) -> None:
    """Give back what session `task.subject` is owed. Safe to repeat at any line.

    Raises GatewayUnavailable and GatewayRefused: tried again, and given up visibly.
    """
    session = await session_by_id(task.subject)
    correction = await correction_of(session.id)
    if correction is None or correction.done_at_ms is not None:
        return
    if session.state is not SessionState.SETTLED:
        return  # settling takes no more than is due by now; what is left is swept up after
    owed_yen = -await owed_by_driver(session.id)
    shares = shares_of(owed_yen, await payments_of(session.id))
    for payment, yen in shares:
        key = f"refund-{payment.id}" + (f"-{task.attempts}" if task.attempts > 1 else "")
        await till.gateway.refund(payment.payment_id or "", yen, key)
    await _note(session.id, owed_yen, sum(yen for _, yen in shares), till)


def shares_of(owed_yen: int, payments: list[Payment]) -> list[tuple[Payment, int]]:
    """What each captured payment gives back, in their order: no more than it took."""
    shares = []
    for payment in payments:
        yen = min(owed_yen, payment.captured_yen)
        if payment.state is State.CAPTURED and yen > 0:
            shares.append((payment, yen))
            owed_yen -= yen
    return shares


async def _note(session_id: str, owed_yen: int, refunded_yen: int, till: Till) -> None:
    """What was never taken is not given back: it is no longer missing either."""
    async with changing(session_id) as tx:
        now_ms = till.charging.clock.now_ms()
        if not await correction_done(session_id, refunded_yen, now_ms):
            return
        if owed_yen > 0:
            await post(
                f"refund:{session_id}", session_id, now_ms, driver=owed_yen,
                provider=-refunded_yen, uncollected=refunded_yen - owed_yen,
            )  # fmt: skip
            await till.charging.outbox.owe(tx, events.CORRECTED, session_id, now_ms)
    log.info("given back", session=session_id, amount_yen=refunded_yen)


async def owe_forgotten_refunds(till: Till) -> None:
    """Corrections that were made before the bill was settled; what was given up stays so."""
    for row in await PEOPLE.ask(FORGOTTEN, events.REFUND):
        async with PEOPLE.writing() as tx:
            now_ms = till.charging.clock.now_ms()
            await till.charging.outbox.owe(tx, events.REFUND, row["session_id"], now_ms)
