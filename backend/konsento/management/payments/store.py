"""Reading and keeping payments."""

from typing import Any

import msgspec
from piccolo.columns import Column

from konsento.foundation.database import Transaction
from konsento.management.charging.store import WATCHERS, touch
from konsento.management.payments.payment import Payment
from konsento.management.payments.tables import PaymentRow


async def payment_by_id(payment_id: str) -> Payment | None:
    rows = await PaymentRow.select().where(PaymentRow.id == payment_id)
    return msgspec.convert(rows[0], Payment) if rows else None


async def payment_by_checkout(checkout_id: str) -> Payment | None:
    rows = await PaymentRow.select().where(PaymentRow.checkout_id == checkout_id)
    return msgspec.convert(rows[0], Payment) if rows else None


async def payments_of(session_id: str) -> list[Payment]:
    """Every attempt, the latest first."""
    rows = (
        await PaymentRow.select()
        .where(PaymentRow.session_id == session_id)
        .order_by(PaymentRow.attempt, ascending=False)
    )
    return msgspec.convert(rows, list[Payment])


async def latest_payment(session_id: str) -> Payment | None:
    found = await payments_of(session_id)
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
