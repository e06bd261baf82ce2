"""Loopback and link trace on demand: is the meter there, and if not, where is the way broken."""

import asyncio

from konsento.mdms.continuity import HOPS, HopName, trace
from konsento.mdms.contract import LinkTraceView, LoopbackView
from konsento.mdms.control_system import ControlSystem
from konsento.mdms.drivers.driver import NoAnswer
from konsento.mdms.outlets import UnknownOutlet
from konsento.mdms.record import find_outlet


async def _smid(outlet: str) -> str:
    found = await find_outlet(outlet)
    if found is None:
        raise UnknownOutlet
    return found.smid


async def loop_back(system: ControlSystem, outlet: str) -> LoopbackView:
    """LB: one message to the meter and back. Raises UnknownOutlet."""
    smid = await _smid(outlet)
    sent_ms = system.clock.now_ms()
    try:
        await system.driver.loopback(smid)
    except NoAnswer:
        return LoopbackView(
            outlet=outlet, answered=False, round_trip_ms=None, now_ms=system.clock.now_ms()
        )
    now_ms = system.clock.now_ms()
    return LoopbackView(
        outlet=outlet, answered=True, round_trip_ms=max(0, now_ms - sent_ms), now_ms=now_ms
    )


async def trace_link(system: ControlSystem, outlet: str) -> LinkTraceView:
    """LT: every hop is asked at once. Raises UnknownOutlet."""
    smid = await _smid(outlet)
    answers: dict[HopName, bool] = {}
    took_ms: dict[HopName, int] = {}

    async def ask(hop: HopName) -> None:
        sent_ms = system.clock.now_ms()
        answers[hop] = await system.driver.answers(smid, hop)
        took_ms[hop] = max(0, system.clock.now_ms() - sent_ms)

    async with asyncio.TaskGroup() as group:
        for hop in HOPS:
            group.create_task(ask(hop))
    return LinkTraceView(outlet=outlet, hops=trace(answers, took_ms), now_ms=system.clock.now_ms())
