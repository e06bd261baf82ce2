"""What cannot begin, cannot last or cannot be reached: told in time, and over when it is over."""

import asyncio
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import asyncpg
import pytest

from konsento.foundation.database import Database, DatabaseBusy, WriteOutsideTransaction
from konsento.foundation.database.lane import Lane
from konsento.foundation.database.postgres import PostgresEngine
from konsento.foundation.database.sqlite import NotDurable, SqliteEngine
from konsento.foundation.ids import SystemIds
from tests.conftest import NewAddress
from tests.foundation.shelf import SHELF, Jar, jars, put

BACKEND = Path(__file__).parents[3]
KILL_THE_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
    "AND application_name = 'konsento' AND datname = current_database()"
)


class Foreigner:
    """Another process's hold on the database: it keeps our BEGIN from succeeding."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._lite: sqlite3.Connection | None = None

    async def take(self) -> None:
        if self._address.startswith("postgresql"):
            conn = await asyncpg.connect(self._address)
            await conn.execute(KILL_THE_OTHERS)
            await conn.close()
        else:
            self._lite = sqlite3.connect(self._address, isolation_level=None)
            self._lite.execute("BEGIN IMMEDIATE")

    def let_go(self) -> None:
        if self._lite is not None:
            self._lite.execute("ROLLBACK")
            self._lite.close()


async def test_a_failed_begin_leaves_the_lock_free(new_address: NewAddress) -> None:
    address = await new_address("shelf")
    await SHELF.open(address, wait_s=0.2)
    threads, refused = threading.active_count(), 0
    try:
        async with SHELF.writing():
            await SHELF.ask("CREATE TABLE jar (id TEXT PRIMARY KEY, filled_g BIGINT)")
        foreigner = Foreigner(address)
        for _ in range(5):
            await foreigner.take()
            try:
                async with SHELF.writing():
                    await SHELF.ask("UPDATE jar SET filled_g = 2")
            except DatabaseBusy:
                refused += 1
            foreigner.let_go()
            async with asyncio.timeout(2), SHELF.writing():
                await SHELF.ask("INSERT INTO jar VALUES ({}, 1)", SystemIds().fresh())
        # A connection that was cut while idle may be noticed in time, and made anew.
        assert refused == 5 or address.startswith("postgresql")
        assert threading.active_count() == threads
        assert len(await SHELF.ask("SELECT * FROM jar")) == 5
    finally:
        await SHELF.close()


async def test_who_waits_too_long_for_a_turn_is_told_so(new_address: NewAddress) -> None:
    await SHELF.open(await new_address("shelf"), wait_s=0.2)
    told = asyncio.Event()

    async def second() -> None:
        with pytest.raises(DatabaseBusy):
            async with SHELF.writing("jars"):
                pass
        told.set()

    try:
        async with asyncio.TaskGroup() as group, SHELF.writing("jars"):
            group.create_task(second())
            async with asyncio.timeout(3):
                await told.wait()
    finally:
        await SHELF.close()


@pytest.mark.usefixtures("shelf")
async def test_a_transaction_that_rolled_itself_back_commits_nothing() -> None:
    """A full disk does that: going on as if nothing was would keep only the second half."""

    async def go_on() -> None:
        async with SHELF.writing():
            await Jar.insert(Jar(id="plum", filled_g=1))
            await SHELF.ask("ROLLBACK")
            await Jar.insert(Jar(id="pear", filled_g=1))

    with pytest.raises((sqlite3.OperationalError, WriteOutsideTransaction)):
        await go_on()
    assert await jars() == []
    await put("fig")


async def test_closing_ends_every_thread(tmp_path: Path) -> None:
    before = threading.active_count()
    engine = SqliteEngine(tmp_path / "shelf.sqlite", wait_s=1)
    await engine.open()
    assert threading.active_count() > before
    await engine.close()
    assert threading.active_count() == before


async def test_a_database_that_cannot_keep_its_word_is_not_opened() -> None:
    before = threading.active_count()
    with pytest.raises(NotDurable, match="journal_mode=memory"):
        await SqliteEngine(Path(":memory:"), wait_s=1).open()
    assert threading.active_count() == before


async def test_a_file_that_is_no_database_leaves_no_thread(tmp_path: Path) -> None:
    before = threading.active_count()
    (tmp_path / "shelf.sqlite").write_text("plums" * 1_000)
    with pytest.raises(sqlite3.DatabaseError):
        await SqliteEngine(tmp_path / "shelf.sqlite", wait_s=1).open()
    assert threading.active_count() == before


async def test_calls_of_a_lane_run_in_order_although_cancelled(tmp_path: Path) -> None:
    lane = Lane(tmp_path / "lane.sqlite", wait_s=1)
    await lane.open()
    done: list[int] = []
    calls = [lane.call(lambda _, number: done.append(number), number) for number in range(20)]
    for call in calls[::2]:
        call.cancel()
    await asyncio.wait(calls)
    await lane.close()
    assert done == list(range(20))


async def test_no_postgres_there_is_told_at_the_opening() -> None:
    nowhere = Database("nowhere")
    with pytest.raises(OSError, match=r"8689|refused|multiple"):
        await nowhere.open("postgresql://nobody@127.0.0.1:8689/none", wait_s=1)
    assert isinstance(PostgresEngine("postgresql://x", wait_s=1), PostgresEngine)


@pytest.mark.parametrize("ending", ["a failed commit", "a failed begin", "never closed"])
def test_a_process_can_end_after(ending: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.foundation.database.ending", ending, str(tmp_path)],
        cwd=BACKEND, timeout=20, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "the end\n"), done.stderr
