"""What somebody cut by hand, kept in the street's database: the town does not forget indoors."""

import asyncio
from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from konsento.foundation.database import Database
from konsento.foundation.migrations import Step
from konsento.mdms.fleet.town.cuts import TOTAL, Cut, Cuts, cuts_of
from konsento.mdms.fleet.town.directory import Breakable, Directory, NodeUnknown
from konsento.mdms.fleet.town.limits import CUTS_IN_FORCE_MAX, CUTS_KEPT_MS, NEVER_MS

TOWN_STEPS = (
    Step(
        "town-0001",
        (
            "CREATE TABLE town_cut (cut TEXT PRIMARY KEY, state TEXT NOT NULL)",
            "CREATE TABLE town_pace (pace TEXT PRIMARY KEY, handed_until_ms BIGINT NOT NULL)",
        ),
    ),
)
PACE = "head-end"


class TooManyCuts(Exception):
    """More is cut at once than anybody cuts by hand."""


class HandCut(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was cut, by its code; NEVER_MS as long as nobody has mended it.

    `storm_ms`: when the storm broke that it is of, nought if it was cut by hand.
    """

    what: Breakable
    code: str
    from_ms: int
    to_ms: int = NEVER_MS
    loss_permille: int = TOTAL
    storm_ms: int = 0

    @property
    def key(self) -> str:
        return f"{self.what}/{self.code}/{self.from_ms}"


class HandCuts:
    """All of them, those mended lately included. One process owns them."""

    def __init__(self, database: Database, directory: Directory) -> None:
        self._database = database
        self._directory = directory
        self._cuts: dict[str, HandCut] = {}
        self._turn = asyncio.Lock()

    async def wake_up(self) -> None:
        """Read them as they were left; the database must be open and migrated."""
        rows = await self._database.ask("SELECT cut, state FROM town_cut ORDER BY cut")
        self._cuts = {row["cut"]: msgspec.json.decode(row["state"], type=HandCut) for row in rows}

    def in_force(self) -> tuple[HandCut, ...]:
        """Those that nobody has mended."""
        return tuple(cut for cut in self._cuts.values() if cut.to_ms >= NEVER_MS)

    def last_storm(self) -> tuple[HandCut, ...]:
        """What befell the town in the last storm, in order, and what still will."""
        storm_ms = max((cut.storm_ms for cut in self._cuts.values()), default=0)
        mine = [cut for cut in self._cuts.values() if storm_ms and cut.storm_ms == storm_ms]
        return tuple(sorted(mine, key=lambda cut: (cut.from_ms, cut.key)))

    async def befall(self, storm: Sequence[HandCut], now_ms: int) -> None:
        """A storm breaks, with all its cuts and repairs: what of it is to come, comes by itself."""
        async with self._turn:
            await self._keep(list(storm), now_ms)

    async def cut(
        self, what: Breakable, code: str, now_ms: int, *, loss_permille: int = TOTAL
    ) -> None:
        """Cut it; what is cut already stays cut since then. Raises NodeUnknown, TooManyCuts."""
        self._directory.node(what, code)
        made = HandCut(what=what, code=code, from_ms=now_ms, loss_permille=loss_permille)
        async with self._turn:
            open_ones = self.in_force()
            if any((cut.what, cut.code) == (what, code) for cut in open_ones):
                return
            if len(open_ones) >= CUTS_IN_FORCE_MAX:
                raise TooManyCuts
            await self._keep([made], now_ms)

    async def mend(self, what: Breakable, code: str, now_ms: int) -> None:
        """Mend it; what is whole stays whole. Raises NodeUnknown."""
        self._directory.node(what, code)
        async with self._turn:
            mine = [cut for cut in self.in_force() if (cut.what, cut.code) == (what, code)]
            await self._keep([replace(cut, to_ms=now_ms) for cut in mine], now_ms)

    async def mend_all(self, now_ms: int) -> None:
        """Everything as it should be."""
        async with self._turn:
            here = [cut for cut in self._cuts.values() if cut.from_ms <= now_ms < cut.to_ms]
            to_come = [key for key, cut in self._cuts.items() if cut.from_ms > now_ms]
            mended = [replace(cut, to_ms=now_ms) for cut in here]
            await self._keep(mended, now_ms, never=to_come)

    def columns(self) -> Cuts:
        """As the town's other cuts; what another town was called is left out."""
        found = []
        for cut in self._cuts.values():
            try:
                kind, node = self._directory.node(cut.what, cut.code)
            except NodeUnknown:
                continue
            found.append(
                Cut(
                    kind=kind,
                    node=node,
                    from_ms=cut.from_ms,
                    to_ms=cut.to_ms,
                    loss_permille=cut.loss_permille,
                )
            )
        return cuts_of(found)

    async def handed_until_ms(self) -> int | None:
        """Up to when the head-end has handed on what it had; None: it never has."""
        rows = await self._database.ask("SELECT handed_until_ms FROM town_pace")
        return int(rows[0]["handed_until_ms"]) if rows else None

    async def hand_until(self, until_ms: int) -> None:
        """It has handed on all up to then."""
        async with self._database.writing():
            await self._database.ask(
                "INSERT INTO town_pace (pace, handed_until_ms) VALUES ({}, {}) "
                "ON CONFLICT (pace) DO UPDATE SET handed_until_ms = excluded.handed_until_ms",
                PACE,
                until_ms,
            )

    async def _keep(self, cuts: list[HandCut], now_ms: int, *, never: Sequence[str] = ()) -> None:
        """Write down these, and drop those that are long over, or will `never` come."""
        old = [key for key, cut in self._cuts.items() if cut.to_ms < now_ms - CUTS_KEPT_MS]
        old += never
        if not cuts and not old:
            return
        async with self._database.writing():
            for cut in cuts:
                await self._database.ask(
                    "INSERT INTO town_cut (cut, state) VALUES ({}, {}) "
                    "ON CONFLICT (cut) DO UPDATE SET state = excluded.state",
                    cut.key,
                    msgspec.json.encode(cut).decode(),
                )
            for key in old:
                await self._database.ask("DELETE FROM town_cut WHERE cut = {}", key)
        self._cuts.update({cut.key: cut for cut in cuts})
        for key in old:
            del self._cuts[key]
