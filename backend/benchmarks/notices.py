"""A hundred thousand notices from the moment they are owed to the moment they are taken.

`python -m benchmarks.notices [COUNT]` owes them in pages, nine pushes to a mail, while a worker
sends; the worker is killed five times with SIGKILL and started anew each time. A push service and
a mail server on loopback, in this process, count what comes of each notice. What came twice must
have been on its way at a kill, and comes under the same id, topic and tag: the second replaces
the first on the phone, and is the same mail to a mail program.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import cast

import uvloop
from aiosmtpd.smtp import SMTP, Envelope, Session

from benchmarks._house import load
from benchmarks._town import verdict
from benchmarks.push import browser
from konsento.assembly.schema import PEOPLE_STEPS
from konsento.foundation.clock import SystemClock
from konsento.foundation.databases import PEOPLE
from konsento.management.notices.dispatch.limits import LEASE_MS
from konsento.management.notices.dispatch.owe import owe_parcels
from konsento.management.notices.dispatch.parcel import MAIL_HOST, Channel, Parcel
from konsento_push.subscription import Subscription

COUNT = 100_000
KILLS = 5
OWED_TOGETHER = 1_000
MAIL_EVERY = 10
FIRST_WITHIN_S = 5
WITHIN_S = 900
TAKEN = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"
CLOCK = SystemClock()


class Came:
    """What came of each notice, and when the first and the last came."""

    def __init__(self) -> None:
        self.times: Counter[str] = Counter()
        self.first_at = self.last_at = 0.0

    def note(self, name: str) -> None:
        self.last_at = time.perf_counter()
        self.first_at = self.first_at or self.last_at
        self.times[name] += 1


CAME = Came()


class Box(asyncio.Protocol):
    """A push service that counts by the end of the path."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._to = cast(asyncio.Transport, transport)
        self._heard = b""

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while (end := self._heard.find(b"\r\n\r\n")) >= 0:
            head = self._heard[:end]
            length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
            if len(self._heard) < end + 4 + length:
                return
            self._heard = self._heard[end + 4 + length :]
            CAME.note(head.split(b" ", 2)[1].rpartition(b"/")[2].decode())
            self._to.write(TAKEN)


class Slot:
    """A mail server that counts by the address."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        CAME.note(str(envelope.rcpt_tos[0]).partition("@")[0])
        return "250 taken"


def parcels(names: list[str], notice: str, origin: str) -> list[Parcel]:
    return [
        Parcel(
            channel=Channel.MAIL if number % MAIL_EVERY == 0 else Channel.PUSH, notice_id=notice,
            to_id=name, host=MAIL_HOST if number % MAIL_EVERY == 0 else origin, due_at_ms=0,
        )
        for number, name in enumerate(names)
    ]  # fmt: skip


async def furnish(names: list[str], phone: Subscription, origin: str) -> None:
    """Browsers, all with the keys of one: what they cost to encrypt for is the same."""
    row = "({}, {}, {}, {}, {}, 'ja', 0, 0, 0)"
    for begin in range(0, len(names), 500):
        some = names[begin : begin + 500]
        args = [
            each
            for name in some
            for each in (name, name, f"{origin}/{name}", phone.keys.p256dh, phone.keys.auth)
        ]
        async with PEOPLE.writing():
            await PEOPLE.ask(
                "INSERT INTO push_subscription (id, visitor, endpoint, p256dh, auth, language, "
                f"created_at_ms, seen_at_ms, failures) VALUES {', '.join([row] * len(some))}",
                *args,
            )


async def owe_all(owed: list[Parcel]) -> None:
    """In pages, as an outage is weighed."""
    for begin in range(0, len(owed), OWED_TOGETHER):
        async with PEOPLE.writing() as tx:
            await owe_parcels(tx, owed[begin : begin + OWED_TOGETHER], CLOCK.now_ms())


async def on_their_way() -> set[str]:
    """Who may get a notice twice if its worker dies now."""
    sql = "SELECT to_id FROM parcel WHERE state = 'owed' AND page IS NOT NULL"
    return {str(row["to_id"]) for row in await PEOPLE.ask(sql)}


async def send_with_kills(command: list[str], count: int) -> tuple[set[str], list[int]]:
    """Until all are over; returns who was on the way at a kill, and how many each time."""
    marks = [count * (number + 1) // (KILLS + 1) for number in range(KILLS)]
    under_way: set[str] = set()
    each_time: list[int] = []
    worker = await asyncio.create_subprocess_exec(*command)
    try:
        until = time.perf_counter() + WITHIN_S
        while time.perf_counter() < until:
            await asyncio.sleep(0.05)
            if marks and len(CAME.times) >= marks[0]:
                marks.pop(0)
                worker.kill()
                await worker.wait()
                then = await on_their_way()
                under_way |= then
                each_time.append(len(then))
                worker = await asyncio.create_subprocess_exec(*command)
            if not marks and not await PEOPLE.ask(
                "SELECT id FROM parcel WHERE state = 'owed' LIMIT 1"
            ):
                return under_way, each_time
        raise TimeoutError(f"{len(CAME.times)} of {count} in {WITHIN_S} s")
    finally:
        worker.kill()
        await worker.wait()


async def run(database: str, count: int) -> bool:
    await PEOPLE.open(database)
    await PEOPLE.migrate(PEOPLE_STEPS, CLOCK.now_ms())
    loop = asyncio.get_running_loop()
    box = await loop.create_server(Box, "127.0.0.1", 0, backlog=1_024)
    post = await loop.create_server(
        lambda: SMTP(Slot(), hostname="sink", loop=loop), "127.0.0.1", 0
    )
    origin = f"http://127.0.0.1:{box.sockets[0].getsockname()[1]}"
    names = [f"{number:026d}" for number in range(count)]
    await furnish(names, browser(origin), origin)
    mail_port = str(post.sockets[0].getsockname()[1])
    command = [sys.executable, "-m", "benchmarks._lane", database, origin, mail_port]
    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        sending = group.create_task(send_with_kills(command, count))
        group.create_task(owe_all(parcels(names, "1" * 26, origin)))
    under_way, each_time = sending.result()
    box.close()
    post.close()
    await PEOPLE.close()
    return told(names, under_way, each_time, began)


def told(names: list[str], under_way: set[str], each_time: list[int], began: float) -> bool:
    lost = sum(CAME.times[name] == 0 for name in names)
    twice = {name for name, times in CAME.times.items() if times > 1}
    ours = len(twice - under_way)
    first_s, last_s = CAME.first_at - began, CAME.last_at - began
    print(
        f"{len(names):,} notices, {KILLS} kills with {each_time} on their way (lease {LEASE_MS} ms)"
    )
    print(f"first {first_s:.2f} s, last {last_s:.1f} s, {len(names) / last_s:.0f} a second")
    print(
        f"came again under the same id: {len(twice)}, {sum(CAME.times.values()) - len(names)} times"
    )
    met = verdict(f"lost {lost} (0)", met=lost == 0)
    met &= verdict(f"doubled though not on its way at a kill {ours} (0)", met=ours == 0)
    return met & verdict(
        f"first {first_s:.2f} s (≤ {FIRST_WITHIN_S})", met=first_s <= FIRST_WITHIN_S
    )


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    with tempfile.TemporaryDirectory() as folder:
        database = os.environ.get("KONSENTO_TEST_POSTGRES") or str(Path(folder) / "people.sqlite")
        met = uvloop.run(run(database, count))
    print(load())
    return int(not met)


if __name__ == "__main__":
    sys.exit(main())
