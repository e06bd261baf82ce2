"""Server-sent events that end when they should: few enough, kept alive, and told goodbye.

A server does not end while a stream stands open, so each one hears the bell of `Closing`, tells
its client to come back after a while of its own, and ends. No database transaction may span a
`yield` of the source: a stream stands open for hours.
"""

import asyncio
import contextlib
import re
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator
from typing import Any

import msgspec
import structlog
from litestar import Litestar, Request
from litestar.datastructures import Cookie
from litestar.response import Stream
from litestar.response.base import ASGIResponse
from litestar.response.streaming import ASGIStreamingResponse
from litestar.types import Receive, Scope, Send

from konsento.foundation.edge.figures import STREAMS
from konsento.foundation.ids import Ids
from konsento.foundation.limits import (
    STREAM_HEARTBEAT_MS,
    STREAM_RETRY_MS,
    STREAM_RETRY_SPREAD_MS,
    STREAMS_PER_PROCESS,
    STREAMS_PER_VISITOR,
)
from konsento.foundation.problems import Refusal

log = structlog.get_logger(__name__)

MEDIA_TYPE = "text/event-stream"
HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}
HEARTBEAT = b":\n\n"
EVENT_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")


class TooManyStreams(Refusal):
    status = 503
    slug = "too-many-streams"
    title = "Too many event streams are open."


class Sse(msgspec.Struct, frozen=True):
    """One event; `id` is what a client sends back as Last-Event-ID."""

    id: int | None
    event: str
    data: bytes
    retry_ms: int | None = None

    def __post_init__(self) -> None:
        if not EVENT_NAME.fullmatch(self.event):
            raise ValueError(f"not an event's name: {self.event!r}")

    def encode(self) -> bytes:
        """As the HTML standard writes it, section 9.2.6; each line of data has its own field."""
        lines = [b"event: " + self.event.encode()]
        if self.id is not None:
            lines.append(b"id: %d" % self.id)
        if self.retry_ms is not None:
            lines.append(b"retry: %d" % self.retry_ms)
        lines += [b"data: " + line for line in self.data.splitlines() or (b"",)]
        return b"\n".join(lines) + b"\n\n"


class Closing:
    """The open streams of one process, and the bell that ends them all."""

    def __init__(
        self,
        ids: Ids,
        *,
        heartbeat_ms: int = STREAM_HEARTBEAT_MS,
        per_visitor: int = STREAMS_PER_VISITOR,
        per_process: int = STREAMS_PER_PROCESS,
    ) -> None:
        self._ids = ids
        self._open: set[asyncio.Future[None]] = set()
        self._askers: Counter[str] = Counter()
        self._rung = False
        self._per_visitor = per_visitor
        self._per_process = per_process
        self.heartbeat_ms = heartbeat_ms

    @property
    def open_streams(self) -> int:
        return len(self._open)

    def ring(self) -> None:
        """Every stream says goodbye and ends; a new one does so at once. Twice is once."""
        self._rung = True
        for bell in self._open:
            if not bell.done():
                bell.set_result(None)

    @contextlib.contextmanager
    def standing(self, asker: str) -> Iterator[asyncio.Future[None]]:
        """Count one open stream; gives the bell it must listen to. Raises TooManyStreams."""
        if len(self._open) >= self._per_process or self._askers[asker] >= self._per_visitor:
            raise TooManyStreams(retry_after_s=self.goodbye_ms() // 1000)
        bell = asyncio.get_running_loop().create_future()
        if self._rung:
            bell.set_result(None)
        self._open.add(bell)
        self._askers[asker] += 1
        STREAMS.inc()
        try:
            yield bell
        finally:
            STREAMS.dec()
            self._open.discard(bell)
            self._askers[asker] -= 1
            if not self._askers[asker]:
                del self._askers[asker]

    def goodbye_ms(self) -> int:
        """When to come back: spread out, so that a restarted server is not met by all at once."""
        return STREAM_RETRY_MS + self._ids.below(STREAM_RETRY_SPREAD_MS)


def event_stream(source: AsyncIterator[Sse], *, asker: str, closing: Closing) -> Stream:
    """Send `source` until it ends, the client leaves or `closing` rings.

    `asker` is whoever the streams are counted against (a visitor's id). Look for what the client
    asked before this call: once the stream has begun, a failing source can only end it.
    Answers 503 with Retry-After when the asker or the process has too many streams.
    """
    return _EventStream(source, asker=asker, closing=closing)


class _EventStream(Stream):
    """A response whose ASGI form counts itself while it stands open."""

    def __init__(self, source: AsyncIterator[Sse], *, asker: str, closing: Closing) -> None:
        super().__init__((), media_type=MEDIA_TYPE, headers=dict(HEADERS), status_code=200)
        self._standing = source, asker, closing

    def to_asgi_response(
        self,
        app: Litestar | None,
        request: Request[Any, Any, Any],
        *,
        cookies: Iterable[Cookie] | None = None,
        headers: dict[str, str] | None = None,
        **_: Any,
    ) -> ASGIResponse:
        source, asker, closing = self._standing
        answer = _Standing(
            iterator=(),
            cookies=(*self.cookies, *(cookies or ())),
            headers={**(headers or {}), **self.headers},
            media_type=MEDIA_TYPE,
            status_code=200,
        )
        answer.stands_for(source, asker, closing)
        return answer


class _Standing(ASGIStreamingResponse):
    __slots__ = ("_asker", "_closing", "_source")

    def stands_for(self, source: AsyncIterator[Sse], asker: str, closing: Closing) -> None:
        self._source, self._asker, self._closing = source, asker, closing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._closing.standing(self._asker) as bell:
            chunks = _chunks(self._source, bell, self._closing)
            self.iterator = chunks
            # Closed here and now: a client that left must not hold the source till it is collected.
            async with contextlib.aclosing(chunks):
                await super().__call__(scope, receive, send)


async def _chunks(
    source: AsyncIterator[Sse], bell: asyncio.Future[None], closing: Closing
) -> AsyncGenerator[bytes, None]:
    """The bytes of one stream: events, heartbeats in between, goodbye when the bell rang."""
    coming: asyncio.Task[Sse | None] | None = None
    try:
        yield HEARTBEAT
        while not bell.done():
            coming = coming or asyncio.create_task(_next(source))
            await asyncio.wait(
                (coming, bell),
                timeout=closing.heartbeat_ms / 1000,
                return_when=asyncio.FIRST_COMPLETED,
            )
            if not coming.done():
                yield HEARTBEAT
                continue
            event, coming = coming.result(), None
            if event is None:
                return
            yield event.encode()
    except Exception as error:
        log.error("stream failed", exc_info=error)
    finally:
        await _let_go(source, coming)
    yield Sse(None, "goodbye", b"{}", closing.goodbye_ms()).encode()


async def _next(source: AsyncIterator[Sse]) -> Sse | None:
    return await anext(source, None)


async def _let_go(source: AsyncIterator[Sse], coming: asyncio.Task[Sse | None] | None) -> None:
    if coming is not None:
        coming.cancel()
        await asyncio.wait((coming,))
    if isinstance(source, AsyncGenerator):
        await source.aclose()
