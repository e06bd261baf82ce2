"""The driver's doors to a session: begin, follow, stop, pay, receipt; and the provider's webhook.

A session is found by its id and the asker's cookie together; whatever is not the asker's does
not exist for them.
"""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter
from litestar.response import Redirect, Stream
from msgspec import Meta

from konsento.foundation.clock import Clock
from konsento.foundation.databases import PEOPLE
from konsento.foundation.edge.streams import Closing, event_stream
from konsento.foundation.edge.strict_body import strict_body
from konsento.foundation.inbox import take_in
from konsento.foundation.problems import Refusal
from konsento.management.accounts.address import Email
from konsento.management.charging.link import followed_session
from konsento.management.charging.resume import resume
from konsento.management.charging.session import Reason
from konsento.management.charging.stop import go_on
from konsento.management.charging.stop import stop as stop_session
from konsento.management.charging.store import my_session, sessions_of
from konsento.management.payments import events
from konsento.management.payments.add import Addable, add
from konsento.management.payments.authorise import Again, Start, pay_again, returned
from konsento.management.payments.authorise import start as start_session
from konsento.management.payments.cards_api import HANDLERS as CARDS
from konsento.management.payments.follow import news
from konsento.management.payments.hands import Till
from konsento.management.payments.link_api import HANDLERS as LINKS
from konsento.management.payments.paper import ReceiptView, SessionLine, line, receipt_view
from konsento.management.payments.payment import State
from konsento.management.payments.receipt import receipt_of
from konsento.management.payments.store import payment_by_checkout, payments_of
from konsento.management.payments.view import SessionView, parts_of, view, view_for
from konsento.mdms.contract import PAUSES_MAX, CountedFrom

# `$` alone lets a last newline pass; and the router reads bounds from its own parameters only.
ID = r"^[0-9a-z]{1,40}$(?!\n)"
Id = Annotated[str, Meta(pattern=ID, max_length=40)]
SessionId = Annotated[str, PathParameter(pattern=ID, max_length=40)]


KNOWN_HELD = frozenset(State) - {State.NEW, State.OPEN}


class NotSettled(Refusal):
    status = 409
    slug = "not-settled"
    title = "The bill is not made yet."


class StartRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`email`: where the receipt goes, if anywhere. `card_id` pays with a remembered card;
    `remember_card` has the one that is typed on the provider's page remembered.
    """

    quote_id: Id
    email: Email | None = None
    language: Literal["ja", "en"] = "ja"
    card_id: Id | None = None
    remember_card: bool = False


class PaymentRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Pay with this remembered card; without one, or without a body, on the provider's page."""

    card_id: Id | None = None
    remember_card: bool = False


class AdditionRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Accept a quote for more, paid with a remembered card or on the provider's page."""

    quote_id: Id
    card_id: Id | None = None


class ResumeRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The pause to end, by the number that its view has: late, this ends no other."""

    pause: Annotated[int, Meta(ge=1, le=PAUSES_MAX)]


class History(msgspec.Struct, frozen=True):
    sessions: list[SessionLine]


@post("/api/sessions", guards=[strict_body])
async def begin(
    data: JSONBody[StartRequest],
    visitor: NamedDependency[str],
    till: NamedDependency[Till],
    counted_from: NamedDependency[CountedFrom],
) -> SessionView:
    """Accept a quote: the session waits for its payment at `pay_url`."""
    wish = Start(
        visitor, data.quote_id, data.email, data.language, data.card_id, data.remember_card
    )
    session = await start_session(wish, till, counted_from=counted_from)
    return await view(session, till.charging.clock.now_ms())


@get("/api/sessions")
async def history(visitor: NamedDependency[str]) -> History:
    """This visitor's sessions, the newest first."""
    return History([await line(session) for session in await sessions_of(visitor)])


@get("/api/sessions/{session_id:str}")
async def session_now(
    session_id: SessionId, visitor: NamedDependency[str], till: NamedDependency[Till]
) -> SessionView:
    """One's own session as it stands, or one that was joined by its link."""
    now_ms = till.charging.clock.now_ms()
    session = await followed_session(session_id, visitor, now_ms)
    return await view_for(visitor, session, now_ms)


@get("/api/sessions/{session_id:str}/events", media_type="text/event-stream")
async def session_events(
    session_id: SessionId,
    request: Request[Any, Any, Any],
    visitor: NamedDependency[str],
    till: NamedDependency[Till],
    closing: NamedDependency[Closing],
) -> Stream:
    """The same, told at every change; Last-Event-ID resumes without gap or repeat."""
    await followed_session(session_id, visitor, till.charging.clock.now_ms())
    said = request.headers.get("last-event-id", "")
    after = int(said) if said.isascii() and said.isdigit() and len(said) < 16 else 0
    source = news(session_id, visitor, after, till.charging.clock)
    return event_stream(source, asker=visitor, closing=closing)


