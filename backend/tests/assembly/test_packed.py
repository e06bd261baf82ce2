"""A file of the front end travels packed to who can read it, and plain to all others."""

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from litestar import Litestar

from konsento.assembly.packed import takes_gzip
from konsento.assembly.pages import YEAR, assets
from tests.town import ORIGIN

SCRIPT = b"const answer = 42;\n" * 200


@pytest_asyncio.fixture
async def browser(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    (tmp_path / "long-1a2b.js").write_bytes(SCRIPT)
    (tmp_path / "short-3c4d.js").write_bytes(b"go()")
    (tmp_path / "picture-5e6f.png").write_bytes(bytes(5_000))
    transport = httpx.ASGITransport(Litestar([assets(tmp_path)], openapi_config=None))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        yield client


async def test_a_long_script_is_packed_for_who_reads_gzip(browser: httpx.AsyncClient) -> None:
    async with browser.stream(
        "GET", "/assets/long-1a2b.js", headers={"Accept-Encoding": "br, gzip"}
    ) as answer:
        raw = b"".join([piece async for piece in answer.aiter_raw()])
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.headers["cache-control"] == YEAR
    assert answer.headers["content-type"].startswith("text/javascript")
    assert int(answer.headers["content-length"]) == len(raw) < len(SCRIPT)
    assert gzip.decompress(raw) == SCRIPT


async def test_it_is_plain_for_who_does_not(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/assets/long-1a2b.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in answer.headers
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.content == SCRIPT


@pytest.mark.parametrize("name", ["short-3c4d.js", "picture-5e6f.png"])
async def test_what_gains_nothing_is_left_as_it_is(browser: httpx.AsyncClient, name: str) -> None:
    answer = await browser.get(f"/assets/{name}", headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200
    assert not {"content-encoding", "vary"} & set(answer.headers)


@pytest.mark.parametrize("name", ["gone-7a8b.js", "..%2fpackage.json", "a" * 200])
async def test_no_other_file_is_reached(browser: httpx.AsyncClient, name: str) -> None:
    assert (await browser.get(f"/assets/{name}")).status_code in {400, 404}


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        ("gzip", True), ("deflate, GZIP;q=0.5", True), ("br;q=1.0, gzip ; q=0.8", True),
        ("", False), ("br", False), ("gzip;q=0", False), ("gzip; q=0.000", False),
    ],
)  # fmt: skip
def test_gzip_is_sent_to_who_names_it(said: str, taken: bool) -> None:
    assert takes_gzip(said) is taken
