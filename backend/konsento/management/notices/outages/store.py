"""Reading and keeping what was told; what writes runs inside the caller's transaction."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from konsento.foundation.databases import PEOPLE
from konsento.management.notices.dispatch.among import among, listed
from konsento.management.notices.outages.notice import Notice
from konsento.management.notices.outages.told import Standing
from konsento.management.notices.outages.works import looked_at_from_ms

ROWS_AT_ONCE = 100
CURSOR = "outage"
KEEP = (
    "INSERT INTO power_standing (registration, smid, version, waits, look_from_ms, "
    "changed_at_ms, body) VALUES {rows} ON CONFLICT (registration) DO UPDATE SET "
    "version = excluded.version, waits = excluded.waits, look_from_ms = excluded.look_from_ms, "
    "changed_at_ms = excluded.changed_at_ms, body = excluded.body "
    "WHERE power_standing.version = excluded.version - 1 RETURNING registration"
)


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """How a registration stands, and for which version of it this holds; 0 before the first."""

    registration: str
    smid: str
    standing: Standing = Standing()
    version: int = 0


def _kept(row: Mapping[str, Any]) -> Kept:
    return Kept(
        registration=row["registration"],
        smid=row["smid"],
        standing=msgspec.json.decode(row["body"], type=Standing),
        version=row["version"],
    )


async def standings(registrations: Collection[str]) -> dict[str, Kept]:
    """Those of them that were told something, by registration."""
    sql = f"SELECT * FROM power_standing WHERE {among('registration')}"
    return {row["registration"]: _kept(row) for row in await PEOPLE.ask(sql, listed(registrations))}


async def waiting(after: str, now_ms: int, limit: int) -> list[Kept]:
    """Those that wait for more and whose time has come, by registration after `after`."""
    rows = await PEOPLE.ask(
        "SELECT * FROM power_standing WHERE waits = 1 AND registration > {} "
        "AND look_from_ms <= {} ORDER BY registration LIMIT {}",
        after, now_ms, limit,
    )  # fmt: skip
    return [_kept(row) for row in rows]


async def keep(changed: Sequence[Kept], now_ms: int) -> set[str]:
    """Write them in the place of what was weighed; the registrations that nobody was faster with.

    `changed` are in the order of their registrations.
    """
    won: set[str] = set()
    for begin in range(0, len(changed), ROWS_AT_ONCE):
        some = changed[begin : begin + ROWS_AT_ONCE]
        values: list[str | int] = []
        for each in some:
            standing = each.standing
            values += (
                each.registration, each.smid, each.version + 1, int(standing.waits),
                _look_from_ms(standing), now_ms, msgspec.json.encode(standing).decode(),
            )  # fmt: skip
        rows = ", ".join(["({}, {}, {}, {}, {}, {}, {})"] * len(some))
        won |= {row["registration"] for row in await PEOPLE.ask(KEEP.format(rows=rows), *values)}
    return won


def _look_from_ms(standing: Standing) -> int:
    """Works that are far off need no look before their eve; a change of them is an event."""
    if standing.fault is not None or standing.held:
        return 0
    return min(map(looked_at_from_ms, standing.works.values()), default=0)


async def add_notices(notices: Sequence[Notice]) -> None:
    """Write down what is told; twice is once."""
    for begin in range(0, len(notices), ROWS_AT_ONCE):
        some = notices[begin : begin + ROWS_AT_ONCE]
        values: list[str | int] = []
        for each in some:
            body = msgspec.json.encode(each).decode()
            values += (each.id, each.registration, each.thread, each.at_ms, body)
        rows = ", ".join(["({}, {}, {}, {}, {})"] * len(some))
        sql = "INSERT INTO power_notice (id, registration, thread, at_ms, body) VALUES "
        await PEOPLE.ask(f"{sql}{rows} ON CONFLICT (id) DO NOTHING", *values)


async def notices_by_id(ids: Collection[str]) -> dict[str, Notice]:
    rows = await PEOPLE.ask(f"SELECT body FROM power_notice WHERE {among('id')}", listed(ids))
    found = [msgspec.json.decode(row["body"], type=Notice) for row in rows]
    return {each.id: each for each in found}


async def notices_of(registrations: Collection[str]) -> dict[str, list[Notice]]:
    """All that is kept of what they were told, the latest first."""
    sql = f"SELECT body FROM power_notice WHERE {among('registration')} ORDER BY at_ms DESC, id"
    found: dict[str, list[Notice]] = {each: [] for each in registrations}
    for row in await PEOPLE.ask(sql, listed(registrations)):
        notice = msgspec.json.decode(row["body"], type=Notice)
        found[notice.registration].append(notice)
    return found


async def latest(registrations: Collection[str]) -> dict[tuple[str, str], list[str]]:
    """The ids of what they were told in each thread, the latest first."""
    rows = await PEOPLE.ask(
        "SELECT id, registration, thread FROM power_notice "
        f"WHERE {among('registration')} ORDER BY at_ms DESC, id",
        listed(registrations),
    )
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        found.setdefault((row["registration"], row["thread"]), []).append(row["id"])
    return found


async def doubted(registration: str, now_ms: int) -> None:
    """Somebody says that they are still without power."""
    await PEOPLE.ask(
        "INSERT INTO power_doubt (registration, at_ms) VALUES ({}, {}) "
        "ON CONFLICT (registration) DO UPDATE SET at_ms = excluded.at_ms",
        registration, now_ms,
    )  # fmt: skip


async def doubts(registrations: Collection[str]) -> dict[str, int]:
    """When each said so last."""
    sql = f"SELECT * FROM power_doubt WHERE {among('registration')}"
    rows = await PEOPLE.ask(sql, listed(registrations))
    return {row["registration"]: row["at_ms"] for row in rows}


async def read_cursor() -> int:
    rows = await PEOPLE.ask("SELECT cursor FROM power_cursor WHERE id = {}", CURSOR)
    return rows[0]["cursor"] if rows else 0


async def keep_cursor(cursor: int) -> None:
    await PEOPLE.ask(
        "INSERT INTO power_cursor (id, cursor) VALUES ({}, {}) "
        "ON CONFLICT (id) DO UPDATE SET cursor = excluded.cursor",
        CURSOR, cursor,
    )  # fmt: skip


async def forget_before(told_ms: int, changed_ms: int, waited_ms: int) -> None:
    """What was told, and how it stood, of so long ago that nothing follows from it any more.

    Who still waits may have been told of works a year ahead, or be in the dark for months.
    """
    async with PEOPLE.writing():
        await PEOPLE.ask("DELETE FROM power_notice WHERE at_ms < {}", told_ms)
        await PEOPLE.ask(
            "DELETE FROM power_standing WHERE changed_at_ms < {} AND (waits = 0 "
            "OR changed_at_ms < {})",
            changed_ms, waited_ms,
        )  # fmt: skip
        await PEOPLE.ask("DELETE FROM power_crowd WHERE at_ms < {}", changed_ms)
        await PEOPLE.ask("DELETE FROM power_doubt WHERE at_ms < {}", told_ms)
