"""A meter that speaks after the bill: the bill is corrected, downwards alone, once.

More than was billed is written down as unbilled and shown to the desk. Less is owed back: a hold
not yet captured is captured lower, because the corrected receipt is what settling reads; what was
captured is given back (`refund`).
"""

import structlog

from konsento.foundation.outbox import Task, TryLater
from konsento.management.charging.late_register import LateRegister, late_register_of
from konsento.management.charging.record import Session
from konsento.management.charging.session import OVER
from konsento.management.charging.session import State as SessionState
from konsento.management.charging.store import changing, outlet_by_code, session_by_id
from konsento.management.payments import events
from konsento.management.payments.addition import holds_yen
from konsento.management.payments.additions import additions_of
from konsento.management.payments.correction import (
    NUMBER_SUFFIX,
    Correction,
    Sums,
    ledger_lines,
    owed_back_yen,
    unbilled_yen,
)
from konsento.management.payments.hands import Till
from konsento.management.payments.ledger import post
from konsento.management.payments.receipt import number_of, receipt_of
from konsento.management.payments.settlement import Bill, Facts, bill
from konsento.management.payments.store import keep_correction
from konsento.management.retail.quote import Quote, quote_of_session

log = structlog.get_logger(__name__)

BILL_WITHIN_MS = 60_000


class BillPending(TryLater):
    """The bill that is to be corrected is not written yet."""


async def late_register_task(task: Task, till: Till) -> None:
    """Correct the bill of session `task.subject`. Raises BillPending. Twice is once."""
    late = await late_register_of(task.subject)
    if late is None:
        return
    session = await session_by_id(task.subject)
    quote = await quote_of_session(session.id)
    made = await _bill_as_it_should_be(session, late, quote)
    async with changing(session.id) as tx:
        session = await session_by_id(session.id)
        issued = await _issued(session)
        now_ms = till.charging.clock.now_ms()
        correction = _correction(session, late, issued, made, now_ms)
        if not await keep_correction(correction):
            return
        lines = ledger_lines(issued, made, quote.retailer_id)
        await post(f"late:{session.id}", session.id, now_ms, **lines)
        if correction.owed_back_yen and session.state is SessionState.SETTLED:
            await till.charging.outbox.owe(tx, events.REFUND, session.id, now_ms)
    log.warning(
        "bill met a late register", session=session.id, used_wh=late.used_wh,
        unbilled_yen=correction.unbilled_yen, owed_back_yen=correction.owed_back_yen,
    )  # fmt: skip


async def _issued(session: Session) -> Sums:
    """The bill as issued. Raises BillPending while it may still be written."""
    receipt = await receipt_of(session.id)
    if receipt is not None:
        return Sums(
            price_yen=receipt.price_yen, tax_yen=receipt.tax_yen, waived_yen=receipt.waived_yen
        )
    if session.state not in OVER:
        raise BillPending(BILL_WITHIN_MS)
    return Sums()


async def _bill_as_it_should_be(session: Session, late: LateRegister, quote: Quote) -> Bill:
    """By the rule of every bill, over the holds that it was, or is to be, taken from.

    When it ended is not known here for certain: it may have drawn until it was heard.
    """
    outlet = await outlet_by_code(session.code)
    held_yen = holds_yen(quote.price_yen_max, await additions_of(session.id))
    from_ms = session.switched_on_at_ms or session.created_at_ms
    return bill(
        Facts(
            used_wh=late.used_wh,
            energy_wh_max=session.energy_wh_max,
            power_w_max=outlet.power_w_max,
            on_s=max(0, late.heard_at_ms - from_ms) // 1000,
            unit_price_myen_per_kwh=quote.unit_price_myen_per_kwh,
            held_yen=sum(held_yen),
            holds_yen=held_yen,
        )
    )


def _correction(
    session: Session, late: LateRegister, issued: Sums, made: Bill, now_ms: int
) -> Correction:
    back_yen = owed_back_yen(issued, made)
    return Correction(
        session_id=session.id,
        number=number_of(session.id) + NUMBER_SUFFIX if back_yen else None,
        corrected_at_ms=now_ms,
        closing_register_wh=late.closing_register_wh,
        used_wh=late.used_wh,
        billed_wh=made.billed_wh,
        price_yen=made.price_yen,
        tax_yen=made.tax_yen,
        waived_yen=made.waived_yen,
        unbilled_yen=unbilled_yen(issued, made),
        owed_back_yen=back_yen,
    )
