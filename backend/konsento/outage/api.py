"""The outage room's HTTP edge: neighbouring systems only, each by its key and for its part."""

import asyncio
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post, put
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import ResponseSpec
from litestar.params import Body, JSONBody, PathParameter, QueryParameter

from konsento.foundation.edge.api_keys import bearer, in_braces
from konsento.foundation.edge.strict_body import strict_body
from konsento.foundation.problems import Refusal
from konsento.outage import contract, quarantine
from konsento.outage.contract import (
    NAME_PATTERN,
    PAGE_MAX,
    WAIT_S_MAX,
    BatchTaken,
    Heard,
    MeterEvents,
    OutageDetail,
    OutageEvents,
    OutageList,
    Quarantine,
    Said,
    TablesTaken,
)
from konsento.outage.limits import EVENTS_POLL_MS, READINGS_BYTES_MAX, TABLES_BYTES_MAX
from konsento.outage.meters_api import METER_HANDLERS
from konsento.outage.neighbours import (
    READERS,
    SPEAKS_AS,
    Neighbour,
    Role,
    neighbour_of,
    only,
)
from konsento.outage.readings.described import ReadingsOperation
from konsento.outage.record.said import Entry
from konsento.outage.record.say import say
from konsento.outage.system import OutageSystem
from konsento.outage.take_in import take_meter_events, take_readings, take_tables
from konsento.outage.topology.register import Tables
from konsento.outage.views import event_page, outage_detail, outage_list

# The router reads bounds from its own parameters only, not from a Meta inside them.
Name = Annotated[str, PathParameter(pattern=NAME_PATTERN, max_length=64)]
EntryName = Annotated[str, PathParameter(pattern=NAME_PATTERN, max_length=40)]
Cursor = Annotated[int, QueryParameter(ge=0, le=2**62)]
PageSize = Annotated[int, QueryParameter(ge=1, le=PAGE_MAX)]
Wait = Annotated[int, QueryParameter(ge=0, le=WAIT_S_MAX)]
Hours = Annotated[int, QueryParameter(ge=0, le=24 * 31)]
AreaCode = Annotated[str | None, QueryParameter(pattern=NAME_PATTERN, max_length=64)]

# Each piece of evidence carries its own idempotency key.
REPEATABLE = {"repeatable": True}


class TableUnreadable(Refusal):
    status = 422
    slug = "tables-refused"
    title = "A table is not UTF-8."


async def asking_neighbour(request: Request[Any, Any, Any]) -> Neighbour:
    """The neighbouring system that asks. Raises WrongApiKey."""
    return await neighbour_of(bearer(request))


@post(
    contract.READINGS_PATH,
    opt=REPEATABLE,
    status_code=200,
    request_max_body_size=READINGS_BYTES_MAX,
    description="A batch of one concentrator and slot: JSON, msgpack, or an Arrow IPC stream.",
    operation_class=ReadingsOperation,
)
async def post_readings(
    request: Request[Any, Any, Any],
    system: NamedDependency[OutageSystem],
    neighbour: NamedDependency[Neighbour],
) -> BatchTaken:
    only(neighbour, (Role.COLLECTOR,))
    body = await request.body()
    return await take_readings(system, body, request.headers.get("content-type", ""))


@post(
    contract.METER_EVENTS_PATH,
    opt=REPEATABLE,
    status_code=200,
    guards=[strict_body],
    request_max_body_size=READINGS_BYTES_MAX,
)
async def post_meter_events(
    data: JSONBody[MeterEvents],
    system: NamedDependency[OutageSystem],
    neighbour: NamedDependency[Neighbour],
) -> BatchTaken:
    only(neighbour, (Role.COLLECTOR,))
    return await take_meter_events(system, data)


class TableFiles(msgspec.Struct, frozen=True):
    """The three tables as files, and the sender's id of this load."""

    load: Annotated[str, msgspec.Meta(pattern=NAME_PATTERN, max_length=64)]
    areas: UploadFile
    nodes: UploadFile
    meters: UploadFile


