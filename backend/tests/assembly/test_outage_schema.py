"""Schemathesis at every door of the outage room over real HTTP, as its own description has them."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from konsento.assembly.openapi import described
from konsento.assembly.processes.outage import BULK_PATHS, OPEN_PATHS
from konsento.foundation.clock import TestClock
from konsento.foundation.databases import GRID
from konsento.foundation.edge.doorway import Doorway
from konsento.foundation.edge.server import Server
from konsento.outage.migrations import STEPS
from konsento.outage.neighbours import Role
from konsento.outage.readings.decode import JSON
from tests.assembly.test_bounds import outage_app
from tests.conftest import OpenDatabase
from tests.outage.quarter import KEYS, METERS, SMIDS, Quarter

EXAMPLES = 20  # for each operation, of what fits the description and of what does not
WAIT_S = 10
CHECKED = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
CHECKS = (content_type_conformance, response_schema_conformance, status_code_conformance)
WHO_MAY = {
    "/outage/v1/readings": Role.COLLECTOR,
    "/outage/v1/meter-events": Role.COLLECTOR,
    "/outage/v1/tables": Role.REGISTRAR,
    "/outage/v1/entries/{entry}": Role.OFFICE,
    "/outage/v1/quarantine": Role.OFFICE,
}
# What is asked here as it should be must also be done, or the rest proves little.
GO_WELL = {
    "post /outage/v1/readings": 200, "post /outage/v1/meter-events": 200,
    "put /outage/v1/entries/{entry}": 201, "get /outage/v1/outages": 200,
    "get /outage/v1/outages/{outage}": 200, "get /outage/v1/meters/{smid}/state": 200,
    "get /outage/v1/events": 200, "get /outage/v1/quarantine": 200,
}  # fmt: skip
FILES = "put /outage/v1/tables"


def description() -> dict[str, Any]:
    """The room's own, without what its doors do not ask for: no browser comes here."""
    said = described(outage_app())
    for item in said["paths"].values():
        for operation in item.values():
            operation["parameters"] = [
                each for each in operation["parameters"] if each["name"] != "X-Requested-By"
            ]
            content = operation.get("requestBody", {}).get("content", {})
            if JSON in content:
                operation["requestBody"]["content"] = {JSON: content[JSON]}
    return said


DESCRIPTION = description()


class Opening(Server):
    """The house's server, which tells when it can be reached."""

    open: asyncio.Event

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.open.set()


@pytest_asyncio.fixture
async def quarter(open_database: OpenDatabase, clock: TestClock) -> Quarter:
    """The quarter with its tables loaded, and one outage that an office told of."""
    await open_database(GRID, STEPS)
    made = Quarter(clock)
    await made.settle_in()
    made.system.ending.ring()  # nobody waits for an event that does not come
    return made


@pytest_asyncio.fixture
async def address(quarter: Quarter, clock: TestClock) -> AsyncIterator[str]:
    """Its doors on a real socket of this machine's own, as the process has them."""
    doors = Doorway(quarter.app, clock, open_paths=OPEN_PATHS, bulk_paths=BULK_PATHS)
    server = Opening(doors, quarter.system.ending, host="127.0.0.1", port=0)
    server.open = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(server.serve())
        await server.open.wait()
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True


async def told_of(quarter: Quarter) -> str:
    """An outage that an office told of."""
    body = b'{"said_at_ms": %d, "facts": {"places": ["S-1"], "started_at_ms": %d}}' % (
        (quarter.clock.now_ms(),) * 2
    )
    answer = await quarter.ask("PUT", "/outage/v1/entries/first", Role.OFFICE, content=body)
    return str(answer.json()["outage"])


def operations(address: str) -> Iterator[Any]:
    schema = schemathesis.openapi.from_dict(DESCRIPTION)
    schema.config.update(base_url=address)
    for result in schema.get_all_operations():
        assert isinstance(result, Ok), result
        yield result.ok()


def asks_for_anything(operation: Any) -> bool:
    """A door that takes nothing, or anything at all, cannot be given anything wrong."""
    said = DESCRIPTION["paths"][operation.path][operation.method]
    return bool(said["parameters"] or said.get("requestBody"))


def make_real(case: Any, real: dict[str, Any], now_ms: int) -> None:
    """Let the request be about things that are there, the rest as it was made up."""
    for name in case.path_parameters or {}:
        case.path_parameters[name] = real.get(name, case.path_parameters[name])
    if isinstance(case.body, dict) and "slot_start_ms" in case.body:
        case.body |= real["batch"] | {"sent_at_ms": now_ms}
    if isinstance(case.body, dict) and "events" in case.body:
        case.body["events"] = [{"smid": SMIDS[0], "code": "3.26.9.185", "at_ms": now_ms}]
    if isinstance(case.body, dict) and "facts" in case.body:
        case.body |= {"said_at_ms": now_ms, "outage": None}
        case.body["facts"] = {"places": ["S-1"], "cause_text": "木"}


def knock(operation: Any, mode: GenerationMode, real: dict[str, Any], now_ms: int) -> set[int]:
    """Many requests at one door, half of them about something that is really there."""
    heard: set[int] = set()
    key = KEYS[WHO_MAY.get(operation.path, Role.READER)]

    @CHECKED
    @given(case=operation.as_strategy(generation_mode=mode), about_real=st.booleans())
    def each(case: Any, about_real: bool) -> None:
        if about_real:
            make_real(case, real, now_ms)
        answer = case.call(headers={"Authorization": f"Bearer {key}"}, timeout=WAIT_S)
        assert answer.status_code < 500, answer.text
        assert answer.status_code not in (401, 403), answer.text
        heard.add(answer.status_code)
        refused = () if about_real else (negative_data_rejection,)
        case.validate_response(answer, checks=[*CHECKS, *refused])

    each()
    return heard


@pytest.mark.timeout(300)
@pytest.mark.parametrize("mode", list(GenerationMode))
async def test_every_door_of_the_outage_room_answers_as_it_is_described(
    quarter: Quarter, address: str, mode: GenerationMode
) -> None:
    batch = {
        "concentrator": "C-1", "slot_start_ms": quarter.last_slot_start,
        "smid": [*SMIDS[:2], "SM-99-0000"], "energy_wh": [1, 2, 3], "status": [0, 0, 0],
    }  # fmt: skip
    real = {"outage": await told_of(quarter), "smid": SMIDS[0], "batch": batch}
    now_ms = quarter.clock.now_ms()

    def all_of_them() -> dict[str, set[int]]:
        return {
            f"{operation.method} {operation.path}": knock(operation, mode, real, now_ms)
            for operation in operations(address)
            if mode is GenerationMode.POSITIVE or asks_for_anything(operation)
        }

    heard = await asyncio.to_thread(all_of_them)
    assert all(statuses for statuses in heard.values())
    assert len(quarter.system.watch.register.index) == METERS.count("\nSM-")  # type: ignore[union-attr]
    if mode is GenerationMode.POSITIVE:
        assert {door for door, status in GO_WELL.items() if status not in heard[door]} == set()


def test_the_description_of_the_outage_room_is_whole() -> None:
    schemathesis.openapi.from_dict(DESCRIPTION).validate()
    for path, item in DESCRIPTION["paths"].items():
        for method, operation in item.items():
            assert method == "get" or "requestBody" in operation or "doubt" in path, path
            assert "application/problem+json" in operation["responses"]["default"]["content"]
