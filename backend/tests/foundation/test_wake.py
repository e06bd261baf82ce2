"""A bell shortens a wait; whoever misses it only waits longer."""

import asyncio

from konsento.foundation.wake import Wake


async def test_one_ring_wakes_all_who_listen() -> None:
    wake = Wake()
    async with asyncio.timeout(2), asyncio.TaskGroup() as group:
        listeners = [group.create_task(wake.wait(60_000)) for _ in range(5)]
        await asyncio.sleep(0)
        wake.ring()
    assert all(listener.result() for listener in listeners)


async def test_a_ring_between_looking_and_listening_is_heard() -> None:
    wake = Wake()
    seen = wake.rings
    wake.ring()
    assert await wake.wait(60_000, since=seen)
    assert not await wake.wait(1, since=wake.rings)


async def test_who_leaves_is_forgotten() -> None:
    wake = Wake()
    async with asyncio.TaskGroup() as group:
        listener = group.create_task(wake.wait(60_000))
        await asyncio.sleep(0)
        listener.cancel()
    assert not await wake.wait(1)
    wake.ring()
    assert wake._waiting == set()


async def test_a_cancellation_that_comes_with_the_ring_is_not_lost() -> None:
    wake = Wake()
    went_on = False

    async def listen() -> None:
        nonlocal went_on
        await wake.wait(60_000)
        went_on = True

    async with asyncio.TaskGroup() as group:
        listener = group.create_task(listen())
        await asyncio.sleep(0)
        wake.ring()
        listener.cancel()
    assert listener.cancelled()
    assert not went_on


async def test_a_ring_is_told_to_others_and_what_others_rang_is_not() -> None:
    told: list[str] = []
    wake = Wake(lambda: told.append("rung"))
    wake.ring_here()
    assert (wake.rings, told) == (1, [])
    wake.ring()
    assert (wake.rings, told) == (2, ["rung"])
