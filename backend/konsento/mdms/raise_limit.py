"""Want a running request's limits raised: kept as its own wish until the meter is read back."""

from msgspec.structs import replace

from konsento.foundation.databases import GRID
from konsento.foundation.problems import Refusal
from konsento.mdms.contract import RaiseLimit
from konsento.mdms.control_system import ControlSystem
from konsento.mdms.outlet import Outlet
from konsento.mdms.record import find_request, lock_outlet, lock_request, write_down
from konsento.mdms.request import SWITCHED_ON, Request, State
from konsento.mdms.settings import MdmsSettings
from konsento.mdms.stop import own_request
from konsento.mdms.turn import Decision, Turn


class LimitNotRaised(Refusal):
    """`because`: over, not_on, not_larger, another_limit, old_generation or still_wanted."""

    status = 409
    slug = "limit-not-raised"
    title = "This limit cannot be raised."


async def raise_limit(
    system: ControlSystem, server: str, request_number: str, wish: RaiseLimit
) -> Request:
    """The same generation with the same limits is the same wish, also after the end.

    Raises UnknownRequest, LimitNotRaised.
    """
    known = await own_request(server, request_number)
    now_ms = system.clock.now_ms()
    async with GRID.writing() as tx:
        request = await lock_request(request_number)
        if request is None:
            request = await find_request(request_number) or known
        if wish.generation <= request.limit_generation:
            return _the_same(request, wish)
        because = why_not(request, wish)
        if because is not None:
            raise LimitNotRaised(because=because)
        outlet = await lock_outlet(request.outlet)
        decision = wanted(request, outlet, wish, now_ms, system.settings)
        await write_down(decision, request, outlet, system.ids, now_ms)
        tx.after_commit(system.due.ring)
        if decision.told:
            tx.after_commit(system.told.ring)
    return decision.request


def _the_same(request: Request, wish: RaiseLimit) -> Request:
    if wish.generation < request.limit_generation:
        raise LimitNotRaised(because="old_generation")
    kept = (request.limit_energy_wh_max, request.limit_duration_s_max)
    if kept != (wish.energy_wh_max, wish.duration_s_max):
        raise LimitNotRaised(because="another_limit")
    return request


def why_not(request: Request, wish: RaiseLimit) -> str | None:
    """What forbids the wish, if anything; one wish at a time."""
    if not request.is_live:
        return "over"
    if request.state not in SWITCHED_ON:
        return "over" if request.switched_on_at_ms is not None or request.reason else "not_on"
    if request.limit_state == "wanted":
        return "still_wanted"
    pairs = (
        (request.energy_wh_max, wish.energy_wh_max),
        (request.duration_s_max, wish.duration_s_max),
    )
    if any((now is None) is not (then is None) for now, then in pairs):
        return "another_limit"
    grows = [(then or 0) - (now or 0) for now, then in pairs]
    return None if min(grows) >= 0 and max(grows) > 0 else "not_larger"


def wanted(
    request: Request, outlet: Outlet, wish: RaiseLimit, now_ms: int, settings: MdmsSettings
) -> Decision:
    """The request with the wish; its command has a generation of its own and is due at once.

    A paused request needs no command: its switch is open, and closes by what holds then.
    """
    command = outlet.generation + 1
    wishing = replace(
        request,
        limit_generation=wish.generation,
        limit_state="wanted",
        limit_energy_wh_max=wish.energy_wh_max,
        limit_duration_s_max=wish.duration_s_max,
        limit_command=command,
        next_look_at_ms=now_ms,
    )
    turn = Turn(wishing, replace(outlet, generation=command), now_ms, settings)
    if request.state is State.PAUSED:
        turn.hold_limit()
    return turn.decision()
