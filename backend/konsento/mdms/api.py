"""The control system's HTTP edge: management servers only, each by its key."""

import asyncio
from typing import Annotated, Any

from litestar import Request, Response, get, post, put
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody, PathParameter, QueryParameter

from konsento.foundation.edge.api_keys import bearer, in_braces
from konsento.foundation.edge.rates import Rate
from konsento.foundation.edge.strict_body import strict_body
from konsento.foundation.problems import Refusal
from konsento.mdms import contract, events
from konsento.mdms.contract import (
    EVENTS_PER_PAGE_MAX,
    OUTLET_PATTERN,
    REQUEST_NUMBER_PATTERN,
    WAIT_S_MAX,
    ChargeOrder,
    EventPage,
    LinkTraceView,
    LoopbackView,
    OpenSwitches,
    OutletView,
    PingOrder,
    PingView,
    RaiseLimit,
    RequestView,
    Resume,
    SwitchQuestion,
)
from konsento.mdms.control_system import ControlSystem
from konsento.mdms.hold import hold
from konsento.mdms.limits import EVENTS_POLL_MS, LINK_TESTS_PER_MINUTE
from konsento.mdms.link_test import loop_back, trace_link
from konsento.mdms.open_switches import open_among
from konsento.mdms.outlets import UnknownOutlet, server_of
from konsento.mdms.raise_limit import raise_limit
from konsento.mdms.record import find_outlet, is_held
from konsento.mdms.resume import resume
from konsento.mdms.stop import own_request, stop
from konsento.mdms.switch_views import QUESTION_BYTES
from konsento.mdms.views import outlet_view, request_view

# The router reads bounds from its own parameters only, not from a Meta inside them.
Number = Annotated[str, PathParameter(pattern=REQUEST_NUMBER_PATTERN, max_length=64)]
Name = Annotated[str, PathParameter(pattern=OUTLET_PATTERN, max_length=32)]
Cursor = Annotated[int, QueryParameter(ge=0, le=2**62)]
PageSize = Annotated[int, QueryParameter(ge=1, le=EVENTS_PER_PAGE_MAX)]
Wait = Annotated[int, QueryParameter(ge=0, le=WAIT_S_MAX)]

# PUT by request number is its own idempotency key.
REPEATABLE = {"repeatable": True}


class WrongApiKey(Refusal):
    status = 401
    slug = "wrong-api-key"
    title = "Send `Authorization: Bearer` with the key of a management server."


async def asking_server(request: Request[Any, Any, Any]) -> str:
    """The management server that asks. Raises WrongApiKey."""
    key = bearer(request)
    server = await server_of(key) if key else None
    if server is None:
        raise WrongApiKey
    return server


@put(
    in_braces(contract.REQUEST_PATH),
    opt=REPEATABLE,
    guards=[strict_body],
    description="Hold an outlet and have it switched on. 201 when new, 200 when repeated.",
)
async def put_request(
    request_number: Number,
    data: JSONBody[ChargeOrder],
    system: NamedDependency[ControlSystem],
    server: NamedDependency[str],
) -> Response[RequestView]:
    request, new = await hold(system, server, request_number, data)
    view = request_view(request, system.clock.now_ms())
    return Response(view, status_code=201 if new else 200)


@get(in_braces(contract.REQUEST_PATH))
async def get_request(
    request_number: Number,
    system: NamedDependency[ControlSystem],
    server: NamedDependency[str],
) -> RequestView:
    request = await own_request(server, request_number)
    return request_view(request, system.clock.now_ms())


@put(in_braces(contract.STOP_PATH), opt=REPEATABLE)
async def put_stop(
    request_number: Number,
    system: NamedDependency[ControlSystem],
    server: NamedDependency[str],
) -> RequestView:
    request = await stop(system, server, request_number)
    return request_view(request, system.clock.now_ms())


@put(in_braces(contract.RESUME_PATH), opt=REPEATABLE, guards=[strict_body])
async def put_resume(
    request_number: Number,
    data: JSONBody[Resume],
    system: NamedDependency[ControlSystem],
    server: NamedDependency[str],
) -> RequestView:
    request = await resume(system, server, request_number, data)
    return request_view(request, system.clock.now_ms())


