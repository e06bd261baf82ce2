"""Give up a request whose meter is dead for good, so that its outlet can have another meter."""

import structlog
from msgspec.structs import replace

from konsento.foundation.databases import GRID
from konsento.foundation.ids import Ids
from konsento.mdms.contract import EndReason
from konsento.mdms.outlet import Outlet
from konsento.mdms.outlets import OutletHeld, UnknownOutlet
from konsento.mdms.record import find_outlet, lock_outlet, lock_request, write_down
from konsento.mdms.request import LIVE_SQL, Happening, Request, State
from konsento.mdms.settings import MdmsSettings
from konsento.mdms.turn import Decision, Turn

log = structlog.get_logger(__name__)

WHY_CHARS_MAX = 300


def written_off(
    request: Request, outlet: Outlet, now_ms: int, settings: MdmsSettings
) -> Decision | None:
    """Closed on the last believed register; None while the switch might still be closed.

    Only what was presumed open is given up: by then the fail-safe has run out, or the power has
    gone. Whatever the meter counted after its last word is billed to nobody.
    """
    if request.state not in {State.OFF_UNREAD, State.DARK}:
        return None
    given_up_in: EndReason = "power_lost" if request.state is State.DARK else "link_lost"
    turn = Turn(request, replace(outlet, inoperative_because="written_off"), now_ms, settings)
    turn.give_up_limit()
    turn.request = replace(turn.request, closing_register_wh=request.register_wh)
    turn.move(Happening.WRITTEN_OFF)
    turn.end(turn.reason_or(given_up_in), final=True)
    return turn.decision()


async def write_off(
    outlet: str, *, why: str, now_ms: int, ids: Ids, settings: MdmsSettings
) -> Request | None:
    """Write off what holds the outlet, with the reason; None when nothing does. Twice is once.

    The outlet is out of service until its meter is exchanged. Raises UnknownOutlet; OutletHeld
    while its switch may be closed: then it is to be stopped first, and its fail-safe waited for.
    """
    async with GRID.writing():
        if await find_outlet(outlet) is None:
            raise UnknownOutlet
        rows = await GRID.ask(
            f"SELECT request_number FROM mdms_request WHERE outlet = {{}} AND {LIVE_SQL}", outlet
        )
        request = await lock_request(rows[0]["request_number"]) if rows else None
        if request is None:
            return None
        known = await lock_outlet(outlet)
        decision = written_off(request, known, now_ms, settings)
        if decision is None:
            raise OutletHeld
        await write_down(decision, request, known, ids, now_ms)
        await GRID.ask(
            "INSERT INTO mdms_write_off (request_number, outlet, smid, register_wh, used_wh, why, "
            "at_ms) VALUES ({}, {}, {}, {}, {}, {}, {})",
            request.request_number, outlet, known.smid, request.register_wh, request.used_wh,
            why[:WHY_CHARS_MAX], now_ms,
        )  # fmt: skip
    log.warning("request written off", request_number=request.request_number, outlet=outlet)
    return decision.request
