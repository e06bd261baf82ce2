"""A price promised: frozen with its tariff, for one visitor and one outlet, for a while (C6)."""

import msgspec

from konsento.foundation.clock import Clock
from konsento.foundation.databases import PEOPLE
from konsento.foundation.ids import Ids
from konsento.foundation.problems import Refusal
from konsento.management.charging.availability import must_be_free
from konsento.management.charging.store import outlet_by_code
from konsento.management.retail.pricing import Choice, terms
from konsento.management.retail.tables import QuoteRow
from konsento.management.retail.tariff import offers_at, pick
from konsento.mdms.contract import MdmsClient


class UnknownQuote(Refusal):
    status = 404
    slug = "unknown-quote"
    title = "There is no such quote here."


class QuoteExpired(Refusal):
    status = 410
    slug = "quote-expired"
    title = "The quoted price was held for ten minutes, and they are over. Ask again."


class QuoteUsed(Refusal):
    status = 409
    slug = "quote-used"
    title = "This quote has been used."


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """The columns of retail.tables.QuoteRow."""

    id: str
    visitor: str
    code: str
    chosen_by: str
    energy_wh: int
    duration_s: int
    duration_s_max: int | None
    power_type: str
    retailer_id: str
    tariff_id: str
    unit_price_myen_per_kwh: int
    carbon_g_per_kwh: int
    price_yen_max: int
    created_at_ms: int
    expires_at_ms: int
    session_id: str | None = None


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a driver asks a price for."""

    visitor: str
    code: str
    choice: Choice
    power_type: str
    retailer_id: str


async def quote(asked: Asked, *, clock: Clock, ids: Ids, mdms: MdmsClient, held_ms: int) -> Quote:
    """Promise a price for `held_ms`.

    Raises UnknownOutlet, OutletBusy, OutletLocked, OutletWithoutPower, OutletUnreachable,
    NotOffered, AmountOutOfBounds.
    """
    outlet = await outlet_by_code(asked.code)
    await must_be_free(outlet, mdms)
    now_ms = clock.now_ms()
    offer = pick(await offers_at(outlet.facility, now_ms), asked.retailer_id, asked.power_type)
    price = offer.unit_price_myen_per_kwh
    comes_to = terms(asked.choice, unit_price_myen_per_kwh=price, power_w_max=outlet.power_w_max)
    promised = Quote(
        id=ids.fresh(),
        visitor=asked.visitor,
        code=outlet.code,
        chosen_by=asked.choice.by,
        power_type=offer.power_type,
        retailer_id=offer.retailer_id,
        tariff_id=offer.tariff_id,
        unit_price_myen_per_kwh=price,
        carbon_g_per_kwh=offer.carbon_g_per_kwh,
        created_at_ms=now_ms,
        expires_at_ms=now_ms + held_ms,
        **msgspec.structs.asdict(comes_to),
    )
    async with PEOPLE.writing():
        await PEOPLE.add(QuoteRow, promised)
    return promised


async def quote_for(quote_id: str, visitor: str) -> Quote:
    """The asker's own quote. Raises UnknownQuote, the same for missing and for foreign."""
    mine = "SELECT * FROM quote WHERE id = {} AND visitor = {}"
    rows = await PEOPLE.ask(mine, quote_id, visitor)
    if not rows:
        raise UnknownQuote
    return msgspec.convert(rows[0], Quote, strict=False)


async def quote_of_session(session_id: str) -> Quote:
    """What was promised for a session."""
    rows = await PEOPLE.ask("SELECT * FROM quote WHERE session_id = {}", session_id)
    if not rows:
        raise UnknownQuote
    return msgspec.convert(rows[0], Quote, strict=False)


async def use(promised: Quote, session_id: str, now_ms: int) -> None:
    """Spend it on a session; within the transaction that starts it.

    Raises QuoteExpired, QuoteUsed.
    """
    if now_ms > promised.expires_at_ms:
        raise QuoteExpired
    rows = await PEOPLE.ask(
        "UPDATE quote SET session_id = {} WHERE id = {} AND session_id IS NULL RETURNING id",
        session_id,
        promised.id,
    )
    if not rows:
        raise QuoteUsed
