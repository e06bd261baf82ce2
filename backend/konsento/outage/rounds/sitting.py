"""The slot that is being judged: what the last one left, what is known, who is asked next. Pure.

The rounds move it by the engine's clock, journal and control system; a rehearsal moves the very
same by a town that is made up.
"""

import dataclasses
from typing import TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from konsento.outage.judgement.answers import NO_ANSWERS
from konsento.outage.judgement.judge import SlotJudgement, remember
from konsento.outage.judgement.lines import Lines, lines_of
from konsento.outage.judgement.memory import Memory, Open, blank
from konsento.outage.judgement.view import SlotView
from konsento.outage.rounds.doubt import Doubts
from konsento.outage.rounds.kept import Place
from konsento.outage.rounds.lately import Lately
from konsento.outage.rounds.look import Known, Look, Looker

Rows: TypeAlias = NDArray[np.int32]
Bytes: TypeAlias = NDArray[np.int8]

PINGS_AT_ONCE = 500
NOBODY: Rows = np.empty(0, np.int32)


class Sitting:
    """Where the judging stands, and what was judged last."""

    def __init__(self) -> None:
        self.place: Place | None = None
        self.view: SlotView | None = None
        self.judged: SlotJudgement | None = None
        self.lines: Lines | None = None
        self.reasons: NDArray[np.uint8] = np.empty(0, np.uint8)
        self.doubts = Doubts()
        self._looker = Looker()

    @property
    def open(self) -> tuple[Open, ...]:
        """What stands."""
        return () if self.place is None else self.place.memory.open

    def go_on(self, place: Place | None) -> None:
        """Where a process before this one was."""
        self.place = place
        if place is not None:
            self.doubts.go_on(place.doubted)

    def move_to(self, slot: int, tables_seq: int, head_ends: int) -> bool:
        """Take up a slot if it is a later one, with what the last one left; whether it is.

        Other tables begin anew.
        """
        place = self.place
        if place is None or place.register_seq != tables_seq:
            breakers = {} if place is None else place.breakers
            self.place = Place(slot, tables_seq, blank(head_ends), NO_ANSWERS, breakers=breakers)
            self.doubts.forget()
            return True
        if slot <= place.slot:
            return False
        memory = self._left(place.memory)
        self.place = msgspec.structs.replace(place, slot=slot, memory=memory, answers=NO_ANSWERS)
        self.doubts.next_slot()
        return True

    def look(self, known: Known, now_ms: int, grace_ms: int) -> Look:
        """All that is known of the slot now."""
        return self._looker.look(known, self._here, self.doubts, now_ms, grace_ms)

    def take(self, found: Look, judged: SlotJudgement) -> None:
        """What was made of a look; `stand` follows when all of it is said."""
        self.view, self.judged, self.reasons = found.view, judged, found.reasons
        self.lines = lines_of(judged)

    def stand(self, lately: Lately | None = None) -> Place:
        """The slot is judged again as answers come: what stands must be seen to end in it too."""
        place = self._here
        memory = dataclasses.replace(place.memory, open=self._left(place.memory).open)
        known = place.lately if lately is None else lately
        self.place = msgspec.structs.replace(
            place, memory=memory, lately=known, doubted=self.doubts.settled
        )
        return self.place

    def whom_to_ask(self, now_ms: int, others: Rows = NOBODY) -> Rows:
        """Those who are to be asked by now: the doubted, these others, whom the judgement wants."""
        if self.judged is None:
            return self.doubts.due(PINGS_AT_ONCE)
        pings, doubted = self.judged.pings, self.doubts.due(PINGS_AT_ONCE)
        due = np.concatenate((doubted, others, pings.rows[pings.not_before_ms <= now_ms]))
        return due[np.sort(np.unique(due, return_index=True)[1])][:PINGS_AT_ONCE]

    def answered(self, rows: Rows, answer: Bytes, load: Bytes, now_ms: int) -> None:
        """What came back from them (each once): the Answer and the Load of each."""
        if not len(rows):
            return
        self.doubts.asked(rows.tolist())
        place = self._here
        at_ms = np.full(len(rows), now_ms, np.int64)
        answers = place.answers.told(rows, answer, at_ms, load)
        self.place = msgspec.structs.replace(place, answers=answers)

    @property
    def _here(self) -> Place:
        if self.place is None:
            raise ValueError("no slot was taken up yet")
        return self.place

    def _left(self, memory: Memory) -> Memory:
        if self.view is None or self.judged is None:
            return memory
        return remember(self.view, memory, self.judged)
