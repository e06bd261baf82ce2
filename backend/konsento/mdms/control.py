"""The loop that makes switches follow requests: look, command, read back, write down, again.

It is driven by what is, not by what happened: a look begins by taking a live request whose
time has come (under a lease, with a growing look number), does what its state asks of the
meter, reads the meter back, and writes down what it saw in one transaction. A worker that dies
between any two lines leaves a request whose lease runs out, and the next look finds the meter
as it is. A worker that comes back late finds another look number, and changes nothing.
"""

import asyncio

import msgspec
import structlog

from konsento.foundation.databases import GRID
from konsento.mdms.control_system import ControlSystem
from konsento.mdms.drivers.driver import NoAnswer, SwitchRefused
from konsento.mdms.ending import close_order, limit_order
from konsento.mdms.limits import (
    DUE_BATCH,
    LOOK_AHEAD_MS_MAX,
    LOOK_LEASE_MS,
    LOOK_TICK_MS,
    LOOKS_AT_ONCE,
)
from konsento.mdms.record import find_outlet, lock_outlet, lock_request, write_down
from konsento.mdms.request import IN_USE, LIVE_SQL, WANTED_CLOSED, WANTED_OPEN, Request
from konsento.mdms.sighting import Refused, Sighting, Silence, decide
from konsento.mdms.turn import Decision

log = structlog.get_logger(__name__)


async def take_due(now_ms: int, limit: int = DUE_BATCH) -> list[Request]:
    """Requests whose time has come, each leased to this caller for LOOK_LEASE_MS.

    A time farther off than any that is ever set means that the clock was set back: due as well.
    """
    due = f"{LIVE_SQL} AND (next_look_at_ms <= {{}} OR next_look_at_ms > {{}})"
    bounds = (now_ms, now_ms + LOOK_AHEAD_MS_MAX)
    async with GRID.writing():
        rows = await GRID.ask(
            "UPDATE mdms_request SET look = look + 1, next_look_at_ms = {} "
            f"WHERE {due} AND request_number IN (SELECT request_number FROM mdms_request "
            f"WHERE {due} ORDER BY next_look_at_ms LIMIT {{}}) RETURNING *",
            now_ms + LOOK_LEASE_MS,
            *bounds,
            *bounds,
            limit,
        )
    return [msgspec.convert(row, Request) for row in rows]


async def see(system: ControlSystem, request: Request, smid: str) -> Sighting:
    """Command what the state asks for, then read the meter back; outside any transaction."""
    driver = system.driver
    refused = False
    try:
        if request.state in WANTED_CLOSED:
            now_ms = system.clock.now_ms()
            if (request.closes_from_ms or 0) <= now_ms:
                order = close_order(request, system.settings, now_ms)
                await driver.close(smid, request.generation, order)
        elif request.state in WANTED_OPEN:
            await driver.open(smid, request.generation)
        elif request.state in IN_USE and request.limit_state == "wanted":
            order = limit_order(request, system.settings)
            await driver.limit(smid, request.limit_command, order)
    except SwitchRefused:
        refused = True
    except NoAnswer:
        pass  # It may have arrived all the same: the read-back tells.
    try:
        answer = await driver.read(smid)
    except NoAnswer:
        return Silence()
    return Refused(answer) if refused else answer


async def write(system: ControlSystem, request: Request, sighting: Sighting) -> Decision | None:
    """Apply what was seen to the rows as they are now; None when this look was overtaken."""
    now_ms = system.clock.now_ms()
    async with GRID.writing() as tx:
        current = await lock_request(request.request_number, look=request.look)
        if current is None:
            return None
        outlet = await lock_outlet(current.outlet)
        decision = decide(current, outlet, sighting, now_ms, system.settings)
        await write_down(decision, current, outlet, system.ids, now_ms)
        if decision.told:
            tx.after_commit(system.told.ring)
        if decision.request.next_look_at_ms <= now_ms:
            tx.after_commit(system.due.ring)
    _say(current, decision)
    return decision


async def look(system: ControlSystem, request: Request) -> Decision | None:
    """One look at the meter of one leased request."""
    outlet = await find_outlet(request.outlet)
    if outlet is None:
        return None
    return await write(system, request, await see(system, request, outlet.smid))


async def look_at_due(system: ControlSystem) -> int:
    """Look once at everything due; returns how many requests that were."""
    due = await take_due(system.clock.now_ms())
    async with asyncio.TaskGroup() as group:
        for request in due:
            group.create_task(look(system, request))
    return len(due)


async def watch(system: ControlSystem) -> None:
    """Look for ever. A slow meter delays no other: each look is on its own, LOOKS_AT_ONCE."""
    free = asyncio.Semaphore(LOOKS_AT_ONCE)

    async def guarded(request: Request) -> None:
        try:
            await look(system, request)
        except Exception as error:  # The lease runs out and it is looked at again
            log.error("look failed", request_number=request.request_number, exc_info=error)
        finally:
            free.release()

    async with asyncio.TaskGroup() as group:
        group.create_task(_tick(system))
        while True:
            heard = system.due.rings
            due: list[Request] = []
            try:
                due = await take_due(system.clock.now_ms())
            except Exception as error:  # The database may be away for a while
                log.error("looks failing", database=GRID.name, exc_info=error)
            for request in due:
                await free.acquire()
                group.create_task(guarded(request))
            if len(due) < DUE_BATCH:
                await system.due.wait(LOOK_TICK_MS, since=heard)


async def _tick(system: ControlSystem) -> None:
    """Ring in the clock's own time, which may run faster than the machine's."""
    while True:
        await system.clock.sleep(LOOK_TICK_MS)
        system.due.ring_here()


def _say(before: Request, decision: Decision) -> None:
    after, aside = decision.request, decision.aside
    if after.state is not before.state:
        log.info(
            "request moved", request_number=after.request_number, outlet=after.outlet,
            state=after.state.value, reason=after.reason, generation=after.generation,
            used_wh=after.used_wh,
        )  # fmt: skip
    if aside is not None:
        log.warning("reading set aside", outlet=after.outlet, reason=aside.reason)
    if decision.outlet.inoperative_because:
        reason = decision.outlet.inoperative_because
        log.error("outlet inoperative", outlet=after.outlet, reason=reason)
