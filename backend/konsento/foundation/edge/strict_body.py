"""A body is what it is: the number 5000, never the text "5000" that looks like it.

The framework converts bodies leniently, as it must for query strings. As a guard of a handler
this decodes the body once more, strictly, into the type of its `data`, before anything happens.
"""

from typing import Any

import msgspec
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler

from konsento.foundation.problems import Refusal


class InvalidBody(Refusal):
    """`errors`: what does not fit, and where."""

    status = 400
    slug = "invalid-request"
    title = "The request is not of the stated form."


async def strict_body(
    connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
) -> None:
    """Raises InvalidBody. A handler without `data` takes whatever comes, and one whose
    `data` may be left out takes an empty body."""
    field = handler.parsed_data_field if isinstance(handler, HTTPRouteHandler) else None
    if field is None or not isinstance(connection, Request):
        return
    body = await connection.body()
    if not body and field.is_optional:
        return
    try:
        msgspec.json.decode(body, type=field.annotation)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        raise InvalidBody(errors=[str(wrong)[:200]]) from None
