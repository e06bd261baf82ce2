"""The lean client answers as httpx does, over real connections that are kept."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from konsento.assembly.kept_http import KeptHttp

ANSWERS = {
    b"/good": b"HTTP/1.1 200 OK\r\nX-Told: yes\r\nContent-Length: 4\r\n\r\ngood",
    b"/away": b"HTTP/1.1 303 See Other\r\nLocation: /good\r\nContent-Length: 0\r\n\r\n",
    b"/bad": b"HTTP/1.1 503 No\r\nContent-Length: 3\r\nSet-Cookie: a=b\r\n\r\nbad",
    b"/zip": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 23\r\n\r\n"
    b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xab\xca,\x00\x00F\x95\x1dB\x03\x00\x00\x00",
}


class Elsewhere:
    """A server that keeps its connections, and what it was asked on how many."""

    def __init__(self) -> None:
        self.heads: list[bytes] = []
        self.connections = 0
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.heads.append(head)
                path = head.split(b" ")[1].partition(b"?")[0]
                if path == b"/cut":
                    break
                if path != b"/silent":
                    writer.write(ANSWERS[path])
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@pytest_asyncio.fixture
async def elsewhere() -> AsyncIterator[Elsewhere]:
    there = Elsewhere()
    server = await asyncio.start_server(there.serve, "127.0.0.1", 0)
    there.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield there
    server.close()


@pytest_asyncio.fixture
async def http(elsewhere: Elsewhere) -> AsyncIterator[KeptHttp]:
    client = KeptHttp(elsewhere.url)
    yield client
    await client.aclose()


async def test_an_answer_has_its_status_headers_and_body(http: KeptHttp) -> None:
    answer = await http.request("GET", "/good", params={"after": 7}, headers={"X-Who": "us"})
    assert (answer.status_code, answer.headers["x-told"], answer.content) == (200, "yes", b"good")


async def test_what_is_asked_is_sent_as_it_is_given(http: KeptHttp, elsewhere: Elsewhere) -> None:
    await http.request("GET", "/good", params={"after": 7}, headers={"X-Who": "us"})
    (head,) = elsewhere.heads
    assert head.startswith(b"GET /good?after=7 HTTP/1.1\r\n")
    assert b"X-Who: us\r\n" in head
    assert b"accept-encoding" not in head.lower()


async def test_a_refusal_is_an_answer_and_a_redirect_is_not_followed(http: KeptHttp) -> None:
    assert (await http.request("GET", "/bad")).status_code == 503
    assert (await http.request("GET", "/away")).status_code == 303


async def test_a_connection_is_kept_and_a_cookie_is_not(
    http: KeptHttp, elsewhere: Elsewhere
) -> None:
    await http.request("GET", "/bad")
    await http.request("GET", "/good")
    assert elsewhere.connections == 1
    assert b"cookie" not in elsewhere.heads[1].lower()


async def test_a_body_that_came_packed_is_unpacked_once(http: KeptHttp) -> None:
    answer = await http.request("GET", "/zip")
    assert answer.content == b"zip"
    assert "content-encoding" not in answer.headers


async def test_no_answer_is_a_transport_error(http: KeptHttp) -> None:
    with pytest.raises(httpx.TransportError):
        await http.request("POST", "/cut", content=b"{}")
    with pytest.raises(httpx.TimeoutException):
        await http.request("GET", "/silent", timeout=0.05)


async def test_nobody_there_is_a_transport_error() -> None:
    http = KeptHttp("http://127.0.0.1:1")
    with pytest.raises(httpx.TransportError):
        await http.request("GET", "/")
    await http.aclose()


async def test_closing_what_was_never_used_is_nothing() -> None:
    await KeptHttp().aclose()
