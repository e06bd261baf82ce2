"""The same request twice is one effect and one answer."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from litestar import Response, post

from konsento.foundation.clock import TestClock
from konsento.foundation.database import Database
from konsento.foundation.edge.idempotency import Kept, KeptAnswers, KeyInFlight, Reserved
from konsento.foundation.limits import (
    BODY_BYTES,
    IDEMPOTENCY_KEPT_MS,
    IDEMPOTENCY_KEY_CHARS,
    IDEMPOTENCY_LEASE_MS,
)
from tests.foundation.edge.shop import GivenOrder, SoldOut, visit
from tests.foundation.edge.test_doorway import is_problem

PLUM = {"jar": "plum", "price_yen": 300}


class Till:
    """What the shop sold, and how it behaves."""

    def __init__(self) -> None:
        self.sold: list[str] = []
        self.entered = asyncio.Event()
        self.go_on = asyncio.Event()
        self.go_on.set()
        self.status = 201


@pytest.fixture
def till() -> Till:
    return Till()


@pytest_asyncio.fixture
async def client(shelf: Database, till: Till, clock: TestClock) -> AsyncIterator[httpx.AsyncClient]:
    @post("/orders")
    async def order(data: GivenOrder) -> Response[dict[str, int]]:
        till.entered.set()
        await till.go_on.wait()
        till.sold.append(data.jar)
        if till.status == 409:
            raise SoldOut
        headers = {"location": f"/orders/{len(till.sold)}"}
        return Response({"number": len(till.sold)}, status_code=till.status, headers=headers)

    async for visitor in visit(shelf, order, clock=clock):
        yield visitor


async def buy(
    client: httpx.AsyncClient, key: str | None = "k1", cookie: str = "kana", **order: object
) -> httpx.Response:
    headers = {"Cookie": f"language=ja; visitor={cookie}"}
    if key is not None:
        headers["Idempotency-Key"] = key
    return await client.post("/orders", json={**PLUM, **order}, headers=headers)


async def test_a_repeat_gets_the_same_answer_and_does_nothing(
    client: httpx.AsyncClient, till: Till
) -> None:
    first, again = await buy(client), await buy(client)
    assert till.sold == ["plum"]
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["location"] == "/orders/1"
    assert again.headers["content-type"] == first.headers["content-type"]
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"


async def test_a_refusal_is_repeated_as_well(client: httpx.AsyncClient, till: Till) -> None:
    till.status = 409
    is_problem(await buy(client), 409, "sold-out")
    is_problem(await buy(client), 409, "sold-out")
    assert till.sold == ["plum"]


async def test_a_second_while_the_first_is_under_way_is_told_to_wait(
    client: httpx.AsyncClient, till: Till
) -> None:
    till.go_on.clear()
    async with asyncio.TaskGroup() as group:
        first = group.create_task(buy(client))
        await till.entered.wait()
        second = await buy(client)
        is_problem(second, 409, "request-in-progress")
        assert second.headers["retry-after"] == "1"
        till.go_on.set()
    assert first.result().status_code == 201
    assert till.sold == ["plum"]


async def test_ten_at_once_are_one_effect(client: httpx.AsyncClient, till: Till) -> None:
    answers = await asyncio.gather(*(buy(client) for _ in range(10)))
    assert till.sold == ["plum"]
    assert {answer.status_code for answer in answers} <= {201, 409}


async def test_a_key_with_another_request_is_refused(client: httpx.AsyncClient, till: Till) -> None:
    await buy(client)
    is_problem(await buy(client, price_yen=301), 422, "idempotency-key-reused")
    assert till.sold == ["plum"]


@pytest.mark.parametrize("key", [None, "", "two words", "k" * (IDEMPOTENCY_KEY_CHARS + 1)])
async def test_a_write_without_a_proper_key_is_refused(
    client: httpx.AsyncClient, till: Till, key: str | None
) -> None:
    is_problem(await buy(client, key), 400, "idempotency-key-missing")
    assert till.sold == []


async def test_the_same_key_of_another_visitor_is_another_request(
    client: httpx.AsyncClient, till: Till
) -> None:
    first, other = await buy(client), await buy(client, cookie="taro")
    assert (first.json(), other.json()) == ({"number": 1}, {"number": 2})
    assert till.sold == ["plum", "plum"]


@pytest.mark.parametrize("status", [500, 503, 429])
async def test_an_answer_that_says_try_again_is_not_kept(
    client: httpx.AsyncClient, till: Till, status: int
) -> None:
    till.status = status
    assert (await buy(client)).status_code == status
    till.status = 201
    assert (await buy(client)).json() == {"number": 2}


async def test_who_is_cancelled_frees_the_key(client: httpx.AsyncClient, till: Till) -> None:
    till.go_on.clear()
    async with asyncio.TaskGroup() as group:
        first = group.create_task(buy(client))
        await till.entered.wait()
        first.cancel()
    till.go_on.set()
    assert (await buy(client)).json() == {"number": 1}


async def test_a_crash_frees_the_key_after_its_lease(shelf: Database, clock: TestClock) -> None:
    answers = KeptAnswers(shelf, clock)
    assert isinstance(await answers.reserve("k1", "body"), Reserved)
    await clock.advance(IDEMPOTENCY_LEASE_MS)
    with pytest.raises(KeyInFlight):
        await answers.reserve("k1", "body")
    await clock.advance(1)
    assert isinstance(await answers.reserve("k1", "body"), Reserved)


async def test_who_outlived_its_lease_neither_answers_nor_frees(
    shelf: Database, clock: TestClock
) -> None:
    answers = KeptAnswers(shelf, clock)
    zombie = await answers.reserve("k1", "body")
    await clock.advance(IDEMPOTENCY_LEASE_MS + 1)
    heir = await answers.reserve("k1", "body")
    assert isinstance(zombie, Reserved)
    assert isinstance(heir, Reserved)
    await answers.keep(zombie, Kept(201, [], "zombie"))
    await answers.let_go(zombie)
    with pytest.raises(KeyInFlight):
        await answers.reserve("k1", "body")
    await answers.keep(heir, Kept(201, [], "heir"))
    assert await answers.reserve("k1", "body") == Kept(201, [], "heir")


async def test_after_a_week_a_key_is_new(shelf: Database, clock: TestClock) -> None:
    answers = KeptAnswers(shelf, clock)
    for _ in range(2):
        mine = await answers.reserve("k1", "body")
        assert isinstance(mine, Reserved)
        await answers.keep(mine, Kept(201, [], "said"))
        await clock.advance(IDEMPOTENCY_KEPT_MS + 1)
    assert isinstance(await answers.reserve("k1", "other"), Reserved)
    with pytest.raises(KeyInFlight):
        await answers.reserve("k1", "other")
    await clock.advance(IDEMPOTENCY_KEPT_MS + 1)
    await answers.forget_old()
    assert await shelf.ask("SELECT id FROM idempotency") == []


async def test_a_body_that_is_too_large_is_not_read_to_its_end(
    client: httpx.AsyncClient, till: Till
) -> None:
    told = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal told
        for _ in range(100):
            told += 100_000
            yield b" " * 100_000

    headers = {"Idempotency-Key": "k1", "Content-Type": "text/plain"}
    answer = await client.post("/orders", content=body(), headers=headers)
    is_problem(answer, 413, "request-entity-too-large")
    assert till.sold == []
    assert BODY_BYTES < told <= BODY_BYTES + 200_000


async def test_reading_needs_no_key(client: httpx.AsyncClient) -> None:
    assert (await client.get("/jars/plum")).status_code == 200


async def test_a_client_that_leaves_midway_has_done_nothing(
    client: httpx.AsyncClient, till: Till
) -> None:
    """Half a body is no body: it would be kept under the key of the whole."""
    app = client._transport.app  # type: ignore[attr-defined]
    headers = [(b"idempotency-key", b"k1"), (b"x-requested-by", b"konsento")]
    for kind in (b"application/json", b"text/plain"):
        parts = iter(
            [
                {"type": "http.request", "body": b'{"jar":', "more_body": True},
                {"type": "http.disconnect"},
            ]
        )
        sent: list[object] = []

        async def receive(parts: object = parts) -> object:
            return next(parts)  # type: ignore[call-overload]

        async def send(message: object, sent: list[object] = sent) -> None:
            sent.append(message)

        scope = {
            "type": "http", "method": "POST", "path": "/orders", "raw_path": b"/orders",
            "query_string": b"", "headers": [*headers, (b"content-type", kind)],
            "http_version": "1.1", "scheme": "http", "root_path": "",
            "server": ("shop", 80), "client": ("127.0.0.1", 1),
        }  # fmt: skip
        await app(scope, receive, send)
        assert sent == []
    assert till.sold == []
