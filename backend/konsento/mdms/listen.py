"""The continuity check: messages both ways with every meter, and what follows from silence (C10).

The sweep's rows are written in one transaction; which requests want another look follows in a
second, because locks are taken request first elsewhere. Losing the second is only a delay.
"""

from collections.abc import Sequence

import msgspec
import structlog

from konsento.foundation.databases import GRID
from konsento.mdms.continuity import Check, Heard, missed_after, power_is_lost, wants_rdi
from konsento.mdms.control_system import ControlSystem
from konsento.mdms.drivers.driver import NoAnswer, SwitchRefused
from konsento.mdms.limits import CONTINUITY_BATCH
from konsento.mdms.outlet import Outlet
from konsento.mdms.record import find_outlet, is_held, lock_outlet, save_outlet
from konsento.mdms.request import LIVE_SQL

log = structlog.get_logger(__name__)

Changes = dict[str, int | str]


async def sweep(system: ControlSystem) -> None:
    """Check every meter whose turn it is, CONTINUITY_BATCH at a time.

    Several processes may sweep: each meter is taken by one of them in an interval, else its
    missed checks would be counted twice.
    """
    while outlets := await _take_turns(system):
        await _check(system, outlets)


async def _take_turns(system: ControlSystem) -> list[Outlet]:
    now_ms = system.clock.now_ms()
    before_ms = now_ms - system.settings.continuity_every_ms // 2
    async with GRID.writing("mdms-continuity"):
        rows = await GRID.ask(
            "UPDATE mdms_outlet SET checked_at_ms = {} WHERE outlet IN ("
            "SELECT outlet FROM mdms_outlet WHERE checked_at_ms < {} OR checked_at_ms > {} "
            "ORDER BY outlet LIMIT {}) RETURNING *",
            now_ms,
            before_ms,
            now_ms,  # checked in the future: the clock was set back
            CONTINUITY_BATCH,
        )
    return [msgspec.convert(row, Outlet) for row in rows]


async def _check(system: ControlSystem, outlets: Sequence[Outlet]) -> None:
    checks = [Check(outlet.smid, wants_rdi(outlet.missed)) for outlet in outlets]
    heard = {each.smid: each for each in await system.driver.check(checks)}
    now_ms = system.clock.now_ms()
    found: dict[tuple[tuple[str, int | str], ...], list[str]] = {}
    turned = []
    for outlet in outlets:
        each = heard.get(outlet.smid) or Heard(smid=outlet.smid, answered=False)
        changes = changes_of(outlet, each, now_ms)
        found.setdefault(tuple(sorted(changes.items())), []).append(outlet.outlet)
        if _turned(outlet, changes):
            turned.append(outlet.outlet)
    async with GRID.writing("mdms-continuity"):
        for alike, names in found.items():
            await _update(dict(alike), names)
    await _look_again(system, turned, now_ms)
    for outlet in outlets:
        if outlet.smid in heard and heard[outlet.smid].switch == "closed":
            await open_idle(system, outlet.outlet)


def changes_of(outlet: Outlet, heard: Heard, now_ms: int) -> Changes:
    """What one exchange changes of an outlet's row. A link is up only if it is up both ways."""
    up = heard.answered and not heard.rdi
    changes: Changes = {"missed": missed_after(outlet.missed, answered=up)}
    if not wants_rdi(outlet.missed):
        changes["assured_at_ms"] = now_ms
    if up:
        changes["heard_at_ms"] = now_ms
    if heard.answered:
        if outlet.power == "off":
            changes["power_back_at_ms"] = now_ms
        changes["power"] = "on"
        changes["switch"] = heard.switch
    elif power_is_lost(heard, outlet.heard_at_ms):
        changes["power"] = "off"
    return changes


def _turned(outlet: Outlet, changes: Changes) -> bool:
    """Whether a request on this outlet should be looked at without delay."""
    return (changes["missed"] == 0) is not (outlet.missed == 0) or (
        changes.get("power", outlet.power) != outlet.power
    )


async def _update(changes: Changes, outlets: Sequence[str]) -> None:
    settings = ", ".join(f"{name} = {{}}" for name in changes)
    marks = ", ".join("{}" for _ in outlets)
    await GRID.ask(
        f"UPDATE mdms_outlet SET {settings} WHERE outlet IN ({marks})",
        *changes.values(),
        *outlets,
    )


async def _look_again(system: ControlSystem, outlets: Sequence[str], now_ms: int) -> None:
    if not outlets:
        return
    marks = ", ".join("{}" for _ in outlets)
    async with GRID.writing() as tx:
        await GRID.ask(
            f"UPDATE mdms_request SET next_look_at_ms = {{}} WHERE {LIVE_SQL} "
            f"AND next_look_at_ms > {{}} AND outlet IN ({marks})",
            now_ms,
            now_ms,
            *outlets,
        )
        tx.after_commit(system.due.ring)


async def open_idle(system: ControlSystem, name: str) -> None:
    """An outlet that nobody holds is dead (C9): open a switch that is found closed.

    The command's generation is drawn while the outlet is locked and not held, so a request that
    comes meanwhile draws a higher one, and this command cannot open what that one closes.
    """
    async with GRID.writing():
        outlet = await lock_outlet(name)
        if await is_held(name):
            return
        raised = msgspec.structs.replace(outlet, generation=outlet.generation + 1)
        await save_outlet(outlet, raised)
    log.warning("idle switch closed", outlet=name, generation=raised.generation)
    try:
        await system.driver.open(raised.smid, raised.generation)
    except NoAnswer:
        return  # The next sweep finds it as it is.
    except SwitchRefused:
        await _learn_generation(system, name)


async def _learn_generation(system: ControlSystem, name: str) -> None:
    """The meter has obeyed later commands than we know of (a restored backup): catch up."""
    outlet = await find_outlet(name)
    if outlet is None:
        return
    try:
        answer = await system.driver.read(outlet.smid)
    except NoAnswer:
        return
    async with GRID.writing():
        locked = await lock_outlet(name)
        higher = max(locked.generation, answer.generation)
        await save_outlet(locked, msgspec.structs.replace(locked, generation=higher))