@post("/api/sessions/{session_id:str}/stop", status_code=200)
async def stop(
    session_id: SessionId, visitor: NamedDependency[str], till: NamedDependency[Till]
) -> SessionView:
    """Be stopped: cancelled before power flows, billed for what was delivered after."""
    now_ms = till.charging.clock.now_ms()
    await followed_session(session_id, visitor, now_ms)
    session = await stop_session(session_id, Reason.DRIVER, till.charging)
    return await view_for(visitor, session, now_ms)


@post("/api/sessions/{session_id:str}/continue", status_code=200)
async def wait_on(
    session_id: SessionId, visitor: NamedDependency[str], till: NamedDependency[Till]
) -> SessionView:
    """Keep waiting for the load; only when idle."""
    await my_session(session_id, visitor)
    session = await go_on(session_id, till.charging)
    return await view(session, till.charging.clock.now_ms())


@post("/api/sessions/{session_id:str}/resume", status_code=200, guards=[strict_body])
async def go_on_again(
    session_id: SessionId,
    data: JSONBody[ResumeRequest],
    visitor: NamedDependency[str],
    till: NamedDependency[Till],
) -> SessionView:
    """Let power flow again after a pause, of one's own session or of a joined one."""
    now_ms = till.charging.clock.now_ms()
    await followed_session(session_id, visitor, now_ms)
    session = await resume(session_id, data.pause, till.charging)
    return await view_for(visitor, session, now_ms)


@post("/api/sessions/{session_id:str}/payment", status_code=200, guards=[strict_body])
async def payment(
    session_id: SessionId,
    visitor: NamedDependency[str],
    till: NamedDependency[Till],
    data: JSONBody[PaymentRequest | None] = None,
) -> SessionView:
    """Pay again: a page of the provider that is open, at `pay_url`, or with a remembered card."""
    again = Again() if data is None else Again(data.card_id, data.remember_card)
    session = await pay_again(session_id, visitor, till, again)
    return await view(session, till.charging.clock.now_ms())


@post("/api/sessions/{session_id:str}/additions", guards=[strict_body])
async def addition(
    session_id: SessionId,
    data: JSONBody[AdditionRequest],
    visitor: NamedDependency[str],
    till: NamedDependency[Till],
) -> SessionView:
    """Add to one's own session while its switch is on; it is held for of its own."""
    wish = Addable(visitor, session_id, data.quote_id, data.card_id)
    session = await add(wish, till)
    return await view(session, till.charging.clock.now_ms())


@get("/api/sessions/{session_id:str}/receipt")
async def receipt(
    session_id: SessionId, visitor: NamedDependency[str], clock: NamedDependency[Clock]
) -> ReceiptView:
    """The receipt of one's own session, or of a joined one, once it is settled."""
    session = await followed_session(session_id, visitor, clock.now_ms())
    issued = await receipt_of(session_id)
    if issued is None:
        raise NotSettled
    return receipt_view(session, await parts_of(session), issued, mine=session.visitor == visitor)


@get("/pay/returned/{session_id:str}", include_in_schema=False)
async def back_from_provider(session_id: SessionId, till: NamedDependency[Till]) -> Redirect:
    """The provider sends the browser here; a reason to ask the provider, and nothing more."""
    await returned(session_id, till)
    return Redirect(f"/s/{session_id}", status_code=303)


@post("/api/stripe/webhook", status_code=200, opt={"repeatable": True}, include_in_schema=False)
async def webhook(request: Request[Any, Any, Any], till: NamedDependency[Till]) -> Response[None]:
    """A signed hint that something happened at the provider: note it once, and go and look."""
    raw = await request.body()
    signature = request.headers.get("stripe-signature")
    clock = till.charging.clock
    notice = till.gateway.read_webhook(raw, signature, clock.now_ms() // 1000)
    found = None
    if notice.checkout_id is not None:
        found = await payment_by_checkout(notice.checkout_id)
    if found is None and notice.session_id is not None:
        attempts = await payments_of(notice.session_id)
        found = next((p for p in attempts if p.attempt == notice.attempt), None)
    async with PEOPLE.writing() as tx:
        now_ms = clock.now_ms()
        new = await take_in(PEOPLE, "stripe", notice.event_id, notice.kind, now_ms)
        if new and found is not None and not (notice.says_held and found.state in KNOWN_HELD):
            await till.charging.outbox.owe(tx, events.LOOK, found.id, now_ms)
    return Response(None)


HANDLERS = [
    begin, history, session_now, session_events, stop, wait_on, go_on_again, payment, addition,
    receipt, back_from_provider, webhook, *CARDS, *LINKS,
]  # fmt: skip
