"""The town as it lives in the demo: cut and mended by hand, its head-end handing on what comes.

Rounds are asked when their time has come and never with knowledge of later; a restart lives the
last day and a half through again, silently, and goes on where it was.
"""

import asyncio
import heapq
import itertools
from collections.abc import Sequence
from typing import Protocol

import msgspec
import numpy as np
import structlog

from konsento.foundation.clock import Clock
from konsento.foundation.ticker import every
from konsento.mdms.fleet.town.batches import ReadingBatch, deliveries
from konsento.mdms.fleet.town.collection import (
    FIRST,
    SECOND,
    Collection,
    Collector,
    end_ms,
    round_at_ms,
)
from konsento.mdms.fleet.town.cuts import NONE, TOTAL, Cuts, joined
from konsento.mdms.fleet.town.directory import Breakable, Directory, NodeUnknown
from konsento.mdms.fleet.town.distribution_automation import (
    Automation,
    ControlRoom,
    SwitchingEvent,
)
from konsento.mdms.fleet.town.hand_cuts import HandCut, HandCuts
from konsento.mdms.fleet.town.last_gasp import TOLD_AFTER_MS, PowerEvent, power_events
from konsento.mdms.fleet.town.limits import (
    CATCH_UP_SLOTS,
    HAND_AGAIN_MS,
    HAND_ATTEMPTS,
    HAND_PERIOD_MS,
    OWED_SLOTS,
    SLOT_MS,
    WAITING_BATCHES_MAX,
)
from konsento.mdms.fleet.town.ping import Pinging, PingReply, ping
from konsento.mdms.fleet.town.plan import TownPlan
from konsento.mdms.fleet.town.truth import truth_at

log = structlog.get_logger(__name__)

News = ReadingBatch | SwitchingEvent | PowerEvent


class Receiver(Protocol):
    """Whom the town's news are handed to; whatever it raises, the same comes again later."""

    async def take(self, news: News) -> None: ...


class Life(msgspec.Struct, frozen=True, kw_only=True):
    """How well everything works that nobody cuts."""

    collection: Collection = Collection()
    automation: Automation = Automation()
    pinging: Pinging = Pinging()


class MeterFace(msgspec.Struct, frozen=True, kw_only=True):
    """One meter as it is, whoever knows of it."""

    smid: str
    powered: bool
    loaded: bool
    path_alive: bool


class TownFace(msgspec.Struct, frozen=True, kw_only=True):
    """The whole of it: meters without power, meters that cannot be heard though they have it."""

    meters: int
    dark: int
    unheard: int
    cuts: tuple[HandCut, ...]


