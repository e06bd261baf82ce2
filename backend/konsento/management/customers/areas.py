"""The outage room is told how many are registered in each area: counts, and never who (Se9)."""

import msgspec

from konsento.foundation.clock import Clock
from konsento.foundation.databases import PEOPLE
from konsento.outage.contract import AreaRegistered, OutageClient, Registrations

COUNTS = (
    "SELECT u.area, COUNT(*) AS meters, "
    "COUNT(CASE WHEN EXISTS (SELECT 1 FROM registration r WHERE r.smid = u.smid "
    "AND r.ended_at_ms IS NULL) THEN 1 END) AS registered "
    "FROM usage_point u WHERE u.moved_out_at_ms IS NULL OR u.moved_out_at_ms > {} "
    "GROUP BY u.area ORDER BY u.area"
)


async def counts(now_ms: int) -> Registrations:
    """Meters that are somebody's, and those that somebody is registered for, by area."""
    rows = await PEOPLE.ask(COUNTS, now_ms)
    areas = tuple(msgspec.convert(row, AreaRegistered) for row in rows)
    return Registrations(as_of_ms=now_ms, areas=areas)


async def tell_manager(outage: OutageClient, clock: Clock) -> None:
    """A job. Raises OutageUnreachable, OutageRefused: then the next one tells it."""
    await outage.put_registrations(await counts(clock.now_ms()))
