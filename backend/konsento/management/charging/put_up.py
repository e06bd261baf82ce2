"""An outlet is put up, or described anew. Its code, once given, is kept: it stands on a label."""

from typing import Literal

import msgspec

from konsento.foundation.databases import PEOPLE
from konsento.foundation.ids import Ids
from konsento.management.charging.outlet_code import complete
from konsento.management.charging.store import OUTLETS, Outlet

CODE_BITS = 40
Became = Literal["new", "changed", "same"]


class ElsewhereAlready(Exception):
    """The outlet belongs to another facility, which is named."""


class Described(msgspec.Struct, frozen=True, kw_only=True):
    """What an outlet is, but for its code and whether it is locked; columns of tables.OutletRow."""

    outlet: str
    facility: str
    title_ja: str
    title_en: str
    hint_ja: str
    hint_en: str
    voltage_v: int
    power_w_max: int
    plan_x: int | None
    plan_y: int | None


async def put_up(described: Described, ids: Ids) -> tuple[Became, str]:
    """What became of it, and its code; within the caller's transaction. Twice is once.

    Raises ElsewhereAlready.
    """
    row = msgspec.structs.asdict(described)
    found = await PEOPLE.ask(f"{OUTLETS}WHERE outlet.outlet = {{}}", described.outlet)
    if not found:
        code = await _fresh_code(ids)
        marks = ", ".join("{}" for _ in row)
        await PEOPLE.ask(
            f"INSERT INTO outlet (code, locked, {', '.join(row)}) VALUES ({{}}, {{}}, {marks})",
            code, False, *row.values(),
        )  # fmt: skip
        return "new", code
    there = msgspec.convert(found[0], Outlet, strict=False)
    if there.facility != described.facility:
        raise ElsewhereAlready(there.facility)
    if {name: getattr(there, name) for name in row} == row:
        return "same", there.code
    wanted = ", ".join(f"{name} = {{}}" for name in row)
    await PEOPLE.ask(f"UPDATE outlet SET {wanted} WHERE code = {{}}", *row.values(), there.code)
    return "changed", there.code


async def _fresh_code(ids: Ids) -> str:
    """One that no outlet has."""
    while True:
        code = complete(ids.below(2**CODE_BITS))
        if not await PEOPLE.ask("SELECT code FROM outlet WHERE code = {}", code):
            return code
