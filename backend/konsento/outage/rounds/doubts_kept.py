"""Who said that there is still no power, on disk until their meters were asked.

Meters go by their smid here: other tables, or another process, ask the same meters.
"""

from collections.abc import Sequence

from konsento.foundation.databases import GRID
from konsento.outage.limits import DOUBTS_MAX
from konsento.outage.rounds.doubt import Doubts
from konsento.outage.topology.register import Register

AT_ONCE = 500
NO_TABLES = -1


class KeptDoubts:
    """The doubts of one process in step with the disk."""

    def __init__(self) -> None:
        self._tables_seq = NO_TABLES
        self._asked: dict[str, int] = {}

    async def recall(self, doubts: Doubts, register: Register, tables_seq: int) -> None:
        """Have those asked that wait on disk: once after a start, and after each load of tables."""
        if tables_seq == self._tables_seq:
            return
        rows = await GRID.ask(
            "SELECT smid FROM outage_doubt ORDER BY raised_at_ms, smid LIMIT {}", DOUBTS_MAX
        )
        for each in rows:
            row = register.row_of(each["smid"])
            if row is not None:
                doubts.raise_for(row)
        self._tables_seq = tables_seq

    def asked(self, smids: Sequence[str], now_ms: int) -> None:
        """Something came back from these; `let_go` follows when their answers are kept."""
        self._asked |= dict.fromkeys(smids, now_ms)

    async def let_go(self) -> None:
        """Of those that were asked nothing waits any more, unless they were doubted again since."""
        asked, self._asked = self._asked, {}
        smids = sorted(asked)
        for begin in range(0, len(smids), AT_ONCE):
            page = smids[begin : begin + AT_ONCE]
            places = ", ".join(["{}"] * len(page))
            async with GRID.writing():
                await GRID.ask(
                    f"DELETE FROM outage_doubt WHERE smid IN ({places}) AND raised_at_ms <= {{}}",
                    *page,
                    max(asked[smid] for smid in page),
                )


async def keep_doubt(smid: str, now_ms: int) -> None:
    """Before whoever raised it is answered."""
    async with GRID.writing():
        await GRID.ask(
            "INSERT INTO outage_doubt (smid, raised_at_ms) VALUES ({}, {}) "
            "ON CONFLICT (smid) DO UPDATE SET raised_at_ms = excluded.raised_at_ms",
            smid,
            now_ms,
        )
