"""Want a paused request on again: the same request, under the same limits."""

from konsento.foundation.databases import GRID
from konsento.foundation.problems import Refusal
from konsento.mdms.closing import take_turn
from konsento.mdms.contract import Resume
from konsento.mdms.control_system import ControlSystem
from konsento.mdms.pausing import resume as resume_wanted
from konsento.mdms.record import find_request, lock_outlet, lock_request, write_down
from konsento.mdms.request import Request, State
from konsento.mdms.stop import own_request


class NotPaused(Refusal):
    status = 409
    slug = "not-paused"
    title = "This request has had no such pause."


async def resume(system: ControlSystem, server: str, request_number: str, wish: Resume) -> Request:
    """Twice is once; after that pause, or after the end, it changes nothing.

    Raises UnknownRequest, NotPaused.
    """
    known = await own_request(server, request_number)
    now_ms = system.clock.now_ms()
    async with GRID.writing() as tx:
        request = await lock_request(request_number)
        if request is None:
            return await find_request(request_number) or known
        if wish.pause > request.pauses:
            raise NotPaused
        if wish.pause < request.pauses or request.state is not State.PAUSED:
            return request
        outlet = await lock_outlet(request.outlet)
        decision = resume_wanted(
            request, outlet, now_ms, system.settings,
            closes_from_ms=await take_turn(outlet, now_ms),
        )  # fmt: skip
        await write_down(decision, request, outlet, system.ids, now_ms)
        tx.after_commit(system.due.ring)
    return decision.request
