"""One slot judged, as often as there is something new: answers, words of others, late readings."""

import asyncio
import dataclasses
from dataclasses import dataclass, field

import msgspec
import numpy as np
from numpy.typing import NDArray

from konsento.outage import slots
from konsento.outage.columns.meters import Columns
from konsento.outage.columns.sweep import silence
from konsento.outage.judgement import exclusion
from konsento.outage.judgement.answers import NO_ANSWERS
from konsento.outage.judgement.evidence import Judgement
from konsento.outage.judgement.judge import SlotJudgement, judge_slot, remember
from konsento.outage.judgement.lone import as_judgement
from konsento.outage.judgement.memory import Open, blank
from konsento.outage.judgement.terms import Node
from konsento.outage.judgement.view import SlotView
from konsento.outage.limits import GRACE_MS
from konsento.outage.record.said import Entry, Facts, Source
from konsento.outage.record.say import say
from konsento.outage.rounds.asking import (
    NobodyToAsk,
    Pinger,
    with_own_words,
    with_replies,
)
from konsento.outage.rounds.back import had_power_all_along, retracted
from konsento.outage.rounds.facts import facts_of, restored, taken_back
from konsento.outage.rounds.kept import (
    ALONE,
    Place,
    keep_key,
    keep_place,
    kept_place,
    outage_of_key,
    standing_alone,
)
from konsento.outage.rounds.words import recent, sections_of, service_of, works_of
from konsento.outage.system import OutageSystem
from konsento.outage.topology.register import Register
from konsento.outage.topology.totals import counted

PINGS_AT_ONCE = 500
ENGINE = "engine"


@dataclass(frozen=True)
class RoundSettings:
    """`automation_speaks`: a section of which automation says nothing has power."""

    grace_ms: int = GRACE_MS
    automation_speaks: bool = False


