"""A browser that has been here before: a secret in a cookie, of which we keep only a digest.

Nobody signs in to charge. The cookie is what tells "my session" from another person's.
"""

import hashlib
from typing import Any

from litestar import Request
from litestar.datastructures import Cookie
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import (
    ASGIApp,
    HTTPResponseStartEvent,
    Message,
    Receive,
    Scope,
    Send,
)

from konsento.foundation.ids import ALPHABET, TOKEN_SYMBOLS, Ids

COOKIE = "__Host-visitor"
KEPT_S = 90 * 86_400


def digest(token: str) -> str:
    """What is stored of a visitor's secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def well_formed(token: str) -> bool:
    return len(token) == TOKEN_SYMBOLS and set(token) <= set(ALPHABET)


class Visitors(ASGIMiddleware):
    """Gives every browser its secret on the first API call, and puts the digest in the scope."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, ids: Ids) -> None:
        self._ids = ids

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        request: Request[Any, Any, Any] = Request(scope, receive)
        token = request.cookies.get(COOKIE, "")
        known = well_formed(token)
        if not known:
            token = self._ids.token()
        scope["state"]["visitor"] = digest(token)

        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and not known and _is_ours(message):
                cookie = Cookie(
                    key=COOKIE, value=token, path="/", max_age=KEPT_S,
                    secure=True, httponly=True, samesite="lax",
                )  # fmt: skip
                message["headers"] = [
                    *message["headers"],
                    (b"set-cookie", cookie.to_header(header="").encode()),
                ]
            await send(message)

        await next_app(scope, receive, with_cookie)


def _is_ours(message: HTTPResponseStartEvent) -> bool:
    """Whether the answer is for this browser alone: what any cache may keep carries no secret."""
    policy = dict(message["headers"]).get(b"cache-control", b"")
    return b"public" not in policy


async def visitor(request: Request[Any, Any, Any]) -> str:
    """The asking browser's digest, as a dependency of a handler."""
    found: str = request.scope["state"]["visitor"]
    return found
