"""Reading and keeping payments."""

import msgspec

from konsento.foundation.database import Transaction
from konsento.foundation.databases import PEOPLE
from konsento.management.charging.store import WATCHERS, touch
from konsento.management.payments.correction import Correction
from konsento.management.payments.payment import Payment
from konsento.management.payments.tables import CorrectionRow, PaymentRow


async def payment_by_id(payment_id: str) -> Payment | None:
    rows = await PEOPLE.ask("SELECT * FROM payment WHERE id = {}", payment_id)
    return msgspec.convert(rows[0], Payment, strict=False) if rows else None


async def payment_by_checkout(checkout_id: str) -> Payment | None:
    rows = await PEOPLE.ask("SELECT * FROM payment WHERE checkout_id = {}", checkout_id)
    return msgspec.convert(rows[0], Payment, strict=False) if rows else None


async def payments_of(session_id: str) -> list[Payment]:
    """Every attempt, the latest first."""
    rows = await PEOPLE.ask(
        "SELECT * FROM payment WHERE session_id = {} ORDER BY attempt DESC", session_id
    )
    return msgspec.convert(rows, list[Payment], strict=False)


async def latest_payment(session_id: str) -> Payment | None:
    """The latest attempt for the session itself, not for an addition."""
    found = [one for one in await payments_of(session_id) if not one.addition_number]
    return found[0] if found else None


async def keep_new_payment(payment: Payment) -> None:
    await PEOPLE.add(PaymentRow, payment)


async def keep_payment(tx: Transaction, payment: Payment, before: Payment) -> None:
    """Write what changed, and wake the session's watchers."""
    if await PEOPLE.change(PaymentRow, payment.id, payment, before):
        await touch(payment.session_id)
        tx.after_commit(lambda: WATCHERS.tell(payment.session_id))


async def correction_of(session_id: str) -> Correction | None:
    rows = await PEOPLE.ask("SELECT * FROM correction WHERE session_id = {}", session_id)
    return msgspec.convert(rows[0], Correction, strict=False) if rows else None


async def keep_correction(correction: Correction) -> bool:
    """Within the session's transaction; False when it was corrected already."""
    if await correction_of(correction.session_id) is not None:
        return False
    await CorrectionRow.insert(CorrectionRow(**msgspec.structs.asdict(correction)))
    return True


async def correction_done(session_id: str, refunded_yen: int, now_ms: int) -> bool:
    """What was owed back is given back; False when that was written down before."""
    rows = await PEOPLE.ask(
        "UPDATE correction SET refunded_yen = {}, done_at_ms = {} "
        "WHERE session_id = {} AND done_at_ms IS NULL RETURNING session_id",
        refunded_yen, now_ms, session_id,
    )  # fmt: skip
    return bool(rows)
