"""The API's description as a page to read, made here: no script, nothing from elsewhere."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

HERE = Path(__file__).resolve().parent / "reference"
METHODS = ("get", "put", "post", "delete", "patch")


def operations(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """One entry an operation: method, path, words, parameters, body, answers."""
    return [
        {
            "method": method.upper(),
            "path": path,
            "words": said.get("description") or said.get("summary", ""),
            "parameters": said.get("parameters", []),
            "body": _shape(said.get("requestBody", {})),
            "answers": [
                (status, answer.get("description", ""), _shape(answer))
                for status, answer in said.get("responses", {}).items()
            ],
        }
        for path, item in schema["paths"].items()
        for method in METHODS
        if (said := item.get(method)) is not None
    ]


def _shape(part: dict[str, Any]) -> str:
    """The name of the schema a body or answer has, if it has one."""
    for media in part.get("content", {}).values():
        reference = media.get("schema", {}).get("$ref", "")
        return str(reference).rpartition("/")[2]
    return ""


def shapes(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Every named schema with its fields."""
    return [
        {
            "name": name,
            "words": shape.get("description", ""),
            "values": shape.get("enum", []),
            "fields": [
                (field, _type(said), field in shape.get("required", ()))
                for field, said in shape.get("properties", {}).items()
            ],
        }
        for name, shape in sorted(schema.get("components", {}).get("schemas", {}).items())
    ]


def _type(said: dict[str, Any]) -> str:
    if "$ref" in said:
        return str(said["$ref"]).rpartition("/")[2]
    if "enum" in said:
        return " | ".join(str(value) for value in said["enum"])
    for several in ("oneOf", "anyOf"):
        if several in said:
            return " | ".join(_type(one) for one in said[several])
    if said.get("type") == "array":
        return f"[{_type(said.get('items', {}))}]"
    return str(said.get("type", "any"))


def render(schema: dict[str, Any]) -> bytes:
    templates = Environment(loader=FileSystemLoader(HERE), autoescape=select_autoescape())
    page = templates.get_template("schema.html")
    return page.render(operations=operations(schema), shapes=shapes(schema)).encode()


def reference(schema: dict[str, Any]) -> Sequence[HTTPRouteHandler]:
    """The page, its style, and the description itself."""
    page = render(schema)
    style = (HERE / "style.css").read_bytes()

    @get("/schema", include_in_schema=False, sync_to_thread=False)
    def schema_page() -> Response[bytes]:
        return Response(page, media_type="text/html")

    @get("/schema/openapi.json", include_in_schema=False, sync_to_thread=False)
    def schema_json() -> Response[dict[str, Any]]:
        return Response(schema, media_type="application/json")

    @get("/schema/style.css", include_in_schema=False, sync_to_thread=False)
    def schema_style() -> Response[bytes]:
        return Response(style, media_type="text/css")

    return (schema_page, schema_json, schema_style)
