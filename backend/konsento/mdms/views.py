"""Rows as the contract shows them: nothing leaves the room but these."""

from konsento.mdms.contract import LimitView, OutletView, RequestView
from konsento.mdms.meter import face
from konsento.mdms.outlet import Outlet, link
from konsento.mdms.outlet import state as outlet_state
from konsento.mdms.request import FINAL, Request, State
from konsento.mdms.settings import MdmsSettings


def request_view(request: Request, now_ms: int) -> RequestView:
    """A request for the management server that asked for it."""
    return RequestView(
        request_number=request.request_number,
        outlet=request.outlet,
        result="rejected" if request.state is State.REJECTED else "accepted",
        state=request.state.value,
        reason=request.reason,
        energy_wh_max=request.energy_wh_max,
        duration_s_max=request.duration_s_max,
        counted_from=request.counted_from,
        power_type=request.power_type,
        retailer=request.retailer,
        asked_at_ms=request.asked_at_ms,
        switched_on_at_ms=request.switched_on_at_ms,
        first_use_at_ms=request.first_use_at_ms,
        ended_at_ms=request.ended_at_ms,
        measured_at_ms=request.measured_at_ms,
        opening_register_wh=request.opening_register_wh,
        register_wh=request.register_wh,
        closing_register_wh=request.closing_register_wh,
        used_wh=request.used_wh,
        power_w=request.power_w,
        limit=_limit(request),
        pauses=request.pauses,
        closes_from_ms=request.closes_from_ms,
        final=request.state in FINAL,
        now_ms=now_ms,
    )


def _limit(request: Request) -> LimitView | None:
    if request.limit_state is None:
        return None
    return LimitView(
        generation=request.limit_generation,
        state=request.limit_state,
        energy_wh_max=request.limit_energy_wh_max,
        duration_s_max=request.limit_duration_s_max,
    )


def outlet_view(outlet: Outlet, *, held: bool, now_ms: int, settings: MdmsSettings) -> OutletView:
    """An outlet as it is shown."""
    shown = None
    if outlet.register_wh is not None and outlet.switch != "unknown":
        power_w = outlet.power_w or 0 if outlet.switch == "closed" else 0
        shown = face(outlet.register_wh, outlet.switch, power_w)
    return OutletView(
        outlet=outlet.outlet,
        state=outlet_state(outlet, held=held, now_ms=now_ms, settings=settings),
        voltage_v=outlet.voltage_v,
        power_w_max=outlet.power_w_max,
        switch=outlet.switch,
        link=link(outlet, now_ms, settings),
        power=outlet.power,
        register_wh=outlet.register_wh,
        heard_at_ms=outlet.heard_at_ms,
        face=shown,
        now_ms=now_ms,
        smid=outlet.smid,
    )
