"""A charge that is over and paid: Taro at bay 3 of Midori-cho car park, 3.70 kWh for ¥155."""

import msgspec

from konsento.foundation.databases import PEOPLE
from konsento.management.accounts.guest import remember
from konsento.management.charging.record import Session
from konsento.management.charging.session import Reason, State
from konsento.management.charging.store import keep_new
from konsento.management.charging.tables import OutletRow
from konsento.management.payments.paper import Issuer, ReceiptView
from konsento.management.payments.payment import Payment
from konsento.management.payments.payment import State as PaymentState
from konsento.management.payments.receipt import Receipt
from konsento.management.payments.store import keep_new_payment
from konsento.management.payments.tables import ReceiptRow
from konsento.management.payments.view import OutletCard, Text
from konsento.management.retail.power_type import PowerType
from konsento.management.retail.tables import QuoteRow, RetailerRow

CODE = "000BRRAE4B"
SESSION = "s1"
EMAIL = "taro@example.jp"
BEGAN_MS = 1_795_230_240_000  # 21 November 2026, 12:04 in Japan
ENDED_MS = BEGAN_MS + 80 * 60_000
PLACE = Text("みどり町駐車場 3番", "Midori-cho car park, bay 3")

RECEIPT = ReceiptView(
    number="K-S1", session_id=SESSION, issued_at_ms=ENDED_MS + 5_000,
    outlet=OutletCard(CODE, "000BR-RAE4B", PLACE, Text("", ""), 200, 3_000),
    started_at_ms=BEGAN_MS, ended_at_ms=ENDED_MS,
    opening_register_wh=1_000, closing_register_wh=4_700, used_wh=3_700, billed_wh=3_700,
    unit_price_myen_per_kwh=42_000, price_yen=155, tax_yen=14, tax_rate_percent=10,
    waived_yen=0, paid_yen=155, unpaid_yen=0, card_brand="visa", card_last4="4242",
    issuer=Issuer(Text("みどり電力", "Midori Power"), "T1234567890123"),
    retailer=Text("みどり電力", "Midori Power"), power_type=PowerType.SOLAR, carbon_g=0,
    end_reason=Reason.ENERGY_LIMIT, dark_ms=0,
)  # fmt: skip


async def settled_charge(*, language: str | None = "ja") -> None:
    """Its rows, as the rooms below leave them; without a language, no address was left."""
    session = Session(
        id=SESSION, request_number="r1", visitor="v1", code=CODE, outlet="OUT-1",
        state=State.SETTLED, chosen_by="energy", energy_wh_max=3_700, duration_s_max=None,
        counted_from="switch_on", power_type="solar", retailer_id="midori",
        created_at_ms=BEGAN_MS, deadline_ms=None, reason=Reason.ENERGY_LIMIT,
        switched_on_at_ms=BEGAN_MS, ended_at_ms=ENDED_MS, used_wh=3_700, final=True,
    )  # fmt: skip
    payment = Payment(
        id="p1", session_id=SESSION, attempt=1, state=PaymentState.CAPTURED, amount_yen=155,
        language="ja", created_at_ms=BEGAN_MS, captured_yen=155, card_brand="visa",
        card_last4="4242",
    )  # fmt: skip
    receipt = Receipt(
        session_id=SESSION, number="K-S1", issued_at_ms=ENDED_MS + 5_000, used_wh=3_700,
        billed_wh=3_700, price_yen=155, tax_yen=14, tax_rate_percent=10, waived_yen=0,
        paid_yen=155, unpaid_yen=0,
    )  # fmt: skip
    async with PEOPLE.writing():
        await _outlet_and_price()
        await keep_new(session)
        await keep_new_payment(payment)
        await ReceiptRow.insert(ReceiptRow(**msgspec.structs.asdict(receipt)))
        if language is not None:
            await remember(SESSION, EMAIL, language, BEGAN_MS)


async def _outlet_and_price() -> None:
    await OutletRow.insert(
        OutletRow(
            code=CODE, outlet="OUT-1", facility="midori", title_ja=PLACE.ja, title_en=PLACE.en,
            hint_ja="", hint_en="", voltage_v=200, power_w_max=3_000, locked=False,
        )
    )  # fmt: skip
    await RetailerRow.insert(
        RetailerRow(
            id="midori", name_ja="みどり電力", name_en="Midori Power",
            registration_number="T1234567890123",
        )
    )  # fmt: skip
    await QuoteRow.insert(
        QuoteRow(
            id="q1", visitor="v1", code=CODE, chosen_by="energy", energy_wh=3_700,
            duration_s=4_440, power_type="solar", retailer_id="midori", tariff_id="t1",
            unit_price_myen_per_kwh=42_000, carbon_g_per_kwh=0, price_yen_max=155,
            created_at_ms=BEGAN_MS, expires_at_ms=BEGAN_MS, session_id=SESSION,
        )
    )  # fmt: skip
