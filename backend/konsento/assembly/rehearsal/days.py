"""The days themselves: a town, what befalls it, who is told, and what the plain rule would tell."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from konsento.assembly.rehearsal.by_word import ByWord
from konsento.assembly.rehearsal.engine import Engine, Register
from konsento.assembly.rehearsal.episodes import Episodes, episodes
from konsento.assembly.rehearsal.news import News, Words
from konsento.assembly.rehearsal.told import Saying, Tellings, Told, answers, sayings
from konsento.mdms.fleet.town.collection import Collection, Collector
from konsento.mdms.fleet.town.cuts import Cuts, Kind
from konsento.mdms.fleet.town.distribution_automation import Automation, ControlRoom
from konsento.mdms.fleet.town.hazards import Climate
from konsento.mdms.fleet.town.limits import DAY_MS, SLOT_MS
from konsento.mdms.fleet.town.ping import ANSWERS, Pinging, ping_all
from konsento.mdms.fleet.town.plan import TownPlan
from konsento.mdms.fleet.town.planning import plan_town
from konsento.mdms.fleet.town.storms import Storm
from konsento.mdms.fleet.town.truth import Truth, truth_at
from konsento.mdms.fleet.town.weather import Weather, draw_weather
from konsento.outage import slots
from konsento.outage.judgement.exclusion import NO_SLOT, Works
from konsento.outage.judgement.exclusion import Register as Service
from konsento.outage.judgement.judge import SlotJudgement
from konsento.outage.judgement.terms import Load, Node
from konsento.outage.limits import GRACE_MS
from konsento.outage.rounds.asking import ANSWER_OF
from konsento.outage.topology.trees import Trees, checked

Ints: TypeAlias = NDArray[np.int32]

MINUTE_MS = 60_000
WARM_UP_SLOTS = 4
"""Before the first day nothing befalls the town, and everybody is heard once."""
LAST_SLOTS = 3
"""What begins so late in the last day may not be judged any more: it is left out."""
LOOKS_MS = tuple(second * 1_000 for second in (0, 150, 300, 450, 600, 900, 1_200, 1_500))
"""After a slot is due: when it is looked at again, for answers and for what came meanwhile."""
JUDGED_ANSWER = np.array([ANSWER_OF[each] for each in ANSWERS], np.int8)
NODE_OF = {
    Kind.FEEDER: Node.FEEDER,
    Kind.SECTION: Node.SECTION,
    Kind.TRANSFORMER: Node.TRANSFORMER,
}


class Rehearsal(msgspec.Struct, frozen=True, kw_only=True):
    """A run: the same again gives the same. `from_ms` is when its first day begins."""

    meters: int
    days: int
    seed: int
    from_ms: int
    climate: Climate = Climate()
    collection: Collection = Collection()
    automation: Automation = Automation()
    pinging: Pinging = Pinging()
    grace_ms: int = GRACE_MS

    @property
    def to_ms(self) -> int:
        return self.from_ms + self.days * DAY_MS


@dataclass(frozen=True, eq=False)
class Lived:
    """What came of it: the truth, what we told, what the plain rule would have told.

    `doubted` hear that we cannot tell, if they ask after their own meter.
    """

    plan: TownPlan
    weather: Weather
    truth: Episodes
    told: Tellings
    doubted: Tellings
    plain: Tellings
    pings: int
    taken_back: int

    @property
    def storms(self) -> tuple[Storm, ...]:
        return self.weather.storms


@dataclass(frozen=True, eq=False)
class Look:
    """One look at a slot, for whoever wants to see how a judgement came about."""

    plan: TownPlan
    cuts: Cuts
    engine: Engine
    judged: SlotJudgement
    truth: Truth
    fresh: Ints
    right: NDArray[np.bool_]
    now_ms: int


Watcher: TypeAlias = Callable[[Look], None]


def live(rehearsal: Rehearsal, watcher: Watcher | None = None) -> Lived:
    """Live through the days; `watcher` sees every look that told somebody something new."""
    plan = plan_town(rehearsal.meters, rehearsal.seed, rehearsal.from_ms)
    weather = draw_weather(
        plan, rehearsal.climate, rehearsal.from_ms, rehearsal.days, rehearsal.seed
    )
    cuts = weather.cuts
    first_slot = rehearsal.from_ms // SLOT_MS - WARM_UP_SLOTS
    collector = Collector(plan, rehearsal.collection, rehearsal.seed)
    news = News(plan, collector, cuts, first_slot)
    room = ControlRoom(plan, rehearsal.automation, rehearsal.seed)
    words = Words(plan, room.tells(cuts, rehearsal.from_ms, rehearsal.to_ms + DAY_MS))
    register = Register(trees_of(plan), service_of(plan), works_of(weather.works))
    engine = Engine(register, _asker(plan, cuts, rehearsal), first_slot, rehearsal.grace_ms)
    day = _Day(rehearsal, plan, cuts, news, words, engine, watcher)
    for slot in range(first_slot, rehearsal.to_ms // SLOT_MS):
        day.slot(slot)
    period = (rehearsal.from_ms, rehearsal.to_ms - LAST_SLOTS * SLOT_MS)
    truth = episodes(plan, cuts, period, rehearsal.grace_ms)
    return Lived(
        plan, weather, truth, day.told.tellings(), day.doubted.tellings(),
        day.plain.tellings(), engine.pings, day.taken_back,
    )  # fmt: skip


class _Day:
    """Slot after slot, each with its looks."""

    def __init__(
        self, rehearsal: Rehearsal, plan: TownPlan, cuts: Cuts, news: News, words: Words,
        engine: Engine, watcher: Watcher | None,
    ) -> None:  # fmt: skip
        self._grace_ms = rehearsal.grace_ms
        self._plan, self._cuts, self._news, self._words = plan, cuts, news, words
        self._engine = engine
        self.told, self.doubted, self.plain = (Told(plan.meters) for _ in range(3))
        self._watcher = watcher
        self._told_keys: set[str] = set()
        self.taken_back = 0
        self._by_word = ByWord(engine)
        self._switched = False
        self._at_ms = 0

    def slot(self, slot: int) -> None:
        """All looks at one slot."""
        self._engine.open_slot(slot)
        due_ms = slots.due_ms(slot, self._grace_ms)
        for after_ms in LOOKS_MS:
            news = self._hear(due_ms + after_ms)
            if not after_ms or news or self._engine.asks:
                self._look(due_ms + after_ms)
            if not after_ms:
                self._by_plain_rule(due_ms)

    def _hear(self, now_ms: int) -> bool:
        for at_ms in range(max(self._at_ms, now_ms - SLOT_MS) + MINUTE_MS, now_ms + 1, MINUTE_MS):
            self._hear_words(at_ms)
        self._at_ms = now_ms
        heard, batches = self._news.until(now_ms)
        engine = self._engine
        engine.hear(heard.rows, heard.slots, heard.energy_wh, heard.status, heard.sent_ms)
        engine.hear_batches(batches.concentrator, batches.slot)
        self._hear_words(now_ms)
        new, self._switched = self._switched, False
        return new or len(heard) > 0

    def _hear_words(self, now_ms: int) -> None:
        """What switches said, and who is told of it before the next slot is due."""
        self._openings, new = self._words.until(now_ms)
        self._switched |= new
        for rows in self._by_word.borne_out(self._openings, now_ms):
            fresh = rows[self.told.fresh(rows)]
            truth = truth_at(self._plan, self._cuts, now_ms)
            said = np.full(len(fresh), Saying.OUTAGE, np.int8)
            self.told.tell(fresh, said, now_ms, ~truth.powered[fresh])

    def _look(self, now_ms: int) -> None:
        told = self.told
        judged, wrong = self._engine.judge(self._openings, now_ms)
        for key in wrong.keys() & self._told_keys:
            self._told_keys.discard(key)
            self.taken_back += told.end(wrong[key], now_ms)
        self._told_keys |= {each.key for each in judged.judgements if each.tell}
        rows, saying = sayings(judged)
        fresh = told.fresh(rows)
        if fresh.any():
            self._tell(judged, rows[fresh], saying[fresh], now_ms)
        spoke = _spoke(told.standing, judged)
        told.end(spoke[~self._by_word.still_out(spoke, slots.end_ms(judged.slot))], now_ms)
        self._doubt(judged, now_ms)

    def _tell(
        self, judged: SlotJudgement, rows: Ints, saying: NDArray[np.int8], now_ms: int
    ) -> None:
        truth = truth_at(self._plan, self._cuts, now_ms)
        without = np.where(saying == Saying.OWN_BREAKER, ~truth.loaded[rows], ~truth.powered[rows])
        self.told.tell(rows, saying, now_ms, without)
        if self._watcher is not None:
            self._watcher(
                Look(
                    self._plan, self._cuts, self._engine, judged, truth, rows, without, now_ms
                )
            )  # fmt: skip

    def _doubt(self, judged: SlotJudgement, now_ms: int) -> None:
        """Who hears that we cannot tell, if they ask."""
        doubted = self.doubted
        rows = answers(judged)
        rows = rows[doubted.fresh(rows)]
        if len(rows):
            powered = truth_at(self._plan, self._cuts, now_ms).powered[rows]
            doubted.tell(rows, np.full(len(rows), Saying.CANNOT_TELL, np.int8), now_ms, ~powered)
        doubted.end(_spoke(doubted.standing, judged), now_ms)

    def _by_plain_rule(self, now_ms: int) -> None:
        """One missed slot is an outage, told at once; restored when heard."""
        view = self._engine.view
        assert view is not None
        plain, silent = self.plain, view.silent
        plain.end(np.setdiff1d(plain.standing, silent).astype(np.int32), now_ms)
        rows = silent[plain.fresh(silent)]
        truth = truth_at(self._plan, self._cuts, now_ms)
        said = np.full(len(rows), Saying.OUTAGE, np.int8)
        plain.tell(rows, said, now_ms, ~truth.powered[rows])


def _spoke(standing: Ints, judged: SlotJudgement) -> Ints:
    """Of those who stand told: who was heard since, or answered that it has power."""
    silent = [judgement.rows for judgement in judged.judgements]
    lone = judged.lone
    # Who answered that its own breaker is open has power, and goes on being told so.
    silent.append(lone.rows[(lone.answer < JUDGED_ANSWER[0]) | lone.tell])
    return np.setdiff1d(standing, np.concatenate(silent)).astype(np.int32)


def _asker(
    plan: TownPlan, cuts: Cuts, rehearsal: Rehearsal
) -> Callable[[Ints, int], tuple[NDArray[np.int8], NDArray[np.int8]]]:
    chance = np.random.default_rng([rehearsal.seed, plan.seed])

    def ask(rows: Ints, now_ms: int) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
        found = ping_all(plan, cuts, rows, now_ms, chance, rehearsal.pinging)
        load = np.select(
            [found.switch_open, found.load_w > 0, found.load_w == 0],
            [Load.BREAKER_OPEN, Load.DRAWN, Load.NONE],
            default=Load.UNSEEN,
        )
        return JUDGED_ANSWER[found.answer], load.astype(np.int8)

    return ask


def trees_of(plan: TownPlan) -> Trees:
    """The town's trees as its tables tell of them."""
    return checked(
        Trees(
            transformer_of_meter=plan.transformer_of_meter,
            section_of_transformer=plan.section_of_transformer,
            feeder_of_section=plan.feeder_of_section,
            relay_of_meter=plan.relay_of_meter,
            concentrator_of_relay=plan.concentrator_of_relay,
            head_end_of_concentrator=plan.head_end_of_concentrator,
            area_of_meter=plan.area_of_meter,
            feed_of_concentrator=plan.feed_of_concentrator,
            feed_of_relay=plan.feed_of_relay,
            relay_is_direct=plan.relay_is_direct,
            feeders=plan.feeders,
            head_ends=plan.head_ends,
            areas=len(plan.areas),
        )
    )


def service_of(plan: TownPlan) -> Service:
    """From when to when each meter serves, and whether anybody lives there."""
    ended = plan.in_service_to_ms // SLOT_MS
    return Service(
        from_slot=(plan.in_service_from_ms // SLOT_MS).astype(np.int32),
        until_slot=np.where(ended >= 2**31, NO_SLOT, ended).astype(np.int32),
        vacant=plan.vacant,
        switched_open=np.zeros(plan.meters, np.bool_),
    )


def works_of(planned: Cuts) -> list[Works]:
    """The announced works."""
    return [Works(NODE_OF[cut.kind], cut.node, cut.from_ms, cut.to_ms) for cut in planned]
