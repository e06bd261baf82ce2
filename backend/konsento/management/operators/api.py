"""The desk's doors that only show: sign in and out, the board and its stream, labels to print."""

import asyncio
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody, QueryParameter
from litestar.response import Redirect, Stream
from msgspec import Meta

from konsento.foundation.clock import Clock
from konsento.foundation.edge.streams import Closing, event_stream
from konsento.foundation.edge.strict_body import strict_body
from konsento.foundation.ids import Ids
from konsento.foundation.problems import Refusal, answer
from konsento.management.charging.outlet_code import read
from konsento.management.operators import acts_api, callers_api
from konsento.management.operators import sign_in as door
from konsento.management.operators.account import Operator
from konsento.management.operators.board import Board, ask_meters
from konsento.management.operators.facility import name_of
from konsento.management.operators.labels import label_of, sheets
from konsento.management.operators.limits import (
    LABELS_MAX,
    NAME_CHARS_MAX,
    PASSWORD_CHARS_MAX,
)
from konsento.management.operators.permission import Permit, permit
from konsento.management.operators.sign_in import COOKIE, Desk, NotSignedIn, Tried
from konsento.management.operators.watch import Watcher, board_news
from konsento.management.payments.view import Text
from konsento.mdms.contract import MdmsClient

# The router reads bounds from its own parameters only.
Codes = Annotated[str, QueryParameter(max_length=LABELS_MAX * 14)]


class TooManyLabels(Refusal):
    status = 422
    slug = "too-many-labels"
    title = "These are more labels than are printed at once."


class SignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is typed at the desk."""

    name: Annotated[str, Meta(min_length=1, max_length=NAME_CHARS_MAX)]
    password: Annotated[str, Meta(min_length=1, max_length=PASSWORD_CHARS_MAX)]


class Me(msgspec.Struct, frozen=True):
    """Who sits here; `facility_name` is what people call it."""

    name: str
    facility: str
    facility_name: Text


async def _me(operator: Operator) -> Me:
    return Me(operator.name, operator.facility, await name_of(operator.facility))


# Repeatable: twice signed in is signed in. An answer kept for its key could not give the cookie
# again, and its fingerprint would leave a fast digest of the password in the database.
@post("/sign-in", status_code=200, guards=[strict_body], opt={"repeatable": True})
async def sign_in(
    data: JSONBody[SignIn],
    request: Request[Any, Any, Any],
    asker: NamedDependency[str],
    desk: NamedDependency[Desk],
    clock: NamedDependency[Clock],
    ids: NamedDependency[Ids],
) -> Response[Me]:
    """Sit down at the desk: sets a cookie for twelve hours, half an hour when idle."""
    tried = Tried(data.name, data.password, asker, request.cookies.get(COOKIE, ""))
    done = await door.sign_in(tried, desk=desk, clock=clock, ids=ids)
    return Response(await _me(done.operator), cookies=[door.cookie(done.token)])


@post("/sign-out", status_code=204)
async def sign_out(request: Request[Any, Any, Any]) -> Response[None]:
    """Leave the desk: the cookie is taken away and opens nothing any more."""
    await door.sign_out(request.cookies.get(COOKIE, ""))
    return Response(None, cookies=[door.cookie("")], headers={"clear-site-data": '"cache"'})


@get("/me")
async def me(permit: NamedDependency[Permit]) -> Me:
    """Who is signed in here."""
    return await _me(permit.operator)


@get("/outlets")
async def board(
    permit: NamedDependency[Permit],
    mdms: NamedDependency[MdmsClient],
    clock: NamedDependency[Clock],
    desk: NamedDependency[Desk],
) -> Board:
    """The facility's outlets, what their meters say, and what runs on them."""
    heard = await ask_meters(await permit.outlets(), mdms)
    dark = await desk.whose_outages(heard.values())
    known = await permit.known()
    return Board([known.line(each, heard, dark) for each in known.outlets], clock.now_ms())


@get("/board/events", media_type="text/event-stream")
async def board_events(
    request: Request[Any, Any, Any],
    permit: NamedDependency[Permit],
    desk: NamedDependency[Desk],
    mdms: NamedDependency[MdmsClient],
    clock: NamedDependency[Clock],
    closing: NamedDependency[Closing],
) -> Stream:
    """The board as it changes; Last-Event-ID brings what was missed, or all of it."""
    said = request.headers.get("last-event-id", "")
    after = int(said) if said.isascii() and said.isdigit() and len(said) < 16 else 0
    watcher = Watcher(permit.operator.facility, request.cookies.get(COOKIE, ""), after)
    source = board_news(
        watcher, pictures=desk.pictures, mdms=mdms, clock=clock, darkness=desk.darkness
    )
    return event_stream(source, asker=f"operator:{permit.operator.id}", closing=closing)


def to_sign_in(
    request: Request[Any, Any, Any], unknown: NotSignedIn
) -> Response[dict[str, Any]] | Redirect:
    """A person who followed a link is led to the door; a program gets the problem."""
    if "text/html" in request.headers.get("accept", ""):
        return Redirect("/desk#labels", status_code=303)
    return answer(unknown.status, unknown.slug, unknown.title)


@get("/labels.pdf", media_type="application/pdf", exception_handlers={NotSignedIn: to_sign_in})
async def labels(
    permit: NamedDependency[Permit],
    public_url: NamedDependency[str],
    codes: Codes = "",
) -> Response[bytes]:
    """Labels on A4 sheets, for the codes given (with commas between), else for all outlets."""
    wanted = [read(code) for code in codes.split(",") if code.strip()]
    if len(wanted) > LABELS_MAX:
        raise TooManyLabels(most=LABELS_MAX)
    outlets = [await permit.outlet(code) for code in wanted] if wanted else await permit.outlets()
    if len(outlets) > LABELS_MAX:
        raise TooManyLabels(most=LABELS_MAX)
    made = await asyncio.to_thread(sheets, [label_of(each, public_url) for each in outlets])
    return Response(
        made,
        media_type="application/pdf",
        headers={"content-disposition": 'inline; filename="labels.pdf"'},
    )


HANDLERS = [
    Router(
        "/api/operators",
        route_handlers=[
            sign_in, sign_out, me, board, board_events, labels,
            *acts_api.HANDLERS, *callers_api.HANDLERS,
        ],
        dependencies={"permit": Provide(permit)},
    )
]  # fmt: skip
