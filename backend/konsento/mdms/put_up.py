"""An outlet is put on the books behind its meter, or described anew. Twice is once."""

from typing import Literal

import msgspec

from konsento.foundation.databases import GRID
from konsento.mdms.outlet import Outlet
from konsento.mdms.outlets import REGISTER_MODULO_WH, REGISTER_STEP_WH
from konsento.mdms.record import lock_outlet, save_outlet

Became = Literal["new", "changed", "same"]


class AnotherMeter(Exception):
    """The outlet stands behind another meter, which is named: that one is exchanged."""


class MeterTaken(Exception):
    """The meter stands before another outlet, which is named."""


class Described(msgspec.Struct, frozen=True, kw_only=True):
    """`place` is an area's code; `register_wh` is what the meter showed when it was put up."""

    outlet: str
    smid: str
    place: str
    voltage_v: int
    power_w_max: int
    register_wh: int


async def put_up(described: Described, at_ms: int) -> Became:
    """What became of it; within the caller's transaction. What the meter has said is kept.

    Raises AnotherMeter, MeterTaken.
    """
    taken = await GRID.ask("SELECT outlet FROM mdms_outlet WHERE smid = {}", described.smid)
    if taken and taken[0]["outlet"] != described.outlet:
        raise MeterTaken(taken[0]["outlet"])
    if not taken and await _there(described.outlet):
        raise AnotherMeter((await lock_outlet(described.outlet)).smid)
    if not taken:
        new = Outlet(
            **msgspec.structs.asdict(described), register_at_ms=at_ms,
            register_modulo_wh=REGISTER_MODULO_WH, register_step_wh=REGISTER_STEP_WH,
        )  # fmt: skip
        row = msgspec.to_builtins(new)
        marks = ", ".join("{}" for _ in row)
        sql = f"INSERT INTO mdms_outlet ({', '.join(row)}) VALUES ({marks})"
        await GRID.ask(sql, *row.values())
        return "new"
    known = await lock_outlet(described.outlet)
    wanted = msgspec.structs.replace(
        known, place=described.place, voltage_v=described.voltage_v,
        power_w_max=described.power_w_max,
    )  # fmt: skip
    if wanted == known:
        return "same"
    await save_outlet(known, wanted)
    return "changed"


async def _there(outlet: str) -> bool:
    return bool(await GRID.ask("SELECT outlet FROM mdms_outlet WHERE outlet = {}", outlet))
