"""A database grows by steps: each once, whole or not at all, and never rewritten."""

import asyncio

import pytest

from konsento.foundation.database import Database
from konsento.foundation.migrations import Step, StepChanged, StepsMissing
from tests.conftest import NewAddress, OpenDatabase

CELLAR = Database("cellar")
BARREL = Step("barrel", ("CREATE TABLE barrel (id TEXT PRIMARY KEY, extra TEXT DEFAULT '{}')",))
TAP = Step("tap", ("ALTER TABLE barrel ADD COLUMN tap BIGINT",))
BROKEN = Step("broken", ("CREATE TABLE rack (id TEXT)", "CREATE TABLE rack (id TEXT)"))


async def steps() -> list[str]:
    rows = await CELLAR.ask("SELECT name FROM migration ORDER BY applied_at_ms, name")
    return [row["name"] for row in rows]


async def test_twice_is_once(open_database: OpenDatabase) -> None:
    await open_database(CELLAR, ())
    assert await CELLAR.migrate([BARREL], 1) == ["barrel"]
    assert await CELLAR.migrate([BARREL], 2) == []
    assert await steps() == ["barrel"]


async def test_only_what_is_new_is_applied(open_database: OpenDatabase) -> None:
    await open_database(CELLAR, (BARREL,))
    assert await CELLAR.migrate([BARREL, TAP], 2) == ["tap"]


async def test_a_step_that_was_rewritten_is_refused(open_database: OpenDatabase) -> None:
    await open_database(CELLAR, (BARREL,))
    with pytest.raises(StepChanged, match="barrel"):
        await CELLAR.migrate([Step("barrel", ("CREATE TABLE barrel (id BIGINT)",))], 2)


async def test_what_breaks_midway_leaves_nothing_half(open_database: OpenDatabase) -> None:
    await open_database(CELLAR, ())
    with pytest.raises(Exception, match="rack"):
        await CELLAR.migrate([BARREL, BROKEN], 1)
    assert await CELLAR.migrate([BARREL], 2) == ["barrel"]
    assert await steps() == ["barrel"]


async def test_who_is_cancelled_midway_leaves_nothing_half(open_database: OpenDatabase) -> None:
    await open_database(CELLAR, ())
    many = [Step(f"rack {at:02}", (f"CREATE TABLE rack{at} (id TEXT)",)) for at in range(30)]
    for yields in range(4, 60, 9):
        async with asyncio.TaskGroup() as group:
            task = group.create_task(CELLAR.migrate(many, 1))
            for _ in range(yields):
                await asyncio.sleep(0)
            task.cancel()
        async with CELLAR.writing():
            await CELLAR.ask("CREATE TABLE IF NOT EXISTS migration (name TEXT)")
            applied = await CELLAR.ask("SELECT name FROM migration")
        assert len(applied) in (0, 30)
        if applied:
            return
        async with CELLAR.writing():
            await CELLAR.ask("DROP TABLE migration")
    assert len(await CELLAR.migrate(many, 2)) == 30


async def test_two_processes_that_start_together_apply_each_step_once(
    new_address: NewAddress,
) -> None:
    address = await new_address("cellar")
    first, second = Database("cellar"), Database("cellar")
    await first.open(address)
    await second.open(address)
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(db.migrate([BARREL], 1)) for db in (first, second)]
        assert sorted(task.result() for task in tasks) == [[], ["barrel"]]
    finally:
        await first.close()
        await second.close()


async def test_a_database_that_lags_behind_is_refused_and_left_as_it_is(
    new_address: NewAddress,
) -> None:
    await CELLAR.open(await new_address("empty"))
    with pytest.raises(StepsMissing, match="cellar database lacks barrel, tap"):
        await CELLAR.must_have([BARREL, TAP])
    await CELLAR.migrate([BARREL], 1)
    with pytest.raises(StepsMissing, match=r"lacks tap$"):
        await CELLAR.must_have([BARREL, TAP])
    await CELLAR.migrate([TAP], 2)
    await CELLAR.must_have([BARREL, TAP])
    await CELLAR.must_have([BARREL])
    await CELLAR.close()
