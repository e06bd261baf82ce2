"""What a facility sells, put on the books: a retailer, its price, and that it is offered there.

Each within the caller's transaction; each tells what became of it. Twice is once.
"""

from typing import Literal

import msgspec

from konsento.foundation.databases import PEOPLE
from konsento.management.retail.tariff import Retailer

Became = Literal["new", "changed", "same"]


class Price(msgspec.Struct, frozen=True, kw_only=True):
    """Of one power of one retailer, wherever it is sold; yen thousandths and grams a kWh."""

    retailer_id: str
    power_type: str
    unit_price_myen_per_kwh: int
    carbon_g_per_kwh: int


class Offered(msgspec.Struct, frozen=True, kw_only=True):
    """That a facility sells it; `owner`: as its own choice."""

    facility: str
    retailer_id: str
    power_type: str
    owner: bool


async def keep_retailer(wanted: Retailer) -> Became:
    found = await PEOPLE.ask("SELECT * FROM retailer WHERE id = {}", wanted.id)
    if found and msgspec.convert(found[0], Retailer) == wanted:
        return "same"
    await PEOPLE.ask(
        "INSERT INTO retailer (id, name_ja, name_en, registration_number) VALUES ({}, {}, {}, {}) "
        "ON CONFLICT (id) DO UPDATE SET name_ja = excluded.name_ja, name_en = excluded.name_en, "
        "registration_number = excluded.registration_number",
        wanted.id, wanted.name_ja, wanted.name_en, wanted.registration_number,
    )  # fmt: skip
    return "changed" if found else "new"


async def keep_price(wanted: Price, id_: str, now_ms: int) -> Became:
    """From now on; the one that held is ended, and what was promised at it stands."""
    found = await PEOPLE.ask(
        "SELECT retailer_id, power_type, unit_price_myen_per_kwh, carbon_g_per_kwh FROM tariff "
        "WHERE retailer_id = {} AND power_type = {} AND valid_until_ms IS NULL",
        wanted.retailer_id, wanted.power_type,
    )  # fmt: skip
    if found and msgspec.convert(found[0], Price) == wanted:
        return "same"
    await PEOPLE.ask(
        "UPDATE tariff SET valid_until_ms = {} "
        "WHERE retailer_id = {} AND power_type = {} AND valid_until_ms IS NULL",
        now_ms, wanted.retailer_id, wanted.power_type,
    )  # fmt: skip
    await PEOPLE.ask(
        "INSERT INTO tariff (id, retailer_id, power_type, unit_price_myen_per_kwh, "
        "carbon_g_per_kwh, valid_from_ms) VALUES ({}, {}, {}, {}, {}, {})",
        id_, wanted.retailer_id, wanted.power_type, wanted.unit_price_myen_per_kwh,
        wanted.carbon_g_per_kwh, now_ms,
    )  # fmt: skip
    return "changed" if found else "new"


async def keep_offer(wanted: Offered, id_: str) -> Became:
    found = await PEOPLE.ask(
        "SELECT facility, retailer_id, power_type, owner FROM offer "
        "WHERE facility = {} AND retailer_id = {} AND power_type = {}",
        wanted.facility, wanted.retailer_id, wanted.power_type,
    )  # fmt: skip
    if found and msgspec.convert(found[0], Offered, strict=False) == wanted:
        return "same"
    await PEOPLE.ask(
        "INSERT INTO offer (id, facility, retailer_id, power_type, owner) "
        "VALUES ({}, {}, {}, {}, {}) "
        "ON CONFLICT (facility, retailer_id, power_type) DO UPDATE SET owner = excluded.owner",
        id_, wanted.facility, wanted.retailer_id, wanted.power_type, wanted.owner,
    )  # fmt: skip
    return "changed" if found else "new"
