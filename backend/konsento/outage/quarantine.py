"""What came in and was not believed, kept to be read: which piece, which row, and why."""

from collections.abc import Sequence

from msgspec import Struct

from konsento.foundation.databases import GRID
from konsento.foundation.ids import Ids
from konsento.outage.outage_views import Aside

KEPT_MS = 90 * 86_400_000
ROWS_KEPT_A_PIECE = 100  # of a batch of a million strangers, a hundred tell the story
SAID_MAX = 200
FORGET_BATCH = 1_000


class Doubt(Struct, frozen=True):
    """A row that is not believed; row -1 is the whole piece."""

    row: int
    said: str
    reason: str


async def set_aside(piece: str, doubts: Sequence[Doubt], ids: Ids, now_ms: int) -> None:
    """Within the caller's transaction; the first ROWS_KEPT_A_PIECE are kept."""
    for doubt in doubts[:ROWS_KEPT_A_PIECE]:
        await GRID.ask(
            "INSERT INTO outage_quarantine (aside, piece, row, said, reason, received_at_ms) "
            "VALUES ({}, {}, {}, {}, {}, {})",
            ids.fresh(), piece, doubt.row, doubt.said[:SAID_MAX], doubt.reason, now_ms,
        )  # fmt: skip


async def latest(limit: int) -> tuple[Aside, ...]:
    """The latest first."""
    rows = await GRID.ask(
        "SELECT aside, piece, row, said, reason, received_at_ms FROM outage_quarantine "
        "ORDER BY received_at_ms DESC, piece, row LIMIT {}",
        limit,
    )
    return tuple(Aside(**row) for row in rows)


async def forget_old(now_ms: int) -> int:
    """A bounded bite; how many."""
    async with GRID.writing():
        rows = await GRID.ask(
            "DELETE FROM outage_quarantine WHERE aside IN (SELECT aside FROM outage_quarantine "
            "WHERE received_at_ms < {} LIMIT {}) RETURNING aside",
            now_ms - KEPT_MS,
            FORGET_BATCH,
        )
    return len(rows)
