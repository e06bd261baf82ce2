"""What is owed is done: once in effect, in bounded tries, by one worker at a time."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from konsento.foundation.clock import SystemClock, TestClock
from konsento.foundation.database import Database
from konsento.foundation.ids import CountingIds
from konsento.foundation.limits import (
    OUTBOX_ATTEMPTS,
    OUTBOX_BACKOFF_MS_MAX,
    OUTBOX_BATCH,
    OUTBOX_LEASE_MS,
)
from konsento.foundation.outbox import Outbox, Task, TryLater
from konsento.foundation.wake import Wake


@pytest.fixture
def outbox(shelf: Database, ids: CountingIds) -> Outbox:
    return Outbox(shelf, ids)


async def owe(shelf: Database, outbox: Outbox, clock: TestClock, subject: str = "plum") -> str:
    async with shelf.writing() as tx:
        return await outbox.owe(tx, "tell", subject, clock.now_ms())


async def owed(shelf: Database) -> int:
    return int((await shelf.ask("SELECT count(*) AS count FROM outbox"))[0]["count"])


def says(error: Exception) -> Callable[[Task], Awaitable[None]]:
    async def handler(_: Task) -> None:
        raise error

    return handler


async def test_a_task_is_handled_and_struck_off(
    shelf: Database, outbox: Outbox, clock: TestClock
) -> None:
    handled: list[Task] = []

    async def tell(task: Task) -> None:
        handled.append(task)

    task_id = await owe(shelf, outbox, clock)
    assert await outbox.work_once({"tell": tell}, clock) == 1
    assert handled == [Task(task_id, "tell", "plum", attempts=1, generation=1)]
    assert await outbox.work_once({"tell": tell}, clock) == 0
    assert await owed(shelf) == 0


async def test_a_task_owed_for_later_waits_for_its_time(
    shelf: Database, outbox: Outbox, clock: TestClock
) -> None:
    async with shelf.writing() as tx:
        await outbox.owe(tx, "tell", "plum", clock.now_ms(), after_ms=5_000)
    assert await outbox.lease(clock.now_ms() + 4_999) == []
    assert len(await outbox.lease(clock.now_ms() + 5_000)) == 1


async def test_what_nobody_has_begun_is_owed_once(
    shelf: Database, outbox: Outbox, clock: TestClock
) -> None:
    async def owe_once(subject: str) -> int:
        async with shelf.writing() as tx:
            await outbox.owe_once(tx, "tell", subject, clock.now_ms())
        return await owed(shelf)

    assert [await owe_once("plum"), await owe_once("plum"), await owe_once("pear")] == [1, 1, 2]
    await outbox.lease(clock.now_ms())
    assert await owe_once("plum") == 3  # whoever has begun may have looked before


async def test_what_is_owed_once_is_looked_up_by_an_index(shelf: Database) -> None:
    sql = "SELECT id FROM outbox WHERE kind = {} AND subject = {} AND generation = 0 LIMIT 1"
    async with shelf.writing():
        if shelf.engine.engine_type == "sqlite":
            plan = await shelf.ask(f"EXPLAIN QUERY PLAN {sql}", "tell", "plum")
        else:
            await shelf.ask("SET LOCAL enable_seqscan = off")  # it scans what is this small
            plan = await shelf.ask(f"EXPLAIN {sql}", "tell", "plum")
    assert "outbox_fresh" in str(plan)


async def test_what_is_rolled_back_owes_nothing_and_rings_nothing(
    shelf: Database, ids: CountingIds, clock: TestClock
) -> None:
    wake = Wake()
    outbox = Outbox(shelf, ids, wake)

    async def fail() -> None:
        async with shelf.writing() as tx:
            await outbox.owe(tx, "tell", "plum", clock.now_ms())
            raise KeyError

    with pytest.raises(KeyError):
        await fail()
    assert (await owed(shelf), wake.rings) == (0, 0)
    async with shelf.writing() as tx:
        await outbox.owe(tx, "tell", "plum", clock.now_ms())
        assert wake.rings == 0
    assert (await owed(shelf), wake.rings) == (1, 1)


async def test_a_worker_that_slept_through_its_lease_changes_nothing(
    shelf: Database, outbox: Outbox, clock: TestClock
) -> None:
    await owe(shelf, outbox, clock)
    (zombie,) = await outbox.lease(clock.now_ms())
    await clock.advance(OUTBOX_LEASE_MS + 1)
    (heir,) = await outbox.lease(clock.now_ms())
    await outbox.done(zombie)
    await outbox.failed(zombie, KeyError(), clock.now_ms())
    assert await outbox.lease(clock.now_ms()) == []
    assert await owed(shelf) == 1
    await outbox.done(heir)
    assert await owed(shelf) == 0


async def test_a_task_that_always_fails_is_given_up_and_shown(
    shelf: Database, outbox: Outbox, clock: TestClock
) -> None:
    task_id = await owe(shelf, outbox, clock)
    tries = 0
    while await outbox.work_once({"tell": says(KeyError("secret"))}, clock):
        tries += 1
        await clock.advance(OUTBOX_BACKOFF_MS_MAX)
    assert tries == OUTBOX_ATTEMPTS
    (row,) = await outbox.given_up()
    assert (row["id"], row["kind"], row["error"]) == (task_id, "tell", "KeyError")


async def test_tries_come_further_and_further_apart(
    shelf: Database, outbox: Outbox, clock: TestClock
) -> None:
    await owe(shelf, outbox, clock)
    waits = []
    for _ in range(OUTBOX_ATTEMPTS - 1):
        await outbox.work_once({"tell": says(KeyError())}, clock)
        (row,) = await shelf.ask("SELECT due_at_ms FROM outbox")
        waits.append(row["due_at_ms"] - clock.now_ms())
        await clock.advance(waits[-1])
    assert all(250 * 2**at <= wait for at, wait in enumerate(waits[:10], start=1))
    assert max(waits) <= OUTBOX_BACKOFF_MS_MAX


async def test_later_means_not_before(shelf: Database, outbox: Outbox, clock: TestClock) -> None:
    await owe(shelf, outbox, clock)
    await outbox.work_once({"tell": says(TryLater(7_000))}, clock)
    assert await outbox.lease(clock.now_ms() + 6_999) == []
    (task,) = await outbox.lease(clock.now_ms() + 7_000)
    assert task.attempts == 2


async def test_a_task_that_kills_its_workers_is_given_up_as_well(
    shelf: Database, outbox: Outbox, clock: TestClock
) -> None:
    await owe(shelf, outbox, clock)
    for _ in range(OUTBOX_ATTEMPTS):
        assert await outbox.lease(clock.now_ms())
        await clock.advance(OUTBOX_LEASE_MS + 1)
    await outbox.work_once({"tell": says(AssertionError("not tried again"))}, clock)
    (row,) = await outbox.given_up()
    assert row["error"] == "WorkerLost"


async def test_a_kind_that_nobody_handles_is_tried_again_and_told(
    shelf: Database, outbox: Outbox, clock: TestClock
) -> None:
    await owe(shelf, outbox, clock)
    assert await outbox.work_once({}, clock) == 1
    (row,) = await shelf.ask("SELECT error FROM outbox")
    assert row["error"] == "KeyError"


async def test_two_workers_never_have_one_task(shelf: Database, clock: TestClock) -> None:
    first, second = Outbox(shelf, CountingIds(1)), Outbox(shelf, CountingIds(2))
    async with shelf.writing() as tx:
        for number in range(3 * OUTBOX_BATCH):
            await first.owe(tx, "tell", str(number), clock.now_ms())
    leased: list[str] = []

    async def take(outbox: Outbox) -> None:
        while tasks := await outbox.lease(clock.now_ms(), at_most=7):
            leased.extend(task.subject for task in tasks)

    async with asyncio.TaskGroup() as group:
        for outbox in (first, second, first, second):
            group.create_task(take(outbox))
    assert sorted(leased, key=int) == [str(number) for number in range(3 * OUTBOX_BATCH)]


async def test_a_slow_task_holds_up_none_but_itself(
    shelf: Database, ids: CountingIds, clock: TestClock
) -> None:
    wake, told = Wake(), asyncio.Queue[str]()
    outbox = Outbox(shelf, ids, wake)
    slow = asyncio.Event()

    async def tell(task: Task) -> None:
        if task.subject == "slow":
            await slow.wait()
        told.put_nowait(task.subject)

    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        worker = group.create_task(outbox.work({"tell": tell}, clock))
        await owe(shelf, outbox, clock, "slow")
        await owe(shelf, outbox, clock, "quick")
        assert await told.get() == "quick"
        slow.set()
        assert await told.get() == "slow"
        while await owed(shelf):
            await SystemClock().sleep(5)
        worker.cancel()


async def test_its_own_slow_task_is_not_leased_again_by_a_fast_clock(
    shelf: Database, outbox: Outbox, clock: TestClock
) -> None:
    tries, slow = 0, asyncio.Event()

    async def tell(_: Task) -> None:
        nonlocal tries
        tries += 1
        await slow.wait()

    await owe(shelf, outbox, clock)
    async with asyncio.TaskGroup() as group:
        group.create_task(outbox.work_once({"tell": tell}, clock))
        while not tries:
            await SystemClock().sleep(1)
        await clock.advance(10 * OUTBOX_LEASE_MS)
        assert await outbox.work_once({"tell": tell}, clock) == 0
        slow.set()
    assert (tries, await owed(shelf)) == (1, 0)


async def test_who_ends_leases_nothing_more_and_finishes_what_it_has(
    shelf: Database, ids: CountingIds, clock: TestClock
) -> None:
    outbox, begun, slow = Outbox(shelf, ids, Wake()), asyncio.Event(), asyncio.Event()

    async def tell(_: Task) -> None:
        begun.set()
        await slow.wait()

    await owe(shelf, outbox, clock, "first")  # before: its ring would have it look once more
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        worker = group.create_task(outbox.work({"tell": tell}, clock))
        await begun.wait()
        ending = group.create_task(outbox.finish(60_000))
        await asyncio.sleep(0)
        await owe(shelf, outbox, clock, "second")
        slow.set()
        await ending
        await worker
    assert [row["subject"] for row in await shelf.ask("SELECT subject FROM outbox")] == ["second"]


async def test_who_ends_waits_no_longer_than_it_was_told_to(
    shelf: Database, ids: CountingIds, clock: TestClock
) -> None:
    outbox, begun = Outbox(shelf, ids, Wake()), asyncio.Event()

    async def tell(_: Task) -> None:
        begun.set()
        await asyncio.Event().wait()

    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        worker = group.create_task(outbox.work({"tell": tell}, clock))
        await owe(shelf, outbox, clock)
        await begun.wait()
        await outbox.finish(20)
        worker.cancel()
    assert await owed(shelf) == 1
