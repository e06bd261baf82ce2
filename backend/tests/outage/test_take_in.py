"""Batches that are too large are refused before they cost anything."""

import tracemalloc
from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import nanoarrow
import numpy as np
import pytest

from konsento.outage.limits import READINGS_BYTES_MAX, TABLES_BYTES_MAX
from konsento.outage.neighbours import Role
from konsento.outage.readings.batch import BatchTooLarge
from konsento.outage.readings.decode import ARROW, JSON, MSGPACK, decode
from tests.outage.quarter import KEYS, Quarter
from tests.outage.readings.written import HEADING, as_arrow_columns, as_json

MIB = 1_048_576
TEN_MILLION = 10_000_000
CHUNK = bytes(MIB)


def ten_million_as_arrow() -> bytes:
    """As small as so many can be: six bytes a row, which is just below the bound of a body."""
    offsets = np.zeros(TEN_MILLION + 1, np.int32)
    small = nanoarrow.c_array(np.zeros(TEN_MILLION, np.uint8), nanoarrow.uint8())
    smid = nanoarrow.c_array_from_buffers(
        nanoarrow.string(), TEN_MILLION, [None, offsets, b""]
    )  # fmt: skip
    return as_arrow_columns([smid, small, small])


def ten_million_as_msgpack() -> bytes:
    rows = b"\xdd" + TEN_MILLION.to_bytes(4, "big")
    head = msgspec.msgpack.encode(HEADING)
    columns = (
        (b"smid", b"\xa0"), (b"energy_wh", b"\0"), (b"status", b"\0"),
    )  # fmt: skip
    lists = b"".join(
        msgspec.msgpack.encode(name.decode()) + rows + value * TEN_MILLION
        for name, value in columns
    )
    return bytes([0x80 | (len(HEADING) + len(columns))]) + head[1:] + lists


def nine_million_as_json() -> bytes:
    """Of ten the shortest form is longer than a body may be."""
    rows = 9_000_000
    body = as_json(smid=[], energy_wh=[], status=[])
    for name, value in (("smid", b'""'), ("energy_wh", b"0"), ("status", b"0")):
        full = b",".join([value] * rows)
        body = body.replace(b'"%s":[]' % name.encode(), b'"%s":[%s]' % (name.encode(), full))
    return body


@pytest.mark.parametrize(
    ("write", "media_type"),
    [
        (ten_million_as_arrow, ARROW),
        (ten_million_as_msgpack, MSGPACK),
        (nine_million_as_json, JSON),
    ],
)
def test_ten_million_rows_that_fit_a_body_are_refused_before_they_are_unpacked(
    write: Any, media_type: str
) -> None:
    body = write()
    assert len(body) <= READINGS_BYTES_MAX
    tracemalloc.start()
    try:
        with pytest.raises(BatchTooLarge):
            decode(body, media_type)
        assert tracemalloc.get_traced_memory()[1] < MIB
    finally:
        tracemalloc.stop()


class Endless:
    """A body that goes on for as long as somebody reads it."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.sent = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while self.sent < self.most:
            self.sent += len(CHUNK)
            yield CHUNK


@pytest.mark.parametrize(
    ("method", "path", "role", "most"),
    [
        ("POST", "/outage/v1/readings", Role.COLLECTOR, READINGS_BYTES_MAX),
        ("POST", "/outage/v1/meter-events", Role.COLLECTOR, READINGS_BYTES_MAX),
        ("PUT", "/outage/v1/entries/e-1", Role.OFFICE, MIB),
    ],
)
async def test_a_body_without_a_stated_length_is_read_to_its_bound_and_no_further(
    quarter: Quarter, method: str, path: str, role: Role, most: int
) -> None:
    body = Endless(3 * most)
    answer = await quarter.ask(method, path, role, content=body)
    assert answer.status_code == 413
    assert answer.json()["type"] == "/problems/request-entity-too-large"
    assert body.sent <= most + 2 * MIB


async def send(
    quarter: Quarter, method: str, path: str, body: Endless, headers: dict[str, str]
) -> httpx.Response:
    transport = httpx.ASGITransport(app=quarter.app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://outage") as http:
        return await http.request(method, path, headers=headers, content=body)


async def test_a_body_that_says_it_is_too_long_is_not_read(quarter: Quarter) -> None:
    for method, path, role, most in (
        ("POST", "/outage/v1/readings", Role.COLLECTOR, READINGS_BYTES_MAX),
        ("PUT", "/outage/v1/tables", Role.REGISTRAR, TABLES_BYTES_MAX),
    ):
        body = Endless(most)
        kind = "multipart/form-data; boundary=x" if "tables" in path else ARROW
        stated = {"Content-Length": str(most + 1), "Authorization": f"Bearer {KEYS[role]}"}
        answer = await send(quarter, method, path, body, {**stated, "Content-Type": kind})
        assert answer.status_code == 413, answer.text
        assert body.sent <= 2 * MIB
