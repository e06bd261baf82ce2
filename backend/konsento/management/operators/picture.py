"""The picture of a facility that its desks watch: looked at once for all of them, bounded.

What is true stands in the database, which another process may have written; so it is looked at
when the bell rings, and again and again while somebody watches, since a ring may be lost. Each
line remembers at which revision it last changed, so that a desk that comes back is told what it
missed and nothing else. A revision that was never given out here is answered with the whole
board: revisions begin at the instant the picture was begun and grow far more slowly than time.
"""

import asyncio
from collections import OrderedDict

import msgspec

from konsento.foundation.clock import Clock
from konsento.foundation.wake import Wake
from konsento.management.charging.darkness import Darkness
from konsento.management.charging.store import Outlet
from konsento.management.operators.board import OutletLine, ask_meters
from konsento.management.operators.gather import gather
from konsento.management.operators.limits import (
    METER_WORD_KEPT_S,
    METERS_EVERY_MS,
    METERS_LOOK_WITHIN_S,
    METERS_PER_LOOK,
    PICTURES_KEPT,
)
from konsento.management.payments.view import Text
from konsento.mdms.contract import MdmsClient, OutletView


class Change(msgspec.Struct, frozen=True):
    """The lines a desk does not know yet; `whole` when they are all there are."""

    revision: int
    whole: bool
    lines: list[OutletLine]


class Picture:
    """One facility as it stands, in this process."""

    def __init__(self, facility: str, begun_ms: int) -> None:
        self._facility = facility
        self._whole = self._revision = begun_ms
        self._lines: dict[str, OutletLine] | None = None  # until the first look
        self._changed: dict[str, int] = {}
        self._heard: dict[str, tuple[OutletView, float]] = {}
        self._retailers: dict[str, Text] = {}
        self._turn = 0
        self._meters_asked_s = self._looked_s = float("-inf")
        self._looking = asyncio.Lock()

    async def look(self, mdms: MdmsClient, darkness: Darkness | None = None) -> None:
        """Look now, unless a look has begun since this was asked. Raises DatabaseBusy."""
        loop = asyncio.get_running_loop()
        asked_s = loop.time()
        async with self._looking:
            if self._looked_s > asked_s:
                return
            began_s = loop.time()
            known = await gather(self._facility, self._retailers)
            await self._ask_meters(known.outlets, mdms)
            # Read again only where meters were slow: what they took must not age the rest.
            if loop.time() - began_s > METERS_LOOK_WITHIN_S / 2:
                known = await gather(self._facility, self._retailers)
            heard = {name: view for name, (view, _) in self._heard.items()}
            dark = await darkness.because(heard.values()) if darkness else {}
            self._take([known.line(outlet, heard, dark) for outlet in known.outlets])
            self._looked_s = began_s

    async def _ask_meters(self, outlets: list[Outlet], mdms: MdmsClient) -> None:
        """Some of them at a time, in turn; one that fails to answer keeps its word a while."""
        now_s = asyncio.get_running_loop().time()
        if now_s - self._meters_asked_s < METERS_EVERY_MS / 1_000:
            return
        self._meters_asked_s = now_s
        count = min(METERS_PER_LOOK, len(outlets))
        some = [outlets[(self._turn + i) % len(outlets)] for i in range(count)]
        self._turn = (self._turn + count) % max(1, len(outlets))
        said = await ask_meters(some, mdms, within_s=METERS_LOOK_WITHIN_S)
        now_s = asyncio.get_running_loop().time()
        self._heard |= {name: (view, now_s) for name, view in said.items()}
        for outlet in some:
            _, heard_s = self._heard.get(outlet.outlet, (None, now_s))
            if now_s - heard_s > METER_WORD_KEPT_S:
                del self._heard[outlet.outlet]

    def _take(self, lines: list[OutletLine]) -> None:
        now = {each.code: each for each in lines}
        before = self._lines or {}
        changed = [code for code in now if now[code] != before.get(code)]
        anew = self._lines is None or bool(before.keys() - now.keys())
        if not changed and not anew:
            return
        self._revision += 1
        if anew:
            self._whole = self._revision
        self._changed = {code: at for code, at in self._changed.items() if code in now}
        self._changed |= dict.fromkeys(changed, self._revision)
        self._lines = now

    def since(self, after: int) -> Change | None:
        """What has changed since the revision; None when nothing has, or nobody has looked."""
        if self._lines is None:
            return None
        if not self._whole <= after <= self._revision:
            return Change(self._revision, whole=True, lines=list(self._lines.values()))
        if after == self._revision:
            return None
        fresh = [each for code, each in self._lines.items() if self._changed[code] > after]
        return Change(self._revision, whole=False, lines=fresh)


class Pictures:
    """The pictures of this process; those not watched for longest are forgotten first.

    `bell` is rung when something has changed that a desk may see; in every process, where it
    carries that far.
    """

    def __init__(self, bell: Wake | None = None) -> None:
        self._kept: OrderedDict[str, Picture] = OrderedDict()
        self.bell = bell or Wake()

    def of(self, facility: str, clock: Clock) -> Picture:
        picture = self._kept.pop(facility, None) or Picture(facility, clock.now_ms())
        self._kept[facility] = picture
        while len(self._kept) > PICTURES_KEPT:
            self._kept.popitem(last=False)
        return picture
