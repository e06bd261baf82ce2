"""One slot judged, as often as there is something new: answers, words of others, late readings."""

import asyncio
import dataclasses
from contextlib import suppress
from dataclasses import dataclass, field

import msgspec
import numpy as np
from numpy.typing import NDArray

from konsento.outage import slots
from konsento.outage.judgement.answers import NO_ANSWERS
from konsento.outage.judgement.judge import SlotJudgement, judge_slot, remember
from konsento.outage.judgement.lines import Lines, lines_of
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
    Switches,
    with_replies,
)
from konsento.outage.rounds.back import (
    back_at_ms,
    dark_at_ms,
    ending_now,
    proven_wrong,
    spoke_again,
    still_silent,
)
from konsento.outage.rounds.doubt import Doubts
from konsento.outage.rounds.facts import facts_of, fading, restored, taken_back
from konsento.outage.rounds.kept import (
    Place,
    keep_key,
    keep_place,
    kept_place,
    meter_and_since,
    outage_of_key,
    standing_alone,
    standing_key,
)
from konsento.outage.rounds.lately import Lately
from konsento.outage.rounds.look import Look, look
from konsento.outage.rounds.switched import SwitchedOpen
from konsento.outage.rounds.verify import ENGINE, OpenPlace, Verification, open_places
from konsento.outage.system import OutageSystem
from konsento.outage.topology.register import Register

PINGS_AT_ONCE = 500


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
    place: Place | None = None
    view: SlotView | None = None
    judged: SlotJudgement | None = None
    lines: Lines | None = None
    reasons: NDArray[np.uint8] = field(default_factory=lambda: np.empty(0, np.uint8))
    doubts: Doubts = field(default_factory=Doubts)
    switches: Switches = field(default_factory=NobodyToAsk)
    switched: SwitchedOpen = field(default_factory=SwitchedOpen)
    verification: Verification = field(default_factory=Verification)
    open_places: tuple[OpenPlace, ...] = ()
    _said: dict[str, Facts] = field(default_factory=dict)
    _alone: dict[str, tuple[int, int]] = field(default_factory=dict)
    _spoke: list[int] = field(default_factory=list)

    @property
    def knows_tables(self) -> bool:
        """Whether the last judgement was by the tables that are loaded now."""
        return self.place is not None and self.place.register_seq == self.system.watch.tables_seq

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
        speaks = np.flatnonzero(heard & (self.reasons == 0)).astype(np.int32)
        said = await self.verification.step(self.system, register, self.pinger, speaks)
        self.open_places = await open_places(self.system.clock.now_ms(), register)
        return said

    def _move_to(self, slot: int, register: Register) -> None:
        """The next slot takes over what the last one left; other tables begin anew."""
        place, seq = self.place, self.system.watch.tables_seq
        if place is None or place.register_seq != seq:
            memory = blank(register.trees.head_ends)
            self.place = Place(slot, seq, memory, NO_ANSWERS)
            self.doubts.forget()
            self.switched.next_slot()
            return
        if slot <= place.slot:
            return
        memory = place.memory
        if self.view is not None and self.judged is not None:
            memory = remember(self.view, memory, self.judged)
        self.place = Place(slot, seq, memory, NO_ANSWERS, place.lately, place.ending)
        self.doubts.next_slot()
        self.switched.next_slot()

    async def _judge(self, register: Register, now_ms: int) -> int:
        assert self.place is not None
        place = self.place
        found = await self._look(register, place, now_ms)
        opened = await self.switched.learn(self.switches, register, found.view.silent)
        if opened or not self.knows_tables:
            found = await self._look(register, place, now_ms)
        view = found.view
        judged = await asyncio.to_thread(judge_slot, view, place.memory)
        self.view, self.judged, self.reasons = view, judged, found.reasons
        self.lines = lines_of(judged)
        said = await self._tell(register, view, judged, now_ms)
        # The slot is judged again as answers come: what stands must be seen to end in it too.
        standing = remember(view, place.memory, judged).open
        memory = dataclasses.replace(place.memory, open=standing)
        lately = self._came_back(place, now_ms)
        place = msgspec.structs.replace(self.place, memory=memory, lately=lately)
        self.place = place
        await keep_place(place, now_ms)
        return said

    async def _look(self, register: Register, place: Place, now_ms: int) -> Look:
        watch, settings = self.system.watch, self.settings
        async with self.system.turn:
            if watch.tables_seq != place.register_seq:
                raise TablesChanged
            # What comes from now on may prove this look wrong.
            watch.judged_slot = max(watch.judged_slot, place.slot)
            return await look(
                watch, register, place, self.doubts, self.switched.rows, now_ms,
                automation_speaks=settings.automation_speaks, grace_ms=settings.grace_ms,
            )  # fmt: skip

    async def _ask(self, register: Register) -> bool:
        """Ask those who are to be asked by now; whether anybody was."""
        assert self.place is not None
        assert self.judged is not None
        now_ms = self.system.clock.now_ms()
        pings, doubted = self.judged.pings, self.doubts.due(PINGS_AT_ONCE)
        due = np.concatenate((doubted, pings.rows[pings.not_before_ms <= now_ms]))
        rows = due[:PINGS_AT_ONCE]
        if not len(rows):
            return False
        row_of = {register.smid(int(row)): int(row) for row in rows}
        replies = [each for each in await self.pinger.ping(tuple(row_of)) if each.smid in row_of]
        if not replies:
            return False
        answered = [row_of[reply.smid] for reply in replies]
        self.doubts.asked(answered)
        answers = with_replies(self.place.answers, answered, replies, now_ms)
        self.place = msgspec.structs.replace(self.place, answers=answers)
        return True

    async def _tell(
        self, register: Register, view: SlotView, judged: SlotJudgement, now_ms: int
    ) -> int:
        wrong = self._proven_wrong()
        self._spoke = spoke_again(judged, self._open, wrong).tolist()
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
        assert self.place is not None
        said, left = 0, {}
        for key, rows in ending_now(self.place.ending, judged, self._open).items():
            back = rows[~still_silent(view, rows)]
            if key in wrong:
                continue
            if 2 * len(back) > len(rows):
                facts = restored(self._heard_slot(back, judged.slot))
                said += await self._say(key, facts, now_ms)
            else:
                left[key] = rows
        self.place = msgspec.structs.replace(self.place, ending=left)
        return said

    @property
    def _open(self) -> tuple[Open, ...]:
        return () if self.place is None else self.place.memory.open

    def _proven_wrong(self) -> set[str]:
        """The keys of what late readings prove to have had power all along."""
        watch = self.system.watch
        late, watch.late = watch.late, []
        return proven_wrong(late, self._open, self._alone, watch.judged_slot) if late else set()

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
                self._spoke.append(row)
                del self._alone[key]
        return said

    def _came_back(self, place: Place, now_ms: int) -> Lately:
        """Who spoke again, with those that did so in this look."""
        spoke = np.unique(np.array(self._spoke, np.int32))
        spoke = spoke[self.reasons[spoke] == 0]
        at_ms = back_at_ms(self.system.watch.columns, spoke, place.slot, now_ms)
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
