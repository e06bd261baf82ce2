"""A finished session on paper: its line in the history, and its receipt."""

import msgspec

from konsento.management.charging.record import Session
from konsento.management.charging.session import Reason, State
from konsento.management.charging.store import outlet_by_code
from konsento.management.payments.interruption import dark_ms_of
from konsento.management.payments.receipt import CorrectedReceipt, Receipt, receipt_of
from konsento.management.payments.view import OutletCard, Parts, Text, outlet_card, so_far_yen
from konsento.management.retail.power_type import PowerType
from konsento.management.retail.quote import quote_of_session
from konsento.measures.price import carbon_g


class SessionLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a visitor's history."""

    session_id: str
    place: Text
    state: State
    created_at_ms: int
    started_at_ms: int | None
    ended_at_ms: int | None
    used_wh: int
    price_yen: int
    power_type: PowerType


async def line(session: Session) -> SessionLine:
    outlet = await outlet_by_code(session.code)
    receipt = await receipt_of(session.id)
    quote = await quote_of_session(session.id)
    so_far = so_far_yen(session, quote)
    return SessionLine(
        session_id=session.id,
        place=Text(outlet.title_ja, outlet.title_en),
        state=session.state,
        created_at_ms=session.created_at_ms,
        started_at_ms=session.switched_on_at_ms,
        ended_at_ms=session.ended_at_ms,
        used_wh=session.used_wh,
        price_yen=receipt.price_yen - receipt.waived_yen if receipt else so_far,
        power_type=PowerType(session.power_type),
    )


class Issuer(msgspec.Struct, frozen=True):
    """Who sold the power; the number is T and 13 digits."""

    name: Text
    registration_number: str


class ReceiptView(msgspec.Struct, frozen=True, kw_only=True):
    """A simplified qualified invoice; yen, Wh, g. `corrects`: the number it takes the place of.

    `dark_ms`: how long outages kept it without power.
    """

    number: str
    session_id: str
    issued_at_ms: int
    outlet: OutletCard
    started_at_ms: int | None
    ended_at_ms: int | None
    opening_register_wh: int | None
    closing_register_wh: int | None
    used_wh: int
    billed_wh: int
    unit_price_myen_per_kwh: int
    price_yen: int
    tax_yen: int
    tax_rate_percent: int
    waived_yen: int
    paid_yen: int
    unpaid_yen: int
    card_brand: str | None
    card_last4: str | None
    issuer: Issuer
    retailer: Text
    power_type: PowerType
    carbon_g: int
    end_reason: Reason | None
    dark_ms: int
    corrects: str | None = None
    refunded_yen: int = 0


def receipt_view(
    session: Session, parts: Parts, receipt: Receipt, *, mine: bool = True
) -> ReceiptView:
    """The card is its driver's alone: only a receipt that is `mine` names it."""
    payment = parts.payment if mine else None
    amended = receipt if isinstance(receipt, CorrectedReceipt) else None
    return ReceiptView(
        number=receipt.number,
        session_id=session.id,
        issued_at_ms=receipt.issued_at_ms,
        outlet=outlet_card(parts.outlet),
        started_at_ms=session.switched_on_at_ms,
        ended_at_ms=session.ended_at_ms,
        opening_register_wh=session.opening_register_wh,
        closing_register_wh=(amended or session).closing_register_wh,
        used_wh=receipt.used_wh,
        billed_wh=receipt.billed_wh,
        unit_price_myen_per_kwh=parts.quote.unit_price_myen_per_kwh,
        price_yen=receipt.price_yen,
        tax_yen=receipt.tax_yen,
        tax_rate_percent=receipt.tax_rate_percent,
        waived_yen=receipt.waived_yen,
        paid_yen=receipt.paid_yen,
        unpaid_yen=receipt.unpaid_yen,
        corrects=amended.corrects if amended else None,
        refunded_yen=amended.refunded_yen if amended else 0,
        card_brand=payment.card_brand if payment else None,
        card_last4=payment.card_last4 if payment else None,
        issuer=Issuer(
            name=Text(parts.retailer.name_ja, parts.retailer.name_en),
            registration_number=parts.retailer.registration_number,
        ),
        retailer=Text(parts.retailer.name_ja, parts.retailer.name_en),
        power_type=PowerType(session.power_type),
        carbon_g=carbon_g(receipt.billed_wh, parts.quote.carbon_g_per_kwh),
        end_reason=session.reason,
        dark_ms=dark_ms_of(session),
    )
