"""What one slot leaves to the next: what is open, what was answered, whether a head-end drowns."""

from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from konsento.outage.judgement.answers import NO_ANSWERS, Answers
from konsento.outage.judgement.storm import Storm, calm
from konsento.outage.judgement.terms import Kind, Node, Proof
from konsento.outage.topology.trees import Trees

Ints: TypeAlias = NDArray[np.int32]
NOWHERE = -1


@dataclass(frozen=True, eq=False)
class Open:
    """A judgement that stands: an outage until each of its meters has spoken, or a lost way.

    It began after `since_from_ms` (None: nobody knows) and not after `since_to_ms`.
    """

    key: str
    kind: Kind
    node_kind: Node
    node: int
    rows: Ints
    since_from_ms: int | None
    since_to_ms: int
    proof: Proof
    confirmed: bool
    parent: str | None = None

    @property
    def first_slot(self) -> int:
        """The slot in which it was first judged: its key ends with it."""
        return int(self.key.rsplit("/", 1)[1])


@dataclass(frozen=True, eq=False)
class Memory:
    """The open judgements, the answers of meters that are still silent, the storm."""

    storm: Storm
    open: tuple[Open, ...] = ()
    asked: Answers = field(default=NO_ANSWERS)

    def outage_of(self, rows: Ints) -> Ints:
        """Which open outage each row is in, as its place in `open`; -1 for none."""
        outages = [(at, o.rows) for at, o in enumerate(self.open) if o.kind == Kind.OUTAGE]
        if not outages or not len(rows):
            return np.full(len(rows), NOWHERE, np.int32)
        inside = np.concatenate([own for _, own in outages])
        place = np.concatenate([np.full(len(own), at, np.int32) for at, own in outages])
        order = np.argsort(inside, kind="stable")
        inside, place = inside[order], place[order]
        found = np.minimum(np.searchsorted(inside, rows), len(inside) - 1)
        return np.where(inside[found] == rows, place[found], np.int32(NOWHERE))

    def standing(self, kind: Kind, node_kind: Node, node: int) -> Open | None:
        """The open judgement of this kind about this node."""
        for each in self.open:
            if (each.kind, each.node_kind, each.node) == (kind, node_kind, node):
                return each
        return None


def blank(head_ends: int) -> Memory:
    """Before the first slot."""
    return Memory(calm(head_ends))


def line_above(kind: Node, node: int, trees: Trees) -> list[tuple[Node, int]]:
    """The nodes of the wires above a node, the nearest first."""
    line: list[tuple[Node, int]] = []
    if kind == Node.METER:
        kind, node = Node.TRANSFORMER, int(trees.transformer_of_meter[node])
        line.append((kind, node))
    if kind == Node.TRANSFORMER:
        kind, node = Node.SECTION, int(trees.section_of_transformer[node])
        line.append((kind, node))
    if kind == Node.SECTION:
        line.append((Node.FEEDER, int(trees.feeder_of_section[node])))
    return line
