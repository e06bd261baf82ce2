"""Twenty real `kill -9` under load: what was acknowledged is there, what was owed is done."""

import asyncio
import os
import signal
import sys
from collections import Counter
from pathlib import Path

from konsento.foundation.clock import SystemClock
from konsento.foundation.ids import CountingIds
from tests.conftest import NewAddress
from tests.foundation.shelf import SHELF, STEPS, jars

KILLS = 20
BACKEND = Path(__file__).parents[3]
CHANCE = CountingIds(9)


class Victims:
    """The processes to be killed, one after the other."""

    def __init__(self, parent: asyncio.subprocess.Process) -> None:
        assert parent.stdin
        assert parent.stdout
        self.to, self.told = parent.stdin, parent.stdout

    async def _line(self) -> str:
        async with asyncio.timeout(30):
            return (await self.told.readline()).decode().strip()

    async def acknowledged_until_killed(self) -> list[str]:
        self.to.write(b"go\n")
        pid = int((await self._line()).removeprefix("pid "))
        said = [await self._line()]
        await SystemClock().sleep(20 + CHANCE.below(150))
        os.kill(pid, signal.SIGKILL)
        while (line := await self._line()) != "dead":
            said.append(line)
        return said

    async def drain(self) -> None:
        self.to.write(b"drain\n")
        assert (await self._line()).startswith("pid ")
        assert await self._line() == "dead"


async def test_twenty_kills_lose_no_write_and_no_task(
    new_address: NewAddress, tmp_path: Path
) -> None:
    address = await new_address("shelf")
    await SHELF.open(address)
    await SHELF.migrate(STEPS, 0)
    await SHELF.close()
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.foundation.database.killed", address, str(tmp_path),
        cwd=BACKEND, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    victims = Victims(parent)
    acknowledged: list[str] = []
    try:
        for _ in range(KILLS):
            acknowledged += await victims.acknowledged_until_killed()
        await victims.drain()
    finally:
        victims.to.close()
        await parent.wait()
    await SHELF.open(address)
    try:
        written = set(await jars())
        owed = await SHELF.ask("SELECT id FROM outbox")
    finally:
        await SHELF.close()
    assert len(acknowledged) > KILLS
    assert set(acknowledged) <= written
    assert owed == []
    each_is_done(written, tmp_path)


def each_is_done(written: set[str], effects: Path) -> None:
    """Tried at least once, in effect exactly once, and nothing that was not owed."""
    done = [path.name.partition("-")[2] for path in effects.glob("*-*")]
    assert Counter(done) == Counter(written)
    tries = [line.partition(" ")[2] for line in (effects / "tries").read_text().splitlines()]
    assert set(tries) == written
