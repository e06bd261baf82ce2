"""A stream tells what is new, says that it lives, and ends when it should."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from litestar import Litestar, get
from litestar.params import FromQuery
from litestar.response import Stream

from konsento.foundation.clock import SystemClock
from konsento.foundation.database import Database
from konsento.foundation.edge.figures import REGISTRY
from konsento.foundation.edge.streams import Closing, Sse, event_stream
from konsento.foundation.ids import CountingIds
from konsento.foundation.limits import STREAM_RETRY_MS, STREAM_RETRY_SPREAD_MS
from konsento.foundation.problems import problem_handlers
from tests.foundation.shelf import SHELF, put


class Fountain:
    """A source that goes on till stopped, and remembers that it was closed."""

    def __init__(self, *events: Sse) -> None:
        self._events = events
        self.closed = 0
        self.stop = asyncio.Event()
        self.fail = False

    async def source(self) -> AsyncIterator[Sse]:
        try:
            for event in self._events:
                yield event
            await self.stop.wait()
            if self.fail:
                raise ZeroDivisionError
        finally:
            self.closed += 1


def client_of(fountain: Fountain, closing: Closing) -> httpx.AsyncClient:
    @get("/events")
    async def events(asker: FromQuery[str] = "kana") -> Stream:
        return event_stream(fountain.source(), asker=asker, closing=closing)

    app = Litestar([events], exception_handlers=problem_handlers(), logging_config=None)
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=transport, base_url="http://shop", timeout=5)


def closing(**bounds: int) -> Closing:
    return Closing(CountingIds(), **bounds)


async def standing(bell: Closing, count: int) -> None:
    async with asyncio.timeout(3):
        while bell.open_streams != count:
            await SystemClock().sleep(2)


def test_an_event_is_written_as_the_standard_says() -> None:
    event = Sse(7, "session", b'{"a":1}\n{"b":2}', retry_ms=500)
    assert event.encode() == (
        b'event: session\nid: 7\nretry: 500\ndata: {"a":1}\ndata: {"b":2}\n\n'
    )
    assert Sse(None, "empty", b"").encode() == b"event: empty\ndata: \n\n"


@pytest.mark.parametrize("name", ["", "a\nb", "a:b", "Ä"])
def test_an_event_cannot_smuggle_a_field_in_its_name(name: str) -> None:
    with pytest.raises(ValueError, match="not an event's name"):
        Sse(None, name, b"")


async def test_a_source_that_ends_ends_the_stream() -> None:
    fountain = Fountain(Sse(1, "session", b"one"), Sse(2, "session", b"two"))
    fountain.stop.set()
    bell = closing()
    async with client_of(fountain, bell) as client:
        answer = await client.get("/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.text == (
        ":\n\nevent: session\nid: 1\ndata: one\n\nevent: session\nid: 2\ndata: two\n\n"
    )
    assert (bell.open_streams, fountain.closed) == (0, 1)


async def test_a_quiet_stream_says_that_it_lives() -> None:
    fountain = Fountain()
    client = client_of(fountain, closing(heartbeat_ms=20))
    async with client, asyncio.TaskGroup() as group:
        asked = group.create_task(client.get("/events"))
        await SystemClock().sleep(150)
        fountain.stop.set()
    assert asked.result().text.count(":\n\n") >= 3


async def test_the_bell_ends_every_stream_with_goodbye_and_a_time_to_come_back() -> None:
    fountain, bell = Fountain(Sse(1, "session", b"one")), closing(per_visitor=50)
    async with client_of(fountain, bell) as client, asyncio.timeout(5):
        async with asyncio.TaskGroup() as group:
            asked = [group.create_task(client.get("/events")) for _ in range(20)]
            await standing(bell, 20)
            bell.ring()
            bell.ring()
        late = await client.get("/events")
    texts = [task.result().text for task in asked]
    assert all(text.endswith("data: {}\n\n") for text in [*texts, late.text])
    waits = {int(text.partition("retry: ")[2].partition("\n")[0]) for text in texts}
    assert len(waits) > 10
    assert min(waits) >= STREAM_RETRY_MS
    assert max(waits) < STREAM_RETRY_MS + STREAM_RETRY_SPREAD_MS
    assert (bell.open_streams, fountain.closed) == (0, 20)


async def test_a_client_that_leaves_closes_its_source_at_once() -> None:
    fountain, bell = Fountain(Sse(1, "session", b"one")), closing()
    open_before = REGISTRY.get_sample_value("konsento_streams")
    async with client_of(fountain, bell) as client, asyncio.TaskGroup() as group:
        asked = group.create_task(client.get("/events"))
        await standing(bell, 1)
        assert REGISTRY.get_sample_value("konsento_streams") == (open_before or 0) + 1
        asked.cancel()
        await standing(bell, 0)
    assert fountain.closed <= 1
    assert REGISTRY.get_sample_value("konsento_streams") == open_before


@pytest.mark.parametrize(
    ("bounds", "asker"), [({"per_visitor": 2}, "kana"), ({"per_process": 2}, "taro")]
)
async def test_too_many_streams_are_refused_and_told_when_to_come_back(
    bounds: dict[str, int], asker: str
) -> None:
    fountain, bell = Fountain(), closing(**bounds)
    async with client_of(fountain, bell) as client, asyncio.TaskGroup() as group:
        for _ in range(2):
            group.create_task(client.get("/events"))
        await standing(bell, 2)
        refused = await client.get("/events", params={"asker": asker})
        assert refused.status_code == 503
        assert refused.headers["content-type"] == "application/problem+json"
        assert int(refused.headers["retry-after"]) >= 1
        fountain.stop.set()
    assert bell.open_streams == 0
    assert (await client_of(fountain, bell).get("/events")).status_code == 200


async def test_a_source_that_fails_ends_with_goodbye() -> None:
    fountain, bell = Fountain(Sse(1, "session", b"one")), closing()
    fountain.fail = True
    fountain.stop.set()
    async with client_of(fountain, bell) as client:
        text = (await client.get("/events")).text
    assert "data: one" in text
    assert "event: goodbye" in text
    assert "ZeroDivision" not in text


async def test_a_transaction_over_a_yield_fails_loudly_and_holds_nothing(
    shelf: Database,
) -> None:
    async def source() -> AsyncIterator[Sse]:
        async with SHELF.writing("jars"):
            yield Sse(1, "session", b"one")
            yield Sse(2, "session", b"two")

    fountain = Fountain()
    fountain.source = source  # type: ignore[method-assign]
    async with client_of(fountain, closing()) as client:
        await client.get("/events")
    async with asyncio.timeout(2):
        await put("plum")
