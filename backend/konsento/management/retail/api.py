"""The driver's doors to prices: what an outlet offers, and a quote for a choice."""

from typing import Annotated, Literal

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Meta

from konsento.foundation.clock import Clock
from konsento.foundation.edge.rates import Rate
from konsento.foundation.edge.strict_body import strict_body
from konsento.foundation.ids import Ids
from konsento.management.charging.availability import looked_at
from konsento.management.charging.darkness import Darkness
from konsento.management.charging.outlet_code import label
from konsento.management.charging.record import DarkBecause, left_s
from konsento.management.charging.store import session_holding
from konsento.management.charging.typed_code import TypedInPath, outlet_typed
from konsento.management.retail.addition_api import HANDLERS as ADDITIONS
from konsento.management.retail.power_type import PowerType, is_renewable
from konsento.management.retail.pricing import Bounds, By, Choice, bounds_at
from konsento.management.retail.quote import Asked, Quote, quote
from konsento.management.retail.tariff import Offer, offers_at
from konsento.mdms.contract import MdmsClient

Typed = Annotated[str, Meta(min_length=1, max_length=40)]
Amount = Annotated[int, Meta(ge=1, le=10_000_000)]


class Words(msgspec.Struct, frozen=True):
    """The same words in both languages."""

    ja: str
    en: str


class OfferView(msgspec.Struct, frozen=True, kw_only=True):
    """One power of one retailer at its price now; yen thousandths and grams a kWh.

    Every amount within `limits` gets a quote, unless the price has changed meanwhile.
    """

    retailer_id: str
    retailer: Words
    owner: bool
    power_type: PowerType
    renewable: bool
    unit_price_myen_per_kwh: int
    carbon_g_per_kwh: int
    limits: Bounds


class OutletView(msgspec.Struct, frozen=True, kw_only=True):
    """An outlet to choose at. `session_id` is the asker's own, running here.

    `phone` is the facility's telephone number, where it has one for its drivers. `dark_because`:
    where there is no power, the area's outage or the outlet alone; null while that cannot be told.
    """

    code: str
    label: str
    place: Words
    hint: Words
    voltage_v: int
    power_w_max: int
    state: Literal["free", "busy", "no_power", "faulty", "unreachable"]
    free_in_s: int | None
    session_id: str | None
    offers: list[OfferView]
    now_ms: int
    phone: str | None = None
    dark_because: DarkBecause | None = None


class QuoteRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A choice; the amount that `by` names, in Wh, s or yen, and only that one."""

    code: Typed
    by: By
    power_type: PowerType
    retailer_id: Annotated[str, Meta(min_length=1, max_length=64)]
    energy_wh: Amount | None = None
    duration_s: Amount | None = None
    price_yen: Amount | None = None

    def __post_init__(self) -> None:
        given = {By.ENERGY: self.energy_wh, By.TIME: self.duration_s, By.MONEY: self.price_yen}
        if [by for by, amount in given.items() if amount is not None] != [self.by]:
            raise ValueError("give the one amount that `by` names")

    @property
    def choice(self) -> Choice:
        return Choice(self.by, self.energy_wh or self.duration_s or self.price_yen or 0)


class QuoteView(msgspec.Struct, frozen=True, kw_only=True):
    """A price held until `expires_at_ms`, server time."""

    quote_id: str
    code: str
    by: By
    energy_wh: int
    duration_s: int
    power_type: PowerType
    retailer_id: str
    unit_price_myen_per_kwh: int
    price_yen_max: int
    carbon_g_per_kwh: int
    expires_at_ms: int
    now_ms: int


def _shown(promised: Quote, now_ms: int) -> QuoteView:
    return QuoteView(
        quote_id=promised.id,
        code=promised.code,
        by=By(promised.chosen_by),
        energy_wh=promised.energy_wh,
        duration_s=promised.duration_s,
        power_type=PowerType(promised.power_type),
        retailer_id=promised.retailer_id,
        unit_price_myen_per_kwh=promised.unit_price_myen_per_kwh,
        price_yen_max=promised.price_yen_max,
        carbon_g_per_kwh=promised.carbon_g_per_kwh,
        expires_at_ms=promised.expires_at_ms,
        now_ms=now_ms,
    )


def _offer(offer: Offer, power_w_max: int) -> OfferView:
    return OfferView(
        retailer_id=offer.retailer_id,
        retailer=Words(offer.name_ja, offer.name_en),
        owner=offer.owner,
        power_type=offer.power_type,
        renewable=is_renewable(offer.power_type),
        unit_price_myen_per_kwh=offer.unit_price_myen_per_kwh,
        carbon_g_per_kwh=offer.carbon_g_per_kwh,
        limits=bounds_at(offer.unit_price_myen_per_kwh, power_w_max),
    )


@get("/api/outlets/{code:str}")
async def outlet_now(
    code: TypedInPath,
    visitor: NamedDependency[str],
    asker: NamedDependency[str],
    clock: NamedDependency[Clock],
    mdms: NamedDependency[MdmsClient],
    guesses: NamedDependency[Rate],
    darkness: NamedDependency[Darkness],
) -> OutletView:
    """An outlet by its code: can one charge here now, and whose power at what price.

    422 mistyped-code, 404 unknown-outlet, 429 after too many codes that do not exist.
    """
    return await outlet_seen(
        code, visitor=visitor, asker=asker, guesses=guesses, now_ms=clock.now_ms(), mdms=mdms,
        darkness=darkness,
    )  # fmt: skip


async def outlet_seen(
    typed: str,
    *,
    visitor: str,
    asker: str,
    guesses: Rate,
    now_ms: int,
    mdms: MdmsClient,
    darkness: Darkness | None = None,
) -> OutletView:
    """The outlet of a typed code as `visitor` sees it. Raises what `outlet_typed` does.

    Without `darkness` it is not asked why there is no power.
    """
    outlet = await outlet_typed(typed, asker=asker, guesses=guesses, now_ms=now_ms)
    held = await session_holding(outlet.outlet)
    offers = await offers_at(outlet.facility, now_ms)
    state, heard = await looked_at(outlet, mdms)
    dark = await darkness.because([heard]) if darkness and heard else {}
    return OutletView(
        code=outlet.code,
        label=label(outlet.code),
        place=Words(outlet.title_ja, outlet.title_en),
        hint=Words(outlet.hint_ja, outlet.hint_en),
        voltage_v=outlet.voltage_v,
        power_w_max=outlet.power_w_max,
        state=state,
        free_in_s=left_s(held, now_ms) if held is not None else None,
        session_id=held.id if held is not None and held.visitor == visitor else None,
        offers=[_offer(offer, outlet.power_w_max) for offer in offers],
        now_ms=now_ms,
        phone=outlet.phone,
        dark_because=held.dark_because if held else dark.get(outlet.outlet),
    )


@post("/api/quotes", guards=[strict_body])
async def make_quote(
    data: JSONBody[QuoteRequest],
    visitor: NamedDependency[str],
    asker: NamedDependency[str],
    clock: NamedDependency[Clock],
    ids: NamedDependency[Ids],
    mdms: NamedDependency[MdmsClient],
    guesses: NamedDependency[Rate],
    quote_held_ms: NamedDependency[int],
) -> QuoteView:
    """Freeze the price of a choice for this visitor; at most once is a session begun on it."""
    now_ms = clock.now_ms()
    outlet = await outlet_typed(data.code, asker=asker, guesses=guesses, now_ms=now_ms)
    asked = Asked(
        visitor=visitor,
        code=outlet.code,
        choice=data.choice,
        power_type=data.power_type,
        retailer_id=data.retailer_id,
    )
    promised = await quote(asked, clock=clock, ids=ids, mdms=mdms, held_ms=quote_held_ms)
    return _shown(promised, clock.now_ms())


HANDLERS = [outlet_now, make_quote, *ADDITIONS]
