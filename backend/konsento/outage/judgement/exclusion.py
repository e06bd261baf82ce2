"""Whose silence means nothing: neither a witness, nor somebody in the dark (O7).

A meter that we switched off ourselves, that stands in a vacant house, is retired, is not yet in
service or lies under planned works is taken out of the count before anything is judged.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from konsento.outage import slots
from konsento.outage.judgement.terms import Node
from konsento.outage.topology.trees import Trees

Flags: TypeAlias = NDArray[np.bool_]
Slots: TypeAlias = NDArray[np.int32]

NO_SLOT = -1


class Reason(IntEnum):
    """Why a meter is excluded; the lowest that holds is told."""

    NONE = 0
    NOT_YET = 1
    RETIRED = 2
    VACANT = 3
    SWITCHED_OPEN = 4
    PLANNED_WORKS = 5


@dataclass(frozen=True, eq=False)
class Register:
    """By meter: its first slot in service, the first one after (-1: none), what it is now."""

    from_slot: Slots
    until_slot: Slots
    vacant: Flags
    switched_open: Flags


@dataclass(frozen=True)
class Works:
    """Planned works: whatever hangs on a node is without power from one instant to another."""

    kind: Node
    node: int
    from_ms: int
    until_ms: int


def touches(works: Works, slot: int) -> bool:
    """Whether the works may cost a meter its reading: they reach into the slot, or to its end."""
    return works.from_ms <= slots.end_ms(slot) and works.until_ms > slots.start_ms(slot)


def excluded(
    trees: Trees, slot: int, register: Register, works: Iterable[Works]
) -> NDArray[np.uint8]:
    """The Reason of each meter in a slot."""
    reason = np.zeros(trees.meters, np.uint8)
    under = np.zeros(trees.meters, np.bool_)
    for each in works:
        if touches(each, slot):
            under |= _below(trees, each.kind, each.node)
    # From the weakest to the strongest: what is written last stands.
    reason[under] = Reason.PLANNED_WORKS
    reason[register.switched_open] = Reason.SWITCHED_OPEN
    reason[register.vacant] = Reason.VACANT
    reason[(register.until_slot != NO_SLOT) & (register.until_slot <= slot)] = Reason.RETIRED
    reason[register.from_slot > slot] = Reason.NOT_YET
    return reason


def _below(trees: Trees, kind: Node, node: int) -> Flags:
    """Which meters hang on a node of the wires; on one of the way nobody loses power."""
    if kind == Node.METER:
        return np.asarray(np.arange(trees.meters) == node)
    if kind == Node.TRANSFORMER:
        return np.asarray(trees.transformer_of_meter == node)
    section = trees.section_of_transformer
    if kind == Node.SECTION:
        return np.asarray((section == node)[trees.transformer_of_meter])
    if kind == Node.FEEDER:
        return np.asarray((trees.feeder_of_section[section] == node)[trees.transformer_of_meter])
    return np.zeros(trees.meters, np.bool_)
