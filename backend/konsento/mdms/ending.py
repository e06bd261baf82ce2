"""By what a switch shall open by itself: the end that goes to the meter with a command. Pure.

A meter counts energy and time from when its switch was last closed, a request from its beginning:
after a pause the meter is told what is left.
"""

from konsento.mdms.limits import REQUEST_LASTS_MS_MAX
from konsento.mdms.meter import CloseOrder
from konsento.mdms.request import Request
from konsento.mdms.settings import MdmsSettings

LEFT_MS_MIN = 1_000


def close_order(request: Request, settings: MdmsSettings, now_ms: int) -> CloseOrder:
    """The end that goes to the meter with the command to close; never later than 24 hours."""
    energy_wh, duration_s = request.energy_wh_max, request.duration_s_max
    if request.resumed_at_ms is None:
        return _whole(request, energy_wh, duration_s, settings)
    return _left(request, energy_wh, duration_s, settings, closed_at_ms=now_ms)


def limit_order(request: Request, settings: MdmsSettings) -> CloseOrder:
    """The end that a running request shall have instead."""
    energy_wh, duration_s = request.limit_energy_wh_max, request.limit_duration_s_max
    if request.resumed_at_ms is None:
        return _whole(request, energy_wh, duration_s, settings)
    return _left(request, energy_wh, duration_s, settings, closed_at_ms=request.resumed_at_ms)


def _whole(
    request: Request, energy_wh: int | None, duration_s: int | None, settings: MdmsSettings
) -> CloseOrder:
    return CloseOrder(
        energy_wh_max=energy_wh,
        duration_ms_max=REQUEST_LASTS_MS_MAX if duration_s is None else duration_s * 1_000,
        counted_from="switch_on" if duration_s is None else request.counted_from,
        failsafe_after_ms=settings.failsafe_after_ms,
    )


def _left(
    request: Request,
    energy_wh: int | None,
    duration_s: int | None,
    settings: MdmsSettings,
    *,
    closed_at_ms: int,
) -> CloseOrder:
    """What is left after a pause; time has gone on meanwhile."""
    on_at_ms = request.switched_on_at_ms or closed_at_ms
    ends_at_ms = on_at_ms + REQUEST_LASTS_MS_MAX
    if duration_s is not None:
        used_at_ms = request.first_use_at_ms if request.counted_from == "first_use" else None
        ends_at_ms = min(ends_at_ms, (used_at_ms or on_at_ms) + duration_s * 1_000)
    return CloseOrder(
        energy_wh_max=None if energy_wh is None else energy_wh - request.resumed_used_wh,
        duration_ms_max=max(LEFT_MS_MIN, ends_at_ms - closed_at_ms),
        counted_from="switch_on",
        failsafe_after_ms=settings.failsafe_after_ms,
    )
