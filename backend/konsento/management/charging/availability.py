"""Whether one can charge at an outlet now, as the control system and our own sessions say."""

from typing import Literal

from konsento.foundation.problems import Refusal
from konsento.management.charging.store import Outlet, session_holding
from konsento.mdms.contract import MdmsClient, MdmsRefused, MdmsUnreachable, OutletView

Availability = Literal["free", "busy", "no_power", "faulty", "unreachable"]


class OutletBusy(Refusal):
    status = 409
    slug = "outlet-busy"
    title = "Somebody is charging at this outlet."


class OutletLocked(Refusal):
    status = 409
    slug = "outlet-faulty"
    title = "This outlet is out of use."


class OutletWithoutPower(Refusal):
    status = 409
    slug = "outlet-without-power"
    title = "This outlet has no power."


class OutletUnreachable(Refusal):
    status = 409
    slug = "outlet-unreachable"
    title = "The meter of this outlet does not answer."


HEARD: dict[str, Availability] = {
    "available": "free",
    "charging": "busy",
    "no_power": "no_power",
    "inoperative": "faulty",
    "unknown": "unreachable",
}
REFUSALS: dict[Availability, type[Refusal]] = {
    "busy": OutletBusy,
    "no_power": OutletWithoutPower,
    "faulty": OutletLocked,
    "unreachable": OutletUnreachable,
}


async def availability(outlet: Outlet, mdms: MdmsClient) -> Availability:
    """Our own session first: it holds the outlet from its authorisation on."""
    return (await looked_at(outlet, mdms))[0]


async def looked_at(outlet: Outlet, mdms: MdmsClient) -> tuple[Availability, OutletView | None]:
    """The same, with the control system's view where that was asked and answered."""
    if outlet.locked:
        return "faulty", None
    if await session_holding(outlet.outlet) is not None:
        return "busy", None
    try:
        view = await mdms.outlet(outlet.outlet)
    except (MdmsUnreachable, MdmsRefused):
        return "unreachable", None
    return HEARD[view.state], view


async def must_be_free(outlet: Outlet, mdms: MdmsClient) -> None:
    """Raises OutletBusy, OutletLocked, OutletWithoutPower or OutletUnreachable."""
    said = await availability(outlet, mdms)
    if said != "free":
        raise REFUSALS[said]
