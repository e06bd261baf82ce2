"""What every answer carries and every request must pass, whatever the server behind.

A plain ASGI wrapper, because Litestar's own middleware does not see a path it has no route for.
"""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any, cast

import msgspec
import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from konsento.foundation.clock import Clock
from konsento.foundation.edge import plain_json
from konsento.foundation.edge.bodies import ClientLeft, once_more, whole_body
from konsento.foundation.edge.figures import observe
from konsento.foundation.problems import MEDIA_TYPE, Problem, Refusal

log = structlog.get_logger(__name__)

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
REQUESTED_BY = b"x-requested-by"
VISIBLE = frozenset(range(ord("!"), ord("~") + 1))
HEADERS: Mapping[str, str] = {
    "strict-transport-security": "max-age=63072000; includeSubDomains",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(self), geolocation=(self), payment=(), usb=(), microphone=()",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src {style}; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "media-src 'self' blob:; form-action {form}; base-uri 'none'; object-src 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types svelte-trusted-html konsento"
)


class CrossSite(Refusal):
    status = 403
    slug = "cross-site"
    title = "This request came from another site."


class Unforeseen(Refusal):
    status = 500
    slug = "internal-error"
    title = "Something went wrong on our side. Nothing is lost."


def policy(form_targets: Iterable[str] = (), styles: Iterable[str] = ()) -> str:
    """The content security policy.

    `form_targets` are further origins a form may post to; `styles` the digests ("sha256-...") of
    styles that stand in the page itself.
    """
    return POLICY.format(
        form=" ".join(("'self'", *form_targets)),
        style=" ".join(("'self'", *(f"'{each}'" for each in styles))),
    )


class Doorway:
    """Wraps an ASGI app: headers on all answers, cross-site writes and ambiguous JSON refused.

    HEAD is answered as GET would be, without the body; a stream ends there.

    `open_paths`: prefixes that other servers call (webhooks, the control system) and that
    prove themselves by signature or key instead of `X-Requested-By`. `bulk_paths`: those whose
    handlers bound and read their bodies themselves.
    """

    def __init__(
        self,
        app: ASGIApp,
        clock: Clock,
        *,
        open_paths: tuple[str, ...] = (),
        bulk_paths: tuple[str, ...] = (),
        form_targets: tuple[str, ...] = (),
    ) -> None:
        self._app = app
        self._clock = clock
        self._open_paths = open_paths
        self._bulk_paths = bulk_paths
        headers = {**HEADERS, "content-security-policy": policy(form_targets)}
        self._headers = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        started_ms = self._clock.now_ms()
        asked = scope
        if scope["method"] == "HEAD":
            asked, receive, send = _as_get(scope, receive, send)
        status = 0

        async def dressed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = self._dress(message["headers"])
            await send(message)

        try:
            await self._let_in(asked, receive, dressed)
        except ClientLeft:
            status = 499
        except Exception as error:
            if status:
                raise
            log.error("request failed", exc_info=error)
            await _refuse(dressed, Unforeseen())
        finally:
            template = asked.get("path_template") or "other"
            observe(scope["method"], template, status, self._clock.now_ms() - started_ms)

    async def _let_in(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        try:
            self._check_origin(scope)
            if self._reads(scope):
                body = await whole_body(receive)
                plain_json.check(body)
                receive = once_more(body, receive)
        except Refusal as refused:
            await _refuse(send, refused)
            return
        await self._app(scope, receive, send)

    def _reads(self, scope: HTTPScope) -> bool:
        bulk = bool(self._bulk_paths) and scope["path"].startswith(self._bulk_paths)
        return scope["method"] not in SAFE_METHODS and not bulk and _is_json(scope)

    def _check_origin(self, scope: HTTPScope) -> None:
        if scope["method"] in SAFE_METHODS:
            return
        if self._open_paths and scope["path"].startswith(self._open_paths):
            return
        headers = dict(scope["headers"])
        said_by = headers.get(REQUESTED_BY, b"")
        if not said_by or not VISIBLE.issuperset(said_by):
            raise CrossSite
        if headers.get(b"sec-fetch-site") == b"cross-site":
            raise CrossSite

    def _dress(self, given: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        headers = list(given)
        names = {name.lower() for name, _ in headers}
        headers += [(name, value) for name, value in self._headers if name not in names]
        if b"cache-control" not in names:
            headers.append((b"cache-control", b"no-store"))
        return headers


def _as_get(scope: HTTPScope, receive: Receive, send: Send) -> tuple[HTTPScope, Receive, Send]:
    """The same request as GET, of whose answer only the beginning is sent on.

    Whoever has more to say learns that nobody listens any more.
    """
    asked = {**scope, "method": "GET"}
    begun = asyncio.Event()
    read = False

    async def only_the_head(message: Message) -> None:
        if message["type"] == "http.response.start":
            await send(message)
        elif not begun.is_set():
            begun.set()
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def nobody() -> Any:
        nonlocal read
        if not read:
            read = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await begun.wait()
        return {"type": "http.disconnect"}

    return cast(HTTPScope, asked), nobody, only_the_head


def _is_json(scope: HTTPScope) -> bool:
    """By what is said, and by what is not: a body of no stated type is read as JSON."""
    kind = dict(scope["headers"]).get(b"content-type", b"application/json").lower()
    return b"json" in kind.partition(b";")[0]


async def _refuse(send: Send, refused: Refusal) -> None:
    detail = str(refused) if str(refused) != refused.title else ""
    problem = Problem(f"/problems/{refused.slug}", refused.title, refused.status, detail)
    body = msgspec.json.encode(problem)
    await send(
        {
            "type": "http.response.start",
            "status": refused.status,
            "headers": [
                (b"content-type", MEDIA_TYPE.encode()),
                (b"content-length", str(len(body)).encode()),
            ],
        }
    )
    await send({"type": "http.response.body", "body": body, "more_body": False})
