"""Whether a meter's reading can be believed, judged against the last one that was.

Only accepted readings are ever billed; what is not accepted is kept aside with its reason.
A register counts up and rolls over at its width (000000 after 999999 kWh): the distance from
the last accepted register is therefore taken modulo the width, and it must not exceed what the
outlet could have delivered in the time.
"""

from typing import Literal

from msgspec import Struct

from konsento.mdms.limits import METER_CLOCK_AHEAD_MS, POWER_MARGIN_PERCENT

MS_PER_HOUR = 3_600_000

Implausible = Literal["negative", "future", "late", "rolled_back", "impossible"]


class Reading(Struct, frozen=True):
    """One cumulative register and the power drawn, at the meter's own time."""

    at_ms: int
    register_wh: int
    power_w: int


class Bounds(Struct, frozen=True, kw_only=True):
    """What this meter can show and this outlet can deliver."""

    power_w_max: int
    register_modulo_wh: int
    register_step_wh: int


class Accepted(Struct, frozen=True):
    """A reading to believe, and the energy since the last accepted one."""

    reading: Reading
    gained_wh: int


class Aside(Struct, frozen=True):
    """A reading that is kept but never billed."""

    reading: Reading
    reason: Implausible


def used_wh(opening_register_wh: int, register_wh: int, register_modulo_wh: int) -> int:
    """Energy between two registers: what is billed."""
    return (register_wh - opening_register_wh) % register_modulo_wh


def deliverable_wh(bounds: Bounds, for_ms: int) -> int:
    """The most an outlet can have delivered, with a tenth to spare and one register step."""
    most = bounds.power_w_max * for_ms * POWER_MARGIN_PERCENT // (100 * MS_PER_HOUR)
    return most + bounds.register_step_wh


def judge(reading: Reading, last: Reading | None, bounds: Bounds, now_ms: int) -> Accepted | Aside:
    """Accept, or set aside with the reason; without a last reading only the form is judged."""
    if reading.register_wh < 0 or reading.power_w < 0:
        return Aside(reading, "negative")
    if reading.at_ms > now_ms + METER_CLOCK_AHEAD_MS:
        return Aside(reading, "future")
    power_w_most = bounds.power_w_max * POWER_MARGIN_PERCENT // 100
    if reading.register_wh >= bounds.register_modulo_wh or reading.power_w > power_w_most:
        return Aside(reading, "impossible")
    if last is None:
        return Accepted(reading, 0)
    if reading.at_ms < last.at_ms:
        return Aside(reading, "late")
    gained_wh = used_wh(last.register_wh, reading.register_wh, bounds.register_modulo_wh)
    if gained_wh <= deliverable_wh(bounds, reading.at_ms - last.at_ms):
        return Accepted(reading, gained_wh)
    back = reading.register_wh < last.register_wh
    return Aside(reading, "rolled_back" if back else "impossible")
