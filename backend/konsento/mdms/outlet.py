"""An outlet as the control system keeps it: the meter behind it, and what was last believed.

Management servers ask by outlet; `smid` is told them for the outage room, which knows no outlets.
"""

from msgspec import Struct

from konsento.mdms.continuity import LinkState, link_state
from konsento.mdms.contract import OutletState, Power, RejectedReason, Switch
from konsento.mdms.settings import MdmsSettings


class Outlet(Struct, frozen=True, kw_only=True):
    """One outlet, behind exactly one meter.

    `register_wh` and `register_at_ms` are the last accepted reading; `generation` is the highest
    ever given to a command; `assured_at_ms` is when the meter was last sent word that its
    head-end is well, which is what its fail-safe counts from; `checked_at_ms` is when a sweep of
    the continuity check last took it. `power_back_at_ms` is when power came back last.
    """

    outlet: str
    smid: str
    place: str
    voltage_v: int
    power_w_max: int
    register_modulo_wh: int
    register_step_wh: int
    inoperative_because: str = ""
    switch: Switch = "unknown"
    power: Power = "unknown"
    generation: int = 0
    register_wh: int | None = None
    register_at_ms: int | None = None
    power_w: int | None = None
    heard_at_ms: int | None = None
    assured_at_ms: int | None = None
    missed: int = 0
    checked_at_ms: int = 0
    power_back_at_ms: int | None = None


def link(outlet: Outlet, now_ms: int, settings: MdmsSettings) -> LinkState:
    """Whether the meter can be reached, from what the continuity check last found."""
    return link_state(outlet.heard_at_ms, outlet.missed, now_ms, settings.lost_after_ms)


def state(outlet: Outlet, *, held: bool, now_ms: int, settings: MdmsSettings) -> OutletState:
    """What a driver standing before it should be told."""
    if outlet.inoperative_because:
        return "inoperative"
    if outlet.power == "off":
        return "no_power"
    if held:
        return "charging"
    return "available" if link(outlet, now_ms, settings) == "up" else "unknown"


def refusal(outlet: Outlet, now_ms: int, settings: MdmsSettings) -> RejectedReason | None:
    """Why this outlet cannot be held for anybody just now, if it cannot.

    A link not yet tried is given its chance; the start has its own patience.
    """
    if outlet.inoperative_because:
        return "outlet_inoperative"
    if outlet.power == "off":
        return "no_power"
    return "unreachable" if link(outlet, now_ms, settings) == "lost" else None
