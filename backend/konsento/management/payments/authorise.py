"""From a quote to a hold: the session begins, the provider's page is opened, the money is held.

The provider is only ever asked outside a transaction, under a key written down before; what it
says is believed only when we asked. A browser that comes back "paid" is a reason to ask.
"""

import msgspec
import structlog

from konsento.foundation.databases import PEOPLE
from konsento.foundation.outbox import Task
from konsento.management.accounts.guest import remember
from konsento.management.charging import events as charging_events
from konsento.management.charging.availability import must_be_free
from konsento.management.charging.record import Session
from konsento.management.charging.session import OVER, Forbidden
from konsento.management.charging.session import State as SessionState
from konsento.management.charging.start import Wanted, authorised, begin, not_authorised
from konsento.management.charging.store import changing, my_session, outlet_by_code, session_by_id
from konsento.management.payments import events
from konsento.management.payments.gateway import (
    CheckoutState,
    GatewayRefused,
    GatewayUnavailable,
    HoldOrder,
)
from konsento.management.payments.hands import Till
from konsento.management.payments.payment import Payment, State, seen
from konsento.management.payments.store import (
    keep_new_payment,
    keep_payment,
    latest_payment,
    payment_by_id,
)
from konsento.management.retail.quote import Quote, QuoteUsed, quote_for, quote_of_session, use

log = structlog.get_logger(__name__)

CHECKOUT_LIFE_S = 40 * 60  # our own deadline comes first; the provider's is the second line
HANDLER_GRACE_MS = 4_000  # the request opens the page itself; the outbox only if it could not


class Start(msgspec.Struct, frozen=True):
    """A driver accepts a quote."""

    visitor: str
    quote_id: str
    email: str | None
    language: str


def _wanted(quote: Quote, visitor: str, counted_from: str) -> Wanted:
    return Wanted(
        visitor=visitor,
        chosen_by=quote.chosen_by,
        energy_wh_max=quote.energy_wh,
        duration_s_max=quote.duration_s_max,
        counted_from=counted_from,
        power_type=quote.power_type,
        retailer_id=quote.retailer_id,
    )


async def start(wish: Start, till: Till, *, counted_from: str) -> Session:
    """Begin a session on a quote and owe its payment.

    Raises UnknownQuote, QuoteExpired, QuoteUsed (with the session_id that used it), and what
    `must_be_free` raises.
    """
    quote = await quote_for(wish.quote_id, wish.visitor)
    if quote.session_id is not None:
        raise QuoteUsed(session_id=quote.session_id)
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
        )  # fmt: skip
        await keep_new_payment(payment)
        await hands.outbox.owe(
            tx, events.OPEN_CHECKOUT, payment.id, now_ms, after_ms=HANDLER_GRACE_MS
        )
    await _open_if_possible(payment.id, till)
    return await session_by_id(session.id)


async def pay_again(session_id: str, visitor: str, till: Till) -> Session:
    """Offer the provider's page again: the open one, or a new attempt when it has closed.

    Raises UnknownSession, session.Forbidden when the session no longer waits for money.
    """
    session = await my_session(session_id, visitor)
    if session.state is not SessionState.AUTHORISING:
        raise Forbidden("the session does not wait for a payment")
    last = await latest_payment(session_id)
    if last is None:
        raise Forbidden("the session needs no payment")
    await look(last.id, till)
    async with changing(session_id) as tx:
        last = await latest_payment(session_id) or last
        now_ms = till.charging.clock.now_ms()
        if last.state is State.RELEASED:
            last = Payment(
                id=till.charging.ids.fresh(), session_id=session_id, attempt=last.attempt + 1,
                state=State.NEW, amount_yen=last.amount_yen, language=last.language,
                created_at_ms=now_ms,
            )  # fmt: skip
            await keep_new_payment(last)
            await till.charging.outbox.owe(
                tx, events.OPEN_CHECKOUT, last.id, now_ms, after_ms=HANDLER_GRACE_MS
            )
    await _open_if_possible(last.id, till)
    return await session_by_id(session_id)


async def _open_if_possible(payment_id: str, till: Till) -> None:
    try:
        await open_checkout(payment_id, till, tried=0)
    except (GatewayUnavailable, GatewayRefused) as error:
        log.warning("checkout not opened", payment=payment_id, error=type(error).__name__)


