"""What is short is done in the loop's own thread; what is not never keeps it."""

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from konsento.foundation.clock import SystemClock
from konsento.foundation.database import Database, DatabaseBusy, RowExists
from konsento.foundation.database.at_once import BY_KEY, INSERT, Glance, Short, TooLong
from konsento.foundation.database.lane import Lane
from konsento.foundation.migrations import Step

STEPS = (
    Step(
        "books-1",
        (
            "CREATE TABLE book (id TEXT PRIMARY KEY, shelf TEXT NOT NULL, pages BIGINT NOT NULL)",
            "CREATE INDEX book_shelf ON book (shelf)",
        ),
    ),
)
MANY = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) "
    "SELECT COUNT(*) AS many FROM n"
)


@pytest_asyncio.fixture
async def books(tmp_path: Path) -> AsyncIterator[Database]:
    """A file of books, whatever engine the other tests run on."""
    database = Database("books")
    await database.open(str(tmp_path / "books.sqlite"), wait_s=0.3)
    await database.migrate(STEPS, SystemClock().now_ms())
    yield database
    await database.close()


async def gives_way(database: Database, sql: str, *args: object) -> bool:
    """Whether somebody else had a turn while the database was asked."""
    turns: list[str] = []
    asyncio.get_running_loop().call_soon(turns.append, "somebody else")
    await database.ask(sql, *args)
    return bool(turns)


async def test_a_row_by_its_key_is_read_without_giving_way(books: Database) -> None:
    assert not await gives_way(books, "SELECT * FROM book WHERE id = {}", "a")


async def test_a_long_read_is_left_to_a_thread_and_says_the_same(books: Database) -> None:
    assert await gives_way(books, MANY)
    assert await books.ask(MANY) == [{"many": 100_000}]


async def test_a_short_read_stays_short_however_often_it_is_asked(books: Database) -> None:
    for _ in range(2_000):
        assert not await gives_way(books, "SELECT * FROM book WHERE id = {}", "a")


async def test_a_read_sees_what_was_committed_just_before(books: Database) -> None:
    for number in range(20):
        async with books.writing():
            await books.ask("INSERT INTO book (id, shelf, pages) VALUES ({}, 'a', 1)", str(number))
        assert len(await books.ask("SELECT id FROM book")) == number + 1


async def test_what_is_written_is_not_seen_outside_before_the_commit(
    books: Database, tmp_path: Path
) -> None:
    outside = Glance(tmp_path / "books.sqlite", ("query_only=ON",))
    async with books.writing():
        await books.ask("INSERT INTO book (id, shelf, pages) VALUES ('a', 'a', 1)")
        assert len(await books.ask("SELECT id FROM book")) == 1
        assert outside.read("SELECT id FROM book", []) == []
    assert outside.read("SELECT id FROM book", []) == [{"id": "a"}]
    outside.close()


async def test_a_failure_at_once_rolls_all_of_it_back(books: Database) -> None:
    with pytest.raises(RowExists):
        async with books.writing():
            await books.ask("INSERT INTO book (id, shelf, pages) VALUES ('a', 'a', 1)")
            await books.ask("INSERT INTO book (id, shelf, pages) VALUES ('a', 'b', 1)")
    assert await books.ask("SELECT id FROM book") == []


async def test_short_and_long_statements_share_one_transaction(books: Database) -> None:
    async with books.writing():
        await books.ask("INSERT INTO book (id, shelf, pages) VALUES ('a', 'a', 1)")
        await books.ask("UPDATE book SET pages = pages + 1")
        await books.ask("UPDATE book SET pages = pages + 1 WHERE id = {}", "a")
        assert await books.ask("SELECT pages FROM book WHERE id = {}", "a") == [{"pages": 3}]
    assert await books.ask("SELECT pages FROM book") == [{"pages": 3}]


