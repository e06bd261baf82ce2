"""Between which two instants a silence began."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from konsento.outage import slots
from konsento.outage.judgement.automation import Sections
from konsento.outage.judgement.terms import Automation, Node
from konsento.outage.topology.trees import Trees

Millis: TypeAlias = NDArray[np.int64]
NOT_OPEN_MS = -1


@dataclass(frozen=True, eq=False)
class Opened:
    """By section and by feeder: the instant at which automation has it open, -1 where not."""

    section_ms: Millis
    feeder_ms: Millis

    def of(self, kind: Node, node: int) -> int:
        """The instant for one node; a transformer has none of its own."""
        if kind == Node.SECTION:
            return int(self.section_ms[node])
        return int(self.feeder_ms[node]) if kind == Node.FEEDER else NOT_OPEN_MS


def opened(said: Sections, trees: Trees) -> Opened:
    """What automation says and is believed; a feeder is open since the first of its sections is."""
    is_open = said.state == Automation.OPEN
    never = np.int64(2**62)
    feeder_ms = np.full(trees.feeders, never)
    np.minimum.at(feeder_ms, trees.feeder_of_section[is_open], said.opened_ms[is_open])
    return Opened(
        np.where(is_open, said.opened_ms, NOT_OPEN_MS),
        np.where(feeder_ms < never, feeder_ms, NOT_OPEN_MS),
    )


def since(last_slot: int, slot: int) -> tuple[int | None, int]:
    """After the end of the last slot of which any of the meters was heard, till that of the next.

    The register of that slot was read at its end, that of the next was not. -1: none was ever
    heard, so it began at any time before the end of `slot`.
    """
    if last_slot < 0:
        return None, slots.end_ms(slot)
    return slots.end_ms(last_slot), slots.end_ms(last_slot + 1)
