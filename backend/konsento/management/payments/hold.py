"""One attempt to pay at the provider: opened, looked at, believed, closed.

An attempt is a page of the provider or an order on a remembered card. The provider is only ever
asked outside a transaction, under a key written down before; what it says is believed only when
we asked.
"""

import msgspec
import structlog

from konsento.foundation.database import DatabaseBusy, Transaction
from konsento.foundation.outbox import Task
from konsento.management.charging import events as charging_events
from konsento.management.charging.session import OVER, RUNNING
from konsento.management.charging.session import State as SessionState
from konsento.management.charging.start import authorised
from konsento.management.charging.store import changing, outlet_by_code, session_by_id
from konsento.management.payments import events
from konsento.management.payments.additions import payment_heard
from konsento.management.payments.card import Card
from konsento.management.payments.cards import card_by_id, customer_of, remember
from konsento.management.payments.gateway import (
    CardOrder,
    CheckoutState,
    GatewayRefused,
    GatewayUnavailable,
    HoldOrder,
)
from konsento.management.payments.hands import Till
from konsento.management.payments.payment import LIVE, Payment, State, seen
from konsento.management.payments.store import keep_payment, payment_by_id

log = structlog.get_logger(__name__)

CHECKOUT_LIFE_S = 40 * 60  # our own deadline comes first; the provider's is the second line
SEARCHED_BEFORE_MS = 60_000  # two clocks


async def open_if_possible(payment_id: str, till: Till) -> None:
    """Now, so that the answer has the page; else the outbox does it, since it is owed."""
    try:
        await open_attempt(payment_id, till, tried=0)
    except (GatewayUnavailable, GatewayRefused, DatabaseBusy) as error:
        log.warning("attempt not opened", payment=payment_id, error=type(error).__name__)


async def open_task(task: Task, till: Till) -> None:
    await open_attempt(task.subject, till, tried=task.attempts)


async def open_attempt(payment_id: str, till: Till, *, tried: int) -> None:
    """Have the provider asked for a payment that is NEW; safe to repeat."""
    payment = await payment_by_id(payment_id)
    if payment is None or payment.state is not State.NEW:
        return
    told = await (_page if payment.card_id is None else _on_card)(payment, till, tried)
    if told is not None:
        await believe(payment_id, told, till)


