"""From a quote to a hold: the session begins, and is paid on a page or on a remembered card.

A browser that comes back "paid" is a reason to ask the provider, and proves nothing by itself.
"""

import msgspec
import structlog

from konsento.foundation.database import Transaction
from konsento.foundation.databases import PEOPLE
from konsento.management.accounts.guest import remember
from konsento.management.charging.availability import OutletBusy, must_be_free
from konsento.management.charging.record import Session
from konsento.management.charging.session import Forbidden
from konsento.management.charging.session import State as SessionState
from konsento.management.charging.start import Wanted, authorised, begin, not_authorised
from konsento.management.charging.store import changing, my_session, outlet_by_code, session_by_id
from konsento.management.payments import events
from konsento.management.payments.cards import card_for
from konsento.management.payments.gateway import GatewayRefused
from konsento.management.payments.hands import Till
from konsento.management.payments.hold import close, look, open_if_possible
from konsento.management.payments.payment import LIVE, Payment, State
from konsento.management.payments.store import (
    keep_new_payment,
    keep_payment,
    latest_payment,
    payments_of,
)
from konsento.management.retail.quote import Quote, QuoteUsed, quote_for, use
from konsento.mdms.contract import CountedFrom

log = structlog.get_logger(__name__)

HANDLER_GRACE_MS = 4_000  # the request asks the provider itself; the outbox only if it could not


class Start(msgspec.Struct, frozen=True):
    """A driver accepts a quote, to be paid with a remembered card or on the provider's page."""

    visitor: str
    quote_id: str
    email: str | None
    language: str
    card_id: str | None = None
    remember_card: bool = False


class Again(msgspec.Struct, frozen=True):
    """A driver pays another way: with this remembered card, or on a page."""

    card_id: str | None = None
    remember_card: bool = False


def _wanted(quote: Quote, visitor: str, counted_from: CountedFrom) -> Wanted:
    return Wanted(
        visitor=visitor,
        chosen_by=quote.chosen_by,
        energy_wh_max=quote.energy_wh,
        duration_s_max=quote.duration_s_max,
        counted_from=counted_from,
        power_type=quote.power_type,
        retailer_id=quote.retailer_id,
    )


async def start(wish: Start, till: Till, *, counted_from: CountedFrom) -> Session:
    """Begin a session on a quote and owe its payment. Twice is once: whoever asks again, for want
    of an answer, gets the session that the quote began.

    Raises UnknownQuote, UnknownCard, QuoteExpired, and what `must_be_free` raises.
    """
    quote = await quote_for(wish.quote_id, wish.visitor)
    if quote.session_id is None:
        try:
            return await _begin_on(quote, wish, till, counted_from)
        except (QuoteUsed, OutletBusy):  # it may be by the same press, which came here twice
            quote = await quote_for(wish.quote_id, wish.visitor)
            if quote.session_id is None:
                raise
    attempt = await latest_payment(quote.session_id)
    if attempt is not None and attempt.state is State.NEW:
        await open_if_possible(attempt.id, till)
    return await session_by_id(quote.session_id)


async def _begin_on(quote: Quote, wish: Start, till: Till, counted_from: CountedFrom) -> Session:
    if wish.card_id is not None:
        await card_for(wish.card_id, wish.visitor)
    outlet = await outlet_by_code(quote.code)
    await must_be_free(outlet, till.mdms)
    hands = till.charging
    async with PEOPLE.writing(f"quote:{quote.id}") as tx:
        session = await begin(_wanted(quote, wish.visitor, counted_from), outlet, hands)
        now_ms = hands.clock.now_ms()
        await use(quote, session.id, now_ms)
        if wish.email:
            await remember(session.id, wish.email, wish.language, now_ms)
        if quote.price_yen_max == 0:
            return await authorised(tx, session.id, hands)
        payment = Payment(
            id=hands.ids.fresh(), session_id=session.id, attempt=1, state=State.NEW,
            amount_yen=quote.price_yen_max, language=wish.language, created_at_ms=now_ms,
            card_id=wish.card_id, remember=wish.remember_card and wish.card_id is None,
        )  # fmt: skip
        await owe_attempt(tx, payment, till)
    await open_if_possible(payment.id, till)
    return await session_by_id(session.id)