@put(
    contract.TABLES_PATH,
    opt=REPEATABLE,
    request_max_body_size=TABLES_BYTES_MAX,
    description="A whole register in the place of the one before, or nothing.",
)
async def put_tables(
    data: Annotated[TableFiles, Body(media_type=RequestEncodingType.MULTI_PART)],
    system: NamedDependency[OutageSystem],
    neighbour: NamedDependency[Neighbour],
) -> TablesTaken:
    only(neighbour, (Role.REGISTRAR,))
    try:
        texts = [(await file.read()).decode() for file in (data.areas, data.nodes, data.meters)]
    except UnicodeDecodeError:
        raise TableUnreadable from None
    return await take_tables(system, data.load, Tables(*texts))


@put(
    in_braces(contract.ENTRY_PATH),
    opt=REPEATABLE,
    guards=[strict_body],
    description="A word on an outage or on planned works. 201 when new, 200 when repeated.",
    responses={201: ResponseSpec(Heard, generate_examples=False, description="New.")},
)
async def put_entry(
    entry: EntryName,
    data: JSONBody[Said],
    system: NamedDependency[OutageSystem],
    neighbour: NamedDependency[Neighbour],
) -> Response[Heard]:
    only(neighbour, SPEAKS_AS)
    word = Entry(
        entry=f"{neighbour.code}:{entry}",
        source=SPEAKS_AS[neighbour.role],
        author=neighbour.code,
        said_at_ms=data.said_at_ms,
        received_at_ms=system.clock.now_ms(),
        facts=data.facts,
    )
    heard = await say(word, system.places, system.ids, outage=data.outage)
    system.told.ring()
    view = Heard(outage=heard.outage, version=heard.version, new=heard.new)
    return Response(view, status_code=201 if heard.new else 200)


@get(contract.OUTAGES_PATH)
async def get_outages(
    system: NamedDependency[OutageSystem],
    neighbour: NamedDependency[Neighbour],
    ended_hours: Hours = 0,
    area: AreaCode = None,
) -> OutageList:
    """Those that are not over, and those that ended within so many hours."""
    only(neighbour, READERS)
    now_ms = system.clock.now_ms()
    since_ms = now_ms - ended_hours * 3_600_000
    return await outage_list(system.watch.register, now_ms, ended_after_ms=since_ms, area=area)


@get(in_braces(contract.OUTAGE_PATH))
async def get_outage(
    outage: Name,
    system: NamedDependency[OutageSystem],
    neighbour: NamedDependency[Neighbour],
) -> OutageDetail:
    only(neighbour, READERS)
    return await outage_detail(outage, system.watch.register, system.clock.now_ms())


@get(contract.EVENTS_PATH)
async def get_events(
    system: NamedDependency[OutageSystem],
    neighbour: NamedDependency[Neighbour],
    after: Cursor = 0,
    wait_s: Wait = 0,
    limit: PageSize = PAGE_MAX,
) -> OutageEvents:
    """Long poll: woken by this process's commits, and a look every EVENTS_POLL_MS for others'."""
    only(neighbour, READERS)
    loop = asyncio.get_running_loop()
    until = loop.time() + wait_s
    while True:
        heard = system.told.rings
        page = await event_page(after, limit)
        left_ms = int((until - loop.time()) * 1_000)
        if page.events or left_ms <= 0 or system.ending.rings:
            return page
        await system.told.wait(min(left_ms, EVENTS_POLL_MS), since=heard)


@get(contract.QUARANTINE_PATH)
async def get_quarantine(
    neighbour: NamedDependency[Neighbour], limit: PageSize = PAGE_MAX
) -> Quarantine:
    """What came in and was not believed, the latest first."""
    only(neighbour, (Role.COLLECTOR, Role.REGISTRAR, Role.OFFICE))
    return Quarantine(aside=await quarantine.latest(limit))


HANDLERS: list[HTTPRouteHandler] = [
    post_readings,
    post_meter_events,
    put_tables,
    put_entry,
    get_outages,
    get_outage,
    get_events,
    get_quarantine,
    *METER_HANDLERS,
]