async def test_a_transaction_that_changes_nothing_ends_and_lets_the_next_begin(
    books: Database,
) -> None:
    for _ in range(3):
        async with books.writing():
            await books.ask("SELECT * FROM book WHERE id = {}", "a")
    async with books.writing():
        await books.ask("INSERT INTO book (id, shelf, pages) VALUES ('a', 'a', 1)")
    assert len(await books.ask("SELECT id FROM book")) == 1


async def test_a_file_that_another_has_is_waited_for_by_a_thread_and_not_by_the_loop(
    books: Database, tmp_path: Path
) -> None:
    other = Lane(tmp_path / "books.sqlite", wait_s=1)
    await other.open()
    await other.call(lambda conn: conn.execute("BEGIN IMMEDIATE"))
    turns = 0

    async def takes_turns() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as group:
        taking = group.create_task(takes_turns())
        with pytest.raises(DatabaseBusy):
            async with books.writing():
                await books.ask("INSERT INTO book (id, shelf, pages) VALUES ('a', 'a', 1)")
        taking.cancel()
    await other.close()
    assert turns > 10
    async with books.writing():
        await books.ask("INSERT INTO book (id, shelf, pages) VALUES ('a', 'a', 1)")


@pytest.mark.parametrize(
    ("sql", "args", "short"),
    [
        ("INSERT INTO book (id, shelf, pages) VALUES (?, ?, ?)", ["a", "a", 1], True),
        ("UPDATE book SET pages = 1 WHERE id = ?", ["a"], True),
        ("DELETE FROM book WHERE id = ?", ["a"], True),
        ("SELECT * FROM book WHERE shelf = ?", ["a"], True),
        ("UPDATE book SET pages = 1", [], False),
        ("DELETE FROM book WHERE id > ?", ["a"], False),
        ("INSERT INTO book (id, shelf, pages) SELECT id || 'b', shelf, 1 FROM book", [], False),
        ("CREATE INDEX book_pages ON book (pages)", [], False),
        ("SELECT nonsense", [], False),
    ],
)
async def test_short_is_what_adds_a_row_or_finds_it_by_a_whole_key(
    books: Database, tmp_path: Path, sql: str, args: list[object], short: bool
) -> None:
    lane = Lane(tmp_path / "books.sqlite", wait_s=1)
    await lane.open()
    known = Short()
    for _ in range(2):
        assert lane.at_once(known.is_short, sql, args) is short
    await lane.close()


def test_the_plans_of_sqlite_are_read_as_they_are_written() -> None:
    assert BY_KEY.fullmatch("SEARCH book USING INDEX sqlite_autoindex_book_1 (id=?)")
    assert BY_KEY.fullmatch("SEARCH s USING COVERING INDEX follower (session_id=? AND visitor=?)")
    assert not BY_KEY.fullmatch("SEARCH book USING INDEX book_due (due_at_ms<?)")
    assert not BY_KEY.fullmatch("SCAN book")
    assert INSERT.match("INSERT INTO book (id) VALUES (?) ON CONFLICT (id) DO NOTHING")


async def test_a_glance_is_broken_off_and_can_be_used_again(
    books: Database, tmp_path: Path
) -> None:
    glance = Glance(tmp_path / "books.sqlite", ("query_only=ON",))
    for _ in range(2):
        with pytest.raises(TooLong):
            glance.read(MANY, [])
        assert glance.read("SELECT id FROM book WHERE id = ?", ["a"]) == []
    glance.close()


async def test_a_lane_at_work_does_nothing_at_once_even_when_nobody_waits_for_it(
    tmp_path: Path,
) -> None:
    lane, goes_on = Lane(tmp_path / "lane.sqlite", wait_s=1), threading.Event()
    await lane.open()
    asked = lane.call(lambda _: goes_on.wait(10))
    asked.cancel()
    assert not lane.idle
    with pytest.raises(RuntimeError):
        lane.at_once(lambda _: None)
    goes_on.set()
    await lane.call(lambda _: None)
    assert lane.idle
    await lane.close()
