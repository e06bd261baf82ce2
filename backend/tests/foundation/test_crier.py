"""What rings in one process is heard in the others, and nobody depends on it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import asyncpg
import pytest_asyncio

from konsento.foundation.crier import Crier
from konsento.foundation.limits import CRIES_KEPT

PATIENCE_MS = 20_000


@contextlib.asynccontextmanager
async def crying(*criers: Crier) -> AsyncIterator[None]:
    """Each stands on its own connection, as it would in a process of its own."""
    async with asyncio.TaskGroup() as group:
        standing = [group.create_task(crier.run()) for crier in criers]
        yield
        for task in standing:
            task.cancel()


@pytest_asyncio.fixture
async def two(postgres_url: str) -> AsyncIterator[tuple[Crier, Crier]]:
    yield Crier("town", postgres_url), Crier("town", postgres_url)


async def test_a_ring_wakes_those_who_listen_elsewhere(two: tuple[Crier, Crier]) -> None:
    here, there = (crier.wake("owed") for crier in two)
    async with crying(*two):
        assert await there.wait(PATIENCE_MS)  # it stands: what was missed is looked for
        assert await here.wait(PATIENCE_MS, since=0)
        heard, own = there.rings, here.rings
        here.ring()
        assert await there.wait(PATIENCE_MS, since=heard)
        assert here.rings == own + 1  # its own cry does not come back to it


async def test_a_subject_is_carried_to_those_who_follow_it(two: tuple[Crier, Crier]) -> None:
    one, other = two
    heard: asyncio.Queue[str] = asyncio.Queue()
    cry = one.carries("session", heard.put_nowait)
    other.carries("session", heard.put_nowait)
    stands = other.wake("stands")
    async with crying(one, other), asyncio.timeout(PATIENCE_MS / 1000):
        await stands.wait(PATIENCE_MS)
        cry("plum:7")
        assert await heard.get() == "plum:7"


async def test_one_whose_connection_is_cut_stands_up_again(
    two: tuple[Crier, Crier], postgres_url: str
) -> None:
    here, there = (crier.wake("owed") for crier in two)
    async with crying(*two), asyncio.timeout(PATIENCE_MS / 1000):
        await there.wait(PATIENCE_MS, since=0)
        await here.wait(PATIENCE_MS, since=0)
        heard = there.rings
        conn = await asyncpg.connect(postgres_url)
        await conn.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND query LIKE '%pg_notify%'"
        )
        await conn.close()
        here.ring()  # cries into a cut connection: lost, and only a delay
        await there.wait(PATIENCE_MS, since=heard)


async def test_one_that_finds_no_database_keeps_nothing_but_a_few_cries() -> None:
    crier = Crier("town", "postgresql://nobody@127.0.0.1:1/nowhere")
    cry = crier.carries("session", lambda _: None)
    async with crying(crier):
        for number in range(2 * CRIES_KEPT):
            cry(str(number))
        assert not await crier.wake("owed").wait(50)
    assert len(crier._cries) <= CRIES_KEPT


def test_a_file_has_one_process_and_needs_no_crier() -> None:
    assert Crier("town", "var/town.sqlite").jobs == ()
