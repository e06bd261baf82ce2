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
from functools import lru_cache
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
SHARED = 64  # events whose bytes are kept for those who are told the same
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
    slot = _Slot(bell, closing.heartbeat_ms / 1000)
    fetching = asyncio.create_task(slot.fill(source))
    try:
        yield HEARTBEAT
        while (chunk := await slot.next()) is not None:
            yield chunk
        if slot.ended:
            return
    except Exception as error:
        log.error("stream failed", exc_info=error)
    finally:
        slot.close()
        fetching.cancel()
        await asyncio.wait((fetching,))
        if isinstance(source, AsyncGenerator):
            await source.aclose()
    yield Sse(None, "goodbye", b"{}", closing.goodbye_ms()).encode()


# A client that left ends its stream by a cancellation that passes over a task whose future is
# done. Where the source is always ahead, it always is: so now and then nothing is waited for.
BREATH = 32


class _Slot:
    """Between the task that fetches events and the one that sends them: room for one event.

    One future at a time is waited for, whatever comes: an event, the bell, or the heartbeat. A
    task and a timer for each event would cost more than all the rest of a stream.
    """

    __slots__ = (
        "_bell", "_event", "_failure", "_heartbeat_s", "_in_a_row", "_loop", "_sent_at", "_taken",
        "_timer", "_waiting", "ended",
    )  # fmt: skip

    def __init__(self, bell: asyncio.Future[None], heartbeat_s: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._bell = bell
        self._heartbeat_s = heartbeat_s
        self._sent_at = self._loop.time()
        self._event: bytes | None = None
        self._failure: Exception | None = None
        self._in_a_row = 0
        self._taken: asyncio.Future[None] | None = None
        self._waiting: asyncio.Future[None] | None = None
        self._timer = self._loop.call_later(heartbeat_s, self._beat)
        self.ended = False
        bell.add_done_callback(self._wake)

    async def fill(self, source: AsyncIterator[Sse]) -> None:
        """Put every event of the source into the slot, each when the one before is taken."""
        try:
            async for event in source:
                if self._event is not None:
                    self._taken = self._loop.create_future()
                    await self._taken
                self._event = encoded(event)
                self._wake()
        except Exception as error:  # noqa: BLE001 -- raised by `next`, to whoever sends
            self._failure = error
        self.ended = True
        self._wake()

    async def next(self) -> bytes | None:
        """What to send next; None when the source has ended or the bell rang."""
        while not self._bell.done():
            if self._event is not None:
                self._in_a_row += 1
                if self._in_a_row % BREATH == 0:
                    await asyncio.sleep(0)
                return self._take()
            if self._failure is not None:
                raise self._failure
            if self.ended:
                return None
            if self._loop.time() - self._sent_at >= self._heartbeat_s:
                self._sent_at = self._loop.time()
                return HEARTBEAT
            self._waiting = self._loop.create_future()
            await self._waiting
        return None

    def close(self) -> None:
        self._timer.cancel()
        self._bell.remove_done_callback(self._wake)

    def _take(self) -> bytes | None:
        event, self._event = self._event, None
        self._sent_at = self._loop.time()
        if self._taken is not None and not self._taken.done():
            self._taken.set_result(None)
        return event

    def _wake(self, _: object = None) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    def _beat(self) -> None:
        """The timer runs on while events are sent, and looks how long ago the last was."""
        left_s = self._sent_at + self._heartbeat_s - self._loop.time()
        self._timer = self._loop.call_later(left_s if left_s > 0 else self._heartbeat_s, self._beat)
        if left_s <= 0:
            self._wake()


@lru_cache(SHARED)
def encoded(event: Sse) -> bytes:
    """The event's bytes, made once for all who are told the same at the same time."""
    return event.encode()
