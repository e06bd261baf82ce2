"""The judgement of slot after slot as the rounds have it, without a database.

What `konsento.outage.rounds.round` does between its doors: a slot takes over what the last one
left, is judged, asks, and is judged again as answers and late readings come.
"""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from konsento.outage import slots
from konsento.outage.columns.meters import NEVER, Columns
from konsento.outage.columns.sweep import silence
from konsento.outage.judgement import exclusion
from konsento.outage.judgement.answers import NO_ANSWERS, Answers
from konsento.outage.judgement.automation import SectionOpened, sections_at
from konsento.outage.judgement.exclusion import Works
from konsento.outage.judgement.judge import SlotJudgement, judge_slot, remember
from konsento.outage.judgement.memory import Memory, blank
from konsento.outage.judgement.retraction import ReadingStatus, shows_presence
from konsento.outage.judgement.view import SlotView
from konsento.outage.rounds.back import retracted
from konsento.outage.topology.totals import Totals, counted
from konsento.outage.topology.trees import Trees
from konsento.outage.watch import Late

Ints: TypeAlias = NDArray[np.int32]
Bytes: TypeAlias = NDArray[np.int8]
Asker: TypeAlias = Callable[[Ints, int], tuple[Bytes, Bytes]]
"""Of rows at an instant: the Answer and the Load of each."""

PINGS_AT_ONCE = 500


@dataclass(frozen=True, eq=False)
class Register:
    """What the tables say: the trees, whose silence means nothing, and the works announced."""

    trees: Trees
    service: exclusion.Register
    works: Sequence[Works]


class Sitting:
    """One engine, from its first slot on."""

    def __init__(self, register: Register, ask: Asker, first_slot: int) -> None:
        self.register = register
        self._ask = ask
        trees = register.trees
        self.columns = Columns(trees.area_of_meter, trees.areas, first_slot)
        self.batch_slots = np.full(trees.concentrators, NEVER, np.int32)
        self.slot = first_slot
        self.memory: Memory = blank(trees.head_ends)
        self.answers: Answers = NO_ANSWERS
        self.late: list[Late] = []
        self.view: SlotView | None = None
        self.judged: SlotJudgement | None = None
        self.reasons = np.full(trees.meters, 255, np.uint8)
        self._totals: Totals | None = None
        self.pings = 0

    def hear(
        self, rows: Ints, of: Ints, energy_wh: Ints, status: NDArray[np.uint8],
        sent_ms: NDArray[np.int64],
    ) -> None:  # fmt: skip
        """Readings, one row each; as a watch takes its batches."""
        if not len(rows):
            return
        self.columns.advance(int(of.max()))
        failed = (status & int(ReadingStatus.POWER_FAILED)) != 0
        untimely = sent_ms // slots.SLOT_MS > of + 1
        here = shows_presence(status) & ~(failed & untimely)
        trees = self.register.trees
        self.hear_batches(trees.concentrator_of_relay[trees.relay_of_meter[rows]], of)
        self.columns.apply(rows[here], of[here])
        late = of <= self.slot
        for slot in np.unique(of[late]).tolist():
            this = of == slot
            self.late.append(Late(slot, rows[this], energy_wh[this], status[this]))

    def hear_batches(self, concentrator: NDArray[np.integer[Any]], of: Ints) -> None:
        """Concentrators that sent their batch of a slot, be it empty."""
        np.maximum.at(self.batch_slots, concentrator, of)

    @property
    def asks(self) -> bool:
        """Whether the last look left meters to be asked."""
        return self.judged is not None and len(self.judged.pings) > 0

    def ask(self, rows: Ints, now_ms: int) -> tuple[Bytes, Bytes]:
        """Ask these meters now."""
        self.pings += len(rows)
        return self._ask(rows, now_ms)

    def open_slot(self, slot: int) -> None:
        """The next slot takes over what the last one left."""
        if self.view is not None and self.judged is not None:
            self.memory = remember(self.view, self.memory, self.judged)
        self.slot, self.answers = slot, NO_ANSWERS

    def judge(self, openings: list[SectionOpened], now_ms: int) -> SlotJudgement:
        """Judge, ask, and judge again, as long as anybody is to be asked by now."""
        judged = self._judge(openings, now_ms)
        while self._ask_due(judged, now_ms):
            judged = self._judge(openings, now_ms)
        return judged

    def taken_back(self) -> set[str]:
        """The keys of open outages that late readings prove wrong; each reading is used once."""
        late, self.late = self.late, []
        return retracted(late, self.memory.open, self.slot) if late else set()

    def _judge(self, openings: list[SectionOpened], now_ms: int) -> SlotJudgement:
        self.view = self._look(openings, now_ms)
        self.judged = judge_slot(self.view, self.memory)
        standing = remember(self.view, self.memory, self.judged).open
        self.memory = dataclasses.replace(self.memory, open=standing)
        return self.judged

    def _look(self, openings: list[SectionOpened], now_ms: int) -> SlotView:
        self.columns.advance(self.slot)
        trees = self.register.trees
        totals = self._counted()
        silent = silence(self.columns, self.slot).rows
        return SlotView(
            slot=self.slot,
            now_ms=now_ms,
            trees=trees,
            totals=totals,
            silent=silent,
            last_slots=self.columns.last_slots(silent),
            batches=self.batch_slots >= self.slot,
            sections=sections_at(trees.sections, self.slot, openings, speaks=False),
            answers=self.answers,
        )

    def _counted(self) -> Totals:
        register = self.register
        near = [works for works in register.works if exclusion.touches(works, self.slot)]
        reasons = exclusion.excluded(register.trees, self.slot, register.service, near)
        if self._totals is None or not np.array_equal(reasons, self.reasons):
            self.reasons = reasons
            rows, wanted = np.arange(len(reasons), dtype=np.int32), reasons == 0
            self.columns.expect(rows[wanted], wanted=True)
            self.columns.expect(rows[~wanted], wanted=False)
            self._totals = counted(register.trees, wanted)
        return self._totals

    def _ask_due(self, judged: SlotJudgement, now_ms: int) -> bool:
        pings = judged.pings
        rows = pings.rows[pings.not_before_ms <= now_ms][:PINGS_AT_ONCE]
        if not len(rows):
            return False
        answer, load = self.ask(rows, now_ms)
        at_ms = np.full(len(rows), now_ms, np.int64)
        self.answers = self.answers.told(rows, answer, at_ms, load)
        return True
