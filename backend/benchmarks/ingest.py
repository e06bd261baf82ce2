"""Readings from the wire into the columns, through the HTTP door, beside two plain ways.

`python -m benchmarks.ingest [METERS]`: 1,000,000 unless told otherwise. The engine runs as
`konsento serve outage` does, on files; each batch is decoded, checked, known by its id, looked
up, kept in the journal on disk and applied before it is answered. Batches are as a concentrator
makes them and as a large head-end does. *After a silence* is the dearer half: no meter was heard
for five hours, or never, so that the bits of eight slots are set for each; *next slot* is what
happens every half hour. The peers: a bare Litestar route that decodes the same body by the same
library into dicts, and a loop over the standard library's JSON without any server.
"""

import asyncio
import itertools
import json
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator

import aiohttp
import uvloop

from benchmarks._engine import Engine, Place
from benchmarks._house import cpu_ms, load, process, rss_kib, up
from benchmarks._metered import ENCODINGS, MEDIA_TYPE, bodies, smids, tables
from benchmarks._town import verdict
from konsento.foundation.clock import SystemClock
from konsento.outage.slots import slot_of

METERS = 1_000_000
SIZES = (1_000, 50_000)
SENDERS = 4  # batches under way at once
SILENCE = 10  # slots: more than are kept in question
PEER_PORT = 8531
PEER_METERS = 200_000  # of the peers' slower ways fewer are enough
GOAL_A_SECOND = 1_000_000
PAST_SLOTS = 300  # a week and a bit of slots are taken; all are sent within six days

Send = Callable[[bytes], Awaitable[str]]


async def sent(send: Send, bodies_: list[bytes]) -> tuple[float, list[str]]:
    """How many seconds all took, SENDERS at once; and what was refused."""
    left, refused = iter(bodies_), []

    async def sender() -> None:
        for body in left:
            if wrong := await send(body):
                refused.append(wrong)

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(SENDERS):
            group.create_task(sender())
    return time.perf_counter() - began, refused


def line(what: str, rows: int, took_s: float, processor_ms: float) -> float:
    """Say a figure; rows a second."""
    rate = rows / took_s
    print(f"  {what:44} {rate:11,.0f}/s   {processor_ms * 1000 / rows:6.2f} µs of processor a row",
          flush=True)  # fmt: skip
    return rate


Rates = dict[tuple[str, int], float]  # rows a second by encoding and rows a batch


async def ours(place: Place, names: list[str], peers: Rates) -> bool:
    """Every encoding, size and case; whether the goal is met, which is of a head-end's batches."""
    slots = pairs_of_slots()
    slowest: Rates = {}
    async with place.engine() as (engine, _):
        print(f"tables of {len(names):,} meters taken in {await engine.load(tables(names)):.1f} s")
        for size, encoding in itertools.product(SIZES, ENCODINGS):
            rate = await slower_of_two(engine, names, next(slots), encoding, size)
            slowest[encoding, size] = rate
            print(f"  {'':44} {rate / peers[encoding, size]:8.1f} times the bare route", flush=True)
        print(f"resident memory of the engine {rss_kib(engine.pid) / 1024:.0f} MiB")
    rate = slowest["Arrow", SIZES[-1]]
    return verdict(
        f"Arrow {rate:,.0f} ≥ {GOAL_A_SECOND:,} rows a second", met=rate >= GOAL_A_SECOND
    )


async def slower_of_two(
    engine: Engine, names: list[str], slots: tuple[int, int], encoding: str, size: int
) -> float:
    """Rows a second after a silence, or of the slot after it."""

    async def send(body: bytes) -> str:
        said = await engine.said(body, encoding)
        return "" if said.get("applied") else str(said)

    rates = []
    for case, slot in zip(("after a silence", "next slot"), slots, strict=True):
        written = bodies(names, slot, size, encoding, "b")
        before = cpu_ms(engine.pid)
        took, refused = await sent(send, written)
        if refused:
            print(f"REFUSED {len(refused)}: {refused[0]}")
        what = f"{encoding}, {size:,} rows a batch, {case}"
        rates.append(line(what, len(names), took, cpu_ms(engine.pid) - before))
    return min(rates)


def pairs_of_slots() -> Iterator[tuple[int, int]]:
    """Pairs of slots that follow one another, each pair far after the one before."""
    slot = slot_of(SystemClock().now_ms()) - PAST_SLOTS
    while True:
        yield slot, slot + 1
        slot += SILENCE + 1


async def bare(names: list[str]) -> Rates:
    """The bare route, which holds the same batches in dicts."""
    slot = slot_of(SystemClock().now_ms()) - 2
    rates: Rates = {}
    with process("_bare", PEER_PORT) as pid:
        await up(PEER_PORT, "/schema")
        async with aiohttp.ClientSession() as http:
            for size, encoding in itertools.product(SIZES, ENCODINGS):
                written = bodies(names, slot, size, encoding, "p")

                async def send(body: bytes, encoding: str = encoding) -> str:
                    url = f"http://127.0.0.1:{PEER_PORT}/readings"
                    headers = {"Content-Type": MEDIA_TYPE[encoding]}
                    async with http.post(url, data=body, headers=headers) as answer:
                        return "" if answer.status == 200 else await answer.text()

                before = cpu_ms(pid)
                took, refused = await sent(send, written)
                assert not refused, refused[0]
                what = f"a bare route, {encoding}, {size:,} rows a batch"
                rates[encoding, size] = line(what, len(names), took, cpu_ms(pid) - before)
    return rates


def loop(names: list[str]) -> None:
    """The plain loop over JSON, without a server and without anything checked."""
    slot = slot_of(SystemClock().now_ms()) - 2
    written = bodies(names, slot, SIZES[0], "JSON", "l")
    last: dict[str, int] = {}
    energy: dict[str, int] = {}
    began, processor = time.perf_counter(), time.process_time()
    for body in written:
        batch = json.loads(body)  # noqa: TID251 - what the plain way would be
        at = batch["slot_start_ms"] // 1_800_000
        for smid, energy_wh in zip(batch["smid"], batch["energy_wh"], strict=True):
            last[smid] = max(at, last.get(smid, 0))
            energy[smid] = energy_wh
    took, spent = time.perf_counter() - began, (time.process_time() - processor) * 1000
    line(f"a loop over JSON, {SIZES[0]:,} rows a batch", len(last), took, spent)


async def run(meters: int) -> int:
    print(load(), flush=True)
    names = smids(meters)
    few = names[:PEER_METERS]
    print("peers:")
    loop(few)
    peers = await bare(few)
    print(f"the engine, {SENDERS} senders:")
    with tempfile.TemporaryDirectory(dir=".", prefix=".bench-") as folder:
        met = await ours(Place(folder), names, peers)
    print(load())
    return int(not met)


def main() -> int:
    return uvloop.run(run(int(sys.argv[1]) if len(sys.argv) > 1 else METERS))


if __name__ == "__main__":
    sys.exit(main())
