"""Reading and keeping payments."""

from typing import Any

import msgspec
from piccolo.columns import Column

from konsento.foundation.database import Transaction
from konsento.foundation.databases import PEOPLE
from konsento.management.charging.store import WATCHERS, touch
from konsento.management.payments.correction import Correction
from konsento.management.payments.payment import Payment
from konsento.management.payments.tables import CorrectionRow, PaymentRow


async def payment_by_id(payment_id: str) -> Payment | None:
    rows = await PaymentRow.select().where(PaymentRow.id == payment_id)
    return msgspec.convert(rows[0], Payment, strict=False) if rows else None


async def payment_by_checkout(checkout_id: str) -> Payment | None:
    rows = await PaymentRow.select().where(PaymentRow.checkout_id == checkout_id)
    return msgspec.convert(rows[0], Payment, strict=False) if rows else None


async def payments_of(session_id: str) -> list[Payment]:
    """Every attempt, the latest first."""
    rows = (
        await PaymentRow.select()
        .where(PaymentRow.session_id == session_id)
        .order_by(PaymentRow.attempt, ascending=False)
    )
    return msgspec.convert(rows, list[Payment], strict=False)


async def latest_payment(session_id: str) -> Payment | None:
    """The latest attempt for the session itself, not for an addition."""
    found = [one for one in await payments_of(session_id) if not one.addition_number]
    return found[0] if found else None


async def keep_new_payment(payment: Payment) -> None:
    await PaymentRow.insert(PaymentRow(**msgspec.structs.asdict(payment)))


async def keep_payment(tx: Transaction, payment: Payment, before: Payment) -> None:
    """Write what changed, and wake the session's watchers."""
    old = msgspec.structs.asdict(before)
    changed: dict[Column | str, Any] = {
        k: v for k, v in msgspec.structs.asdict(payment).items() if v != old[k]
    }
    if changed:
        await PaymentRow.update(changed).where(PaymentRow.id == payment.id)
        await touch(payment.session_id)
        tx.after_commit(lambda: WATCHERS.tell(payment.session_id))


async def correction_of(session_id: str) -> Correction | None:
    rows = await CorrectionRow.select().where(CorrectionRow.session_id == session_id)
    return msgspec.convert(rows[0], Correction) if rows else None


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
