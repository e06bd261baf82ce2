"""The desk's doors: sign in and out, the board, lock an outlet, stop a session, print labels."""

import asyncio
from typing import Annotated, Any

import msgspec
import structlog
from litestar import Request, Response, Router, get, post, put
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta

from konsento.foundation.clock import Clock
from konsento.foundation.ids import Ids
from konsento.foundation.problems import Refusal
from konsento.management.charging.outlet_code import read
from konsento.management.charging.session import Reason
from konsento.management.charging.stop import stop
from konsento.management.operators import sign_in as door
from konsento.management.operators.account import Operator
from konsento.management.operators.board import (
    Board,
    OutletLine,
    SessionFacts,
    ask_meters,
    line,
    session_facts,
)
from konsento.management.operators.labels import label_of, sheets
from konsento.management.operators.limits import (
    LABELS_MAX,
    NAME_CHARS_MAX,
    PASSWORD_CHARS_MAX,
)
from konsento.management.operators.outlets import set_locked
from konsento.management.operators.permission import Permit, permit
from konsento.management.operators.sign_in import COOKIE, Desk, Tried
from konsento.management.payments.hands import Till
from konsento.mdms.contract import MdmsClient

log = structlog.get_logger(__name__)

Typed = Annotated[str, Meta(min_length=1, max_length=40)]
Codes = Annotated[str, Meta(max_length=LABELS_MAX * 14)]
Id = Annotated[str, Meta(pattern="^[0-9a-z]{1,40}$")]


class TooManyLabels(Refusal):
    status = 422
    slug = "too-many-labels"
    title = "These are more labels than are printed at once."


class SignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is typed at the desk."""

    name: Annotated[str, Meta(min_length=1, max_length=NAME_CHARS_MAX)]
    password: Annotated[str, Meta(min_length=1, max_length=PASSWORD_CHARS_MAX)]


class Lock(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The state wanted: locked is offered to nobody."""

    locked: bool


class Me(msgspec.Struct, frozen=True):
    name: str
    facility: str


def _me(operator: Operator) -> Me:
    return Me(operator.name, operator.facility)


# Repeatable: twice signed in is signed in. An answer kept for its key could not give the cookie
# again, and its fingerprint would leave a fast digest of the password in the database.
@post("/sign-in", status_code=200, opt={"repeatable": True})
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
    return Response(_me(done.operator), cookies=[door.cookie(done.token)])


@post("/sign-out", status_code=204)
async def sign_out(request: Request[Any, Any, Any]) -> Response[None]:
    """Leave the desk: the cookie is taken away and opens nothing any more."""
    await door.sign_out(request.cookies.get(COOKIE, ""))
    return Response(None, cookies=[door.cookie("")], headers={"clear-site-data": '"cache"'})


@get("/me")
async def me(permit: NamedDependency[Permit]) -> Me:
    """Who is signed in here."""
    return _me(permit.operator)


@get("/outlets")
async def board(
    permit: NamedDependency[Permit],
    mdms: NamedDependency[MdmsClient],
    clock: NamedDependency[Clock],
) -> Board:
    """The facility's outlets, what their meters say, and what runs on them."""
    outlets = await permit.outlets()
    heard = await ask_meters(outlets, mdms)
    running = await permit.running()
    lines = [line(each, running.get(each.code), heard.get(each.outlet)) for each in outlets]
    return Board(lines, clock.now_ms())


@put("/outlets/{code:str}/lock")
async def lock(
    code: FromPath[Typed],
    data: JSONBody[Lock],
    permit: NamedDependency[Permit],
    mdms: NamedDependency[MdmsClient],
) -> OutletLine:
    """Take an outlet out of use, or back into it; what runs on it goes on."""
    outlet = await set_locked(await permit.outlet(read(code)), locked=data.locked)
    log.info("outlet locked" if data.locked else "outlet unlocked", outlet=outlet.outlet)
    heard = await ask_meters([outlet], mdms)
    running = await permit.running()
    return line(outlet, running.get(outlet.code), heard.get(outlet.outlet))


@post("/sessions/{session_id:str}/stop", status_code=200)
async def stop_session(
    session_id: FromPath[Id], permit: NamedDependency[Permit], till: NamedDependency[Till]
) -> SessionFacts:
    """Be stopped: the driver is billed for what was delivered. Twice is once."""
    found = await permit.session(session_id)
    return session_facts(await stop(found.id, Reason.OPERATOR, till.charging))


@get("/labels.pdf", media_type="application/pdf")
async def labels(
    permit: NamedDependency[Permit],
    public_url: NamedDependency[str],
    codes: FromQuery[Codes] = "",
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
        route_handlers=[sign_in, sign_out, me, board, lock, stop_session, labels],
        dependencies={"permit": Provide(permit)},
    )
]
