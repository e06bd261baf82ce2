"""Whether an outage may be told of: how many it would be, and on whose word (T23)."""

from collections.abc import Collection
from typing import Any

import msgspec
import structlog

from konsento.foundation.databases import PEOPLE
from konsento.management.notices.dispatch.among import among, listed
from konsento.management.notices.outages.brake import Crowd, held
from konsento.management.notices.outages.limits import BRAKE_WITHIN_MS
from konsento.outage.contract import OutageDetail

log = structlog.get_logger(__name__)

UPSERT = (
    "INSERT INTO power_crowd (outage, recipients, sources, at_ms, held_at_ms) "
    "VALUES ({}, {}, {}, {}, {}) ON CONFLICT (outage) DO UPDATE SET "
    "recipients = excluded.recipients, sources = excluded.sources, "
    "held_at_ms = CASE WHEN excluded.held_at_ms IS NULL THEN NULL "
    "ELSE COALESCE(power_crowd.held_at_ms, excluded.held_at_ms) END"
)


def vouched_by(detail: OutageDetail) -> tuple[str, ...]:
    """The kinds of evidence that say so: who said more of it than that it is over."""
    speaking = {
        entry.source
        for entry in detail.entries
        if entry.facts.retracted is not True and not isinstance(entry.facts.restored_at_ms, int)
    }
    return tuple(sorted(speaking))


async def weigh_crowd(
    outage: str, recipients: int, sources: tuple[str, ...], above: int, now_ms: int
) -> bool:
    """Keep the count; whether it may be told of. One that is held is said once, as an alarm."""
    async with PEOPLE.writing("power-brake"):
        known = await _crowd(outage)
        crowd = Crowd(
            outage=outage, recipients=recipients, sources=sources,
            at_ms=now_ms if known is None else known["at_ms"],
            released=known is not None and known["released_at_ms"] is not None,
        )  # fmt: skip
        holds = held(crowd, await _lately(now_ms), above, now_ms)
        said = msgspec.json.encode(sources).decode()
        await PEOPLE.ask(UPSERT, outage, recipients, said, crowd.at_ms, now_ms if holds else None)
    if holds and (known is None or known["held_at_ms"] is None):
        log.error("notices held by the brake", name=outage, count=recipients)
    return not holds


async def admitted(outages: Collection[str]) -> tuple[set[str], set[str]]:
    """Of these, those that may be told of, and those that nobody has looked at yet."""
    if not outages:
        return set(), set()
    sql = f"SELECT outage, held_at_ms FROM power_crowd WHERE {among('outage')}"
    rows = await PEOPLE.ask(sql, listed(outages))
    free = {row["outage"] for row in rows if row["held_at_ms"] is None}
    return free, set(outages) - {row["outage"] for row in rows}


async def release(outage: str, now_ms: int) -> bool:
    """A person lets it through; False when it was not held. Within the caller's transaction."""
    rows = await PEOPLE.ask(
        "UPDATE power_crowd SET released_at_ms = {}, held_at_ms = NULL "
        "WHERE outage = {} AND held_at_ms IS NOT NULL RETURNING outage",
        now_ms, outage,
    )  # fmt: skip
    return bool(rows)


async def all_held() -> list[tuple[str, int, int]]:
    """Outage, how many wait, and since when."""
    rows = await PEOPLE.ask(
        "SELECT outage, recipients, held_at_ms FROM power_crowd "
        "WHERE held_at_ms IS NOT NULL ORDER BY held_at_ms, outage"
    )
    return [(row["outage"], row["recipients"], row["held_at_ms"]) for row in rows]


async def _crowd(outage: str) -> dict[str, Any] | None:
    rows = await PEOPLE.ask("SELECT * FROM power_crowd WHERE outage = {}", outage)
    return rows[0] if rows else None


async def _lately(now_ms: int) -> list[Crowd]:
    """What was told of within the hour; what is held was told to nobody."""
    rows = await PEOPLE.ask(
        "SELECT * FROM power_crowd WHERE at_ms > {} AND held_at_ms IS NULL",
        now_ms - BRAKE_WITHIN_MS,
    )
    return [
        Crowd(
            outage=row["outage"],
            recipients=row["recipients"],
            sources=msgspec.json.decode(row["sources"], type=tuple[str, ...]),
            at_ms=row["at_ms"],
            released=row["released_at_ms"] is not None,
        )
        for row in rows
    ]