async def _page(payment: Payment, till: Till, tried: int) -> CheckoutState:
    """After a try whose answer was lost, the provider is searched first: the same attempt never
    gets two pages that could both take a hold.
    """
    told = await find(payment, till) if tried > 1 else None
    if told is not None:
        return told
    first = tried <= 1
    key = f"checkout-{payment.id}" if first else f"checkout-{payment.id}-{tried}"
    # One key, one order to the last digit; a later try's page lives from that try on.
    from_ms = payment.created_at_ms if first else till.charging.clock.now_ms()
    order = await _page_order(payment, from_ms // 1000 + CHECKOUT_LIFE_S, till)
    opened = await till.gateway.open_checkout(order, key)
    if tried == 0:
        # Nobody has been shown the page yet: nothing can have happened on it.
        return CheckoutState(
            checkout_id=opened.checkout_id, status="open", hold="none", url=opened.url
        )
    return await till.gateway.look(opened.checkout_id)


async def _on_card(payment: Payment, till: Till, tried: int) -> CheckoutState | None:
    """The same key until the provider says that it is spent: one order, one hold."""
    card = await card_by_id(payment.card_id or "")
    session = await session_by_id(payment.session_id)
    waits = RUNNING if payment.addition_number else {SessionState.AUTHORISING}
    if session.state not in waits:
        return None  # nobody waits for it any more: whoever settles lets it go
    if card.forgotten_at_ms is not None:
        await _not_taken(payment.id, "card_forgotten", till)
        return None
    order, key = await _card_order(payment, card, till), f"hold-{payment.id}"
    try:
        return await till.gateway.hold_on_card(order, key)
    except GatewayUnavailable as error:
        if not error.key_spent:
            raise
        found = await find(payment, till)
        return found or await till.gateway.hold_on_card(order, f"{key}-{tried}")
    except GatewayRefused as refused:
        found = await find(payment, till)
        if found is None:
            await _not_taken(payment.id, refused.code, till)
        return found


async def _not_taken(payment_id: str, why: str, till: Till) -> None:
    """The card was refused before the provider made anything of the order."""
    payment = await payment_by_id(payment_id)
    if payment is None:
        return
    async with changing(payment.session_id) as tx:
        before = await payment_by_id(payment_id)
        if before is None or before.state is not State.NEW:
            return
        after = msgspec.structs.replace(before, state=State.OPEN, declined=why)
        await keep_payment(tx, after, before)
        if after.addition_number:
            await payment_heard(tx, await session_by_id(after.session_id), after, till)


async def _words(payment: Payment) -> str:
    session = await session_by_id(payment.session_id)
    outlet = await outlet_by_code(session.code)
    if payment.language == "ja":
        what = "追加の充電" if payment.addition_number else "充電"
        return f"{outlet.title_ja} {what}（最大額の確保）"
    what = "more charging" if payment.addition_number else "charging"
    return f"{outlet.title_en} {what} (the most it can cost)"


async def _page_order(payment: Payment, expires_at_s: int, till: Till) -> HoldOrder:
    session = await session_by_id(payment.session_id)
    known = await customer_of(session.visitor) if payment.remember else None
    return HoldOrder(
        session_id=payment.session_id,
        attempt=payment.attempt,
        amount_yen=payment.amount_yen,
        description=await _words(payment),
        language="ja" if payment.language == "ja" else "en",
        success_url=f"{till.public_url}/pay/returned/{payment.session_id}",
        cancel_url=f"{till.public_url}/s/{payment.session_id}",
        expires_at_s=expires_at_s,
        remember=payment.remember,
        customer_id=known,
    )


async def _card_order(payment: Payment, card: Card, till: Till) -> CardOrder:
    return CardOrder(
        session_id=payment.session_id,
        attempt=payment.attempt,
        amount_yen=payment.amount_yen,
        description=await _words(payment),
        customer_id=card.customer_id,
        method_id=card.method_id,
        return_url=f"{till.public_url}/pay/returned/{payment.session_id}",
    )


async def find(payment: Payment, till: Till) -> CheckoutState | None:
    """What the provider made of an order whose answer was lost; None is a certain no."""
    since_ms = payment.created_at_ms - SEARCHED_BEFORE_MS
    session_id, attempt = payment.session_id, payment.attempt
    if payment.card_id is None:
        return await till.gateway.find(session_id, attempt, since_ms=since_ms)
    card = await card_by_id(payment.card_id)
    return await till.gateway.find_on_card(session_id, attempt, card.customer_id, since_ms=since_ms)


async def look_task(task: Task, till: Till) -> None:
    await look(task.subject, till)


async def look(payment_id: str, till: Till) -> None:
    """Ask the provider what became of a payment, and act on it. Safe to repeat."""
    payment = await payment_by_id(payment_id)
    if payment is None or payment.checkout_id is None:
        return
    await believe(payment_id, await till.gateway.look(payment.checkout_id), till)


async def close(payment_id: str, till: Till, key: str) -> None:
    """See to it that nobody can pay this attempt any more; one that was paid first stays paid."""
    payment = await payment_by_id(payment_id)
    if payment is None or payment.state not in LIVE:
        return
    name = payment.checkout_id
    if name is None:
        found = await find(payment, till)
        if found is None:
            await _released(payment, till)
            return
        name = found.checkout_id
    await believe(payment_id, await till.gateway.expire(name, key), till)


async def _released(payment: Payment, till: Till) -> None:
    async with changing(payment.session_id) as tx:
        before = await payment_by_id(payment.id)
        if before is not None and before.state in LIVE and before.checkout_id is None:
            after = msgspec.structs.replace(before, state=State.RELEASED)
            await keep_payment(tx, after, before)


async def believe(payment_id: str, told: CheckoutState, till: Till) -> None:
    """Write down what the provider said, and do what follows from it."""
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
        if after.remember and told.saved_card is not None:
            await remember(tx, session.visitor, told.saved_card, till)
        if before.state is State.RELEASED and (told.hold == "held" or told.status == "open"):
            # Made after it had been given up: nobody waits for it, so nothing may stay held.
            await till.charging.outbox.owe(
                tx, events.LET_GO, after.id, till.charging.clock.now_ms()
            )
        elif after.addition_number:
            await payment_heard(tx, session, after, till)
        else:
            await _session_heard(tx, session.id, session.state, after, till)


async def _session_heard(
    tx: Transaction, session_id: str, state: SessionState, payment: Payment, till: Till
) -> None:
    if payment.state is State.HELD and state is SessionState.AUTHORISING:
        await authorised(tx, session_id, till.charging)
    elif payment.state in {State.OPEN, State.HELD} and state in OVER:
        now_ms = till.charging.clock.now_ms()
        await till.charging.outbox.owe(tx, charging_events.ENDED, session_id, now_ms)