class LiveTown:
    """One process owns it. `weather`: what befalls the town besides, known to it beforehand."""

    def __init__(
        self,
        plan: TownPlan,
        directory: Directory,
        hand_cuts: HandCuts,
        *,
        seed: int,
        life: Life | None = None,
        weather: Cuts = NONE,
    ) -> None:
        self.plan = plan
        self._life = life or Life()
        self._seed = seed
        self._directory = directory
        self._hand_cuts = hand_cuts
        self._weather = weather
        self._cuts = weather
        self._collector = Collector(plan, self._life.collection, seed)
        self._room = ControlRoom(plan, self._life.automation, seed)
        self._chance = np.random.default_rng([seed, plan.seed])
        self._waiting: list[tuple[int, int, int, News]] = []
        self._count = itertools.count()
        self._next = (0, FIRST)
        self._told_until_ms = 0
        self._pause_until_ms = 0
        self._turn = asyncio.Lock()

    async def wake_up(self, now_ms: int) -> None:
        """Read what is cut and go on where it was left; needed once, before all else."""
        await self._hand_cuts.wake_up()
        self._cuts = joined(self._weather, self._hand_cuts.columns())
        this_slot = now_ms // SLOT_MS
        handed_ms = await self._hand_cuts.handed_until_ms()
        if handed_ms is None:
            # The slot that has just ended may not have been asked for yet: the one before it has.
            self._next, self._told_until_ms = (this_slot - 2, FIRST), now_ms
            return
        since = max(handed_ms // SLOT_MS - 1, this_slot - CATCH_UP_SLOTS)
        silent_until_ms = max(handed_ms, end_ms(since))
        self._next, self._told_until_ms = (since - OWED_SLOTS, FIRST), silent_until_ms
        self._ask_until(min(silent_until_ms, now_ms))
        self._waiting = [each for each in self._waiting if each[0] > silent_until_ms]
        heapq.heapify(self._waiting)

    async def cut(
        self, what: Breakable, code: str, now_ms: int, *, loss_permille: int = TOTAL
    ) -> None:
        """Twice is once. Raises NodeUnknown, TooManyCuts."""
        await self._hand_cuts.cut(what, code, now_ms, loss_permille=loss_permille)
        self._cuts = joined(self._weather, self._hand_cuts.columns())

    async def befall(self, storm: Sequence[HandCut], now_ms: int) -> None:
        """A storm breaks: its cuts and repairs come in their time."""
        await self._hand_cuts.befall(storm, now_ms)
        self._cuts = joined(self._weather, self._hand_cuts.columns())

    def last_storm(self) -> tuple[HandCut, ...]:
        """What befell the town in the last storm, and what of it is still to come."""
        return self._hand_cuts.last_storm()

    async def mend(self, what: Breakable, code: str, now_ms: int) -> None:
        """Twice is once. Raises NodeUnknown."""
        await self._hand_cuts.mend(what, code, now_ms)
        self._cuts = joined(self._weather, self._hand_cuts.columns())

    async def mend_all(self, now_ms: int) -> None:
        """Whatever was cut by hand."""
        await self._hand_cuts.mend_all(now_ms)
        self._cuts = joined(self._weather, self._hand_cuts.columns())

    def face(self, now_ms: int) -> TownFace:
        """What is true, in numbers."""
        truth, stands = truth_at(self.plan, self._cuts, now_ms), self.plan.stands(now_ms)
        return TownFace(
            meters=self.plan.meters,
            dark=int((stands & ~truth.powered).sum()),
            unheard=int((stands & truth.powered & ~truth.path_alive).sum()),
            cuts=self._hand_cuts.in_force(),
        )

    def meter(self, smid: str, now_ms: int) -> MeterFace:
        """What is true of one meter. Raises NodeUnknown."""
        row, truth = self._directory.row(smid), truth_at(self.plan, self._cuts, now_ms)
        return MeterFace(
            smid=smid,
            powered=bool(truth.powered[row]),
            loaded=bool(truth.loaded[row]),
            path_alive=bool(truth.path_alive[row]),
        )

    def ping(self, smid: str, now_ms: int) -> PingReply:
        """What comes back from a meter, known or not."""
        try:
            row = self._directory.row(smid)
        except NodeUnknown:
            row = -1
        return ping(self.plan, self._cuts, row, now_ms, self._chance, self._life.pinging)

    async def run(self, receiver: Receiver, clock: Clock) -> None:
        """Hand on what has come, for ever."""

        async def step() -> None:
            await self.hand_on(receiver, clock.now_ms())

        await every(HAND_PERIOD_MS, step, name="town", clock=clock)

    async def hand_on(self, receiver: Receiver, now_ms: int) -> int:
        """Hand over all that has arrived by now, in order; how many that were."""
        async with self._turn:
            self._ask_until(now_ms)
            self._hear_until(now_ms)
            handed = 0
            while now_ms >= self._pause_until_ms and self._is_due(now_ms):
                handed += await self._hand(receiver, now_ms)
            # What has not been taken is still owed after a restart.
            if handed and not self._is_due(now_ms):
                await self._hand_cuts.hand_until(now_ms)
            return handed

    def _is_due(self, now_ms: int) -> bool:
        return bool(self._waiting) and self._waiting[0][0] <= now_ms

    async def _hand(self, receiver: Receiver, now_ms: int) -> int:
        arrived_ms, _, attempt, news = heapq.heappop(self._waiting)
        try:
            await receiver.take(news)
        except Exception as error:
            self._pause_until_ms = now_ms + HAND_AGAIN_MS
            if attempt >= HAND_ATTEMPTS:
                log.error("town's news given up", attempt=attempt, exc_info=error)
            else:
                self._wait(arrived_ms, news, attempt + 1)
            return 0
        return 1

    def _wait(self, until_ms: int, news: News, attempt: int = 1) -> None:
        if len(self._waiting) >= WAITING_BATCHES_MAX:
            log.error("town's news dropped", count=len(self._waiting))
            return
        heapq.heappush(self._waiting, (until_ms, next(self._count), attempt, news))

    def _ask_until(self, now_ms: int) -> None:
        """Ask each round whose time has come."""
        slot, number = self._next
        while round_at_ms(slot, number) <= now_ms:
            found = self._collector.ask(slot, number, self._cuts)
            for each in deliveries(self.plan, self._life.collection, found, self._seed):
                self._wait(each.arrives_ms, each.batch)
            slot, number = (slot, SECOND) if number == FIRST else (slot + 1, FIRST)
            self._next = (slot, number)

    def _hear_until(self, now_ms: int) -> None:
        """What distribution automation and gasping meters have told meanwhile."""
        since_ms, self._told_until_ms = self._told_until_ms, max(now_ms, self._told_until_ms)
        for switching in self._room.tells(self._cuts, since_ms, self._told_until_ms):
            self._wait(switching.told_at_ms, switching)
        gasping = self._life.pinging.gasping_permille
        from_ms = since_ms - TOLD_AFTER_MS[1]
        for event in power_events(self.plan, self._cuts, from_ms, now_ms, gasping):
            if since_ms <= event.told_at_ms < self._told_until_ms:
                self._wait(event.told_at_ms, event)
