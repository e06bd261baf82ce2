"""What draws power from an outlet: a car, a bike, a kettle. Pure physics, no ticking.

The power drawn is a chain of straight lines over time, so the energy up to any moment is a
formula: a restart of everything else leaves a gap in nobody's knowledge of it. Energy is counted
in watt-milliseconds (3,600,000 to the watt-hour), whole numbers throughout.
"""

from math import isqrt
from typing import Literal

from msgspec import Struct

WMS_PER_WH = 3_600_000

Kind = Literal["car", "bike", "kettle"]


class Load(Struct, frozen=True, kw_only=True):
    """Something plugged in: how hard it draws, how much it wants, how much it has had."""

    kind: Kind
    power_w: int
    wanted_wms: int
    taken_wms: int = 0


class Segment(Struct, frozen=True):
    """A stretch of time over which the power goes in a straight line."""

    lasts_ms: int
    from_w: int
    to_w: int

    def energy_wms(self, for_ms: int) -> int:
        """Energy over the first `for_ms` of it, rounded down."""
        rise = (self.to_w - self.from_w) * for_ms * for_ms
        return (2 * self.from_w * self.lasts_ms * for_ms + rise) // (2 * self.lasts_ms)


class Habit(Struct, frozen=True):
    """How a kind of load behaves: its ramp, and the last share of its need that it tapers over."""

    power_w: int
    wanted_wh: int
    ramp_ms: int
    taper_percent: int


HABITS: dict[Kind, Habit] = {
    "car": Habit(power_w=3_000, wanted_wh=9_000, ramp_ms=12_000, taper_percent=12),
    "bike": Habit(power_w=160, wanted_wh=450, ramp_ms=4_000, taper_percent=20),
    "kettle": Habit(power_w=1_200, wanted_wh=110, ramp_ms=0, taper_percent=0),
}


def load_of(kind: Kind, *, wanted_wh: int | None = None) -> Load:
    """A load of this kind, wanting its usual energy or the energy given."""
    habit = HABITS[kind]
    wanted = habit.wanted_wh if wanted_wh is None else wanted_wh
    return Load(kind=kind, power_w=habit.power_w, wanted_wms=wanted * WMS_PER_WH)


def curve(load: Load, power_w_max: int) -> tuple[Segment, ...]:
    """The power drawn from the moment the outlet is energised, until the load is full.

    Interrupted and energised again, it ramps up anew and goes on with what it still wants.
    """
    habit = HABITS[load.kind]
    full_w = min(load.power_w, power_w_max)
    end_w = full_w // 10
    left_wms = max(0, load.wanted_wms - load.taken_wms)
    taper_wms = min(left_wms, load.wanted_wms * habit.taper_percent // 100)
    slope_wms = load.wanted_wms * habit.taper_percent // 100
    segments = _main(full_w, left_wms - taper_wms, habit.ramp_ms)
    if taper_wms > 0:
        # Linear in time over the whole taper; from the middle of it, the power belonging there.
        square = end_w**2 + (full_w**2 - end_w**2) * taper_wms // slope_wms
        from_w = isqrt(square)
        lasts_ms = 2 * taper_wms // max(1, from_w + end_w)
        segments += (Segment(lasts_ms, from_w, end_w),)
    return tuple(segment for segment in segments if segment.lasts_ms > 0)


def _main(full_w: int, energy_wms: int, ramp_ms: int) -> tuple[Segment, ...]:
    """Ramp, then constant; no ramp where there is too little left for one."""
    ramp_wms = full_w * ramp_ms // 2
    if full_w == 0:
        return ()
    if energy_wms <= ramp_wms:
        return (Segment(energy_wms // full_w, full_w, full_w),)
    constant_ms = (energy_wms - ramp_wms) // full_w
    return (Segment(ramp_ms, 0, full_w), Segment(constant_ms, full_w, full_w))


def energy_wms(segments: tuple[Segment, ...], for_ms: int) -> int:
    """Energy drawn in the first `for_ms`."""
    total = 0
    for segment in segments:
        within_ms = min(max(0, for_ms), segment.lasts_ms)
        total += segment.energy_wms(within_ms)
        for_ms -= segment.lasts_ms
    return total


def power_w(segments: tuple[Segment, ...], at_ms: int) -> int:
    """Power drawn at this moment; nothing once the load is full."""
    for segment in segments:
        if at_ms < segment.lasts_ms:
            return segment.from_w + (segment.to_w - segment.from_w) * at_ms // segment.lasts_ms
        at_ms -= segment.lasts_ms
    return 0


def lasts_ms(segments: tuple[Segment, ...]) -> int:
    """How long it draws."""
    return sum(segment.lasts_ms for segment in segments)


def moment_of_energy(segments: tuple[Segment, ...], wanted_wms: int) -> int | None:
    """The first whole millisecond by which this much was drawn; None if it never is."""
    high = lasts_ms(segments)
    if wanted_wms <= 0:
        return 0
    if energy_wms(segments, high) < wanted_wms:
        return None
    low = 0
    while low < high:
        middle = (low + high) // 2
        if energy_wms(segments, middle) >= wanted_wms:
            high = middle
        else:
            low = middle + 1
    return low


def moment_of_power(segments: tuple[Segment, ...], wanted_w: int) -> int | None:
    """The first moment at which it draws at least this power; None if it never does."""
    before_ms = 0
    for segment in segments:
        if segment.from_w >= wanted_w:
            return before_ms
        if segment.to_w >= wanted_w:
            rise_w = segment.to_w - segment.from_w
            return before_ms - (-(wanted_w - segment.from_w) * segment.lasts_ms // rise_w)
        before_ms += segment.lasts_ms
    return None
