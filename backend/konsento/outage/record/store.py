"""Reading and keeping outages; whatever writes runs inside the caller's transaction."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from konsento.foundation.databases import GRID
from konsento.outage.record.fold import Record
from konsento.outage.record.said import Entry, Facts, Kind

LOCK = "outage-records"
MATCHED_MAX = 20_000  # outages looked at for one entry: more were never out at a time


class Kept(Struct, frozen=True, kw_only=True):
    """A record with what is kept beside it."""

    outage: str
    opened_at_ms: int
    version: int
    record: Record
    merged_into: str | None = None
    told_overdue_ms: int | None = None


class Change(Struct, frozen=True, kw_only=True):
    """What a version changed, by whose entry; `fields` are Record's, or `merged`, `overdue`."""

    entry: str
    source: str
    author: str
    fields: tuple[str, ...]
    absorbed: tuple[str, ...] = ()


def _kept(row: dict[str, Any]) -> Kept:
    return Kept(
        outage=row["outage"],
        opened_at_ms=row["opened_at_ms"],
        version=row["version"],
        record=msgspec.json.decode(row["body"], type=Record),
        merged_into=row["merged_into"],
        told_overdue_ms=row["told_overdue_ms"],
    )


async def find(outage: str) -> Kept | None:
    """The record, or the one it was merged into."""
    rows = await GRID.ask("SELECT * FROM outage_record WHERE outage = {}", outage)
    if not rows:
        return None
    kept = _kept(rows[0])
    return kept if kept.merged_into is None else await find(kept.merged_into)


async def since(ended_after_ms: int) -> list[Kept]:
    """Those not over, or over no longer ago than this; not those merged into others."""
    rows = await GRID.ask(
        "SELECT * FROM outage_record WHERE merged_into IS NULL "
        "AND (ended_at_ms IS NULL OR ended_at_ms >= {}) ORDER BY opened_at_ms, outage LIMIT {}",
        ended_after_ms,
        MATCHED_MAX,
    )
    return [_kept(row) for row in rows]


async def planned(ended_after_ms: int) -> list[Kept]:
    """Planned works not over, or over no longer ago than this, by their beginning."""
    rows = await GRID.ask(
        "SELECT * FROM outage_record WHERE kind = {} AND merged_into IS NULL "
        "AND (ended_at_ms IS NULL OR ended_at_ms >= {}) ORDER BY started_at_ms, outage LIMIT {}",
        Kind.PLANNED.value,
        ended_after_ms,
        MATCHED_MAX,
    )
    return [_kept(row) for row in rows]


async def entry_of(name: str) -> tuple[str, Entry] | None:
    """The outage it belongs to, and the entry."""
    rows = await GRID.ask("SELECT * FROM outage_entry WHERE entry = {}", name)
    return (rows[0]["outage"], _entry(rows[0])) if rows else None


async def entries_of(outage: str) -> list[Entry]:
    """All that was said of it, by the time at which it was said."""
    rows = await GRID.ask(
        "SELECT * FROM outage_entry WHERE outage = {} ORDER BY said_at_ms, entry", outage
    )
    return [_entry(row) for row in rows]


def _entry(row: dict[str, Any]) -> Entry:
    facts = msgspec.json.decode(row["facts"], type=Facts)
    return msgspec.convert({**row, "facts": msgspec.to_builtins(facts)}, Entry)


async def keep_entry(outage: str, entry: Entry) -> None:
    await GRID.ask(
        "INSERT INTO outage_entry (entry, outage, source, author, said_at_ms, received_at_ms, "
        "facts) VALUES ({}, {}, {}, {}, {}, {}, {})",
        entry.entry, outage, entry.source.value, entry.author, entry.said_at_ms,
        entry.received_at_ms, msgspec.json.encode(entry.facts).decode(),
    )  # fmt: skip


async def hand_over(absorbed: Sequence[str], into: str) -> None:
    """What was said of these was said of that one."""
    for outage in absorbed:
        await GRID.ask("UPDATE outage_entry SET outage = {} WHERE outage = {}", into, outage)
        await GRID.ask(
            "UPDATE outage_record SET merged_into = {} WHERE outage = {} OR merged_into = {}",
            into,
            outage,
            outage,
        )


async def keep(kept: Kept) -> None:
    """Insert the record or write it anew."""
    record = kept.record
    ended_at_ms = record.restored_at_ms
    if ended_at_ms is None and record.retracted:
        ended_at_ms = record.started_at_ms or kept.opened_at_ms
    body = msgspec.json.encode(record).decode()
    await GRID.ask(
        "INSERT INTO outage_record (outage, opened_at_ms, version, body, started_at_ms, "
        "ended_at_ms, merged_into, told_overdue_ms, kind) "
        "VALUES ({}, {}, {}, {}, {}, {}, NULL, {}, {}) "
        "ON CONFLICT (outage) DO UPDATE SET version = excluded.version, body = excluded.body, "
        "started_at_ms = excluded.started_at_ms, ended_at_ms = excluded.ended_at_ms, "
        "told_overdue_ms = excluded.told_overdue_ms, kind = excluded.kind",
        kept.outage, kept.opened_at_ms, kept.version, body, record.started_at_ms, ended_at_ms,
        kept.told_overdue_ms, record.kind.value,
    )  # fmt: skip


async def tell(kept: Kept, change: Change, at_ms: int) -> None:
    """Append an event; its cursor is counted up in a row that stays locked until the commit."""
    rows = await GRID.ask(
        "UPDATE outage_cursor SET last = last + 1 WHERE series = 'events' RETURNING last"
    )
    await GRID.ask(
        "INSERT INTO outage_event (cursor, outage, version, at_ms, body) "
        "VALUES ({}, {}, {}, {}, {})",
        rows[0]["last"], kept.outage, kept.version, at_ms, msgspec.json.encode(change).decode(),
    )  # fmt: skip


async def changes_of(outage: str) -> list[tuple[int, int, Change]]:
    """Version, instant and change, oldest first."""
    rows = await GRID.ask(
        "SELECT version, at_ms, body FROM outage_event WHERE outage = {} ORDER BY cursor", outage
    )
    return [
        (row["version"], row["at_ms"], msgspec.json.decode(row["body"], type=Change))
        for row in rows
    ]


async def page(after: int, limit: int) -> list[tuple[int, str, int, int, Change]]:
    """Cursor, outage, version, instant and change after a cursor, oldest first."""
    rows = await GRID.ask(
        "SELECT * FROM outage_event WHERE cursor > {} ORDER BY cursor LIMIT {}", after, limit
    )
    return [
        (
            row["cursor"],
            row["outage"],
            row["version"],
            row["at_ms"],
            msgspec.json.decode(row["body"], type=Change),
        )
        for row in rows
    ]
