"""The bill as issued: written once, with its ledger entries, and shown as a receipt.

The number comes from the session's own unguessable id, so that it tells nobody how many
receipts there are. Tax is inside the price and rounded once (適格簡易請求書).
"""

import msgspec

from konsento.management.charging.record import Session
from konsento.management.payments.ledger import post
from konsento.management.payments.settlement import TAX_RATE_PERCENT, Bill
from konsento.management.payments.tables import ReceiptRow


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """The columns of payments.tables.ReceiptRow; Wh and yen."""

    session_id: str
    number: str
    issued_at_ms: int
    used_wh: int
    billed_wh: int
    price_yen: int
    tax_yen: int
    tax_rate_percent: int
    waived_yen: int
    paid_yen: int
    unpaid_yen: int

    @property
    def due_yen(self) -> int:
        return self.price_yen - self.waived_yen


def number_of(session_id: str) -> str:
    return f"K-{session_id[-10:].upper()}"


async def receipt_of(session_id: str) -> Receipt | None:
    rows = await ReceiptRow.select().where(ReceiptRow.session_id == session_id)
    return msgspec.convert(rows[0], Receipt) if rows else None


async def bill_once(session: Session, retailer_id: str, made: Bill, now_ms: int) -> Receipt:
    """Write the bill and its entries, within a transaction; the one there is when it stands."""
    written = await receipt_of(session.id)
    if written is not None:
        return written
    receipt = Receipt(
        session_id=session.id, number=number_of(session.id), issued_at_ms=now_ms,
        used_wh=session.used_wh, billed_wh=made.billed_wh, price_yen=made.price_yen,
        tax_yen=made.tax_yen, tax_rate_percent=TAX_RATE_PERCENT, waived_yen=made.waived_yen,
        paid_yen=0, unpaid_yen=made.due_yen,
    )  # fmt: skip
    await ReceiptRow.insert(ReceiptRow(**msgspec.structs.asdict(receipt)))
    sales = {f"sales__{retailer_id}": -(made.due_yen - made.tax_yen), "tax": -made.tax_yen}
    await post(f"bill:{session.id}", session.id, now_ms, driver=made.due_yen, **sales)
    waived = {f"sales__{retailer_id}": -made.waived_yen, "goodwill": made.waived_yen}
    await post(f"waive:{session.id}", session.id, now_ms, **waived)
    return receipt


async def record_payment(session_id: str, paid_yen: int, unpaid_yen: int) -> None:
    """What of the bill was paid; the bill itself does not change."""
    await ReceiptRow.update(
        {ReceiptRow.paid_yen: paid_yen, ReceiptRow.unpaid_yen: unpaid_yen}
    ).where(ReceiptRow.session_id == session_id)
