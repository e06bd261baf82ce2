"""Somebody from the utility: reads a silent meter by hand, and looks whether the books know it."""

import contextlib
import sqlite3
from pathlib import Path

import msgspec

from e2e.world.waiting import until
from konsento.mdms.request import Told

KNOWN_WITHIN_S = 30


def enters(files: Path, number: int, *, used_wh: int, now_ms: int) -> int:
    """The register that closes the outlet's last request; returns it, in Wh.

    Written into the books of a control system that is closed, as one more event for whoever
    follows it: a simulated meter never shows less than it was last heard to show, a real one
    that was misread does.
    """
    with contextlib.closing(sqlite3.connect(files / "grid.sqlite")) as books, books:
        request, server, outlet, opening_wh = books.execute(
            "SELECT request_number, server, outlet, opening_register_wh FROM mdms_request "
            "WHERE outlet = ? ORDER BY asked_at_ms DESC LIMIT 1",
            (f"OKW-{number:04d}",),
        ).fetchone()
        told = Told(
            kind="switched_off", at_ms=now_ms, reason="link_lost", final=True,
            closing_register_wh=opening_wh + used_wh, used_wh=used_wh,
        )  # fmt: skip
        (cursor,) = books.execute(
            "UPDATE mdms_management_server SET last_cursor = last_cursor + 1 WHERE server = ? "
            "RETURNING last_cursor",
            (server,),
        ).fetchone()
        books.execute(
            "INSERT INTO mdms_event (event, server, cursor, at_ms, told_at_ms, request_number, "
            "outlet, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                f"{server}/{cursor}", server, cursor, now_ms, now_ms, request, outlet,
                msgspec.json.encode(told).decode(),
            ),
        )  # fmt: skip
    return int(opening_wh) + used_wh


async def is_in_the_books(files: Path) -> None:
    """Wait until the people's side has set a late register against its bill."""

    async def corrections() -> int:
        with contextlib.closing(sqlite3.connect(files / "people.sqlite")) as books:
            return int(books.execute("SELECT COUNT(*) FROM correction").fetchone()[0])

    await until(corrections, bool, within_s=KNOWN_WITHIN_S, what="a corrected bill in the books")
