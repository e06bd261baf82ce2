"""What the contract says of an outlet, and of what its meter's display shows."""

from typing import Literal

from msgspec import Struct

OutletState = Literal["available", "charging", "inoperative", "no_power", "unknown"]
Switch = Literal["open", "closed", "unknown"]
Link = Literal["up", "lost", "unknown"]
Power = Literal["on", "off", "unknown"]
Mark = Literal["off", "lit", "blink"]


class MeterFace(Struct, frozen=True, kw_only=True):
    """What the meter's display shows (O13): six kWh digits and two marks.

    A mark blinks while metering its way; no load: both lit; switch open: both blink.
    """

    digits: str
    forward: Mark
    reverse: Mark


class OutletView(Struct, frozen=True, kw_only=True):
    """An outlet as last heard; `charging` while a request holds it, whoever asked.

    `smid` is its meter's id, by which the outage room knows it.
    """

    outlet: str
    state: OutletState
    voltage_v: int
    power_w_max: int
    switch: Switch
    link: Link
    power: Power
    register_wh: int | None
    heard_at_ms: int | None
    face: MeterFace | None
    now_ms: int
    smid: str | None = None
