"""For each silent meter the highest dark node above it, in the wires and on the way.

These two are the suspects: the least number of faults that would explain the whole silence.
Where one tree's suspect lies wholly within the other's, one fault would explain several.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from konsento.outage.judgement.dark import DarkWay, DarkWires
from konsento.outage.judgement.terms import Node
from konsento.outage.judgement.view import Silent
from konsento.outage.topology.trees import Trees

Ints: TypeAlias = NDArray[np.int32]
Counts: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Suspects:
    """By silent meter: the kind of the node, and the node; METER and -1 where none is dark."""

    kind: NDArray[np.int8]
    node: Ints

    @property
    def any(self) -> Flags:
        return np.asarray(self.kind != Node.METER)

    @property
    def code(self) -> Counts:
        """Kind and node in one number."""
        return (self.kind.astype(np.int64) << 32) | (self.node + 1)


@dataclass(frozen=True, eq=False)
class Level:
    """One level of a tree for the silent meters: their nodes, which are dark, their children."""

    kind: Node
    node: Ints
    dark: Flags  # by node
    child: Ints

    @property
    def nodes(self) -> int:
        return len(self.dark)

    @property
    def darkened(self) -> Flags:
        """By silent meter: whether its node of this level is dark."""
        return np.asarray(self.dark[self.node])


def wires_levels(silent: Silent, dark: DarkWires) -> tuple[Level, ...]:
    """From the feeder down; a transformer's children are its meters."""
    own = np.arange(len(silent), dtype=np.int32)
    return (
        Level(Node.FEEDER, silent.feeder, dark.feeders, silent.section),
        Level(Node.SECTION, silent.section, dark.sections, silent.transformer),
        Level(Node.TRANSFORMER, silent.transformer, dark.transformers, own),
    )


def way_levels(silent: Silent, dark: DarkWay) -> tuple[Level, ...]:
    """From the head-end down; a relay's children are its meters."""
    own = np.arange(len(silent), dtype=np.int32)
    return (
        Level(Node.HEAD_END, silent.head_end, dark.head_ends, silent.concentrator),
        Level(Node.CONCENTRATOR, silent.concentrator, dark.concentrators, silent.relay),
        Level(Node.RELAY, silent.relay, dark.relays, own),
    )


def suspects(levels: tuple[Level, ...], meters: int) -> Suspects:
    """The highest dark node above each meter."""
    kind, node = np.zeros(meters, np.int8), np.full(meters, -1, np.int32)
    for level in levels:
        here = (kind == Node.METER) & level.darkened
        kind[here] = level.kind
        node[here] = level.node[here]
    return Suspects(kind, node)


def feeds(way: Suspects, trees: Trees) -> Ints:
    """By silent meter: the transformer that supplies its suspect on the way, -1 for none."""
    feed = np.full(len(way.kind), -1, np.int32)
    relays, boxes = way.kind == Node.RELAY, way.kind == Node.CONCENTRATOR
    feed[relays] = trees.feed_of_relay[way.node[relays]]
    feed[boxes] = trees.feed_of_concentrator[way.node[boxes]]
    return feed


def above(transformer: Ints, kind: Node, trees: Trees) -> Ints:
    """The node of a kind above each transformer, -1 where there is no transformer."""
    node = transformer.copy()
    there = node >= 0
    if kind in (Node.SECTION, Node.FEEDER):
        node[there] = trees.section_of_transformer[node[there]]
    if kind == Node.FEEDER:
        node[there] = trees.feeder_of_section[node[there]]
    return node


def fed_from_suspect(wires: Suspects, feed: Ints, trees: Trees) -> Flags:
    """Whether the way's suspect is itself supplied from below the suspect of the wires.

    Such a relay is no alibi: it would be silent too if the wires were at fault.
    """
    fed = np.zeros(len(feed), np.bool_)
    for kind in (Node.TRANSFORMER, Node.SECTION, Node.FEEDER):
        here = wires.kind == kind
        fed[here] = above(feed[here], kind, trees) == wires.node[here]
    return fed & (feed >= 0)


def children_with(level: Level, rows: Flags) -> Counts:
    """By node: how many of its children hold one of these meters."""
    first = np.unique(level.child[rows], return_index=True)[1]
    return np.bincount(level.node[rows][first], minlength=level.nodes)


def explained(level: Level, rows: Flags, others: Suspects, always: Flags, within: Flags) -> Counts:
    """By node: how many suspects of the other tree it alone would explain.

    A suspect counts where `always` holds for one of its meters, or where `within` does and all
    of its meters lie below the node. `rows`: meters whose node of this level is a suspect.
    """
    at = np.flatnonzero(rows & others.any)
    if not len(at):
        return np.zeros(level.nodes, np.int64)
    every, place = np.unique(others.code[others.any], return_inverse=True)
    meters_of = np.bincount(place, minlength=len(every))
    other = np.searchsorted(every, others.code[at])
    pair = level.node[at].astype(np.int64) * len(every) + other
    pairs, first, meters = np.unique(pair, return_index=True, return_counts=True)
    whole = meters == meters_of[pairs % len(every)]
    counts = always[at][first] | (whole & within[at][first])
    return np.bincount(pairs[counts] // len(every), minlength=level.nodes)