async def open_checkout_task(task: Task, till: Till) -> None:
    await open_checkout(task.subject, till, tried=task.attempts)


async def open_checkout(payment_id: str, till: Till, *, tried: int) -> None:
    """Have the provider's page opened for a payment that is NEW; safe to repeat.

    After a try whose answer was lost, the provider is searched first: the same attempt never
    gets two pages that could both take a hold.
    """
    payment = await payment_by_id(payment_id)
    if payment is None or payment.state is not State.NEW:
        return
    told = None
    if tried > 1:
        told = await till.gateway.find(
            payment.session_id, payment.attempt, since_ms=payment.created_at_ms - 60_000
        )
    if told is None:
        first = tried <= 1
        key = f"checkout-{payment.id}" if first else f"checkout-{payment.id}-{tried}"
        # One key, one order to the last digit; a later try's page lives from that try on.
        from_ms = payment.created_at_ms if first else till.charging.clock.now_ms()
        order = await _hold_order(payment, from_ms // 1000 + CHECKOUT_LIFE_S, till)
        opened = await till.gateway.open_checkout(order, key)
        told = await till.gateway.look(opened.checkout_id)
    await _believe(payment_id, told, till)


async def _hold_order(payment: Payment, expires_at_s: int, till: Till) -> HoldOrder:
    quote = await quote_of_session(payment.session_id)
    outlet = await outlet_by_code(quote.code)
    ja = payment.language == "ja"
    name = outlet.title_ja if ja else outlet.title_en
    words = "充電（最大額の確保）" if ja else "charging (the most it can cost)"
    page = f"{till.public_url}/s/{payment.session_id}"
    return HoldOrder(
        session_id=payment.session_id,
        attempt=payment.attempt,
        amount_yen=payment.amount_yen,
        description=f"{name} {words}",
        language="ja" if ja else "en",
        success_url=f"{till.public_url}/pay/returned/{payment.session_id}",
        cancel_url=page,
        expires_at_s=expires_at_s,
    )


async def look_task(task: Task, till: Till) -> None:
    await look(task.subject, till)


async def look(payment_id: str, till: Till) -> None:
    """Ask the provider what became of a payment, and act on it. Safe to repeat."""
    payment = await payment_by_id(payment_id)
    if payment is None or payment.checkout_id is None:
        return
    await _believe(payment_id, await till.gateway.look(payment.checkout_id), till)


async def _believe(payment_id: str, told: CheckoutState, till: Till) -> None:
    payment = await payment_by_id(payment_id)
    if payment is None:
        return
    async with changing(payment.session_id) as tx:
        before = await payment_by_id(payment_id)
        if before is None:
            return
        after = seen(before, told)
        await keep_payment(tx, after, before)
        session = await session_by_id(payment.session_id)
        if after.state is State.HELD and session.state is SessionState.AUTHORISING:
            await authorised(tx, session.id, till.charging)
        elif after.state in {State.OPEN, State.HELD} and session.state in OVER:
            now_ms = till.charging.clock.now_ms()
            await till.charging.outbox.owe(tx, charging_events.ENDED, session.id, now_ms)


async def returned(session_id: str, till: Till) -> None:
    """The browser came back from the provider: note it, and look. Proves nothing by itself."""
    async with changing(session_id) as tx:
        before = await latest_payment(session_id)
        if before is None or before.state not in {State.NEW, State.OPEN}:
            return
        now_ms = till.charging.clock.now_ms()
        after = msgspec.structs.replace(before, returned_at_ms=now_ms)
        await keep_payment(tx, after, before)
        await till.charging.outbox.owe(tx, events.LOOK, before.id, now_ms)


async def close_unpaid(session: Session, till: Till) -> None:
    """The time to pay is over: close the page, unless the driver paid at the last moment.

    Raises GatewayUnavailable: then nobody knows whether it was paid, and the session waits.
    """
    payment = await latest_payment(session.id)
    if payment is not None and payment.checkout_id is not None:
        # A new key each minute: the provider may have kept a failure under the last one.
        minute = till.charging.clock.now_ms() // 60_000
        try:
            told = await till.gateway.expire(payment.checkout_id, f"expire-{payment.id}-{minute}")
            await _believe(payment.id, told, till)
        except GatewayRefused as refused:
            # It knows no such page: whatever is paid on it all the same is let go again.
            log.error("page not closed", payment=payment.id, error=refused.code)
    await not_authorised(session.id, till.charging)
