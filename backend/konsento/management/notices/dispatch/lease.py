"""Pages of parcels are taken on a lease, and what became of them is written down together.

The lease's name stands in each row, so that whoever comes back from too long a sleep finds that
the parcels are another's by now, and changes nothing.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from konsento.foundation.databases import PEOPLE
from konsento.management.notices.dispatch.among import among, listed
from konsento.management.notices.dispatch.limits import LEASE_MS
from konsento.management.notices.dispatch.parcel import Parcel, State
from konsento.management.notices.dispatch.road import Road, RoadState, may_go, probing

# Each host with something owed, by one step of the index each, however much is owed.
DUE = (
    "WITH RECURSIVE road(host) AS (SELECT min(host) FROM parcel WHERE state = 'owed' "
    "UNION ALL SELECT (SELECT min(host) FROM parcel WHERE state = 'owed' AND host > road.host) "
    "FROM road WHERE host IS NOT NULL) "
    "SELECT host, (SELECT min(due_at_ms) FROM parcel WHERE state = 'owed' "
    "AND host = road.host) AS due_at_ms FROM road WHERE host IS NOT NULL"
)
FIELDS = "id, channel, notice_id, to_id, host, due_at_ms, attempts, page"
REMEMBER = (
    "INSERT INTO parcel_host (host, state, not_before_ms) VALUES ({}, {}, {}) "
    "ON CONFLICT (host) DO UPDATE SET state = excluded.state, "
    "not_before_ms = excluded.not_before_ms"
)


class End(msgspec.Struct, frozen=True):
    """What became of one parcel. `due_at_ms`: when again, for one that is still owed.

    `untried`: it was not even begun, and the try does not count.
    """

    parcel: Parcel
    state: State
    due_at_ms: int = 0
    untried: bool = False


async def hosts_due(now_ms: int) -> dict[str, int]:
    """The hosts for which something is due, the longest due first; since when each."""
    rows = await PEOPLE.ask(DUE)
    due = sorted((row["due_at_ms"], row["host"]) for row in rows if row["due_at_ms"] <= now_ms)
    return {host: due_at_ms for due_at_ms, host in due}


async def lease(
    road: Road, page: str, now_ms: int, own: Sequence[str] = ()
) -> tuple[Road, list[Parcel]]:
    """Take what is due for this host, under the name `page`; the road as all processes know it.

    Nothing is taken while the host is not to be sent to; to one that is held, one probe. What
    stands on this process's `own` pages stays there, however fast the clock runs.
    """
    skip = " FOR UPDATE SKIP LOCKED" if PEOPLE.engine.engine_type == "postgres" else ""
    # One process at a time asks for a host that is held: else each would send a probe.
    locks = () if road.state is RoadState.OPEN else (f"road:{road.host}",)
    others = f"AND (page IS NULL OR page NOT IN ({', '.join('{}' for _ in own)})) " if own else ""
    async with PEOPLE.writing(*locks):
        road = await _as_known(road)
        if not may_go(road, now_ms) or (road.state is not RoadState.OPEN and not locks):
            return road, []
        rows = await PEOPLE.ask(
            "WITH due AS MATERIALIZED (SELECT id FROM parcel WHERE state = 'owed' "
            f"AND host = {{}} AND due_at_ms <= {{}} {others}ORDER BY due_at_ms LIMIT {{}}{skip}) "
            "UPDATE parcel SET due_at_ms = {}, attempts = attempts + 1, page = {} "
            f"WHERE id IN (SELECT id FROM due) RETURNING {FIELDS}",
            road.host, now_ms, *own, road.page, now_ms + LEASE_MS, page,
        )  # fmt: skip
        if rows and road.state is not RoadState.OPEN:
            road = probing(road, now_ms)
            await remember(road)
    parcels = [msgspec.convert(_without_id(row), Parcel) for row in rows]
    return road, parcels


async def remember(road: Road) -> None:
    """Tell the other processes. Within the caller's transaction."""
    await PEOPLE.ask(REMEMBER, road.host, road.state, road.not_before_ms)


async def write_down(page: str, ends: Sequence[End], now_ms: int) -> None:
    """What became of a page. Within the caller's transaction."""
    over: dict[State, list[str]] = {}
    again: dict[tuple[int, bool], list[str]] = {}
    for end in ends:
        if end.state is State.OWED:
            again.setdefault((end.due_at_ms, end.untried), []).append(end.parcel.id)
        else:
            over.setdefault(end.state, []).append(end.parcel.id)
    for state, ids in over.items():
        facts = {"state": str(state), "ended_at_ms": now_ms}
        await _change(page, ids, facts)
    for (due_at_ms, untried), ids in again.items():
        await _change(page, ids, {"due_at_ms": due_at_ms}, minus=int(untried))


async def _change(page: str, ids: list[str], facts: Mapping[str, Any], *, minus: int = 0) -> None:
    sets = ", ".join(f"{name} = {{}}" for name in facts)
    await PEOPLE.ask(
        f"UPDATE parcel SET {sets}, page = NULL, attempts = attempts - {{}} "
        f"WHERE {among('id')} AND page = {{}}",
        *facts.values(), minus, listed(ids), page,
    )  # fmt: skip


async def _as_known(road: Road) -> Road:
    sql = "SELECT state, not_before_ms FROM parcel_host WHERE host = {}"
    rows = await PEOPLE.ask(sql, road.host)
    if not rows:
        return road
    known = RoadState(rows[0]["state"])
    not_before_ms = max(road.not_before_ms, rows[0]["not_before_ms"])
    return msgspec.structs.replace(road, state=known, not_before_ms=not_before_ms)


def _without_id(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "id"}
