"""What distribution automation says of each section at the end of a slot."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from konsento.outage import slots
from konsento.outage.judgement.terms import Automation
from konsento.outage.limits import MOMENTARY_MS

NOT_YET_MS = -1


@dataclass(frozen=True)
class SectionOpened:
    """A section without power from an instant on, till another if that is known."""

    section: int
    opened_ms: int
    restored_ms: int = NOT_YET_MS


@dataclass(frozen=True, eq=False)
class Sections:
    """By section: what automation says, and since when it is open (-1 where it is not)."""

    state: NDArray[np.int8]
    opened_ms: NDArray[np.int64]

    def without(self, sections: NDArray[np.bool_]) -> "Sections":
        """The same, of these sections nothing said."""
        state = np.where(sections, np.int8(Automation.UNKNOWN), self.state)
        return Sections(state, np.where(sections, np.int64(NOT_YET_MS), self.opened_ms))


Events: TypeAlias = Iterable[SectionOpened]


def nothing_known(sections: int) -> Sections:
    """No distribution automation, or none that speaks."""
    return Sections(
        np.zeros(sections, np.int8), np.full(sections, NOT_YET_MS, np.int64)
    )  # fmt: skip


def is_momentary(opened_ms: int, restored_ms: int) -> bool:
    """Whether a cut is one of those that are told to nobody."""
    return restored_ms != NOT_YET_MS and restored_ms - opened_ms <= MOMENTARY_MS


def sections_at(sections: int, slot: int, events: Events, *, speaks: bool) -> Sections:
    """The word of automation on a slot whose register is read at its end.

    `speaks`: automation is known to be there and to report, so that a section of which it says
    nothing has power. A cut whose end was told leaves the section energised, be it that it ended
    after the register was read: nobody is told of what is over. A momentary one that the slot's
    end fell into, or that lay within the slot, leaves it momentary.
    """
    begin_ms, end_ms = slots.start_ms(slot), slots.end_ms(slot)
    # Readings are collected after the slot's end: what opens meanwhile takes them away, too.
    collected_ms = slots.end_ms(slot + 1)
    known = nothing_known(sections)
    if speaks:
        known.state[:] = Automation.ENERGISED
    for event in events:
        if event.opened_ms > collected_ms or 0 <= event.restored_ms <= begin_ms:
            continue
        if is_momentary(event.opened_ms, event.restored_ms):
            if event.opened_ms > end_ms:
                continue
            said = Automation.MOMENTARY
        elif event.restored_ms == NOT_YET_MS:
            said = Automation.OPEN
        else:
            said = Automation.ENERGISED
        # Of several words on one section the one that leaves it open counts.
        if said == Automation.OPEN or known.state[event.section] != Automation.OPEN:
            known.state[event.section] = said
        if said == Automation.OPEN:
            known.opened_ms[event.section] = event.opened_ms
    return known
