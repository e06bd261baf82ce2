"""Each management server's events: its own, in order, without a gap."""

import asyncio

from konsento.foundation.clock import TestClock
from konsento.foundation.database import Database
from konsento.foundation.databases import GRID
from konsento.mdms import events
from konsento.mdms.contract import Event
from konsento.mdms.limits import EVENTS_KEPT_MS
from konsento.mdms.outlets import register_management_server
from konsento.mdms.request import Request, State, Told
from tests.mdms.neighbourhood import BIKE, CAR, Neighbourhood, an_order


def a_request(server: str) -> Request:
    return Request(
        request_number="req-00000001",
        server=server,
        outlet=CAR,
        energy_wh_max=100,
        duration_s_max=None,
        counted_from="switch_on",
        power_type="solar",
        retailer="setouchi",
        state=State.ON,
        asked_at_ms=0,
        next_look_at_ms=0,
    )


async def test_cursors_run_without_a_gap_and_never_appear_out_of_order(
    grid: Database, clock: TestClock
) -> None:
    await register_management_server("ours", "key-ours")
    seen: list[int] = []
    cursor = 0

    async def tell(number: int) -> None:
        async with GRID.writing():
            told = [Told(kind="measured", at_ms=number, used_wh=n) for n in range(number % 3 + 1)]
            await events.append(a_request("ours"), told, clock.now_ms())
            if number % 7 == 0:
                await asyncio.sleep(0)

    async def follow() -> None:
        nonlocal cursor
        while len(seen) < 79:
            page = await events.page("ours", cursor, 10)
            seen.extend(event.cursor for event in page.events)
            cursor = page.cursor
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as group:
        group.create_task(follow())
        for number in range(40):
            group.create_task(tell(number))
    assert seen == list(range(1, 80))


async def test_what_is_rolled_back_leaves_no_gap(grid: Database, clock: TestClock) -> None:
    await register_management_server("ours", "key-ours")
    for fails in (False, True, False):
        try:
            async with GRID.writing():
                told = [Told(kind="link_lost", at_ms=0)]
                await events.append(a_request("ours"), told, clock.now_ms())
                if fails:
                    raise ZeroDivisionError
        except ZeroDivisionError:
            pass
    page = await events.page("ours", 0, 10)
    assert [event.cursor for event in page.events] == [1, 2]


async def test_every_server_sees_its_own_requests_only(okayama: Neighbourhood) -> None:
    await okayama.ours.order("req-ours0001", an_order(CAR))
    await okayama.theirs.order("req-theirs01", an_order(BIKE))
    await okayama.look()
    ours = await okayama.ours.events(0)
    theirs = await okayama.theirs.events(0)
    assert {event.request_number for event in ours.events} == {"req-ours0001"}
    assert {event.request_number for event in theirs.events} == {"req-theirs01"}
    assert ours.events[0].cursor == theirs.events[0].cursor == 1


async def test_a_long_poll_is_woken_by_the_commit(okayama: Neighbourhood) -> None:
    await okayama.ours.order("req-00000001", an_order())
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(okayama.ours.events(0, wait_s=20))
        await asyncio.sleep(0)
        group.create_task(okayama.look())
    assert waiting.result().events[0].kind == "switched_on"
    assert loop.time() - began < 5


async def test_who_waits_is_answered_when_the_server_ends(okayama: Neighbourhood) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(okayama.ours.events(3, wait_s=20))
        await asyncio.sleep(0)
        okayama.system.ending.ring()
        okayama.system.told.ring()
    assert waiting.result().cursor == 3
    assert loop.time() - began < 5


async def test_a_poll_with_nothing_to_tell_keeps_the_cursor(okayama: Neighbourhood) -> None:
    page = await okayama.ours.events(17)
    assert (page.events, page.cursor) == ((), 17)


async def test_pages_are_bounded_and_go_on_where_they_stopped(okayama: Neighbourhood) -> None:
    await okayama.do(CAR, "plug_car")
    await okayama.start()
    await okayama.pass_s(60)
    everything = (await okayama.ours.events(0)).events
    pieces: list[Event] = []
    cursor = 0
    while True:
        page = await okayama.ours.events(cursor, limit=3)
        if not page.events:
            break
        assert len(page.events) <= 3
        pieces.extend(page.events)
        cursor = page.cursor
    assert tuple(pieces) == everything


async def test_events_are_forgotten_after_ninety_days_and_the_cursor_goes_on(
    okayama: Neighbourhood,
) -> None:
    await okayama.start()
    told = len((await okayama.ours.events(0)).events)
    assert await events.forget_old(okayama.clock.now_ms()) == 0
    assert await events.forget_old(okayama.clock.now_ms() + EVENTS_KEPT_MS + 1) == told
    await okayama.ours.stop("req-00000001")
    await okayama.look()
    assert (await okayama.ours.events(0)).events[0].cursor == told + 1
