"""The bill as issued: written once, with its ledger entries, and shown as a receipt.

The number comes from the session's own unguessable id, so that it tells nobody how many
receipts there are. Tax is inside the price and rounded once (適格簡易請求書).
"""

import msgspec

from konsento.foundation.databases import PEOPLE
from konsento.management.charging.record import Session
from konsento.management.payments.correction import Correction
from konsento.management.payments.ledger import post
from konsento.management.payments.settlement import TAX_RATE_PERCENT, Bill
from konsento.management.payments.store import correction_of
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


class CorrectedReceipt(Receipt, frozen=True, kw_only=True):
    """The receipt that takes the place of the one numbered `corrects`.

    `paid_yen` is what is left of what was taken once all that is owed back was given back.
    """

    corrects: str
    closing_register_wh: int
    refunded_yen: int


def number_of(session_id: str) -> str:
    return f"K-{session_id[-10:].upper()}"


async def receipt_of(session_id: str) -> Receipt | None:
    """The receipt as it stands: corrected, where a late register took something off it."""
    rows = await PEOPLE.ask("SELECT * FROM receipt WHERE session_id = {}", session_id)
    if not rows:
        return None
    issued = msgspec.convert(rows[0], Receipt, strict=False)
    correction = await correction_of(session_id)
    return issued if correction is None else corrected(issued, correction)


def corrected(issued: Receipt, correction: Correction) -> Receipt:
    """The receipt under its new number; the first where the correction leaves it as it is."""
    if correction.number is None:
        return issued
    paid_yen = min(issued.paid_yen, correction.due_yen)
    return CorrectedReceipt(
        session_id=issued.session_id,
        number=correction.number,
        corrects=issued.number,
        issued_at_ms=correction.corrected_at_ms,
        closing_register_wh=correction.closing_register_wh,
        used_wh=correction.used_wh,
        billed_wh=correction.billed_wh,
        price_yen=correction.price_yen,
        tax_yen=correction.tax_yen,
        tax_rate_percent=issued.tax_rate_percent,
        waived_yen=correction.waived_yen,
        paid_yen=paid_yen,
        unpaid_yen=min(issued.unpaid_yen, correction.due_yen - paid_yen),
        refunded_yen=correction.refunded_yen,
    )


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