async def owe_attempt(tx: Transaction, payment: Payment, till: Till) -> None:
    """Write a NEW attempt down and owe the provider its order, within the transaction."""
    await keep_new_payment(payment)
    await till.charging.outbox.owe(
        tx, events.OPEN_CHECKOUT, payment.id, payment.created_at_ms, after_ms=HANDLER_GRACE_MS
    )


async def pay_again(session_id: str, visitor: str, till: Till, wish: Again) -> Session:
    """Offer to pay again: the page that is open, or a new attempt where that one is over, was
    refused, or is to be paid another way.

    Raises UnknownSession, UnknownCard, session.Forbidden when the session no longer waits for
    money.
    """
    session = await my_session(session_id, visitor)
    if session.state is not SessionState.AUTHORISING:
        raise Forbidden("the session does not wait for a payment")
    if wish.card_id is not None:
        await card_for(wish.card_id, visitor)
    last = await latest_payment(session_id)
    if last is None:
        raise Forbidden("the session needs no payment")
    await look(last.id, till)
    last = await latest_payment(session_id) or last
    refused = last.card_id is not None and last.declined is not None
    if last.state in {State.NEW, State.OPEN} and (refused or wish.card_id != last.card_id):
        await close(last.id, till, f"close-{last.id}-{till.charging.clock.now_ms() // 60_000}")
    attempt_id = await _next_attempt(session_id, wish, till)
    if attempt_id is not None:
        await open_if_possible(attempt_id, till)
    return await session_by_id(session_id)


async def _next_attempt(session_id: str, wish: Again, till: Till) -> str | None:
    """The attempt to pay with now; None when the session was paid, or given up, meanwhile."""
    async with changing(session_id) as tx:
        session = await session_by_id(session_id)
        last = await latest_payment(session_id)
        if last is None or session.state is not SessionState.AUTHORISING:
            return None
        if last.state is not State.RELEASED:
            return last.id
        number = max(one.attempt for one in await payments_of(session_id))
        keeps = wish.remember_card or last.remember
        fresh = Payment(
            id=till.charging.ids.fresh(), session_id=session_id, attempt=number + 1,
            state=State.NEW, amount_yen=last.amount_yen, language=last.language,
            created_at_ms=till.charging.clock.now_ms(), card_id=wish.card_id,
            remember=keeps and wish.card_id is None,
        )  # fmt: skip
        await owe_attempt(tx, fresh, till)
        return fresh.id


async def returned(session_id: str, till: Till) -> None:
    """The browser came back from the provider: note it, and look. Proves nothing by itself."""
    async with changing(session_id) as tx:
        for before in await payments_of(session_id):
            if before.state not in {State.NEW, State.OPEN}:
                continue
            now_ms = till.charging.clock.now_ms()
            after = msgspec.structs.replace(before, returned_at_ms=now_ms)
            await keep_payment(tx, after, before)
            await till.charging.outbox.owe(tx, events.LOOK, before.id, now_ms)


async def close_unpaid(session: Session, till: Till) -> None:
    """The time to pay is over: close the attempt, unless the driver paid at the last moment.

    Raises GatewayUnavailable: then nobody knows whether it was paid, and the session waits.
    """
    payment = await latest_payment(session.id)
    if payment is not None and payment.checkout_id is not None and payment.state in LIVE:
        # A new key each minute: the provider may have kept a failure under the last one.
        minute = till.charging.clock.now_ms() // 60_000
        try:
            await close(payment.id, till, f"expire-{payment.id}-{minute}")
        except GatewayRefused as refused:
            # It knows no such page: whatever is paid on it all the same is let go again.
            log.error("page not closed", payment=payment.id, error=refused.code)
    await not_authorised(session.id, till.charging)
