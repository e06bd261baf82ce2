"""Rows read under a lock and written back whole.

Locks are taken in one order everywhere: request, outlet, management server. An UPDATE that
changes nothing but returns its row is a lock on both databases.
"""

from typing import Any

import msgspec

from konsento.foundation.databases import GRID
from konsento.foundation.ids import Ids
from konsento.mdms import events, measurements
from konsento.mdms.outlet import Outlet
from konsento.mdms.request import LIVE_SQL, Request
from konsento.mdms.turn import Decision


async def find_request(request_number: str) -> Request | None:
    """The request as committed; no lock."""
    rows = await GRID.ask("SELECT * FROM mdms_request WHERE request_number = {}", request_number)
    return msgspec.convert(rows[0], Request) if rows else None


async def find_outlet(outlet: str) -> Outlet | None:
    """The outlet as committed; no lock."""
    rows = await GRID.ask("SELECT * FROM mdms_outlet WHERE outlet = {}", outlet)
    return msgspec.convert(rows[0], Outlet) if rows else None


async def is_held(outlet: str) -> bool:
    """Whether a live request holds the outlet."""
    return bool(
        await GRID.ask(f"SELECT look FROM mdms_request WHERE outlet = {{}} AND {LIVE_SQL}", outlet)
    )


async def lock_request(request_number: str, *, look: int | None = None) -> Request | None:
    """The live request, locked; None when it is over or another look has begun since `look`."""
    rows = await GRID.ask(
        "UPDATE mdms_request SET look = look "
        f"WHERE request_number = {{}} AND {LIVE_SQL} RETURNING *",
        request_number,
    )
    if not rows or (look is not None and rows[0]["look"] != look):
        return None
    return msgspec.convert(rows[0], Request)


async def lock_outlet(outlet: str) -> Outlet:
    """The outlet, locked."""
    rows = await GRID.ask(
        "UPDATE mdms_outlet SET generation = generation WHERE outlet = {} RETURNING *", outlet
    )
    return msgspec.convert(rows[0], Outlet)


async def insert_request(request: Request) -> bool:
    """False when the number is taken, or the request is live and another holds the outlet."""
    row = msgspec.to_builtins(request)
    marks = ", ".join("{}" for _ in row)
    rows = await GRID.ask(
        f"INSERT INTO mdms_request ({', '.join(row)}) VALUES ({marks}) "
        "ON CONFLICT DO NOTHING RETURNING request_number",
        *row.values(),
    )
    return bool(rows)


async def save_outlet(before: Outlet, after: Outlet) -> None:
    """Write what changed of a locked outlet."""
    await _save("mdms_outlet", "outlet", before, after)


async def write_down(
    decision: Decision, request: Request, outlet: Outlet, ids: Ids, now_ms: int
) -> None:
    """A whole decision, in the caller's write transaction: rows, reading and events or nothing."""
    await _save("mdms_request", "request_number", request, decision.request)
    await save_outlet(outlet, decision.outlet)
    if decision.accepted is not None:
        await measurements.keep(decision.request, outlet, decision.accepted)
    if decision.aside is not None:
        await measurements.set_aside(outlet, decision.aside, ids, now_ms)
    await events.append(decision.request, decision.told, now_ms)


async def _save(table: str, key: str, before: Any, after: Any) -> None:
    was, row = msgspec.to_builtins(before), msgspec.to_builtins(after)
    changed = {name: value for name, value in row.items() if value != was[name]}
    if not changed:
        return
    settings = ", ".join(f"{name} = {{}}" for name in changed)
    await GRID.ask(f"UPDATE {table} SET {settings} WHERE {key} = {{}}", *changed.values(), row[key])
