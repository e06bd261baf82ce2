"""A job keeps its pace through its own slowness and through bad minutes."""

import asyncio

from structlog.testing import capture_logs

from konsento.foundation.clock import TestClock
from konsento.foundation.ticker import every


async def test_a_job_starts_at_even_intervals_however_long_it_takes(clock: TestClock) -> None:
    began_ms, starts = clock.now_ms(), list[int]()

    async def job() -> None:
        starts.append(clock.now_ms() - began_ms)
        await clock.sleep(400)

    async with asyncio.TaskGroup() as group:
        ticker = group.create_task(every(1_000, job, name="look", clock=clock))
        await asyncio.sleep(0)
        await clock.advance(3_500)
        ticker.cancel()
    assert starts == [0, 1_000, 2_000, 3_000]


async def test_failing_and_recovering_are_said_once_each(clock: TestClock) -> None:
    runs = 0

    async def job() -> None:
        nonlocal runs
        runs += 1
        if runs in (2, 3, 4):
            raise OSError("away")

    with capture_logs() as said:
        async with asyncio.TaskGroup() as group:
            ticker = group.create_task(every(1_000, job, name="look", clock=clock))
            await asyncio.sleep(0)
            await clock.advance(6_000)
            ticker.cancel()
    assert runs == 7
    assert [(line["event"], line["job"]) for line in said] == [
        ("job failing", "look"),
        ("job recovered", "look"),
    ]
