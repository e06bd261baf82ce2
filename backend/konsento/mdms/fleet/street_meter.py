"""One meter of the simulated street, with its switch, its register and what is plugged in. Pure.

Kept are only the moments at which something changed; whatever lies between follows from them
and the present. A meter opens by itself (energy, time, fail-safe) at a moment that can be
computed, so it opens even while no process runs.
"""

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from konsento.mdms.continuity import HOPS, HopName
from konsento.mdms.fleet.load import (
    WMS_PER_WH,
    Load,
    curve,
    energy_wms,
    moment_of_energy,
    moment_of_power,
    power_w,
)
from konsento.mdms.limits import FIRST_USE_W
from konsento.mdms.meter import CloseOrder, MeterAnswer, OpenedBecause, Switch, may_obey
from konsento.mdms.ping_views import PingAnswer

Direction = Literal["down", "up"]
Cut = Literal["down", "up", "both"]


class StreetMeter(Struct, frozen=True, kw_only=True):
    """A meter as it was left at its last change; `total_wms` and `load` are as of `since_ms`."""

    smid: str
    power_w_max: int
    modulo_wh: int
    step_wh: int
    total_wms: int
    since_ms: int
    switch: Switch = "open"
    generation: int = 0
    order: CloseOrder | None = None
    closed_at_ms: int | None = None
    closed_at_wms: int = 0
    first_use_at_ms: int | None = None
    opened_at_ms: int | None = None
    opened_because: OpenedBecause | None = None
    assured_at_ms: int = 0
    load: Load | None = None
    powered: bool = True
    gasped_at_ms: int | None = None
    cut_at: HopName | None = None
    cut: Cut = "both"


def reaches(meter: StreetMeter, direction: Direction, hop: HopName = "meter") -> bool:
    """Whether a message gets as far as this hop (down), or back from it (up)."""
    if hop == "meter" and not meter.powered:
        return False
    if meter.cut_at is None or HOPS.index(hop) < HOPS.index(meter.cut_at):
        return True
    return meter.cut not in (direction, "both")


def drawn_wms(meter: StreetMeter, now_ms: int) -> int:
    """Energy since the last change."""
    if meter.switch == "open" or meter.load is None:
        return 0
    return energy_wms(curve(meter.load, meter.power_w_max), max(0, now_ms - meter.since_ms))


def drawing_w(meter: StreetMeter, now_ms: int) -> int:
    """Power at this moment."""
    if meter.switch == "open" or meter.load is None:
        return 0
    return power_w(curve(meter.load, meter.power_w_max), max(0, now_ms - meter.since_ms))


def register_wh(meter: StreetMeter, now_ms: int) -> int:
    """What the register shows: whole steps, rolling over at its width."""
    total_wh = (meter.total_wms + drawn_wms(meter, now_ms)) // WMS_PER_WH
    return total_wh // meter.step_wh * meter.step_wh % meter.modulo_wh


def first_use_ms(meter: StreetMeter) -> int | None:
    """When power was first used under the present order, if its load ever will."""
    if meter.first_use_at_ms is not None or meter.load is None or meter.switch == "open":
        return meter.first_use_at_ms
    after_ms = moment_of_power(curve(meter.load, meter.power_w_max), FIRST_USE_W)
    return None if after_ms is None else meter.since_ms + after_ms


