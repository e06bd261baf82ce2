"""One slot judged, as often as there is something new: answers, words of others, late readings."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

import msgspec
import numpy as np
from numpy.typing import NDArray

from konsento.outage import slots
from konsento.outage.judgement.judge import SlotJudgement, judge_slot
from konsento.outage.judgement.lone import as_judgement
from konsento.outage.judgement.terms import Node
from konsento.outage.judgement.view import SlotView
from konsento.outage.limits import GRACE_MS
from konsento.outage.record.said import Entry, Facts, Source
from konsento.outage.record.say import say
from konsento.outage.rounds.asking import NobodyToAsk, Pinger, Switches, as_columns
from konsento.outage.rounds.awaited import Awaited
from konsento.outage.rounds.back import (
    back_at_ms,
    dark_at_ms,
    ending_now,
    proven_wrong,
    spoke_again,
    still_silent,
)
from konsento.outage.rounds.doubts_kept import KeptDoubts
from konsento.outage.rounds.facts import facts_of, fading, restored, taken_back
from konsento.outage.rounds.kept import (
    keep_key,
    keep_place,
    kept_place,
    meter_and_since,
    outage_of_key,
    standing_alone,
    standing_key,
)
from konsento.outage.rounds.lately import Lately
from konsento.outage.rounds.look import Look, known_of
from konsento.outage.rounds.over import Ended, with_ended, with_late
from konsento.outage.rounds.replies import asked_after, with_words_behind
from konsento.outage.rounds.sitting import Sitting
from konsento.outage.rounds.switched import SwitchedOpen
from konsento.outage.rounds.verify import ENGINE, OpenPlace, Verification, open_places
from konsento.outage.system import OutageSystem
from konsento.outage.topology.register import Register


class TablesChanged(Exception):
    """Other tables came in while a slot was judged: the next step begins with them."""


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
    sitting: Sitting = field(default_factory=Sitting)
    awaited: Awaited = field(default_factory=Awaited)
    switches: Switches = field(default_factory=NobodyToAsk)
    switched: SwitchedOpen = field(default_factory=SwitchedOpen)
    kept_doubts: KeptDoubts = field(default_factory=KeptDoubts)
    verification: Verification = field(default_factory=Verification)
    open_places: tuple[OpenPlace, ...] = ()
    _said: dict[str, Facts] = field(default_factory=dict)
    _alone: dict[str, tuple[int, int]] = field(default_factory=dict)
    _spoke: list[int] = field(default_factory=list)

    @property
    def knows_tables(self) -> bool:
        """Whether the last judgement was by the tables that are loaded now."""
        place = self.sitting.place
        return place is not None and place.register_seq == self.system.watch.tables_seq

    async def wake_up(self) -> None:
        """Go on where a process before this one was."""
        place = await kept_place()
        self.sitting.go_on(place)
        self._alone = {key: meter_and_since(key) for key in await standing_alone()}
        if place is not None:
            self.system.watch.judged_slot = place.slot

    async def step(self) -> int:
        """Judge what is due now; how many things were said."""
        register = self.system.watch.register
        if register is None:
            return 0
        now_ms = self.system.clock.now_ms()
        due = slots.slot_of(now_ms - self.settings.grace_ms) - 1
        watch, head_ends = self.system.watch, register.trees.head_ends
        if self.sitting.move_to(due, watch.tables_seq, head_ends):
            self.switched.next_slot()
        await self.kept_doubts.recall(self.sitting.doubts, register, watch.tables_seq)
        said = 0
        with suppress(TablesChanged):
            said += await self._judge(register, now_ms)
            while await self._ask(register):
                said += await self._judge(register, self.system.clock.now_ms())
            if self.knows_tables:
                said += await self._verify(register)
        return said

    async def _verify(self, register: Register) -> int:
        """Ask about what switches say alone; whose word is believed is out till it is read."""
        heard = self.system.watch.columns.last > 0
        speaks = np.flatnonzero(heard & (self.sitting.reasons == 0)).astype(np.int32)
        said = await self.verification.step(self.system, register, self.pinger, speaks)
        self.open_places = await open_places(self.system.clock.now_ms(), register)
        return said

    async def _judge(self, register: Register, now_ms: int) -> int:
        sitting = self.sitting
        found = await self._look(register, now_ms)
        opened = await self.switched.learn(self.switches, register, found.view.silent)
        if opened or not self.knows_tables:
            found = await self._look(register, now_ms)
        assert sitting.place is not None
        judged = await asyncio.to_thread(judge_slot, found.view, sitting.place.memory)
        sitting.take(found, judged)
        said = await self._tell(register, found.view, judged, now_ms)
        await keep_place(sitting.stand(self._came_back(now_ms)), now_ms)
        await self.kept_doubts.let_go()
        return said

    async def _look(self, register: Register, now_ms: int) -> Look:
        watch, settings, place = self.system.watch, self.settings, self.sitting.place
        assert place is not None
        async with self.system.turn:
            if watch.tables_seq != place.register_seq:
                raise TablesChanged
            # What comes from now on may prove this look wrong.
            watch.judged_slot = max(watch.judged_slot, place.slot)
            known = await known_of(
                watch, register, place, self.switched.rows,
                automation_speaks=settings.automation_speaks,
            )  # fmt: skip
            return self.sitting.look(known, now_ms, settings.grace_ms)

    async def _ask(self, register: Register) -> bool:
        """Ask those who are to be asked by now; whether anybody was."""
        now_ms, sitting = self.system.clock.now_ms(), self.sitting
        others = asked_after(sitting, self.awaited, register, now_ms)
        rows = sitting.whom_to_ask(now_ms, others)
        if not len(rows):
            return False
        row_of = {register.smid(row): row for row in rows.tolist()}
        replies = [each for each in await self.pinger.ping(tuple(row_of)) if each.smid in row_of]
        answered = np.array([row_of[reply.smid] for reply in replies], np.int32)
        sitting.answered(answered, *as_columns(replies), now_ms)
        self.kept_doubts.asked([reply.smid for reply in replies], now_ms)
        assert sitting.place is not None
        columns = self.system.watch.columns
        sitting.place = with_words_behind(
            sitting.place, replies, answered, columns, self.awaited, now_ms
        )
        self.awaited.asked(replies, now_ms)
        return bool(replies)

    async def _tell(
        self, register: Register, view: SlotView, judged: SlotJudgement, now_ms: int
    ) -> int:
        wrong = self._proven_wrong(now_ms)
        self._spoke = spoke_again(judged, self.sitting.open, wrong).tolist()
        said = 0
        for key in sorted(wrong):
            said += await self._say(key, taken_back(), now_ms)
            self._alone.pop(key, None)
        said += await self._end(view, judged, wrong, now_ms)
        at_all = np.flatnonzero(judged.lone.tell).tolist()
        alone = [as_judgement(view, judged.lone, at) for at in at_all]
        for judgement in (*judged.judgements, *alone):
            if judgement.tell:
                facts, dark_ms = facts_of(judgement, register, view), dark_at_ms(judgement, view)
                key = standing_key(judgement)
                said += await self._say(key, facts, now_ms, dark_at_ms=dark_ms)
                if judgement.node_kind == Node.METER:
                    self._alone[key] = (judgement.node, judgement.since_to_ms)
        said += await self._end_alone(register, judged, now_ms)
        return said

    async def _end(
        self, view: SlotView, judged: SlotJudgement, wrong: set[str], now_ms: int
    ) -> int:
        """Say of outages that they are over: first of all, so that what remains is another."""
        sitting, said, left = self.sitting, 0, {}
        assert sitting.place is not None
        for key, rows in ending_now(sitting.place.ending, judged, sitting.open).items():
            back = rows[~still_silent(view, rows)]
            if key in wrong:
                continue
            if 2 * len(back) > len(rows):
                facts = restored(slots.end_ms(self._heard_slot(back, judged.slot)))
                said += await self._say(key, facts, now_ms)
                self._is_over(key, rows, judged.slot, now_ms)
            else:
                left[key] = rows
        sitting.place = msgspec.structs.replace(sitting.place, ending=left)
        return said

    def _proven_wrong(self, now_ms: int) -> set[str]:
        """The keys of what late readings prove to have had power all along."""
        watch = self.system.watch
        late, watch.late = watch.late, []
        if not late:
            return set()
        wrong = proven_wrong(late, self.sitting.open, self._alone, watch.judged_slot)
        place = self.sitting.place
        assert place is not None
        over, never = with_late(place.over, late, now_ms)
        self.sitting.place = msgspec.structs.replace(place, over=over)
        return wrong | never

    def _is_over(self, key: str, rows: NDArray[np.int32], slot: int, now_ms: int) -> None:
        """Its meters were silent up to the slot, or up to the one before they were read."""
        last = int(self.system.watch.columns.last_slots(rows).max(initial=0))
        place = self.sitting.place
        assert place is not None
        for each in self.sitting.open:
            if each.key == key:
                last_dark = last - 1 if last >= slot else slot
                ended = Ended(rows, slots.slot_of(each.since_to_ms - 1), last_dark, now_ms)
                self.sitting.place = msgspec.structs.replace(
                    place, over=with_ended(place.over, key, ended)
                )

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
                said += await self._say(key, self._back(row, judged.slot), now_ms)
                self._spoke.append(row)
                del self._alone[key]
        return said

    def _back(self, row: int, judged_slot: int) -> Facts:
        """By when a lone meter had its power: as it was read, or by its later answer."""
        assert self.sitting.place is not None
        rows = np.array([row], np.int32)
        heard_ms = slots.end_ms(self._heard_slot(rows, judged_slot))
        return restored(max(heard_ms, int(self.sitting.place.lately.of(rows)[0])))

    def _came_back(self, now_ms: int) -> Lately:
        """Who spoke again, with those that did so in this look."""
        place = self.sitting.place
        assert place is not None
        spoke = np.unique(np.array(self._spoke, np.int32))
        spoke = spoke[self.sitting.reasons[spoke] == 0]
        at_ms = back_at_ms(self.system.watch.columns, spoke, place.slot, now_ms)
        at_ms = np.maximum(at_ms, place.lately.of(spoke))
        return place.lately.and_now(spoke, at_ms, now_ms)

    async def _say(
        self, key: str, facts: Facts, now_ms: int, *, dark_at_ms: int | None = None
    ) -> int:
        """Say it unless it was the last thing said under this key; 1 when it was said."""
        facts = fading(facts, self._said.get(key))
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
