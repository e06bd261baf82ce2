"""All that is known of a slot now, put together for the judgement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from konsento.outage import slots
from konsento.outage.columns.meters import Columns
from konsento.outage.columns.sweep import silence
from konsento.outage.judgement import exclusion
from konsento.outage.judgement.automation import Sections
from konsento.outage.judgement.exclusion import Works
from konsento.outage.judgement.view import SlotView
from konsento.outage.rounds.asking import with_own_words
from konsento.outage.rounds.breakers import NOBODY_BEHIND, Behind, behind_open
from konsento.outage.rounds.doubt import Doubts
from konsento.outage.rounds.kept import Place
from konsento.outage.rounds.words import recent, sections_of, service_of, works_of
from konsento.outage.topology.register import Register
from konsento.outage.topology.totals import Totals, counted
from konsento.outage.topology.trees import Trees
from konsento.outage.watch import PowerWord, Watch

Rows: TypeAlias = NDArray[np.int32]
Flags: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Known:
    """What came in, and what the tables and others say, as far as it concerns one slot."""

    columns: Columns
    trees: Trees
    service: exclusion.Register
    works: Sequence[Works]
    sections: Sections
    batch_slots: NDArray[np.int32]
    power_words: Mapping[int, PowerWord] = field(default_factory=dict)
    behind: Behind = NOBODY_BEHIND


@dataclass(frozen=True, eq=False)
class Look:
    """The view, and the exclusion.Reason of each meter that is in none of it."""

    view: SlotView
    reasons: NDArray[np.uint8]


async def known_of(
    watch: Watch, register: Register, place: Place, opened: Rows, *, automation_speaks: bool
) -> Known:
    """By the engine's memory and its records. Whoever looks holds the turn: nothing comes in.

    `opened`: the silent whose switch was opened by order.
    """
    slot, trees = place.slot, register.trees.at(place.slot)
    records = await recent(slots.end_ms(slot))
    since, until = service_of(register)
    switched_open = np.zeros(trees.meters, np.bool_)
    switched_open[opened] = True
    return Known(
        watch.columns,
        trees,
        exclusion.Register(since, until, register.vacant, switched_open),
        works_of(records, register),
        sections_of(records, register, trees, slot, speaks=automation_speaks),
        watch.batch_slots,
        watch.power_words,
        behind_open(place.breakers, register),
    )


class Looker:
    """Looks at slots, and counts the meters below each node only when others are expected."""

    def __init__(self) -> None:
        self._counted: tuple[Columns, Trees, Flags, Totals] | None = None

    def look(
        self, known: Known, place: Place, doubts: Doubts, now_ms: int, grace_ms: int
    ) -> Look:  # fmt: skip
        """The slot of a place."""
        slot, columns, trees = place.slot, known.columns, known.trees
        columns.advance(slot)
        reasons = exclusion.excluded(trees, slot, known.service, known.works)
        # Who was never heard can fall silent no more than who is not there.
        wanted = (reasons == 0) & (columns.last > 0)
        totals = self._totals(columns, trees, wanted)
        doubted = doubts.silent(place.answers)
        unheard = _unheard(columns, place)
        behind = known.behind
        behind = behind.only(wanted[behind.rows] & ~np.isin(behind.rows, unheard))
        more = np.concatenate((doubted[wanted[doubted]], behind.rows))
        rows = np.union1d(unheard, more).astype(np.int32)
        answers = with_own_words(place.answers, known.power_words, columns, slot)
        view = SlotView(
            slot=slot,
            now_ms=now_ms,
            trees=trees,
            totals=totals,
            silent=rows,
            last_slots=behind.onsets(rows, columns.last_slots(rows)),
            batches=known.batch_slots >= slot,
            sections=known.sections,
            answers=behind.answering(answers),
            grace_ms=grace_ms,
        )
        return Look(view, reasons)

    def _totals(self, columns: Columns, trees: Trees, wanted: Flags) -> Totals:
        before = self._counted
        same = before is not None and before[0] is columns and before[1] is trees
        if before is not None and same and np.array_equal(before[2], wanted):
            return before[3]
        rows = np.arange(len(columns), dtype=np.int32)
        columns.expect(rows[wanted], wanted=True)
        columns.expect(rows[~wanted], wanted=False)
        totals = counted(trees, wanted)
        self._counted = columns, trees, wanted, totals
        return totals


def _unheard(columns: Columns, place: Place) -> Rows:
    """Who was not heard of the slot or later; an answer after its end is a word of later too.

    An answer that came while this very slot is judged is weighed with the others.
    """
    rows = silence(columns, place.slot).rows
    later = place.lately.of(rows) >= slots.end_ms(place.slot)
    return np.asarray(rows[~later | (place.answers.of(rows).attempts > 0)])
