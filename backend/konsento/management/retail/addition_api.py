"""The driver's door to the price of more, while their charge runs."""

from typing import Annotated

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter
from msgspec import Meta

from konsento.foundation.clock import Clock
from konsento.foundation.edge.strict_body import strict_body
from konsento.foundation.ids import Ids
from konsento.management.retail.addition_quote import quote_addition
from konsento.management.retail.pricing import By, Choice

SessionId = Annotated[str, PathParameter(pattern=r"^[0-9a-z]{1,40}$(?!\n)", max_length=40)]


class AdditionQuoteRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How much more: Wh, s or yen, whichever of them the session was chosen by."""

    by: By
    value: Annotated[int, Meta(ge=1, le=10_000_000)]


class AdditionQuoteView(msgspec.Struct, frozen=True, kw_only=True):
    """What is added and the new totals, held until `expires_at_ms`; yen that may come on top."""

    quote_id: str
    adds_wh: int
    adds_s: int | None
    energy_wh: int
    duration_s: int | None
    price_yen_max: int
    unit_price_myen_per_kwh: int
    expires_at_ms: int


@post("/api/sessions/{session_id:str}/addition-quotes", guards=[strict_body])
async def make_addition_quote(
    session_id: SessionId,
    data: JSONBody[AdditionQuoteRequest],
    visitor: NamedDependency[str],
    clock: NamedDependency[Clock],
    ids: NamedDependency[Ids],
    quote_held_ms: NamedDependency[int],
) -> AdditionQuoteView:
    """What more would cost at the session's own price, while its switch is on."""
    choice = Choice(data.by, data.value)
    quote = await quote_addition(
        session_id, visitor, choice, clock=clock, ids=ids, held_ms=quote_held_ms
    )
    return AdditionQuoteView(
        quote_id=quote.id,
        unit_price_myen_per_kwh=quote.unit_price_myen_per_kwh,
        expires_at_ms=quote.expires_at_ms,
        **msgspec.structs.asdict(quote.more()),
    )


HANDLERS = [make_addition_quote]
