"""Schemathesis at every door over real HTTP: no 5xx, every error a problem, all as described."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from typing import Any, cast

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
from konsento.assembly.servers import bare_app
from konsento.foundation.edge.server import Server
from konsento.mdms.control_system import ControlSystem
from konsento.mdms.server import mdms_server
from tests.management.charges import begun
from tests.management.world import World
from tests.town import CAR, MINUTE_MS, Driver

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
DESCRIPTION = described(bare_app())
# Fields whose word is one of few wherever they stand; and where the name means something else.
FEW = {
    "state", "by", "counted_from", "power_type", "end_reason", "switch", "link", "power", "forward",
    "reverse", "kind", "result", "reason",
}  # fmt: skip
FREE = {
    "ActLine.by",  # an operator's name
    "AdditionView.reason",  # a card issuer's own words
    "ChargeOrder.power_type", "RequestView.power_type",  # every retailer's own words
}  # fmt: skip
# What is asked here as it should be must also be done, or the rest proves little.
GO_WELL = {
    "get /api/outlets/{code}": {200}, "get /api/outlets/{code}/qr.svg": {200},
    "post /api/quotes": {201}, "get /api/sessions": {200},
    "get /api/sessions/{session_id}": {200}, "get /api/sessions/{session_id}/events": {200},
    "get /api/sessions/{session_id}/receipt": {409}, "post /api/sessions": {404},
    "post /api/sessions/{session_id}/stop": {200},
    "post /api/sessions/{session_id}/continue": {409},
    "post /api/sessions/{session_id}/resume": {409},
    "post /api/sessions/{session_id}/payment": {409},
    "post /api/sessions/{session_id}/link": {200}, "post /api/sessions/{session_id}/join": {404},
}  # fmt: skip


class Opening(Server):
    """The house's server, which tells when it can be reached."""

    open: asyncio.Event

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.open.set()


@pytest_asyncio.fixture
async def address(house: World) -> AsyncIterator[str]:
    """Our server on a real socket of this machine's own."""
    server = Opening(house.doors, house.house.closing, host="127.0.0.1", port=0)
    server.open = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(server.serve())
        await server.open.wait()
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True


def operations(address: str) -> Iterator[Any]:
    schema = schemathesis.openapi.from_dict(DESCRIPTION)
    schema.config.update(base_url=address)
    for result in schema.get_all_operations():
        assert isinstance(result, Ok), result
        yield result.ok()


def asks_for_anything(operation: Any) -> bool:
    """A door that takes nothing, or anything at all, cannot be given anything wrong."""
    said = DESCRIPTION["paths"][operation.path][operation.method]
    bound = [each for each in said["parameters"] if each["schema"] != {"type": "string"}]
    return bool(bound or said.get("requestBody"))


def make_real(case: Any, real: dict[str, str]) -> None:
    """Let the request be about things that are there, the rest as it was made up."""
    for name in case.path_parameters or {}:
        case.path_parameters[name] = real.get(name, case.path_parameters[name])
    if isinstance(case.body, dict) and "energy_wh" in case.body:
        whole = {"code": real["code"], "by": "energy", "retailer_id": "harukaze"}
        case.body |= whole | {"energy_wh": 5_000, "duration_s": None, "price_yen": None}


def is_blank_around(case: Any) -> bool:
    """Blanks around a header's value are none of it (RFC 9110, 5.5): they arrive as nothing."""
    return any(str(value) != str(value).strip() for value in (case.headers or {}).values())


def knock(operation: Any, mode: GenerationMode, real: dict[str, str], cookie: str) -> set[int]:
    """Many requests at one door, half of them about something that is really there."""
    heard: set[int] = set()

    @CHECKED
    @given(case=operation.as_strategy(generation_mode=mode), about_real=st.booleans())
    def each(case: Any, about_real: bool) -> None:
        if about_real:
            make_real(case, real)
        answer = case.call(headers={"Cookie": f"__Host-visitor={cookie}"}, timeout=WAIT_S)
        assert answer.status_code < 500, answer.text
        heard.add(answer.status_code)
        # What was made up wrong must be refused; but not once it was put right by something real.
        refused = () if about_real or is_blank_around(case) else (negative_data_rejection,)
        case.validate_response(answer, checks=[*CHECKS, *refused])

    each()
    return heard


@pytest.mark.timeout(300)
@pytest.mark.parametrize("mode", list(GenerationMode))
async def test_every_door_answers_as_it_is_described(
    house: World, driver: Driver, address: str, mode: GenerationMode
) -> None:
    session = await begun(house, driver)
    await driver.wants(session, "stop")
    await house.let_pass(MINUTE_MS)
    real = {"code": house.codes[CAR], "session_id": session["session_id"]}
    cookie = driver.phone.cookies["__Host-visitor"]

    def all_of_them() -> dict[str, set[int]]:
        return {
            f"{operation.method} {operation.path}": knock(operation, mode, real, cookie)
            for operation in operations(address)
            if mode is GenerationMode.POSITIVE or asks_for_anything(operation)
        }

    heard = await asyncio.to_thread(all_of_them)
    assert all(statuses for statuses in heard.values())
    if mode is GenerationMode.POSITIVE:
        assert GO_WELL.keys() <= {door for door in heard if heard[door] & GO_WELL.get(door, set())}


def test_the_description_is_whole() -> None:
    schemathesis.openapi.from_dict(DESCRIPTION).validate()
    shapes = DESCRIPTION["components"]["schemas"]
    for path, item in DESCRIPTION["paths"].items():
        for method, operation in item.items():
            where = f"{method} {path}"
            assert operation["description"].strip(), where
            assert "application/problem+json" in operation["responses"]["default"]["content"]
            headers = {p["name"] for p in operation["parameters"] if p["in"] == "header"}
            assert method == "get" or "X-Requested-By" in headers, where
            for content in operation.get("requestBody", {}).get("content", {}).values():
                schema = content["schema"]
                for one in schema.get("oneOf", (schema,)):
                    if one != {"type": "null"}:
                        name = one["$ref"].rpartition("/")[2]
                        assert shapes[name]["additionalProperties"] is False, name


def words_of(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each field that bears the name of a few words, with what is said of it."""
    shapes = schema["components"]["schemas"]
    for name, shape in shapes.items():
        for field, said in shape.get("properties", {}).items():
            if field in FEW and f"{name}.{field}" not in FREE:
                one_of = next((each for each in said.get("oneOf", ()) if "$ref" in each), said)
                reference = one_of.get("$ref", "").rpartition("/")[2]
                yield f"{name}.{field}", shapes.get(reference, one_of)


def test_a_word_that_is_one_of_few_is_described_by_all_of_them() -> None:
    controls = mdms_server(cast(ControlSystem, None)).openapi_schema.to_schema()
    found = [*words_of(DESCRIPTION), *words_of(controls)]
    assert len(found) > 30
    assert [name for name, said in found if len(said.get("enum", ())) < 2] == []


def test_two_descriptions_are_the_same() -> None:
    assert described(bare_app()) == DESCRIPTION
