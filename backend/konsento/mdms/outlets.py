"""Put outlets and management servers on the books, and exchange a meter."""

from collections.abc import Collection

import msgspec

from konsento.foundation.databases import GRID
from konsento.foundation.edge.api_keys import hashed
from konsento.foundation.problems import Refusal
from konsento.mdms.outlet import Outlet
from konsento.mdms.record import find_outlet, is_held, lock_outlet, save_outlet

REGISTER_MODULO_WH = 1_000_000_000  # six digits of kWh
REGISTER_STEP_WH = 10


class UnknownOutlet(Refusal):
    status = 404
    slug = "unknown-outlet"
    title = "There is no such outlet."


class OutletHeld(Refusal):
    status = 409
    slug = "outlet-held"
    title = "A request holds this outlet."


async def register_outlet(
    outlet: str,
    *,
    smid: str,
    place: str,
    voltage_v: int,
    power_w_max: int,
    register_wh: int,
    at_ms: int,
    register_modulo_wh: int = REGISTER_MODULO_WH,
    register_step_wh: int = REGISTER_STEP_WH,
) -> None:
    """Put an outlet behind its meter; `place` is an area's code. Known already: left as it is.

    100 V / 15 A delivers 1,500 W at most, 200 V / 20 A 4,000 W. One smid stands for one outlet.
    `register_wh` is what the meter showed at `at_ms`, read by whoever put it up: without it the
    first reading could only be believed blindly, and a meter that says 0 once would be billed.
    """
    new = Outlet(
        outlet=outlet,
        smid=smid,
        place=place,
        voltage_v=voltage_v,
        power_w_max=power_w_max,
        register_modulo_wh=register_modulo_wh,
        register_step_wh=register_step_wh,
        register_wh=register_wh,
        register_at_ms=at_ms,
    )
    row = msgspec.to_builtins(new)
    marks = ", ".join("{}" for _ in row)
    async with GRID.writing():
        await GRID.ask(
            f"INSERT INTO mdms_outlet ({', '.join(row)}) VALUES ({marks}) "
            "ON CONFLICT (outlet) DO NOTHING",
            *row.values(),
        )


async def exchange_meter(outlet: str, *, smid: str, register_wh: int, at_ms: int) -> None:
    """Another meter stands before the outlet, showing `register_wh`; also ends a fault.

    Only while nobody holds the outlet, so that no bill spans two meters.
    Raises UnknownOutlet, OutletHeld.
    """
    async with GRID.writing():
        if await find_outlet(outlet) is None:
            raise UnknownOutlet
        known = await lock_outlet(outlet)
        if await is_held(outlet):
            raise OutletHeld
        exchanged = msgspec.structs.replace(
            known,
            smid=smid,
            register_wh=register_wh,
            register_at_ms=at_ms,
            inoperative_because="",
            switch="unknown",
            power="unknown",
            heard_at_ms=None,
            missed=0,
        )
        await save_outlet(known, exchanged)


async def put_back_in_service(outlet: str) -> None:
    """A fault was looked into and mended. Raises UnknownOutlet."""
    async with GRID.writing():
        if await find_outlet(outlet) is None:
            raise UnknownOutlet
        known = await lock_outlet(outlet)
        await save_outlet(known, msgspec.structs.replace(known, inoperative_because=""))


async def register_management_server(server: str, api_key: str) -> None:
    """Let a management server ask; known already, its key is replaced, its events go on."""
    async with GRID.writing():
        await GRID.ask(
            "INSERT INTO mdms_management_server (server, key_sha256, last_cursor) "
            "VALUES ({}, {}, 0) ON CONFLICT (server) DO UPDATE SET key_sha256 = {}",
            server,
            hashed(api_key),
            hashed(api_key),
        )


async def shut_out_but(servers: Collection[str]) -> list[str]:
    """Take the keys of all other management servers from them; their names, and events, stay."""
    marks = ", ".join("{}" for _ in servers)
    others = f"server NOT IN ({marks})" if servers else "TRUE"
    async with GRID.writing():
        rows = await GRID.ask(
            "UPDATE mdms_management_server SET key_sha256 = 'none:' || server "
            f"WHERE {others} AND key_sha256 <> 'none:' || server RETURNING server",
            *servers,
        )
    return [str(row["server"]) for row in rows]


async def server_of(api_key: str) -> str | None:
    """Which management server this key belongs to."""
    rows = await GRID.ask(
        "SELECT server FROM mdms_management_server WHERE key_sha256 = {}", hashed(api_key)
    )
    return str(rows[0]["server"]) if rows else None
