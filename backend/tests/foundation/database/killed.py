"""The process that test_kills ends by `kill -9`: it writes, owes and works off, as fast as it can.

    python -m tests.foundation.database.killed ADDRESS FOLDER

For each line on standard input it forks a process (starting Python anew would take longer than
dying), prints `pid N`, what that process acknowledges, and `dead`. The process prints each number
whose row is committed. Every row owes one task; a task's effect is a file named after the task's
id in FOLDER, and each try is a line in FOLDER/tries. After a line `drain` the process works off
what is owed and ends by itself.
"""

import asyncio
import itertools
import os
import sys
from pathlib import Path

from konsento.foundation.clock import SystemClock
from konsento.foundation.database import Database
from konsento.foundation.ids import SystemIds
from konsento.foundation.limits import OUTBOX_LEASE_MS
from konsento.foundation.outbox import Outbox, Task
from tests.foundation.shelf import SHELF, Jar


class Later(SystemClock):
    """Ahead of the others, so that the leases of those killed before have run out."""

    def __init__(self, by_ms: int) -> None:
        self._by_ms = by_ms

    def now_ms(self) -> int:
        return super().now_ms() + self._by_ms


class Effects:
    """The outside world: remembers what was done, by key, through any crash of ours."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._tries = os.open(folder / "tries", os.O_CREAT | os.O_APPEND | os.O_WRONLY)

    async def have(self, task: Task) -> None:
        os.write(self._tries, f"{task.id} {task.subject}\n".encode())
        await asyncio.sleep(0)
        (self._folder / f"{task.id}-{task.subject}").touch()


async def write(shelf: Database, outbox: Outbox, clock: Later, first: int) -> None:
    for number in itertools.count(first):
        async with shelf.writing() as tx:
            await Jar.insert(Jar(id=str(number), filled_g=number))
            await outbox.owe(tx, "effect", str(number), clock.now_ms())
        os.write(1, f"{number}\n".encode())


async def work(address: str, folder: Path, turn: int, *, drain: bool) -> None:
    clock = Later(turn * 2 * OUTBOX_LEASE_MS)
    await SHELF.open(address)
    outbox = Outbox(SHELF, SystemIds())
    handlers = {"effect": Effects(folder).have}
    if not drain:
        async with asyncio.TaskGroup() as group:
            group.create_task(outbox.work(handlers, clock))
            for lane in range(3):
                group.create_task(write(SHELF, outbox, clock, (turn * 3 + lane) * 100_000))
    while await outbox.work_once(handlers, clock):
        pass
    await SHELF.close()


def main(address: str, folder: Path) -> None:
    for turn, line in enumerate(sys.stdin):
        child = os.fork()
        if child == 0:
            asyncio.run(work(address, folder, turn, drain=line == "drain\n"))
            os._exit(0)
        os.write(1, f"pid {child}\n".encode())
        os.waitpid(child, 0)
        os.write(1, b"dead\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
