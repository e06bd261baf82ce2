"""Rows of the retail room: retailers, their tariffs, what each facility offers, and quotes."""

from piccolo.columns import BigInt, Boolean, Text
from piccolo.table import Table

from konsento.foundation.databases import PEOPLE
from konsento.foundation.migrations import Step


class RetailerRow(Table, tablename="retailer"):
    """A power retailer; `registration_number` is its qualified-invoice number (T + 13 digits)."""

    id = Text(primary_key=True)
    name_ja = Text()
    name_en = Text()
    registration_number = Text()


class TariffRow(Table, tablename="tariff"):
    """A price that held from one instant to another. Rows are never changed, only ended."""

    id = Text(primary_key=True)
    retailer_id = Text()
    power_type = Text()
    unit_price_myen_per_kwh = BigInt()
    carbon_g_per_kwh = BigInt()
    valid_from_ms = BigInt()
    valid_until_ms = BigInt(null=True, default=None)


class OfferRow(Table, tablename="offer"):
    """That a facility's operator sells this retailer's power of this kind; `owner`: its own."""

    id = Text(primary_key=True)
    facility = Text()
    retailer_id = Text()
    power_type = Text()
    owner = Boolean(default=False)


class QuoteRow(Table, tablename="quote"):
    """A price promised to one visitor for one outlet; used at most once."""

    id = Text(primary_key=True)
    visitor = Text()
    code = Text()
    chosen_by = Text()
    energy_wh = BigInt()
    duration_s = BigInt()
    duration_s_max = BigInt(null=True, default=None)
    power_type = Text()
    retailer_id = Text()
    tariff_id = Text()
    unit_price_myen_per_kwh = BigInt()
    carbon_g_per_kwh = BigInt()
    price_yen_max = BigInt()
    created_at_ms = BigInt()
    expires_at_ms = BigInt()
    session_id = Text(null=True, default=None)


class AdditionQuoteRow(Table, tablename="addition_quote"):
    """More promised for a session that runs; used at most once."""

    id = Text(primary_key=True)
    session_id = Text()
    visitor = Text()
    adds_wh = BigInt()
    adds_s = BigInt(null=True, default=None)
    energy_wh = BigInt()
    duration_s = BigInt(null=True, default=None)
    price_yen_max = BigInt()
    unit_price_myen_per_kwh = BigInt()
    created_at_ms = BigInt()
    expires_at_ms = BigInt()
    addition_id = Text(null=True, default=None)


PEOPLE.owns(RetailerRow, TariffRow, OfferRow, QuoteRow, AdditionQuoteRow)

STEPS = (
    Step(
        "retail-1",
        (
            "CREATE TABLE retailer (id TEXT PRIMARY KEY, name_ja TEXT NOT NULL, "
            "name_en TEXT NOT NULL, registration_number TEXT NOT NULL)",
            "CREATE TABLE tariff (id TEXT PRIMARY KEY, retailer_id TEXT NOT NULL, "
            "power_type TEXT NOT NULL, unit_price_myen_per_kwh BIGINT NOT NULL, "
            "carbon_g_per_kwh BIGINT NOT NULL, valid_from_ms BIGINT NOT NULL, "
            "valid_until_ms BIGINT)",
            "CREATE INDEX tariff_of ON tariff (retailer_id, power_type, valid_from_ms)",
            "CREATE TABLE offer (id TEXT PRIMARY KEY, facility TEXT NOT NULL, "
            "retailer_id TEXT NOT NULL, power_type TEXT NOT NULL, owner BOOLEAN NOT NULL)",
            "CREATE UNIQUE INDEX offer_once ON offer (facility, retailer_id, power_type)",
            "CREATE TABLE quote (id TEXT PRIMARY KEY, visitor TEXT NOT NULL, code TEXT NOT NULL, "
            "chosen_by TEXT NOT NULL, energy_wh BIGINT NOT NULL, duration_s BIGINT NOT NULL, "
            "duration_s_max BIGINT, power_type TEXT NOT NULL, retailer_id TEXT NOT NULL, "
            "tariff_id TEXT NOT NULL, unit_price_myen_per_kwh BIGINT NOT NULL, "
            "carbon_g_per_kwh BIGINT NOT NULL, price_yen_max BIGINT NOT NULL, "
            "created_at_ms BIGINT NOT NULL, expires_at_ms BIGINT NOT NULL, session_id TEXT)",
            "CREATE UNIQUE INDEX quote_session ON quote (session_id) WHERE session_id IS NOT NULL",
        ),
    ),
    Step(
        "retail-addition-1",
        (
            "CREATE TABLE addition_quote (id TEXT PRIMARY KEY, session_id TEXT NOT NULL, "
            "visitor TEXT NOT NULL, adds_wh BIGINT NOT NULL, adds_s BIGINT, "
            "energy_wh BIGINT NOT NULL, duration_s BIGINT, price_yen_max BIGINT NOT NULL, "
            "unit_price_myen_per_kwh BIGINT NOT NULL, created_at_ms BIGINT NOT NULL, "
            "expires_at_ms BIGINT NOT NULL, addition_id TEXT)",
        ),
    ),
)
