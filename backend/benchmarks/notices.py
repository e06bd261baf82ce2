"""Notices from the judgement of an outage to the moment they are taken, over five kills.

`python -m benchmarks.notices [COUNT]`: an outage room says that all COUNT registered meters of an
area are without power. A worker follows it, weighs whom it concerns, owes them their notices,
nine pushes to a mail, puts them into words and sends them; it is killed five times with SIGKILL
and started anew each time. A push service and a mail server on loopback, in this process as the
outage room is, count what comes of each notice. What came twice must have been on its way at a
kill, and comes under the same id, topic and tag: the second replaces the first on the phone, and
is the same mail to a mail program.
"""

import asyncio
import os
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import cast

import msgspec
import uvloop
from aiosmtpd.smtp import SMTP, Envelope, Session

from benchmarks._house import load
from benchmarks._judged import AREA, JudgedRoom
from benchmarks._town import verdict
from benchmarks.push import browser
from konsento.assembly.schema import PEOPLE_STEPS
from konsento.foundation.clock import SystemClock
from konsento.foundation.databases import PEOPLE
from konsento.foundation.limits import OUTBOX_LEASE_MS
from konsento.management.notices.dispatch.limits import LEASE_MS
from konsento_push.subscription import Subscription

COUNT = 8_000
KILLS = 5
LOOK_EVERY_S = 0.05  # both other ends are in this process, and must be left their turns
MAIL_EVERY = 10
ROWS_AT_ONCE = 500
FIRST_WITHIN_S = 5
WITHIN_S = 1_200
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


class Ran(msgspec.Struct):
    """How it went: instants in seconds after the judgement, processor of all workers in seconds."""

    judged_at: float
    on_their_way: list[set[str]] = []
    weighed_s: float = 0
    processor_s: float = 0


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


def smid(number: int) -> str:
    return f"SM-{number:09d}"


def name(number: int) -> str:
    """Of the registration, its visitor, and its browser or mailbox."""
    return f"{number:026d}"


def mailed(number: int) -> bool:
    return number % MAIL_EVERY == 0


async def insert(begin: str, row: str, rows: list[tuple[object, ...]]) -> None:
    for at in range(0, len(rows), ROWS_AT_ONCE):
        some = rows[at : at + ROWS_AT_ONCE]
        args = [each for values in some for each in values]
        async with PEOPLE.writing():
            await PEOPLE.ask(f"{begin} VALUES {', '.join([row] * len(some))}", *args)


async def register(count: int, phone: Subscription, origin: str) -> None:
    """So many homes of one area; all browsers have the keys of one: they cost the same."""
    keys = phone.keys
    await insert(
        "INSERT INTO usage_point (smid, smid_key, customer_number, postal_code, area, address)",
        "({}, {}, {}, '7000024', {}, '-')",
        [(smid(n), smid(n).replace("-", ""), f"{n:010d}", AREA) for n in range(count)],
    )
    await insert(
        "INSERT INTO registration (id, smid, visitor, email, email_state, confirm_round, "
        "language, planned_mail, created_at_ms)",
        "({}, {}, {}, {}, {}, 0, 'ja', TRUE, 0)",
        [
            (name(n), smid(n), name(n), f"{name(n)}@example.jp", "on")
            if mailed(n)
            else (name(n), smid(n), name(n), None, "unset")
            for n in range(count)
        ],
    )
    await insert(
        "INSERT INTO push_subscription (id, visitor, endpoint, p256dh, auth, language, "
        "created_at_ms, seen_at_ms, failures)",
        "({}, {}, {}, {}, {}, 'ja', 0, 0, 0)",
        [
            (name(n), name(n), f"{origin}/{name(n)}", keys.p256dh, keys.auth)
            for n in range(count)
            if not mailed(n)
        ],
    )


async def any_row(sql: str) -> bool:
    return bool(await PEOPLE.ask(f"{sql} LIMIT 1"))


async def on_their_way() -> set[str]:
    """Who may get a notice twice if its worker dies now."""
    sql = "SELECT to_id FROM parcel WHERE state = 'owed' AND page IS NOT NULL"
    return {str(row["to_id"]) for row in await PEOPLE.ask(sql)}


async def tell_with_kills(command: list[str], count: int, room: JudgedRoom) -> Ran:
    """From the judgement until nothing is owed any more."""
    marks = [count * (number + 1) // (KILLS + 1) for number in range(KILLS)]
    worker = await asyncio.create_subprocess_exec(*command)
    try:
        await asyncio.wait_for(room.followed.wait(), 60)
        ran = Ran(judged_at=time.perf_counter(), on_their_way=[])
        room.judge(CLOCK.now_ms())
        while time.perf_counter() < ran.judged_at + WITHIN_S:
            await asyncio.sleep(LOOK_EVERY_S)
            if marks and len(CAME.times) >= marks[0]:
                marks.pop(0)
                worker.kill()
                await worker.wait()
                ran.on_their_way.append(await on_their_way())
                worker = await asyncio.create_subprocess_exec(*command)
            if not CAME.times or await any_row("SELECT id FROM outbox"):
                continue
            ran.weighed_s = ran.weighed_s or time.perf_counter() - ran.judged_at
            if not marks and not await any_row("SELECT id FROM parcel WHERE state = 'owed'"):
                return ran
        raise TimeoutError(f"{len(CAME.times)} of {count} in {WITHIN_S} s")
    finally:
        worker.kill()
        await worker.wait()


async def run(database: str, count: int) -> bool:
    await PEOPLE.open(database)
    await PEOPLE.migrate(PEOPLE_STEPS, CLOCK.now_ms())
    loop, room = asyncio.get_running_loop(), JudgedRoom(count)
    box = await loop.create_server(Box, "127.0.0.1", 0, backlog=1_024)
    post = await loop.create_server(mail_server(loop), "127.0.0.1", 0)
    origin = f"http://127.0.0.1:{box.sockets[0].getsockname()[1]}"
    mail_port = str(post.sockets[0].getsockname()[1])
    await register(count, browser(origin), origin)
    async with room.open():
        python = [sys.executable, "-m", "benchmarks._telling"]
        ran = await tell_with_kills([*python, database, room.url, origin, mail_port], count, room)
    box.close()
    post.close()
    await PEOPLE.close()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    ran.processor_s = used.ru_utime + used.ru_stime
    return told(count, ran)


def mail_server(loop: asyncio.AbstractEventLoop) -> Callable[[], SMTP]:
    return lambda: SMTP(Slot(), hostname="sink", loop=loop)


def told(count: int, ran: Ran) -> bool:
    lost = sum(CAME.times[name(number)] == 0 for number in range(count))
    twice = {each for each, times in CAME.times.items() if times > 1}
    ours = len(twice - set().union(*ran.on_their_way))
    first_s, last_s = CAME.first_at - ran.judged_at, CAME.last_at - ran.judged_at
    each_time = [len(each) for each in ran.on_their_way]
    print(f"{count:,} notices; {KILLS} kills with {each_time} on their way")
    print(f"leases that a kill leaves: {LEASE_MS} ms (sending), {OUTBOX_LEASE_MS} ms (weighing)")
    print(
        f"after the judgement: first {first_s:.2f} s, all weighed {ran.weighed_s:.1f} s, last "
        f"{last_s:.1f} s; workers' processor {ran.processor_s / count * 1e6:.0f} µs a notice, "
        f"{KILLS + 1} starts included"
    )
    print(f"came again under the same id: {len(twice)}, {sum(CAME.times.values()) - count} times")
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
