"""What a transaction promises, the same on both engines."""

import asyncio
import contextlib

import pytest

from konsento.foundation.database import (
    Database,
    RowExists,
    RowRefused,
    TransactionOfAnotherTask,
    WriteOutsideTransaction,
)
from tests.foundation.shelf import Jar, Label, filled_g, jars, put

pytestmark = pytest.mark.usefixtures("shelf")


async def test_what_was_written_is_read_back_with_its_types(shelf: Database) -> None:
    async with shelf.writing():
        given = await Jar.insert(Jar(id="plum", filled_g=2**62, sealed=True))
    assert given == [{"id": "plum"}]
    (row,) = await Jar.select()
    assert row == {"id": "plum", "filled_g": 2**62, "sealed": True}
    assert row["sealed"] is True


async def test_a_use_case_that_fails_leaves_no_row(shelf: Database) -> None:
    async def fail() -> None:
        async with shelf.writing():
            await Jar.insert(Jar(id="plum", filled_g=1))
            raise KeyError

    with pytest.raises(KeyError):
        await fail()
    assert await jars() == []


async def test_a_statement_sees_what_its_transaction_wrote(shelf: Database) -> None:
    async with shelf.writing():
        await Jar.insert(Jar(id="plum", filled_g=1))
        assert await jars() == ["plum"]


async def test_nothing_is_seen_from_outside_before_the_commit(shelf: Database) -> None:
    seen: list[list[str]] = []
    wrote, looked = asyncio.Event(), asyncio.Event()

    async def look() -> None:
        await wrote.wait()
        seen.append(await jars())
        looked.set()

    async with asyncio.TaskGroup() as group:
        group.create_task(look())
        async with shelf.writing():
            await Jar.insert(Jar(id="plum", filled_g=1))
            wrote.set()
            await looked.wait()
    assert seen == [[]]
    assert await jars() == ["plum"]


async def test_a_row_that_is_there_already_is_refused_by_name(shelf: Database) -> None:
    await put("plum")
    with pytest.raises(RowExists):
        await put("plum")


async def test_a_row_against_another_rule_is_refused_by_name(shelf: Database) -> None:
    with pytest.raises(RowRefused) as refused:
        await put("plum", filled_g=-1)
    assert not isinstance(refused.value, RowExists)


async def test_a_broken_transaction_is_never_told_as_committed(shelf: Database) -> None:
    """PostgreSQL gives up the transaction, SQLite the statement: either way it is told truly."""
    await put("plum")
    called: list[str] = []

    async def look_away() -> None:
        async with shelf.writing() as tx:
            tx.after_commit(lambda: called.append("rung"))
            await Jar.insert(Jar(id="pear", filled_g=1))
            with contextlib.suppress(RowExists):
                await Jar.insert(Jar(id="plum", filled_g=1))

    with contextlib.suppress(RowRefused):
        await look_away()
    assert await jars() == (["pear", "plum"] if called else ["plum"])


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO jar (id, filled_g) VALUES ('plum', 1)",
        "DELETE FROM jar",
        "CREATE TABLE cellar (id TEXT)",
        "WITH one AS (SELECT 1) INSERT INTO jar (id, filled_g) SELECT 'plum', 1 FROM one",
        "BEGIN",
    ],
)
async def test_a_write_outside_a_transaction_is_refused(shelf: Database, statement: str) -> None:
    with pytest.raises(WriteOutsideTransaction):
        await shelf.ask(statement)
    with pytest.raises(WriteOutsideTransaction):
        async with shelf.reading():
            await shelf.ask(statement)
    assert await jars() == []


async def test_reading_sees_one_state_however_long_it_takes(shelf: Database) -> None:
    await put("plum")
    async with asyncio.TaskGroup() as group, shelf.reading():
        assert await jars() == ["plum"]
        await group.create_task(put("pear"))
        assert await jars() == ["plum"]
    assert await jars() == ["pear", "plum"]


async def test_transactions_do_not_nest(shelf: Database) -> None:
    async with shelf.writing():
        with pytest.raises(RuntimeError, match="nest"):
            async with shelf.writing():
                pass
        with pytest.raises(RuntimeError, match="nest"):
            async with shelf.reading():
                pass


async def test_a_task_started_inside_a_transaction_is_refused_till_it_ends(
    shelf: Database,
) -> None:
    ended = asyncio.Event()

    async def child() -> list[str]:
        with pytest.raises(TransactionOfAnotherTask):
            await Jar.select()
        await ended.wait()
        await put("pear")
        return await jars()

    async with asyncio.TaskGroup() as group:
        async with shelf.writing():
            task = group.create_task(child())
            await Jar.insert(Jar(id="plum", filled_g=1))
        ended.set()
    assert task.result() == ["pear", "plum"]


async def test_a_child_task_may_have_a_transaction_of_its_own(shelf: Database) -> None:
    """It waits for its turn; it is never part of the parent's."""
    async with asyncio.TaskGroup() as group:

        async def fail() -> None:
            async with shelf.writing():
                group.create_task(put("pear"))
                await Jar.insert(Jar(id="plum", filled_g=1))
                raise KeyError

        with pytest.raises(KeyError):
            await fail()
    assert await jars() == ["pear"]


async def test_fifty_increments_at_once_are_fifty(shelf: Database) -> None:
    await put("plum")

    async def add() -> None:
        async with shelf.writing("jar plum"):
            before_g = await filled_g("plum")
            await Jar.update({Jar.filled_g: before_g + 1}).where(Jar.id == "plum")

    async with asyncio.TaskGroup() as group:
        for _ in range(50):
            group.create_task(add())
    assert await filled_g("plum") == 50


async def test_a_lock_taken_on_the_way_holds_as_well(shelf: Database) -> None:
    await put("plum")

    async def add() -> None:
        async with shelf.writing() as tx:
            await tx.lock("jar plum")
            before_g = await filled_g("plum")
            await Jar.update({Jar.filled_g: before_g + 1}).where(Jar.id == "plum")

    async with asyncio.TaskGroup() as group:
        for _ in range(20):
            group.create_task(add())
    assert await filled_g("plum") == 20


async def test_what_waits_for_the_commit_is_called_after_it_and_only_then(
    shelf: Database,
) -> None:
    called: list[str] = []

    async def write(name: str) -> None:
        async with shelf.writing() as tx:
            tx.after_commit(lambda: called.append(name))
            await Jar.insert(Jar(id="plum", filled_g=1))
            assert name not in called

    await write("first")
    with pytest.raises(RowExists):
        await write("second")
    assert called == ["first"]


async def test_a_failed_commit_leaves_the_lock_free(shelf: Database) -> None:
    called: list[str] = []

    async def mislabel() -> None:
        async with shelf.writing("label") as tx:
            tx.after_commit(lambda: called.append("rung"))
            await Label.insert(Label(id="1", jar="none"))

    with pytest.raises(RowRefused):
        await mislabel()
    assert called == []
    async with asyncio.timeout(2), shelf.writing("label"):
        await Jar.insert(Jar(id="plum", filled_g=1))
        await Label.insert(Label(id="1", jar="plum"))
    assert len(await Label.select()) == 1


async def test_braces_in_sql_without_arguments_are_only_braces(shelf: Database) -> None:
    assert await shelf.ask("SELECT '{}' AS given") == [{"given": "{}"}]
