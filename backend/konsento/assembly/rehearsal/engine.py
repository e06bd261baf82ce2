"""The engine over a made-up town: its columns and its rounds, without a wire or a database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from konsento.outage.columns.meters import NEVER, Columns
from konsento.outage.judgement import exclusion
from konsento.outage.judgement.automation import SectionOpened, sections_at
from konsento.outage.judgement.exclusion import Works
from konsento.outage.judgement.judge import SlotJudgement, judge_slot
from konsento.outage.judgement.memory import Open
from konsento.outage.judgement.view import SlotView
from konsento.outage.limits import GRACE_MS
from konsento.outage.readings.batch import present_in
from konsento.outage.rounds.back import retracted
from konsento.outage.rounds.look import Known
from konsento.outage.rounds.sitting import Sitting
from konsento.outage.topology.trees import Trees
from konsento.outage.watch import Late

Ints: TypeAlias = NDArray[np.int32]
Bytes: TypeAlias = NDArray[np.int8]
Asker: TypeAlias = Callable[[Ints, int], tuple[Bytes, Bytes]]
"""Of rows at an instant: the Answer and the Load of each."""

TABLES = 1


@dataclass(frozen=True, eq=False)
class Register:
    """What the tables say: the trees, whose silence means nothing, and the works announced."""

    trees: Trees
    service: exclusion.Register
    works: Sequence[Works]


class Engine:
    """One engine, from its first slot on."""

    def __init__(
        self, register: Register, ask: Asker, first_slot: int, grace_ms: int = GRACE_MS
    ) -> None:
        self.register = register
        self._ask_meters = ask
        self._grace_ms = grace_ms
        trees = register.trees
        self.columns = Columns(trees.area_of_meter, trees.areas, first_slot)
        self.sitting = Sitting()
        self.pings = 0
        self._batch_slots = np.full(trees.concentrators, NEVER, np.int32)
        self._late: list[Late] = []
        self._slot = first_slot

    @property
    def view(self) -> SlotView | None:
        """What was last judged."""
        return self.sitting.view

    @property
    def open(self) -> tuple[Open, ...]:
        """What stands."""
        return self.sitting.open

    @property
    def asks(self) -> bool:
        """Whether the last look left meters to be asked."""
        judged = self.sitting.judged
        return judged is not None and len(judged.pings) > 0

    @property
    def speaking(self) -> NDArray[np.bool_]:
        """By meter: whether it is in service and was heard before, so that it can be asked."""
        if self.view is None:
            return np.zeros(len(self.columns), np.bool_)
        return np.asarray((self.sitting.reasons == 0) & (self.columns.last > 0))

    def hear(
        self, rows: Ints, of: Ints, energy_wh: Ints, status: NDArray[np.uint8],
        sent_ms: NDArray[np.int64],
    ) -> None:  # fmt: skip
        """Readings, one row each, of as many slots and concentrators as there are."""
        if not len(rows):
            return
        self.columns.advance(int(of.max()))
        trees = self.register.trees
        self.hear_batches(trees.concentrator_of_relay[trees.relay_of_meter[rows]], of)
        here = present_in(status, of, sent_ms)
        self.columns.apply(rows[here], of[here])
        late = of <= self._slot
        for slot in np.unique(of[late]).tolist():
            this = of == slot
            self._late.append(Late(slot, rows[this], energy_wh[this], status[this]))

    def hear_batches(self, concentrator: NDArray[np.integer[Any]], of: Ints) -> None:
        """Concentrators that sent their batch of a slot, be it empty."""
        np.maximum.at(self._batch_slots, concentrator, of)

    def open_slot(self, slot: int) -> None:
        """The next slot takes over what the last one left."""
        self._slot = slot
        self.sitting.move_to(slot, TABLES, self.register.trees.head_ends)

    def judge(
        self, openings: list[SectionOpened], now_ms: int
    ) -> tuple[SlotJudgement, dict[str, Ints]]:
        """Judge, ask, and judge again, as long as anybody is to be asked by now.

        With the meters of what stood before and late readings prove wrong, by its key; each
        reading is used once.
        """
        late, self._late = self._late, []
        wrong = retracted(late, self.open, self._slot) if late else set()
        rows = {each.key: each.rows for each in self.open if each.key in wrong}
        judged = self._judge(openings, now_ms)
        while self._asked(now_ms):
            judged = self._judge(openings, now_ms)
        return judged, rows

    def ask(self, rows: Ints, now_ms: int) -> tuple[Bytes, Bytes]:
        """Ask these meters now."""
        self.pings += len(rows)
        return self._ask_meters(rows, now_ms)

    def _judge(self, openings: list[SectionOpened], now_ms: int) -> SlotJudgement:
        register, sitting = self.register, self.sitting
        trees = register.trees
        sections = sections_at(trees.sections, self._slot, openings, speaks=False)
        known = Known(
            self.columns, trees, register.service, register.works, sections, self._batch_slots
        )  # fmt: skip
        found = sitting.look(known, now_ms, self._grace_ms)
        assert sitting.place is not None
        judged = judge_slot(found.view, sitting.place.memory)
        sitting.take(found, judged)
        sitting.stand()
        return judged

    def _asked(self, now_ms: int) -> bool:
        rows = self.sitting.whom_to_ask(now_ms)
        if not len(rows):
            return False
        self.sitting.answered(rows, *self.ask(rows, now_ms), now_ms)
        return True
