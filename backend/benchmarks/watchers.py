"""Thousands watch one charge on one process: what each costs, and how soon all know.

`python -m benchmarks.watchers [WATCHERS] [HOLD]`. Memory is the growth of the process's resident
set by each stream opened; the spread of a measurement is from the instant in it to its arrival at
each watcher. The peer is a bare Litestar stream that sends as much to as many. Then HOLD streams
are opened and must all be alive for two heartbeats.
"""

import asyncio
import re
import resource
import sys

import uvloop

from benchmarks._house import HOUSE_PORT, PEER_PORT, Slow, cpu_ms, house, load, peer, rss_kib
from benchmarks._town import Person, client, figures, percentile, places, verdict
from konsento.foundation.clock import SystemClock

WATCHERS, HOLD = 2_000, 9_000
OUTLETS = 12
HEARD_S = 7
MEASURED_EVERY_MS = 10_000
LISTEN_S = 32
SETTLED_S = 3  # what the first streams allocate once for all is not counted as a watcher's
HOLD_S = 35
OPEN_AT_ONCE = 50
GOAL_KIB, GOAL_SPREAD_MS = 40, 1_000
MEASURED_AT = re.compile(rb'"measured_at_ms":(\d+)')
CLOCK = SystemClock()
Arrivals = dict[int, list[int]]


class Watcher:
    """One open stream, read as bytes."""

    def __init__(self, port: int, path: str, cookie: str) -> None:
        self._port = port
        self._head = (
            f"GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n"
            "Accept: text/event-stream\r\n\r\n"
        ).encode()
        self.heard_at_ms = 0
        self.ended = False
        self.arrivals: list[tuple[int, int]] = []

    async def open(self) -> None:
        """Connect, and have the first bytes of the answer. Raises Slow when it is refused."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._writer.write(self._head)
        status = await self._reader.readline()
        if b" 200 " not in status:
            raise Slow(status.decode())
        self.heard_at_ms = CLOCK.now_ms()

    async def listen(self) -> None:
        """Note when each event came: by the instant that it tells."""
        event_id = 0
        while line := await self._reader.readline():
            self.heard_at_ms = CLOCK.now_ms()
            if line.startswith(b"id: "):
                event_id = int(line[4:])
            elif line.startswith(b"data: "):
                told = MEASURED_AT.search(line[-4_000:])
                made_ms = int(told[1]) if told else event_id
                self.arrivals.append((made_ms, CLOCK.now_ms()))
        self.ended = True

    def close(self) -> None:
        self._writer.close()


async def opened(port: int, path: str, cookie: str, count: int) -> list[Watcher]:
    """So many streams, a few at a time, as a crowd comes."""
    watchers = [Watcher(port, path, cookie) for _ in range(count)]
    turns = asyncio.Semaphore(OPEN_AT_ONCE)

    async def one(watcher: Watcher) -> None:
        async with turns:
            await watcher.open()

    async with asyncio.TaskGroup() as group:
        for watcher in watchers:
            group.create_task(one(watcher))
    return watchers


async def watch(
    name: str, pid: int, address: tuple[int, str, str], count: int
) -> tuple[float, float]:
    """KiB a watcher, and the p99 of the spread in ms."""
    first = await opened(*address, 20)
    await asyncio.sleep(SETTLED_S)
    before_kib = rss_kib(pid)
    watchers = await opened(*address, count)
    before_ms = cpu_ms(pid)
    opened_ms = CLOCK.now_ms() + 3_000
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(each.listen()) for each in watchers]
        await asyncio.sleep(LISTEN_S)
        each_kib = (rss_kib(pid) - before_kib) / count
        spent_ms = cpu_ms(pid) - before_ms
        for task in tasks:
            task.cancel()
    spread = [
        arrived - made
        for each in watchers
        for made, arrived in each.arrivals
        if made > opened_ms
    ]  # fmt: skip
    events = len({made for each in watchers for made, _ in each.arrivals if made > opened_ms})
    whole = len(spread) / max(1, events * count)
    for each in (*first, *watchers):
        each.close()
    print(
        f"{name:<6} {count} watchers: {each_kib:5.1f} KiB each; {events} events, "
        f"{whole:.1%} arrived, {figures(spread) if spread else 'none'}; "
        f"{spent_ms * 1000 / max(1, len(spread)):.0f} µs of processor an arrival",
        flush=True,
    )
    return each_kib, percentile(spread, 99)


async def hold(pid: int, address: tuple[int, str, str], count: int) -> int:
    """How many of so many streams are alive after HOLD_S."""
    watchers = await opened(*address, count)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(each.listen()) for each in watchers]
        await asyncio.sleep(HOLD_S)
        since_ms = CLOCK.now_ms() - (HOLD_S - 2) * 1_000
        alive = sum(1 for each in watchers if not each.ended and each.heard_at_ms > since_ms)
        for task in tasks:
            task.cancel()
    print(f"house  {count} opened, {alive} alive after {HOLD_S} s, {rss_kib(pid) // 1024} MiB")
    for each in watchers:
        each.close()
    return alive


async def run(count: int, most: int) -> int:
    _, files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    if files < most + 500:
        most = files - 500
        print(f"this machine allows {files} open files: {most} are held")
    print(load(), flush=True)
    async with peer() as pid:
        bare = await watch("bare", pid, (PEER_PORT, "/events", "a=b"), count)
    async with (
        house(OUTLETS, KONSENTO_MEASURE_EVERY_MS=MEASURED_EVERY_MS) as here,
        client(20) as http,
    ):
        await asyncio.sleep(HEARD_S)
        person = Person(http)
        session = await person.charge(places(here.folder)[0].code, energy_wh=20_000)
        path = f"/api/sessions/{session['session_id']}/events"
        address = (HOUSE_PORT, path, person.cookie)
        ours = await watch("house", here.management, address, count)
        alive = await hold(here.management, address, most) if most else 0
    print(f"ratio  memory {ours[0] / bare[0]:.1f}, spread {ours[1] / bare[1]:.1f}; {load()}")
    met = [
        verdict(f"≤ {GOAL_KIB} KiB a watcher: {ours[0]:.1f}", met=ours[0] <= GOAL_KIB),
        verdict(
            f"a measurement at all {count} within {GOAL_SPREAD_MS} ms (p99): {ours[1]:.0f}",
            met=ours[1] <= GOAL_SPREAD_MS,
        ),
        verdict(f"{most} streams held: {alive}", met=alive >= most),
    ]
    return int(not all(met))


def main() -> int:
    given = [int(word) for word in sys.argv[1:3]]
    count, most = (given + [WATCHERS, HOLD][len(given) :])[:2]
    return uvloop.run(run(min(count, 9_500), min(most, 9_500)))


if __name__ == "__main__":
    sys.exit(main())
