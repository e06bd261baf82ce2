"""Request bodies, read whole and within their bound, and handed on as if untouched."""

from typing import Any

from litestar.types import Receive

from konsento.foundation.limits import BODY_BYTES
from konsento.foundation.problems import Refusal


class BodyTooLarge(Refusal):
    status = 413
    slug = "request-entity-too-large"
    title = "The request is too large."


class ClientLeft(Exception):
    """The client went away before it had said everything; there is nobody to answer."""


async def whole_body(receive: Receive) -> bytes:
    """The request's body, at most BODY_BYTES. Raises BodyTooLarge, ClientLeft."""
    parts: list[bytes] = []
    size = 0
    more = True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise ClientLeft
        part = message.get("body", b"")
        parts.append(part)
        size += len(part)
        if size > BODY_BYTES:
            raise BodyTooLarge
        more = message.get("more_body", False)
    return b"".join(parts)


def once_more(body: bytes, receive: Receive) -> Receive:
    """A `receive` that tells the body again, then what comes after it."""
    told = False

    async def again() -> Any:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
