"""Which price holds now, and what an outlet's operator offers. Reads; decides by `now_ms`."""

import msgspec

from konsento.foundation.databases import PEOPLE
from konsento.foundation.problems import Refusal
from konsento.management.retail.power_type import PowerType
from konsento.management.retail.tables import TariffRow


class NotOffered(Refusal):
    status = 422
    slug = "not-offered"
    title = "This power is not sold at this outlet."


class TariffBackdated(Refusal):
    status = 422
    slug = "tariff-backdated"
    title = "A price cannot begin in the past."


class Retailer(msgspec.Struct, frozen=True):
    id: str
    name_ja: str
    name_en: str
    registration_number: str


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """One choice at an outlet, with the tariff that holds."""

    retailer_id: str
    name_ja: str
    name_en: str
    owner: bool
    power_type: PowerType
    tariff_id: str
    unit_price_myen_per_kwh: int
    carbon_g_per_kwh: int


OFFERS = (
    "SELECT o.retailer_id, r.name_ja, r.name_en, o.owner, o.power_type, t.id AS tariff_id, "
    "t.unit_price_myen_per_kwh, t.carbon_g_per_kwh FROM offer o "
    "JOIN retailer r ON r.id = o.retailer_id "
    "JOIN tariff t ON t.retailer_id = o.retailer_id AND t.power_type = o.power_type "
    "AND t.valid_from_ms <= {} AND (t.valid_until_ms IS NULL OR t.valid_until_ms > {}) "
    "WHERE o.facility = {} ORDER BY o.owner DESC, r.id, t.unit_price_myen_per_kwh, t.id"
)


async def offers_at(facility: str, now_ms: int) -> list[Offer]:
    """Everything sold at the facility's outlets now; the owner's own power first."""
    rows = await PEOPLE.ask(OFFERS, now_ms, now_ms, facility)
    return msgspec.convert(rows, list[Offer], strict=False)


def pick(offers: list[Offer], retailer_id: str, power_type: str) -> Offer:
    """The chosen one of them. Raises NotOffered."""
    for offer in offers:
        if (offer.retailer_id, offer.power_type) == (retailer_id, power_type):
            return offer
    raise NotOffered


async def retailer(retailer_id: str) -> Retailer:
    rows = await PEOPLE.ask("SELECT * FROM retailer WHERE id = {}", retailer_id)
    if not rows:
        raise NotOffered
    return msgspec.convert(rows[0], Retailer)


async def set_tariff(tariff: TariffRow, now_ms: int) -> None:
    """A new price from `tariff.valid_from_ms` on; ends the one before. Old rows stay.

    Raises TariffBackdated.
    """
    async with PEOPLE.writing(f"tariff:{tariff.retailer_id}:{tariff.power_type}"):
        same = (TariffRow.retailer_id == tariff.retailer_id) & (
            TariffRow.power_type == tariff.power_type
        )
        if tariff.valid_from_ms < now_ms:
            raise TariffBackdated
        await TariffRow.update({TariffRow.valid_until_ms: tariff.valid_from_ms}).where(
            same & TariffRow.valid_until_ms.is_null()
        )
        await TariffRow.insert(tariff)
