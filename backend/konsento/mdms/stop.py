"""Want a request's outlet off. Wanted it stays, until the switch is read open."""

from konsento.foundation.databases import GRID
from konsento.foundation.problems import Refusal
from konsento.mdms.control_system import ControlSystem
from konsento.mdms.record import find_request, lock_outlet, lock_request, write_down
from konsento.mdms.request import Request
from konsento.mdms.sighting import stop as stop_wanted


class UnknownRequest(Refusal):
    status = 404
    slug = "unknown-request"
    title = "There is no such request of yours."


async def own_request(server: str, request_number: str) -> Request:
    """The server's own request. Raises UnknownRequest, also for another server's."""
    request = await find_request(request_number)
    if request is None or request.server != server:
        raise UnknownRequest
    return request


async def stop(system: ControlSystem, server: str, request_number: str) -> Request:
    """Twice is once, and after the end it changes nothing. Raises UnknownRequest."""
    known = await own_request(server, request_number)
    now_ms = system.clock.now_ms()
    async with GRID.writing() as tx:
        request = await lock_request(request_number)
        if request is None:
            return await find_request(request_number) or known
        outlet = await lock_outlet(request.outlet)
        decision = stop_wanted(request, outlet, now_ms, system.settings)
        if decision.request.state is request.state:
            return request
        await write_down(decision, request, outlet, system.ids, now_ms)
        tx.after_commit(system.due.ring)
        tx.after_commit(system.told.ring)
    return decision.request
