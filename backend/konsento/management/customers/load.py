"""The utility's customer table is loaded, all of it or nothing; who moved out is told no more."""

from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from konsento.foundation.databases import PEOPLE
from konsento.management.customers.customer_table import UsagePoint
from konsento.management.customers.limits import LOADED_AT_ONCE
from konsento.management.customers.registration import end_all

COLUMNS = UsagePoint.__struct_fields__
CHANGED = COLUMNS[1:]
KEPT = (
    f"INSERT INTO usage_point ({', '.join(COLUMNS)}) VALUES {{rows}} "
    f"ON CONFLICT (smid) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in CHANGED)}"
)
ROW = f"({', '.join('{}' for _ in COLUMNS)})"
LEFT = (
    "SELECT DISTINCT u.smid FROM usage_point u JOIN registration r ON r.smid = u.smid "
    "WHERE u.moved_out_at_ms <= {} AND r.ended_at_ms IS NULL LIMIT {}"
)


class ReadsTheSame(Exception):
    """Meters whose smids cannot be told apart when they are typed; nothing was loaded."""

    def __init__(self, smids: Sequence[str]) -> None:
        super().__init__(", ".join(smids))
        self.smids = smids


class Loaded(msgspec.Struct, frozen=True):
    """How many rows became what, `new`, `changed` or `same`; how many registrations ended."""

    counts: Counter[str]
    ended: int


async def load(points: Sequence[UsagePoint], now_ms: int) -> Loaded:
    """In one transaction; twice is once. What is not among them is left as it is.

    Registrations end where the customer has left: by the day given, or because the meter now has
    another number. Raises ReadsTheSame.
    """
    counts: Counter[str] = Counter()
    ended = 0
    async with PEOPLE.writing("customer table"):
        for part in _parts(points):
            before = await _before(part)
            await _apart(part)
            told = [(_became(before.get(each.smid), each), each) for each in part]
            counts.update(became for became, _ in told)
            await _keep([each for became, each in told if became != "same"])
            gone = [each.smid for _, each in told if _has_left(before.get(each.smid), each, now_ms)]
            ended += await end_all(gone, now_ms)
    return Loaded(counts, ended)


async def end_moved_out(now_ms: int) -> int:
    """Registrations of meters whose customers have left by now; how many ended."""
    ended = 0
    while True:
        async with PEOPLE.writing("customer table"):
            rows = await PEOPLE.ask(LEFT, now_ms, LOADED_AT_ONCE)
            ended += await end_all([row["smid"] for row in rows], now_ms)
        if len(rows) < LOADED_AT_ONCE:
            return ended


def _parts(points: Sequence[UsagePoint]) -> Iterator[Sequence[UsagePoint]]:
    for start in range(0, len(points), LOADED_AT_ONCE):
        yield points[start : start + LOADED_AT_ONCE]


async def _before(part: Sequence[UsagePoint]) -> dict[str, UsagePoint]:
    marks = ", ".join("{}" for _ in part)
    # Whoever registers just now holds the row until they are done, and is seen by what ends.
    wait = " FOR UPDATE" if PEOPLE.engine.engine_type == "postgres" else ""
    rows = await PEOPLE.ask(
        f"SELECT * FROM usage_point WHERE smid IN ({marks}) ORDER BY smid{wait}",
        *(each.smid for each in part),
    )
    return {row["smid"]: msgspec.convert(row, UsagePoint) for row in rows}


async def _apart(part: Sequence[UsagePoint]) -> None:
    """No other meter reads the same when its smid is typed. Raises ReadsTheSame."""
    smids = {each.smid_key: each.smid for each in part}
    marks = ", ".join("{}" for _ in smids)
    rows = await PEOPLE.ask(
        f"SELECT smid, smid_key FROM usage_point WHERE smid_key IN ({marks})", *smids
    )
    alike = [smids[row["smid_key"]] for row in rows if smids[row["smid_key"]] != row["smid"]]
    if alike:
        raise ReadsTheSame(alike)


def _became(before: UsagePoint | None, now: UsagePoint) -> str:
    if before is None:
        return "new"
    return "same" if before == now else "changed"


def _has_left(before: UsagePoint | None, now: UsagePoint, now_ms: int) -> bool:
    if now.moved_out_at_ms is not None and now.moved_out_at_ms <= now_ms:
        return True
    return before is not None and before.customer_number != now.customer_number


async def _keep(points: Sequence[UsagePoint]) -> None:
    if points:
        values = [value for each in points for value in msgspec.structs.astuple(each)]
        await PEOPLE.ask(KEPT.replace("{rows}", ", ".join([ROW] * len(points))), *values)
