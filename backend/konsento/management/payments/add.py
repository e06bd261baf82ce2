"""More for a charge that runs: held on a card of its own right, then told to the control system.

The charge goes on as before until the meter stands behind the new limit; whatever becomes of an
addition on the way, what was ordered first stays ordered.
"""

import msgspec
import structlog

from konsento.foundation.database import Transaction
from konsento.foundation.outbox import Task
from konsento.foundation.problems import Refusal
from konsento.management.charging.limit import Limit, ask_limit, keep_limit
from konsento.management.charging.record import Session
from konsento.management.charging.store import changing, my_session, session_by_id
from konsento.management.payments.addition import Addition, Event, State
from konsento.management.payments.additions import (
    addition_by_id,
    additions_of,
    keep_new_addition,
    late_additions,
    live_addition,
    move,
)
from konsento.management.payments.authorise import owe_attempt
from konsento.management.payments.cards import card_for
from konsento.management.payments.gateway import GatewayRefused, GatewayUnavailable
from konsento.management.payments.hands import Till
from konsento.management.payments.hold import close, open_if_possible
from konsento.management.payments.payment import LIVE, Payment
from konsento.management.payments.payment import State as PaymentState
from konsento.management.payments.store import payments_of
from konsento.management.retail.addition_quote import (
    AdditionQuote,
    addition_quote_for,
    must_be_running,
    use_for,
)
from konsento.management.retail.quote import QuoteUsed
from konsento.mdms.contract import MdmsUnreachable

log = structlog.get_logger(__name__)

PAID_WITHIN_MS = 600_000
ASKED_AT_MOST = 6  # then a bill waits no longer for what cannot be known: the old limit counts


class AdditionPending(Refusal):
    status = 409
    slug = "addition-pending"
    title = "Something is being added already."


class Addable(msgspec.Struct, frozen=True):
    """A driver accepts a quote for more, to be paid with a remembered card or on a page."""

    visitor: str
    session_id: str
    quote_id: str
    card_id: str | None = None


async def add(wish: Addable, till: Till) -> Session:
    """Begin an addition and owe its hold. Twice is once: whoever asks again, for want of an
    answer, gets the session with the addition that the quote began.

    Raises UnknownSession, UnknownQuote, UnknownCard, QuoteExpired, AdditionPending, and
    session.Forbidden when it no longer runs.
    """
    await my_session(wish.session_id, wish.visitor)
    quote = await addition_quote_for(wish.quote_id, wish.session_id, wish.visitor)
    if quote.addition_id is None:
        try:
            payment_id = await _begin_on(quote, wish, till)
        except (QuoteUsed, AdditionPending):  # it may be by the same press, which came here twice
            quote = await addition_quote_for(wish.quote_id, wish.session_id, wish.visitor)
            if quote.addition_id is None:
                raise
            payment_id = None
    else:
        payment_id = await _unopened(quote.addition_id)
    if payment_id is not None:
        await open_if_possible(payment_id, till)
    return await session_by_id(wish.session_id)


async def _unopened(addition_id: str) -> str | None:
    """The attempt to pay for an addition whose page the provider was not asked for yet."""
    begun = await addition_by_id(addition_id)
    attempts = await _attempts(begun) if begun is not None else []
    return next((one.id for one in attempts if one.state is PaymentState.NEW), None)


async def _begin_on(quote: AdditionQuote, wish: Addable, till: Till) -> str | None:
    if wish.card_id is not None:
        await card_for(wish.card_id, wish.visitor)
    async with changing(wish.session_id) as tx:
        session = await session_by_id(wish.session_id)
        must_be_running(session)
        if await live_addition(session.id) is not None:
            raise AdditionPending
        return await _begin(tx, session, quote, wish.card_id, till)


