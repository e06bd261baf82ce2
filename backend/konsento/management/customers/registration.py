"""Who is to be told of which meter: registrations as others see them, and one's own record."""

from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from konsento.foundation.database import Transaction
from konsento.foundation.databases import PEOPLE
from konsento.foundation.problems import Refusal
from konsento.management.customers.email_state import EmailState
from konsento.management.customers.limits import ASKED_AT_ONCE, SORTED_MAX

FIELDS = (
    "SELECT r.id, r.smid, r.visitor, u.area, r.email, r.email_state, r.language, r.planned_mail, "
    "r.created_at_ms FROM registration r "
)
LIVE = f"{FIELDS}JOIN usage_point u ON u.smid = r.smid WHERE r.ended_at_ms IS NULL "
# SQLite takes the tables of a CROSS JOIN in the order in which they are written.
LIVE_BY_ID = f"{FIELDS}CROSS JOIN usage_point u WHERE u.smid = r.smid AND r.ended_at_ms IS NULL "


class UnknownRegistration(Refusal):
    """Also said of one that belongs to somebody else."""

    status = 404
    slug = "unknown-registration"
    title = "There is no such registration here."


class Registered(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody to be told of a meter. `email` is there when it may be written to, and only then;
    `email_address_any` whatever its state.
    """

    id: str
    smid: str
    visitor: str
    area: str
    email: str | None
    email_address_any: str | None
    email_state: EmailState
    language: str
    planned_mail: bool
    created_at_ms: int


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A registration as its row has it."""

    id: str
    smid: str
    visitor: str
    email: str | None
    email_state: EmailState
    confirm_round: int
    language: str
    planned_mail: bool
    created_at_ms: int
    ended_at_ms: int | None


def _registered(row: dict[str, Any]) -> Registered:
    on = row["email_state"] == EmailState.ON
    facts = {**row, "email": row["email"] if on else None, "email_address_any": row["email"]}
    return msgspec.convert(facts, Registered, strict=False)


async def registrations_of(smids: Collection[str]) -> list[Registered]:
    """Live ones of these meters, by meter and then the oldest first."""
    wanted = sorted(set(smids))
    found: list[Registered] = []
    for start in range(0, len(wanted), ASKED_AT_ONCE):
        part = wanted[start : start + ASKED_AT_ONCE]
        marks = ", ".join("{}" for _ in part)
        sql = f"{LIVE}AND r.smid IN ({marks}) ORDER BY r.smid, r.created_at_ms, r.id"
        found += [_registered(row) for row in await PEOPLE.ask(sql, *part)]
    return found


async def registrations_in(areas: Collection[str], after: str, limit: int) -> list[Registered]:
    """Live ones of these areas, ordered by id: at most `limit` of those after the id `after`."""
    if not areas:
        return []
    wanted = sorted(set(areas))
    marks = ", ".join("{}" for _ in wanted)
    meters = f"SELECT 1 FROM usage_point WHERE area IN ({marks}) LIMIT {{}}"
    many = (await PEOPLE.ask(f"SELECT COUNT(*) AS n FROM ({meters}) m", *wanted, SORTED_MAX))[0]
    # Few are found by their areas, and sorted anew for each page; a city is read along the ids.
    live = LIVE if many["n"] < SORTED_MAX else LIVE_BY_ID
    sql = f"{live}AND u.area IN ({marks}) AND r.id > {{}} ORDER BY r.id LIMIT {{}}"
    return [_registered(row) for row in await PEOPLE.ask(sql, *wanted, after, limit)]


async def registrations_after(after: str, limit: int) -> list[Registered]:
    """Live ones wherever they are, ordered by id: at most `limit` of those after the id `after`."""
    sql = f"{LIVE}AND r.id > {{}} ORDER BY r.id LIMIT {{}}"
    return [_registered(row) for row in await PEOPLE.ask(sql, after, limit)]


async def registrations_by(visitor: str) -> list[Registered]:
    """Live ones of this visitor, the oldest first."""
    sql = f"{LIVE}AND r.visitor = {{}} ORDER BY r.created_at_ms, r.id"
    return [_registered(row) for row in await PEOPLE.ask(sql, visitor)]


async def registration_by_id(registration_id: str) -> Registered | None:
    """A live one."""
    rows = await PEOPLE.ask(f"{LIVE}AND r.id = {{}}", registration_id)
    return _registered(rows[0]) if rows else None


async def others_told(registration_id: str) -> list[Registered]:
    """Who was registered for the same meter before this one, and is to hear of it."""
    rows = await PEOPLE.ask(
        f"{LIVE}AND r.id <> {{}} AND EXISTS (SELECT 1 FROM registration n WHERE n.id = {{}} "
        "AND n.smid = r.smid AND n.created_at_ms >= r.created_at_ms) "
        "ORDER BY r.created_at_ms, r.id",
        registration_id, registration_id,
    )  # fmt: skip
    return [_registered(row) for row in rows]


async def record_of(registration_id: str) -> Record | None:
    """As it stands, live or ended."""
    rows = await PEOPLE.ask("SELECT * FROM registration WHERE id = {}", registration_id)
    return msgspec.convert(rows[0], Record, strict=False) if rows else None


async def own(registration_id: str, visitor: str, *, ended: bool = False) -> Record:
    """This visitor's; one that is over only if asked for. Raises UnknownRegistration."""
    record = await record_of(registration_id)
    if (
        record is None
        or record.visitor != visitor
        or (record.ended_at_ms is not None and not ended)
    ):
        raise UnknownRegistration
    return record


async def hold(tx: Transaction, registration_id: str) -> None:
    """Nobody else changes this registration until the transaction ends.

    Names of tries come before it and names of mails after it.
    """
    await tx.lock(f"registration:{registration_id}")


async def keep(now: Record, before: Record) -> None:
    """Write what differs, unless it has ended meanwhile."""
    facts: dict[str, Any] = {
        name: value
        for name, value in msgspec.to_builtins(now).items()
        if value != getattr(before, name)
    }
    if facts:
        sets = ", ".join(f"{name} = {{}}" for name in facts)
        sql = f"UPDATE registration SET {sets} WHERE id = {{}} AND ended_at_ms IS NULL"
        await PEOPLE.ask(sql, *facts.values(), now.id)


async def end_all(smids: Sequence[str], now_ms: int) -> int:
    """Within the caller's transaction: nobody is told of these meters any more; how many ended.

    Addresses are forgotten with it.
    """
    ended = 0
    for start in range(0, len(smids), ASKED_AT_ONCE):
        part = smids[start : start + ASKED_AT_ONCE]
        marks = ", ".join("{}" for _ in part)
        rows = await PEOPLE.ask(
            f"UPDATE registration SET ended_at_ms = {{}}, email = NULL, email_state = {{}} "
            f"WHERE ended_at_ms IS NULL AND smid IN ({marks}) RETURNING id",
            now_ms, EmailState.UNSET.value, *part,
        )  # fmt: skip
        ended += len(rows)
    return ended