@put(in_braces(contract.LIMIT_PATH), opt=REPEATABLE, guards=[strict_body])
async def put_limit(
    request_number: Number,
    data: JSONBody[RaiseLimit],
    system: NamedDependency[ControlSystem],
    server: NamedDependency[str],
) -> RequestView:
    request = await raise_limit(system, server, request_number, data)
    return request_view(request, system.clock.now_ms())


@get(contract.EVENTS_PATH)
async def get_events(
    system: NamedDependency[ControlSystem],
    server: NamedDependency[str],
    after: Cursor = 0,
    wait_s: Wait = 0,
    limit: PageSize = EVENTS_PER_PAGE_MAX,
) -> EventPage:
    """Long poll: woken by this process's commits, and a look every EVENTS_POLL_MS for others'."""
    loop = asyncio.get_running_loop()
    until = loop.time() + wait_s
    while True:
        heard = system.told.rings
        page = await events.page(server, after, limit)
        left_ms = int((until - loop.time()) * 1_000)
        if page.events or left_ms <= 0 or system.ending.rings:
            return page
        await system.told.wait(min(left_ms, EVENTS_POLL_MS), since=heard)


@get(in_braces(contract.OUTLET_PATH))
async def get_outlet(
    outlet: Name,
    system: NamedDependency[ControlSystem],
    server: NamedDependency[str],
) -> OutletView:
    found = await find_outlet(outlet)
    if found is None:
        raise UnknownOutlet
    held = await is_held(outlet)
    now_ms = system.clock.now_ms()
    return outlet_view(found, held=held, now_ms=now_ms, settings=system.settings)


@post(in_braces(contract.LOOPBACK_PATH), opt=REPEATABLE, status_code=200)
async def post_loopback(
    outlet: Name,
    system: NamedDependency[ControlSystem],
    server: NamedDependency[str],
    link_tests: NamedDependency[Rate],
) -> LoopbackView:
    link_tests.take(server, system.clock.now_ms())
    return await loop_back(system, outlet)


@post(in_braces(contract.LINK_TRACE_PATH), opt=REPEATABLE, status_code=200)
async def post_link_trace(
    outlet: Name,
    system: NamedDependency[ControlSystem],
    server: NamedDependency[str],
    link_tests: NamedDependency[Rate],
) -> LinkTraceView:
    link_tests.take(server, system.clock.now_ms())
    return await trace_link(system, outlet)


@post(contract.PINGS_PATH, opt=REPEATABLE, status_code=200, guards=[strict_body])
async def post_pings(
    data: JSONBody[PingOrder],
    system: NamedDependency[ControlSystem],
    server: NamedDependency[str],
) -> PingView:
    """Ask meters whether they are there; one answer for each, whoever stands behind them."""
    answers = await system.driver.ping(data.smids)
    return PingView(answers=tuple(answers), now_ms=system.clock.now_ms())


@post(
    contract.OPEN_SWITCHES_PATH,
    opt=REPEATABLE,
    status_code=200,
    guards=[strict_body],
    request_max_body_size=QUESTION_BYTES,
)
async def post_open_switches(
    data: JSONBody[SwitchQuestion],
    system: NamedDependency[ControlSystem],
    server: NamedDependency[str],
) -> OpenSwitches:
    """Which of these meters' switches were read open last; changes nothing."""
    return OpenSwitches(smids=tuple(await open_among(data.smids)), now_ms=system.clock.now_ms())


def link_test_rate() -> Rate:
    """LINK_TESTS_PER_MINUTE for each management server: a test is a message on a shared wire."""
    return Rate(LINK_TESTS_PER_MINUTE, 60_000)


HANDLERS: tuple[HTTPRouteHandler, ...] = (
    put_request,
    get_request,
    put_stop,
    put_resume,
    put_limit,
    get_events,
    get_outlet,
    post_loopback,
    post_link_trace,
    post_pings,
    post_open_switches,
)
