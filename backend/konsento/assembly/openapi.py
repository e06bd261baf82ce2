"""The API's description as committed: what Litestar leaves out is added, so that checks bite.

Input objects refuse unknown fields; every operation may answer with a problem; what changes
something says which headers it needs; the stream says what it streams.
"""

from typing import Any

import msgspec
from litestar import Litestar
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Contact, License
from litestar.routes import HTTPRoute

from konsento.foundation.limits import IDEMPOTENCY_KEY_CHARS

Plain = dict[str, Any]
UNSAFE = ("post", "put", "patch", "delete")
STREAM = "text/event-stream"
TEXT = ("application/json", STREAM)

PROBLEM: Plain = {
    "title": "Problem",
    "description": "RFC 9457. `type` is /problems/ and a stable name; more members may follow.",
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "pattern": "^/problems/[a-z0-9-]+$"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "string"}},
    },
    "additionalProperties": True,
}
REFUSED: Plain = {
    "description": "Refused, and nothing was changed; or it could not be done just now.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
IDEMPOTENCY_KEY: Plain = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "The same key is the same request: it is done once, however often it is sent.",
    "schema": {
        "type": "string",
        "minLength": 1,
        "maxLength": IDEMPOTENCY_KEY_CHARS,
        "pattern": "^[!-~]+$",
    },
}
REQUESTED_BY: Plain = {
    "name": "X-Requested-By",
    "in": "header",
    "required": True,
    "description": "Any value: no other site can make a browser send it.",
    "schema": {"type": "string", "pattern": "^[!-~]+$"},
}
LAST_EVENT_ID: Plain = {
    "name": "Last-Event-ID",
    "in": "header",
    "required": False,
    "description": "The id of the last message that was heard: what is newer follows. One that "
    "was never given begins anew.",
    "schema": {"type": "string"},
}
GOODBYE = "`goodbye`: the server ends; come back after `retry`."
SESSION_STREAM = (
    ("session", "goodbye"),
    "One server-sent event. `session`: data is a SessionView whose samples are those not told "
    f"before, id its sequence. {GOODBYE} The stream ends by itself when nothing can change.",
    "SessionView",
)
BOARD_STREAM = (
    ("board", "lines", "ended", "goodbye"),
    "One server-sent event. `board`: data is a Board with every outlet; `lines`: a Board with "
    "those that changed, none when all is as it was. `ended`: the sign-in opens nothing any more. "
    f"{GOODBYE}",
    "Board",
)


def _streamed(events: tuple[str, ...], description: str, shape: str) -> Plain:
    return {
        "type": "object",
        "description": description,
        "required": ["event", "data"],
        "properties": {
            "event": {"type": "string", "enum": list(events)},
            "id": {"type": "string", "pattern": "^[0-9]+$"},
            "data": {
                "type": "string",
                "contentMediaType": "application/json",
                "contentSchema": {"$ref": f"#/components/schemas/{shape}"},
            },
        },
    }


STREAMED = {
    "/api/sessions/{session_id}/events": _streamed(*SESSION_STREAM),
    "/api/operators/board/events": _streamed(*BOARD_STREAM),
}


def openapi_config() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="Konsento",
        version="1",
        description="Charge at an ordinary outlet. Energy in Wh, money in yen, time in epoch ms.",
        license=License(name="Apache-2.0", identifier="Apache-2.0"),
        contact=Contact(name="Konsento"),
        path="/schema",
        render_plugins=[],
        use_handler_docstrings=True,
    )


def described(app: Litestar) -> Plain:
    """The whole description as plain data."""
    schema: Plain = msgspec.json.decode(msgspec.json.encode(app.openapi_schema.to_schema()))
    shapes = schema.setdefault("components", {}).setdefault("schemas", {})
    shapes["Problem"] = PROBLEM
    repeatable = _repeatable(app)
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            _answer_with_problems(operation, STREAMED.get(path))
            _name_headers(operation, method, needs_key=(method, path) not in repeatable)
            _be_strict(operation, shapes)
    return schema


def _repeatable(app: Litestar) -> set[tuple[str, str]]:
    """Operations that are safe to repeat without a key."""
    return {
        (method.lower(), route.path_format)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        for method in handler.http_methods
        if handler.opt.get("repeatable")
    }


def _answer_with_problems(operation: Plain, streamed: Plain | None) -> None:
    """Litestar describes its own form of a refusal, which ours replaces."""
    answers = operation["responses"]
    for status in [status for status in answers if status >= "400"]:
        del answers[status]
    for status, answer in answers.items():
        if status == "204":
            answer.pop("content", None)
        for kind, content in answer.get("content", {}).items():
            if kind == STREAM and streamed is not None:
                content["schema"] = streamed
            elif kind not in TEXT:
                content["schema"] = {"type": "string", "contentMediaType": kind}
    answers["default"] = REFUSED


def _name_headers(operation: Plain, method: str, *, needs_key: bool) -> None:
    parameters = operation.setdefault("parameters", [])
    if method in UNSAFE:
        parameters += [IDEMPOTENCY_KEY, REQUESTED_BY] if needs_key else [REQUESTED_BY]
    if STREAM in operation["responses"].get("200", {}).get("content", {}):
        parameters.append(LAST_EVENT_ID)


def _be_strict(operation: Plain, shapes: Plain) -> None:
    """Bodies are decoded with forbid_unknown_fields."""
    for content in operation.get("requestBody", {}).get("content", {}).values():
        schema = content["schema"]
        for one in (schema, *schema.get("oneOf", ())):
            name = one.get("$ref", "").rpartition("/")[2]
            if name in shapes:
                shapes[name]["additionalProperties"] = False
