"""Whoever is cut short gives back what they took: connections, threads, locks."""

import asyncio
import threading
from typing import Any

import httpx
import pytest
from litestar import Litestar, post

from konsento.foundation.clock import SystemClock
from konsento.foundation.database import Database
from konsento.foundation.database.postgres import PostgresEngine
from konsento.foundation.ids import CountingIds, SystemIds
from tests.foundation.shelf import SHELF, Jar, jars, put

CHANCE = CountingIds(20)
IN_LIMBO = (
    "SELECT count(*) AS count FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' "
    "AND datname = current_database() AND application_name = 'konsento'"
)


async def nothing_is_held(shelf: Database) -> None:
    """A write goes through at once, and every connection is back."""
    async with asyncio.timeout(2):
        await put(SystemIds().fresh())
    if isinstance(shelf.engine, PostgresEngine):
        pool = shelf.engine._pool
        assert pool.get_idle_size() == pool.get_size()
        assert await shelf.ask(IN_LIMBO) == [{"count": 0}]


async def cut_short(work: Any, times: int, at_once: int, within_ms: int) -> int:
    """Begin `work` so often, each cancelled at some moment; how many were cut."""
    cut = 0

    async def one(group: asyncio.TaskGroup) -> None:
        nonlocal cut
        task = group.create_task(work())
        await SystemClock().sleep(CHANCE.below(within_ms))
        cut += task.cancel()

    for _ in range(times // at_once):
        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(one(group))
    return cut


@post("/jars")
async def fill_one() -> dict[str, int]:
    before = await Jar.count()
    async with SHELF.writing("jars"):
        await Jar.insert(Jar(id=SystemIds().fresh(), filled_g=before))
        await Jar.update({Jar.filled_g: Jar.filled_g + 1}).where(Jar.filled_g < 3)
    return {"count": await Jar.count()}


async def test_a_thousand_cancelled_requests_leak_nothing(shelf: Database) -> None:
    await nothing_is_held(shelf)
    threads = threading.active_count()
    app = Litestar([fill_one], openapi_config=None, logging_config=None)
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://shelf") as client:
        cut = await cut_short(lambda: client.post("/jars"), 1_000, at_once=20, within_ms=60)
    assert cut > 300
    assert threading.active_count() == threads
    await nothing_is_held(shelf)


async def test_three_hundred_cancelled_transactions_leave_whole_ones_or_none(
    shelf: Database,
) -> None:
    async def pair() -> None:
        name = SystemIds().fresh()
        async with shelf.writing("jars"):
            await Jar.insert(Jar(id=f"{name}-left", filled_g=1))
            await Jar.insert(Jar(id=f"{name}-right", filled_g=1))

    cut = await cut_short(pair, 300, at_once=10, within_ms=20)
    assert cut > 50
    found = [jar for jar in await jars() if "-" in jar]
    assert len(found) == 2 * len({jar.partition("-")[0] for jar in found})
    await nothing_is_held(shelf)


async def test_who_is_cancelled_while_waiting_for_a_turn_leaves_the_queue(
    shelf: Database,
) -> None:
    async with asyncio.TaskGroup() as group:
        async with shelf.writing("jars"):
            waiting = [group.create_task(put(f"jar {number}")) for number in range(3)]
            await Jar.select()
            waiting[0].cancel()
        await waiting[1]
    await nothing_is_held(shelf)
    assert "jar 2" in await jars()


@pytest.mark.parametrize("moment", range(12))
async def test_a_commit_that_was_sent_is_told_although_its_caller_was_cancelled(
    shelf: Database, moment: int
) -> None:
    """At whichever step the cancellation falls: called back if and only if the row is there."""
    called: list[bool] = []

    async def write() -> None:
        async with shelf.writing() as tx:
            tx.after_commit(lambda: called.append(True))
            await Jar.insert(Jar(id="plum", filled_g=1))

    async with asyncio.TaskGroup() as group:
        task = group.create_task(write())
        for _ in range(moment):
            await asyncio.sleep(0)
        if moment > 6:
            await SystemClock().sleep(moment - 6)
        task.cancel()
    assert bool(called) == (await jars() == ["plum"])