@dataclass
class Rounds:
    """The judging of slots, one after the other; `step` is called again and again."""

    system: OutageSystem
    pinger: Pinger = field(default_factory=NobodyToAsk)
    settings: RoundSettings = field(default_factory=RoundSettings)
    place: Place | None = None
    view: SlotView | None = None
    judged: SlotJudgement | None = None
    reasons: NDArray[np.uint8] = field(default_factory=lambda: np.empty(0, np.uint8))
    _said: dict[str, Facts] = field(default_factory=dict)
    _alone: dict[str, tuple[int, int]] = field(default_factory=dict)

    async def wake_up(self) -> None:
        """Go on where a process before this one was."""
        self.place = await kept_place()
        self._alone = {key: meter_and_since(key) for key in await standing_alone()}
        if self.place is not None:
            self.system.watch.judged_slot = self.place.slot

    async def step(self) -> int:
        """Judge what is due now; how many things were said."""
        register = self.system.watch.register
        if register is None:
            return 0
        now_ms = self.system.clock.now_ms()
        due = slots.slot_of(now_ms - self.settings.grace_ms) - 1
        self._move_to(due, register)
        said = await self._judge(register, now_ms)
        while await self._ask(register):
            said += await self._judge(register, self.system.clock.now_ms())
        return said

    def _move_to(self, slot: int, register: Register) -> None:
        """The next slot takes over what the last one left; other tables begin anew."""
        place, seq = self.place, self.system.watch.tables_seq
        if place is None or place.register_seq != seq:
            memory = blank(register.trees.head_ends)
            self.place = Place(slot, seq, memory, NO_ANSWERS)
            return
        if slot <= place.slot:
            return
        memory = place.memory
        if self.view is not None and self.judged is not None:
            memory = remember(self.view, memory, self.judged)
        self.place = Place(slot, seq, memory, NO_ANSWERS)

    async def _judge(self, register: Register, now_ms: int) -> int:
        assert self.place is not None
        place = self.place
        async with self.system.turn:
            self.view = await self._look(register, place, now_ms)
            self.judged = await asyncio.to_thread(judge_slot, self.view, place.memory)
        said = await self._tell(register, self.view, self.judged, now_ms)
        # The slot is judged again as answers come: what stands must be seen to end in it too.
        standing = remember(self.view, place.memory, self.judged).open
        memory = dataclasses.replace(place.memory, open=standing)
        self.place = place = msgspec.structs.replace(place, memory=memory)
        self.system.watch.judged_slot = max(self.system.watch.judged_slot, place.slot)
        await keep_place(place, now_ms)
        return said

    async def _look(self, register: Register, place: Place, now_ms: int) -> SlotView:
        watch, slot = self.system.watch, place.slot
        watch.columns.advance(slot)
        trees = register.trees.at(slot)
        records = await recent(slots.end_ms(slot))
        since, until = service_of(register)
        reasons = exclusion.excluded(
            trees,
            slot,
            exclusion.Register(since, until, register.vacant, np.zeros(trees.meters, np.bool_)),
            works_of(records, register),
        )
        self.reasons = reasons
        # Who was never heard can fall silent no more than who is not there.
        wanted = (reasons == 0) & (watch.columns.last > 0)
        _expect(watch.columns, wanted)
        silent = silence(watch.columns, slot).rows
        return SlotView(
            slot=slot,
            now_ms=now_ms,
            trees=trees,
            totals=counted(trees, wanted),
            silent=silent,
            last_slots=watch.columns.last_slots(silent),
            batches=watch.batch_slots >= slot,
            sections=sections_of(
                records, register, trees, slot, speaks=self.settings.automation_speaks
            ),
            answers=with_own_words(place.answers, watch.power_words, watch.columns, slot),
        )

    async def _ask(self, register: Register) -> bool:
        """Ask those who are to be asked by now; whether anybody was."""
        assert self.place is not None
        assert self.judged is not None
        now_ms = self.system.clock.now_ms()
        pings = self.judged.pings
        rows = pings.rows[pings.not_before_ms <= now_ms][:PINGS_AT_ONCE]
        if not len(rows):
            return False
        row_of = {register.smid(int(row)): int(row) for row in rows}
        replies = [each for each in await self.pinger.ping(tuple(row_of)) if each.smid in row_of]
        if not replies:
            return False
        answered = [row_of[reply.smid] for reply in replies]
        answers = with_replies(self.place.answers, answered, replies, now_ms)
        self.place = msgspec.structs.replace(self.place, answers=answers)
        return True

    async def _tell(
        self, register: Register, view: SlotView, judged: SlotJudgement, now_ms: int
    ) -> int:
        wrong = self._proven_wrong()
        said = 0
        for key in sorted(wrong):
            said += await self._say(key, taken_back(), now_ms)
            self._alone.pop(key, None)
        lone = judged.lone
        alone = [as_judgement(view, lone, int(at)) for at in np.flatnonzero(lone.tell)]
        for judgement in (*judged.judgements, *alone):
            if judgement.tell:
                facts = facts_of(judgement, register, view)
                dark_ms = slots.end_ms(view.slot)
                key = standing_key(judgement)
                said += await self._say(key, facts, now_ms, dark_at_ms=dark_ms)
                if judgement.node_kind == Node.METER:
                    self._alone[key] = (judgement.node, judgement.since_to_ms)
        meters = {each.key: len(each.rows) for each in self._open}
        for back in judged.back:
            # One that is over while some are silent went on as part of another.
            whole = len(back.rows) == meters.get(back.key)
            if back.over and whole and back.key not in wrong:
                facts = restored(self._heard_slot(back.rows, judged.slot))
                said += await self._say(back.key, facts, now_ms)
        said += await self._end_alone(register, judged, now_ms)
        return said

    @property
    def _open(self) -> tuple[Open, ...]:
        return () if self.place is None else self.place.memory.open

    def _proven_wrong(self) -> set[str]:
        """The keys of what late readings prove to have had power all along."""
        watch = self.system.watch
        late, watch.late = watch.late, []
        if not late:
            return set()
        wrong = retracted(late, self._open, watch.judged_slot)
        for key, (row, since_to_ms) in self._alone.items():
            rows = np.array([row], np.int32)
            if had_power_all_along(late, rows, since_to_ms, watch.judged_slot):
                wrong.add(key)
        return wrong

    def _heard_slot(self, rows: NDArray[np.int32], judged_slot: int) -> int:
        """The last slot that any of them was read of: a later one than that which is judged."""
        last = self.system.watch.columns.last_slots(rows)
        return max(judged_slot, int(last.max(initial=judged_slot)))

    async def _end_alone(self, register: Register, judged: SlotJudgement, now_ms: int) -> int:
        """A meter that was told of alone and is not silent any more has its power."""
        silent = set(judged.lone.rows.tolist())
        for judgement in judged.judgements:
            silent.update(judgement.rows.tolist())
        said = 0
        for key, (row, _) in list(self._alone.items()):
            if row not in silent:
                heard = self._heard_slot(np.array([row], np.int32), judged.slot)
                said += await self._say(key, restored(heard), now_ms)
                del self._alone[key]
        return said

    async def _say(
        self, key: str, facts: Facts, now_ms: int, *, dark_at_ms: int | None = None
    ) -> int:
        """Say it unless it was the last thing said under this key; 1 when it was said."""
        if self._said.get(key) == facts:
            return 0
        outage = await outage_of_key(key)
        if outage is None and not facts.places:
            return 0  # what was never told of is neither restored nor taken back
        entry = Entry(
            entry=f"{ENGINE}:{self.system.ids.fresh()}",
            source=Source.ENGINE,
            author=ENGINE,
            said_at_ms=now_ms,
            received_at_ms=now_ms,
            facts=facts,
        )
        system = self.system
        heard = await say(entry, system.places, system.ids, outage=outage, dark_at_ms=dark_at_ms)
        if outage is None:
            await keep_key(key, heard.outage, now_ms)
        self._said[key] = facts
        system.told.ring()
        return 1


def standing_key(judgement: Judgement) -> str:
    """A node's judgement goes by its key; a lone meter's by its row and beginning."""
    if judgement.node_kind == Node.METER:
        return f"{ALONE}{judgement.node}/{judgement.since_to_ms}"
    return judgement.key


def meter_and_since(key: str) -> tuple[int, int]:
    """The row and the beginning that a lone meter's key holds."""
    row, since_to_ms = key.removeprefix(ALONE).split("/")
    return int(row), int(since_to_ms)


def _expect(columns: Columns, wanted: NDArray[np.bool_]) -> None:
    rows = np.arange(len(columns), dtype=np.int32)
    columns.expect(rows[wanted], wanted=True)
    columns.expect(rows[~wanted], wanted=False)
