"""All that is known of a slot now, put together for the judgement."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from konsento.outage import slots
from konsento.outage.columns.meters import Columns
from konsento.outage.columns.sweep import silence
from konsento.outage.judgement import exclusion
from konsento.outage.judgement.view import SlotView
from konsento.outage.rounds.asking import with_own_words
from konsento.outage.rounds.doubt import Doubts
from konsento.outage.rounds.kept import Place
from konsento.outage.rounds.words import recent, sections_of, service_of, works_of
from konsento.outage.topology.register import Register
from konsento.outage.topology.totals import counted
from konsento.outage.watch import Watch

Rows: TypeAlias = NDArray[np.int32]
Flags: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Look:
    """The view, and the exclusion.Reason of each meter that is in none of it."""

    view: SlotView
    reasons: NDArray[np.uint8]


async def look(
    watch: Watch, register: Register, place: Place, doubts: Doubts, opened: Rows, now_ms: int,
    *, automation_speaks: bool, grace_ms: int,
) -> Look:  # fmt: skip
    """The slot of a place. Whoever looks holds the turn: nothing comes in meanwhile.

    `opened`: the silent whose switch was opened by order.
    """
    slot, columns = place.slot, watch.columns
    columns.advance(slot)
    trees = register.trees.at(slot)
    records = await recent(slots.end_ms(slot))
    since, until = service_of(register)
    switched_open = np.zeros(trees.meters, np.bool_)
    switched_open[opened] = True
    in_service = exclusion.Register(since, until, register.vacant, switched_open)
    reasons = exclusion.excluded(trees, slot, in_service, works_of(records, register))
    # Who was never heard can fall silent no more than who is not there.
    wanted = (reasons == 0) & (columns.last > 0)
    _expect(columns, wanted)
    doubted = doubts.silent(place.answers)
    silent = np.union1d(silence(columns, slot).rows, doubted[wanted[doubted]]).astype(np.int32)
    view = SlotView(
        slot=slot,
        now_ms=now_ms,
        trees=trees,
        totals=counted(trees, wanted),
        silent=silent,
        last_slots=columns.last_slots(silent),
        batches=watch.batch_slots >= slot,
        sections=sections_of(records, register, trees, slot, speaks=automation_speaks),
        answers=with_own_words(place.answers, watch.power_words, columns, slot),
        grace_ms=grace_ms,
    )
    return Look(view, reasons)


def _expect(columns: Columns, wanted: Flags) -> None:
    rows = np.arange(len(columns), dtype=np.int32)
    columns.expect(rows[wanted], wanted=True)
    columns.expect(rows[~wanted], wanted=False)
