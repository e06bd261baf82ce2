"""Every answer has the same manners, also those nobody planned."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import msgspec
import pytest
import pytest_asyncio
from litestar import get
from litestar.response import Stream
from litestar.types import Receive, Scope, Send

from konsento.foundation.clock import SystemClock
from konsento.foundation.edge.doorway import HEADERS, Doorway, policy
from konsento.foundation.edge.figures import REGISTRY
from konsento.foundation.edge.streams import Closing, Sse, event_stream
from konsento.foundation.ids import CountingIds
from konsento.foundation.limits import BODY_BYTES
from konsento.foundation.problems import MEDIA_TYPE
from tests.foundation.edge.shop import OURS, visit


class Ticking:
    """A source that never ends by itself."""

    open = False

    async def ticks(self) -> AsyncIterator[Sse]:
        self.open = True
        try:
            while True:
                yield Sse(1, "tick", b"{}")
                await asyncio.sleep(0)
        finally:
            self.open = False


@pytest_asyncio.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async for visitor in visit():
        yield visitor


def is_problem(answer: httpx.Response, status: int, slug: str) -> None:
    assert answer.status_code == status
    assert answer.headers["content-type"].partition(";")[0] == MEDIA_TYPE
    body = msgspec.json.decode(answer.content)
    assert (body["status"], body["type"]) == (status, f"/problems/{slug}")
    assert body["title"]
    has_manners(answer)


def has_manners(answer: httpx.Response) -> None:
    assert all(answer.headers[name] == value for name, value in HEADERS.items())
    assert answer.headers["content-security-policy"] == policy()
    assert answer.headers["cache-control"] == "no-store"


async def test_a_good_answer_carries_the_headers(client: httpx.AsyncClient) -> None:
    answer = await client.get("/jars/plum")
    assert answer.json() == {"jar": "plum"}
    has_manners(answer)


@pytest.mark.parametrize(
    ("method", "path", "status", "slug"),
    [
        ("GET", "/nowhere", 404, "not-found"),
        ("POST", "/nowhere", 404, "not-found"),
        ("DELETE", "/jars/plum", 405, "method-not-allowed"),
        ("GET", "/secret", 401, "unauthorized"),
        ("GET", "/broken", 500, "internal-error"),
        ("GET", "/busy", 503, "busy"),
        ("POST", "/refused", 409, "sold-out"),
    ],
)
async def test_every_error_is_a_problem_with_the_headers(
    client: httpx.AsyncClient, method: str, path: str, status: int, slug: str
) -> None:
    is_problem(await client.request(method, path), status, slug)


async def test_an_error_says_what_a_client_can_act_on(client: httpx.AsyncClient) -> None:
    assert (await client.delete("/jars/plum")).headers["allow"]
    assert (await client.get("/secret")).headers["www-authenticate"] == "Konsento"
    assert (await client.get("/busy")).headers["retry-after"] == "1"
    refused = (await client.post("/refused")).json()
    assert (refused["detail"], refused["jar"]) == ("The last plum went at noon.", "plum")


async def test_what_went_wrong_inside_is_not_told_outside(client: httpx.AsyncClient) -> None:
    answer = await client.get("/broken")
    assert "ZeroDivision" not in answer.text
    assert "kana" not in answer.text


async def test_a_crash_beneath_the_framework_is_a_problem_as_well() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise ZeroDivisionError

    transport = httpx.ASGITransport(Doorway(app, SystemClock()))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
        is_problem(await client.get("/"), 500, "internal-error")


@pytest.mark.parametrize(
    "body",
    [
        b'{"jar":"plum","price_yen":NaN}',
        b'{"jar":"plum","price_yen":1,"price_yen":2}',
        b'{"jar":"plum","price_yen":1e999}',
        b'{"jar":"plum","price_yen":1.5}',
        b'{"jar":"plum","price_yen":true}',
        b'{"jar":"plum","price_yen":-1}',
        b'{"jar":"plum","price_yen":1,"more":1}',
        b'{"jar":"plum"',
        b'{"jar":"\xff","price_yen":1}',
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"jar":' * 100_000,
        b"9" * 100_000,
        b"",
        '{"jar":"plum","price_yen":1}'.encode("utf-16"),
    ],
    ids=lambda body: repr(body[:28]),
)
@pytest.mark.parametrize("kind", [{"Content-Type": "application/json"}, {}])
async def test_what_is_not_plain_json_of_the_stated_form_is_400(
    client: httpx.AsyncClient, body: bytes, kind: dict[str, str]
) -> None:
    answer = await client.post("/plain", content=body, headers=kind)
    assert answer.status_code == 400
    is_problem(answer, 400, answer.json()["type"].removeprefix("/problems/"))


async def test_plain_json_arrives_unchanged(client: httpx.AsyncClient) -> None:
    order = {"jar": 'a "{[" plum', "price_yen": 100_000}
    answer = await client.post("/plain", json=order)
    assert (answer.status_code, answer.json()) == (201, order)


@pytest.mark.parametrize("kind", ["application/json", "application/octet-stream"])
async def test_ten_megabytes_are_413(client: httpx.AsyncClient, kind: str) -> None:
    answer = await client.post("/plain", content=b" " * 10_000_000, headers={"Content-Type": kind})
    is_problem(answer, 413, "request-entity-too-large")
    assert BODY_BYTES < 10_000_000


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Requested-By": ""},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
async def test_a_write_from_another_site_is_403(headers: dict[str, str]) -> None:
    async for client in visit():
        if not headers.get("X-Requested-By", "x"):
            del client.headers["X-Requested-By"]
            headers = {}
        answer = await client.post("/plain", json={}, headers=headers)
        is_problem(answer, 403, "cross-site")
        assert (await client.get("/jars/plum", headers=headers)).status_code == 200


async def test_those_who_prove_themselves_otherwise_are_let_in(
    client: httpx.AsyncClient,
) -> None:
    del client.headers["X-Requested-By"]
    assert (await client.post("/hooks/bank")).status_code == 201
    client.headers.update(OURS)


@pytest.mark.parametrize("path", ["/jars/plum", "/nowhere", "/busy", "/secret"])
async def test_head_is_answered_as_get_would_be_without_the_body(
    client: httpx.AsyncClient, path: str
) -> None:
    whole, head = await client.get(path), await client.head(path)
    assert head.status_code == whole.status_code
    assert head.headers == whole.headers
    assert int(head.headers["content-length"]) == len(whole.content) > 0
    assert head.content == b""


async def test_a_stream_asked_for_its_head_ends_there() -> None:
    closing, source = Closing(CountingIds()), Ticking()

    @get("/ticks")
    async def ticks() -> Stream:
        return event_stream(source.ticks(), asker="kana", closing=closing)

    async for client in visit(None, ticks):
        head = await client.head("/ticks")
        assert head.status_code == 200
        assert head.headers["content-type"].startswith("text/event-stream")
        assert head.content == b""
    assert closing.open_streams == 0
    for _ in range(5):  # what was cut off closes behind itself
        await asyncio.sleep(0)
    assert not source.open


async def test_figures_count_templates_and_never_paths(client: httpx.AsyncClient) -> None:
    def count(path: str, status: str) -> float:
        labels = {"method": "GET", "path": path, "status": status}
        return REGISTRY.get_sample_value("konsento_requests_total", labels) or 0

    seen, lost = count("/jars/{jar}", "200"), count("other", "404")
    await client.get("/jars/plum")
    await client.get("/jars/pear")
    await client.get("/elsewhere")
    assert count("/jars/{jar}", "200") == seen + 2
    assert count("other", "404") == lost + 1
