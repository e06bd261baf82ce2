"""Those who write to a SQLite file at once share a commit; each is told of its own end alone.

On SQLite whatever the tests run on: PostgreSQL does this by itself.
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from konsento.foundation.database import Database, RowExists, RowRefused
from konsento.foundation.database.sqlite import SqliteEngine
from konsento.foundation.limits import SHARE_A_COMMIT_MAX
from tests.foundation.shelf import SHELF, STEPS, Jar, Label, jars, put

WRITERS = 20


@pytest_asyncio.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[Database]:
    await SHELF.open(str(tmp_path / "shelf.sqlite"))
    await SHELF.migrate(STEPS, 0)
    yield SHELF
    await SHELF.close()


def sqlite_of(shelf: Database) -> SqliteEngine:
    assert isinstance(shelf.engine, SqliteEngine)
    return shelf.engine


@contextlib.contextmanager
def commits(shelf: Database) -> Iterator[list[str]]:
    """Every COMMIT that SQLite is given meanwhile."""
    said: list[str] = []
    connection = sqlite_of(shelf)._writer._connection
    connection.set_trace_callback(lambda sql: said.append(sql) if sql == "COMMIT" else None)
    try:
        yield said
    finally:
        connection.set_trace_callback(None)


async def in_line(shelf: Database, *writers: Callable[[], Awaitable[None]]) -> list[object]:
    """Have them all stand in line before the first may write; how each ended."""

    async def first() -> None:
        async with shelf.writing():
            await Jar.insert(Jar(id="first", filled_g=0))
            await asyncio.sleep(0)  # the others come into the line
            await asyncio.sleep(0)

    return list(
        await asyncio.gather(first(), *(write() for write in writers), return_exceptions=True)
    )


def putting(jar: str) -> Callable[[], Awaitable[None]]:
    return lambda: put(jar, 1)


async def test_twenty_who_write_at_once_wait_for_few_commits(shelf: Database) -> None:
    with commits(shelf) as said:
        ends = await in_line(shelf, *(putting(f"jar-{n:02}") for n in range(WRITERS)))
    assert ends == [None] * (WRITERS + 1)
    assert len(await jars()) == WRITERS + 1
    assert len(said) <= 2


async def test_a_share_has_an_end_however_many_come(shelf: Database) -> None:
    many = 2 * SHARE_A_COMMIT_MAX
    with commits(shelf) as said:
        await in_line(shelf, *(putting(f"jar-{n:02}") for n in range(many)))
    assert len(await jars()) == many + 1
    assert len(said) == 3


async def test_one_that_fails_undoes_its_own_alone(shelf: Database) -> None:
    async def fail() -> None:
        async with shelf.writing():
            await Jar.insert(Jar(id="broken", filled_g=1))
            raise KeyError("broken")

    ends = await in_line(shelf, putting("a"), fail, putting("b"), fail)
    assert [type(end) for end in ends] == [type(None), type(None), KeyError, type(None), KeyError]
    assert await jars() == ["a", "b", "first"]


async def test_each_sees_what_those_before_it_wrote(shelf: Database) -> None:
    seen: list[list[str]] = []

    async def look() -> None:
        async with shelf.writing():
            seen.append(await jars())

    await in_line(shelf, putting("a"), look, putting("b"), look)
    assert seen == [["a", "first"], ["a", "b", "first"]]


async def test_nobody_is_told_before_it_is_durable(shelf: Database) -> None:
    seen: list[bool] = []

    async def tell(jar: str) -> None:
        async with shelf.writing() as tx:
            await Jar.insert(Jar(id=jar, filled_g=1))
            tx.after_commit(lambda: seen.append(is_durable(shelf, jar)))
        seen.append(is_durable(shelf, jar))

    await in_line(shelf, *(lambda jar=f"jar-{n}": tell(jar) for n in range(5)))
    assert seen == [True] * 10


async def test_whoever_fails_by_what_it_saw_leaves_when_that_is_durable(shelf: Database) -> None:
    """Else it looks for it outside, where it is not yet, and finds no reason for its failing."""
    seen: list[bool] = []

    async def fail() -> None:
        with pytest.raises(RowExists):
            await put("a")
        seen.append(is_durable(shelf, "a"))

    await in_line(shelf, putting("a"), fail, putting("b"), fail, putting("c"))
    assert seen == [True, True]


def is_durable(shelf: Database, jar: str) -> bool:
    """By a connection of its own."""
    with contextlib.closing(sqlite3.connect(sqlite_of(shelf)._path)) as other:
        return other.execute("SELECT 1 FROM jar WHERE id = ?", [jar]).fetchone() is not None


async def test_when_the_commit_fails_all_who_share_it_are_told(shelf: Database) -> None:
    """A rule that is looked at only then; no table of the house has one."""

    async def orphan() -> None:
        async with shelf.writing():
            await Label.insert(Label(id="label", jar="no such jar"))

    ends = await in_line(shelf, putting("a"), orphan, putting("b"))
    assert [type(end) for end in ends] == [RowRefused] * 4
    assert await jars() == []
    await put("after")
    assert await jars() == ["after"]


@pytest.mark.parametrize("moment", ["before its turn", "as its turn comes"])
async def test_whoever_gives_up_waiting_leaves_nobody_untold(shelf: Database, moment: str) -> None:
    """The first leaves its commit to the next, who goes away."""
    ended: list[str] = []

    async def next_one() -> None:
        try:
            await put("next")
        except asyncio.CancelledError:
            ended.append("next gave up")
            raise

    async with asyncio.timeout(2), asyncio.TaskGroup() as group:
        async with shelf.writing() as tx:
            await Jar.insert(Jar(id="first", filled_g=0))
            tx.after_commit(lambda: ended.append("first"))
            waiting = group.create_task(next_one())
            await asyncio.sleep(0)
            if moment == "before its turn":
                waiting.cancel()
            else:
                asyncio.get_running_loop().call_soon(waiting.cancel)
        assert is_durable(shelf, "first")
    assert sorted(ended) == ["first", "next gave up"]
    await put("after")
    assert await jars() == ["after", "first"]


async def test_closing_waits_for_those_who_share(shelf: Database) -> None:
    path = sqlite_of(shelf)._path
    async with asyncio.TaskGroup() as group:
        for number in range(5):
            group.create_task(put(f"jar-{number}"))
        await asyncio.sleep(0)
        await shelf.close()
    with contextlib.closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT count(*) FROM jar").fetchone() == (5,)
