"""A promise of more for a charge that runs: at its own price, for its own visitor, for a while."""

import msgspec

from konsento.foundation.clock import Clock
from konsento.foundation.databases import PEOPLE
from konsento.foundation.ids import Ids
from konsento.management.charging.record import Session
from konsento.management.charging.session import RUNNING, Forbidden, State
from konsento.management.charging.store import my_session, outlet_by_code
from konsento.management.retail.more import More, Ordered, more
from konsento.management.retail.pricing import AmountOutOfBounds, By, Choice
from konsento.management.retail.quote import (
    QuoteExpired,
    QuoteUsed,
    UnknownQuote,
    quote_of_session,
)
from konsento.management.retail.tables import AdditionQuoteRow


class AdditionQuote(msgspec.Struct, frozen=True, kw_only=True):
    """The columns of retail.tables.AdditionQuoteRow."""

    id: str
    session_id: str
    visitor: str
    adds_wh: int
    adds_s: int | None
    energy_wh: int
    duration_s: int | None
    price_yen_max: int
    unit_price_myen_per_kwh: int
    created_at_ms: int
    expires_at_ms: int
    addition_id: str | None = None

    def more(self) -> More:
        return More(
            adds_wh=self.adds_wh,
            adds_s=self.adds_s,
            energy_wh=self.energy_wh,
            duration_s=self.duration_s,
            price_yen_max=self.price_yen_max,
        )


async def quote_addition(
    session_id: str, visitor: str, choice: Choice, *, clock: Clock, ids: Ids, held_ms: int
) -> AdditionQuote:
    """Promise more for `held_ms`, at the price the session was promised (C6).

    Raises UnknownSession, session.Forbidden when its switch is not on, AmountOutOfBounds.
    """
    session = await my_session(session_id, visitor)
    must_be_running(session)
    if choice.by != session.chosen_by:
        raise AmountOutOfBounds("Add what was chosen first.", by=By(session.chosen_by).value)
    promised = await quote_of_session(session.id)
    outlet = await outlet_by_code(session.code)
    ordered = Ordered(
        energy_wh=session.energy_wh_max,
        duration_s=session.duration_s_max,
        unit_price_myen_per_kwh=promised.unit_price_myen_per_kwh,
        power_w_max=outlet.power_w_max,
    )
    now_ms = clock.now_ms()
    quote = AdditionQuote(
        id=ids.fresh(),
        session_id=session.id,
        visitor=visitor,
        unit_price_myen_per_kwh=promised.unit_price_myen_per_kwh,
        created_at_ms=now_ms,
        expires_at_ms=now_ms + held_ms,
        **msgspec.structs.asdict(more(choice, ordered)),
    )
    async with PEOPLE.writing():
        await AdditionQuoteRow.insert(AdditionQuoteRow(**msgspec.structs.asdict(quote)))
    return quote


def must_be_running(session: Session) -> None:
    """Raises session.Forbidden."""
    if session.state not in RUNNING - {State.INTERRUPTED}:
        raise Forbidden(f"nothing can be added to a session that is {session.state}")


async def addition_quote_for(quote_id: str, session_id: str, visitor: str) -> AdditionQuote:
    """The asker's own, for this session. Raises UnknownQuote."""
    rows = await AdditionQuoteRow.select().where(
        (AdditionQuoteRow.id == quote_id)
        & (AdditionQuoteRow.session_id == session_id)
        & (AdditionQuoteRow.visitor == visitor)
    )
    if not rows:
        raise UnknownQuote
    return msgspec.convert(rows[0], AdditionQuote)


async def use_for(quote: AdditionQuote, session: Session, addition_id: str, now_ms: int) -> None:
    """Spend it on an addition; within the transaction that begins it.

    A promise made before something else was added is no longer the sum of both.
    Raises QuoteExpired, QuoteUsed.
    """
    before_wh = quote.energy_wh - quote.adds_wh
    if now_ms > quote.expires_at_ms or session.energy_wh_max != before_wh:
        raise QuoteExpired
    rows = await PEOPLE.ask(
        "UPDATE addition_quote SET addition_id = {} WHERE id = {} AND addition_id IS NULL "
        "RETURNING id",
        addition_id,
        quote.id,
    )
    if not rows:
        raise QuoteUsed(session_id=session.id)