def opens_at(meter: StreetMeter) -> tuple[int, OpenedBecause] | None:
    """When and why a closed meter will open by itself, if nothing else changes."""
    order = meter.order
    if meter.switch == "open" or order is None or meter.closed_at_ms is None:
        return None
    ends: list[tuple[int, OpenedBecause]] = [
        (meter.assured_at_ms + order.failsafe_after_ms, "link_lost")
    ]
    first_use = order.counted_from == "first_use"
    from_ms = first_use_ms(meter) if first_use else meter.closed_at_ms
    if order.duration_ms_max is not None and from_ms is not None:
        ends.append((from_ms + order.duration_ms_max, "time_limit"))
    if order.energy_wh_max is not None and meter.load is not None:
        whole_wh = max(1, order.energy_wh_max // meter.step_wh) * meter.step_wh
        left_wms = whole_wh * WMS_PER_WH - (meter.total_wms - meter.closed_at_wms)
        after_ms = moment_of_energy(curve(meter.load, meter.power_w_max), left_wms)
        if after_ms is not None:
            ends.append((meter.since_ms + after_ms, "energy_limit"))
    return min(ends)


def folded(meter: StreetMeter, at_ms: int) -> StreetMeter:
    """The same meter with everything up to `at_ms` counted in: needed where something changes."""
    drawn = drawn_wms(meter, at_ms)
    first_ms = first_use_ms(meter)
    load = meter.load
    if load is not None and meter.switch == "closed":
        load = replace(load, taken_wms=load.taken_wms + drawn)
    return replace(
        meter,
        total_wms=meter.total_wms + drawn,
        since_ms=max(at_ms, meter.since_ms),
        load=load,
        first_use_at_ms=first_ms if first_ms is not None and first_ms <= at_ms else None,
    )


def settled(meter: StreetMeter, now_ms: int) -> StreetMeter:
    """As it stands now: open, if it has opened by itself meanwhile."""
    end = opens_at(meter)
    if end is None or end[0] > now_ms:
        return meter
    return opened(meter, end[0], end[1])


def opened(meter: StreetMeter, at_ms: int, because: OpenedBecause) -> StreetMeter:
    """Open the switch; an open one keeps the time and the reason it opened for."""
    if meter.switch == "open":
        return meter
    folded_meter = folded(meter, at_ms)
    return replace(folded_meter, switch="open", opened_at_ms=at_ms, opened_because=because)


def obey_open(meter: StreetMeter, generation: int, now_ms: int) -> StreetMeter | None:
    """Open on command; None when the command is older than one already obeyed."""
    meter = settled(meter, now_ms)
    if not may_obey(meter.generation, generation):
        return None
    return replace(opened(meter, now_ms, "commanded"), generation=generation)


def obey_close(
    meter: StreetMeter, generation: int, order: CloseOrder, now_ms: int
) -> StreetMeter | None:
    """Close on command, under this order; None when the command is an old one."""
    meter = settled(meter, now_ms)
    if not may_obey(meter.generation, generation):
        return None
    meter = folded(meter, now_ms)
    return replace(
        meter,
        switch="closed",
        generation=generation,
        order=order,
        closed_at_ms=now_ms,
        closed_at_wms=meter.total_wms,
        first_use_at_ms=None,
        opened_at_ms=None,
        opened_because=None,
        assured_at_ms=now_ms,
    )


def obey_limit(
    meter: StreetMeter, generation: int, order: CloseOrder, now_ms: int
) -> StreetMeter | None:
    """End by another order, counted from the same closing; None when the command is an old one."""
    meter = settled(meter, now_ms)
    if not may_obey(meter.generation, generation):
        return None
    ends_by = order if meter.switch == "closed" else meter.order
    return replace(meter, generation=generation, order=ends_by)


def plugged(meter: StreetMeter, load: Load | None, now_ms: int) -> StreetMeter:
    """Plug something in, or pull it out with None."""
    return replace(folded(settled(meter, now_ms), now_ms), load=load)


def assured(meter: StreetMeter, now_ms: int) -> StreetMeter:
    """Word from the head-end that it hears the meter: the fail-safe counts anew."""
    return replace(settled(meter, now_ms), assured_at_ms=now_ms)


def without_power(meter: StreetMeter, now_ms: int) -> StreetMeter:
    """The supply fails: with its last charge the meter opens its switch and sends a last gasp."""
    if not meter.powered:
        return meter
    heard = reaches(meter, "up")
    meter = opened(settled(meter, now_ms), now_ms, "power_lost")
    return replace(meter, powered=False, gasped_at_ms=now_ms if heard else None)


def with_power(meter: StreetMeter, now_ms: int) -> StreetMeter:
    """The supply returns; the switch stays open until it is told otherwise."""
    return replace(meter, powered=True, gasped_at_ms=None)


def answer(meter: StreetMeter, now_ms: int) -> MeterAnswer:
    """What the meter says when it is read."""
    meter = settled(meter, now_ms)
    first_ms = first_use_ms(meter)
    closed = meter.switch == "closed"
    return MeterAnswer(
        at_ms=now_ms,
        register_wh=register_wh(meter, now_ms),
        power_w=drawing_w(meter, now_ms),
        switch=meter.switch,
        generation=meter.generation,
        switched_at_ms=meter.closed_at_ms if closed else meter.opened_at_ms,
        first_use_at_ms=first_ms if first_ms is not None and first_ms <= now_ms else None,
        opened_because=meter.opened_because,
    )


def pinged(meter: StreetMeter, now_ms: int) -> PingAnswer:
    """What comes back when the meter is asked whether it is there."""
    meter = settled(meter, now_ms)
    if not (reaches(meter, "down", "relay") and reaches(meter, "up", "relay")):
        return PingAnswer(smid=meter.smid, answer="communication_failure")
    if not meter.powered:
        gasped = meter.gasped_at_ms is not None
        return PingAnswer(smid=meter.smid, answer="no_power" if gasped else "unknown")
    if not (reaches(meter, "down") and reaches(meter, "up")):
        return PingAnswer(smid=meter.smid, answer="unknown")
    drawn = drawing_w(meter, now_ms) > 0
    return PingAnswer(smid=meter.smid, answer="powered", load="drawn" if drawn else "none")