async def _begin(
    tx: Transaction, session: Session, quote: AdditionQuote, card_id: str | None, till: Till
) -> str | None:
    """The addition with its attempt to pay; without one where the power costs nothing."""
    now_ms, ids = till.charging.clock.now_ms(), till.charging.ids
    before = await additions_of(session.id)
    addition = Addition(
        id=ids.fresh(), session_id=session.id, number=before[0].number + 1 if before else 1,
        state=State.AUTHORISING, deadline_ms=now_ms + PAID_WITHIN_MS, created_at_ms=now_ms,
        **msgspec.structs.asdict(quote.more()),
    )  # fmt: skip
    await use_for(quote, session, addition.id, now_ms)
    await keep_new_addition(tx, addition)
    if addition.price_yen_max == 0:
        await move(tx, addition, Event.HELD, till)
        return None
    attempts = await payments_of(session.id)
    payment = Payment(
        id=ids.fresh(), session_id=session.id, state=PaymentState.NEW,
        attempt=1 + max((one.attempt for one in attempts), default=0),
        amount_yen=addition.price_yen_max, created_at_ms=now_ms, card_id=card_id,
        language=attempts[-1].language if attempts else "ja", addition_number=addition.number,
    )  # fmt: skip
    await owe_attempt(tx, payment, till)
    return payment.id


async def raise_limit_task(task: Task, till: Till) -> None:
    """Let addition `task.subject` have effect; an event tells when the meter stands behind it."""
    addition = await addition_by_id(task.subject)
    if addition is not None:
        await apply(addition, till)


async def limit_told_task(task: Task, till: Till) -> None:
    """The control system told of a limit of session `task.subject`: ask what became of it."""
    addition = await live_addition(task.subject)
    if addition is not None:
        await apply(addition, till)


async def apply(addition: Addition, till: Till) -> None:
    """Ask for the new limit, which is also asking what became of it. Safe to repeat.

    Raises MdmsUnreachable.
    """
    if addition.state is not State.APPLYING:
        return
    session = await session_by_id(addition.session_id)
    limit = Limit(addition.number, addition.energy_wh, addition.duration_s)
    told = await ask_limit(session, limit, till.mdms)
    if told == "wanted":
        return
    async with changing(addition.session_id) as tx:
        before = await addition_by_id(addition.id) or addition
        if before.state is not State.APPLYING:
            return
        if told == "raised":
            await keep_limit(tx, session.id, limit)
            await move(tx, before, Event.LIMIT_RAISED, till)
        else:
            await move(tx, before, Event.LIMIT_REFUSED, till, reason="too_late")
    log.info("addition", session=session.id, number=addition.number, limit=told)


async def finish(session: Session, till: Till, tried: int) -> Session:
    """The session is to be billed: whatever is still being added is decided first.

    Raises MdmsUnreachable, up to ASKED_AT_MOST times.
    """
    addition = await live_addition(session.id)
    if addition is None:
        return session
    try:
        await apply(addition, till)
    except MdmsUnreachable:
        if tried < ASKED_AT_MOST:
            raise
    async with changing(session.id) as tx:
        left = await live_addition(session.id)
        if left is not None:
            if left.state is State.AUTHORISING:
                await move(tx, left, Event.SESSION_ENDS, till, reason="session_over")
            else:
                await move(tx, left, Event.LIMIT_REFUSED, till, reason="too_late")
    return await session_by_id(session.id)


async def end_late_additions(till: Till) -> None:
    """A driver who never paid for more: the page is closed, and the charge goes on as before."""
    for addition in await late_additions(till.charging.clock.now_ms()):
        minute = till.charging.clock.now_ms() // 60_000
        try:
            for payment in await _attempts(addition):
                await close(payment.id, till, f"expire-{payment.id}-{minute}")
        except GatewayUnavailable as error:
            log.warning("cannot close the page", addition=addition.id, error=type(error).__name__)
            continue
        except GatewayRefused as refused:
            log.error("page not closed", addition=addition.id, error=refused.code)
        async with changing(addition.session_id) as tx:
            left = await addition_by_id(addition.id)
            if left is not None and left.state is State.AUTHORISING:
                await move(tx, left, Event.NOT_PAID, till, reason="payment_expired")


async def _attempts(addition: Addition) -> list[Payment]:
    return [
        one
        for one in await payments_of(addition.session_id)
        if one.addition_number == addition.number and one.state in LIVE
    ]
