"""Hold an outlet for a request: one request at a time, whichever management server asks (C12)."""

import msgspec
import structlog

from konsento.foundation.databases import GRID
from konsento.foundation.problems import Refusal
from konsento.mdms.closing import take_turn
from konsento.mdms.contract import ChargeOrder, RejectedReason
from konsento.mdms.control_system import ControlSystem
from konsento.mdms.outlet import Outlet, refusal
from konsento.mdms.record import find_outlet, find_request, insert_request
from konsento.mdms.request import Request, State

log = structlog.get_logger(__name__)


class NumberTaken(Refusal):
    status = 409
    slug = "number-taken"
    title = "This request number stands for another order."


async def hold(
    system: ControlSystem, server: str, request_number: str, order: ChargeOrder
) -> tuple[Request, bool]:
    """Accept the request or reject it with its reason; whether it is new.

    The same number with the same order is the same request. Raises NumberTaken.
    """
    now_ms = system.clock.now_ms()
    async with GRID.writing() as tx:
        outlet = await find_outlet(order.outlet)
        reason: RejectedReason | None = (
            "outlet_unknown" if outlet is None else refusal(outlet, now_ms, system.settings)
        )
        # The unique rule decides between those who ask at once; a lost race is a rejection.
        for attempt in (reason, "outlet_busy"):
            request = _request(server, request_number, order, attempt, now_ms)
            if await insert_request(request):
                if attempt is None and outlet is not None:
                    request = await _in_turn(request, outlet, now_ms)
                tx.after_commit(system.due.ring)
                log.info(
                    "request answered", request_number=request_number,
                    outlet=order.outlet, state=request.state.value, reason=attempt,
                )  # fmt: skip
                return request, True
            known = await find_request(request_number)
            if known is not None:
                return _the_same(known, server, order), False
    raise NumberTaken


async def _in_turn(request: Request, outlet: Outlet, now_ms: int) -> Request:
    """Where power came back lately it is closed after its neighbours."""
    closes_from_ms = await take_turn(outlet, now_ms)
    if closes_from_ms is None:
        return request
    await GRID.ask(
        "UPDATE mdms_request SET closes_from_ms = {} WHERE request_number = {}",
        closes_from_ms, request.request_number,
    )  # fmt: skip
    return msgspec.structs.replace(request, closes_from_ms=closes_from_ms)


def _request(
    server: str,
    request_number: str,
    order: ChargeOrder,
    reason: RejectedReason | None,
    now_ms: int,
) -> Request:
    return Request(
        request_number=request_number,
        server=server,
        outlet=order.outlet,
        energy_wh_max=order.energy_wh_max,
        duration_s_max=order.duration_s_max,
        counted_from=order.counted_from,
        power_type=order.power_type,
        retailer=order.retailer,
        state=State.HELD if reason is None else State.REJECTED,
        reason=reason,
        asked_at_ms=now_ms,
        next_look_at_ms=now_ms,
    )


def _the_same(known: Request, server: str, order: ChargeOrder) -> Request:
    ordered = ChargeOrder(
        outlet=known.outlet,
        energy_wh_max=known.energy_wh_max,
        duration_s_max=known.duration_s_max,
        counted_from=known.counted_from,
        power_type=known.power_type,
        retailer=known.retailer,
    )
    if known.server != server or ordered != order:
        raise NumberTaken
    return known
