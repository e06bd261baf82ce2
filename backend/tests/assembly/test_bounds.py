"""Every door states what fits through it: a form for each part of a path, a strict body."""

import re
from collections.abc import Callable
from types import NoneType
from typing import Annotated, cast, get_args

import msgspec
import pytest
from litestar import Litestar, get, post
from litestar.enums import RequestEncodingType
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody, PathParameter
from litestar.routes import HTTPRoute

from konsento.assembly.demo import provider_api, street_api, town_api
from konsento.assembly.servers import bare_app, given
from konsento.foundation.edge.strict_body import strict_body
from konsento.mdms.control_system import ControlSystem
from konsento.mdms.server import mdms_server
from konsento.outage.rounds.round import Rounds
from konsento.outage.server import outage_server
from konsento.outage.system import OutageSystem

WHOLE = re.compile(r"\^.*\$\(\?!\\n\)", re.DOTALL)  # from the beginning to the very end
ITS_OWN = (
    "/schema",
    "/mdms/v1/schema",
    "/outage/v1/schema",
)  # the framework's doors to its description


class Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    jar: str


class Loose(msgspec.Struct, frozen=True):
    jar: str


def demo_app() -> Litestar:
    """The doors that only the demo has."""
    doors = [
        street_api.street_now,
        street_api.act,
        street_api.set_rate,
        street_api.caught_mails,
        provider_api.be_late,
        town_api.town_now,
        town_api.cut,
        town_api.mend,
        town_api.mend_all,
    ]
    names = (
        "street", "rate_clock", "public_url", "keep_pace", "caught", "twin_world", "households",
    )  # fmt: skip
    return Litestar(doors, dependencies={name: given(None) for name in names})


def loose(app: Litestar) -> list[str]:
    """What of the app's doors is without a bound."""
    found = []
    for route in app.routes:
        if not isinstance(route, HTTPRoute) or route.path.startswith(ITS_OWN):
            continue
        for handler in route.route_handlers:
            if handler.http_methods != {"OPTIONS"}:
                door = f"{'/'.join(sorted(handler.http_methods))} {route.path_format}"
                found += _paths(handler, route, door) + _bodies(handler, door)
    return found


def _paths(handler: HTTPRouteHandler, route: HTTPRoute, door: str) -> list[str]:
    asked = handler.parsed_fn_signature.parameters
    wrong = []
    for name in route.path_parameters:
        stated = asked[name].kwarg_definition if name in asked else None
        pattern, longest = getattr(stated, "pattern", None), getattr(stated, "max_length", None)
        if not pattern or not WHOLE.fullmatch(pattern) or not longest:
            wrong.append(f"{door}: {name} has no pattern to its very end, or no length")
    return wrong


def _bodies(handler: HTTPRouteHandler, door: str) -> list[str]:
    field = handler.parsed_data_field
    if field is None or _is_of_files(handler):
        return []
    wrong = []
    if strict_body not in (handler.guards or ()):
        wrong.append(f"{door}: its body is not strict")
    for shape in set(get_args(field.annotation) or (field.annotation,)) - {NoneType}:
        config = getattr(shape, "__struct_config__", None)
        if config is None or not config.frozen:
            wrong.append(f"{door}: its body has no shape of its own")
        elif not config.forbid_unknown_fields:
            wrong.append(f"{door}: its body takes fields that nobody knows")
    return wrong


def _is_of_files(handler: HTTPRouteHandler) -> bool:
    """Parts of a form, each read by its own rules."""
    field = handler.parsed_data_field
    stated = None if field is None else field.kwarg_definition
    return getattr(stated, "media_type", None) == RequestEncodingType.MULTI_PART


def outage_app() -> Litestar:
    """The outage room's doors with nothing behind them."""
    return outage_server(cast(OutageSystem, None), cast(Rounds, None))


def mdms_app() -> Litestar:
    """The control system's doors with nothing behind them."""
    return mdms_server(cast(ControlSystem, None))


@pytest.mark.parametrize("made", [bare_app, mdms_app, outage_app, demo_app])
def test_every_part_of_a_path_has_its_form_and_every_body_is_strict(
    made: Callable[[], Litestar],
) -> None:
    app = made()
    assert sum(isinstance(route, HTTPRoute) for route in app.routes) > 3
    assert loose(app) == []


Named = Annotated[str, PathParameter(pattern=r"^[a-z]{1,9}$(?!\n)", max_length=9)]
Open = Annotated[str, PathParameter(pattern=r"^[a-z]{1,9}$", max_length=9)]


@get("/jars/{jar:str}")
async def any_jar(jar: FromPath[str]) -> str:
    return jar


@get("/open/{jar:str}")
async def open_jar(jar: Open) -> str:
    return jar


@get("/named/{jar:str}")
async def named_jar(jar: Named) -> str:
    return jar


@post("/orders")
async def order(data: JSONBody[Order]) -> str:
    return data.jar


@post("/loose", guards=[strict_body])
async def loosely(data: JSONBody[Loose]) -> str:
    return data.jar


@post("/strict", guards=[strict_body])
async def strictly(data: JSONBody[Order]) -> str:
    return data.jar


def test_a_door_without_a_bound_is_caught() -> None:
    for door in (any_jar, open_jar, order, loosely):
        assert len(loose(Litestar([door], openapi_config=None))) == 1, door
    assert loose(Litestar([named_jar, strictly], openapi_config=None)) == []
