"""All that a slot is judged from: who is silent, what they hang on, what others say of it."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from konsento.outage import slots
from konsento.outage.judgement.answers import NO_ANSWERS, Answers
from konsento.outage.judgement.automation import Sections, nothing_known
from konsento.outage.judgement.terms import Answer
from konsento.outage.limits import GRACE_MS
from konsento.outage.topology.totals import Totals
from konsento.outage.topology.trees import Trees

Ints: TypeAlias = NDArray[np.int32]
Flags: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, eq=False, kw_only=True)
class SlotView:
    """What is known of one slot at one instant.

    `trees` are those of the slot; `totals` count the expected meters alone. `silent` are the
    expected meters that were not heard of the slot or later, in order, with the last slot each
    was heard of (-1: never). `batches` says of each concentrator whether a batch of the slot or
    later came, even an empty one. Meters that are excluded are in none of these.
    """

    slot: int
    now_ms: int
    trees: Trees
    totals: Totals
    silent: Ints
    last_slots: Ints
    batches: Flags
    sections: Sections
    answers: Answers = NO_ANSWERS
    grace_ms: int = GRACE_MS

    @property
    def judged_for_ms(self) -> int:
        """For how long the slot has been due."""
        return self.now_ms - slots.due_ms(self.slot, self.grace_ms)


@dataclass(frozen=True, eq=False)
class Silent:
    """The silent meters that have not answered otherwise, with the nodes above each."""

    rows: Ints
    transformer: Ints
    section: Ints
    feeder: Ints
    relay: Ints
    concentrator: Ints
    head_end: Ints
    onset: Ints  # the last slot each was heard of
    reached: Flags  # asked in this slot, and the way answered up to the meter
    no_power: Flags
    answers: Answers

    def __len__(self) -> int:
        return len(self.rows)


def without_automation(trees: Trees) -> Sections:
    """What is known of the sections where no distribution automation speaks."""
    return nothing_known(trees.sections)


def gathered(trees: Trees, rows: Ints, onset: Ints, answers: Answers) -> Silent:
    """The nodes above these meters, and what the meters answered."""
    transformer = trees.transformer_of_meter[rows]
    section = trees.section_of_transformer[transformer]
    relay = trees.relay_of_meter[rows]
    concentrator = trees.concentrator_of_relay[relay]
    own = answers.of(rows)
    return Silent(
        rows=rows,
        transformer=transformer,
        section=section,
        feeder=trees.feeder_of_section[section],
        relay=relay,
        concentrator=concentrator,
        head_end=trees.head_end_of_concentrator[concentrator],
        onset=onset,
        reached=(own.answer >= Answer.UNKNOWN) & ~own.carried,
        no_power=own.answer == Answer.NO_POWER,
        answers=own,
    )
