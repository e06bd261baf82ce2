"""The verdicts on nodes put together: one group for each kind and node, counted all at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from konsento.outage.judgement.evidence import Evidence
from konsento.outage.judgement.explain import Explanation
from konsento.outage.judgement.terms import METERS_OF, Kind, Node, Proof
from konsento.outage.judgement.view import SlotView
from konsento.outage.topology.totals import Totals

Ints: TypeAlias = NDArray[np.int32]
Flags: TypeAlias = NDArray[np.bool_]
Places: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Groups:
    """The group of each silent meter (-1: in none), and what each group is about.

    `order` lists the silent meters group by group, those of group g from starts[g] to starts[g+1].
    """

    of_row: Places
    order: Places
    starts: Places
    kind: list[Kind]
    node_kind: list[Node]
    node: list[int]
    proof: list[Proof]

    def __len__(self) -> int:
        return len(self.kind)

    def cut(self, values: Ints) -> list[Ints]:
        """The values of each group's meters, in the order of their rows."""
        listed = values[self.order]
        bounds = self.starts.tolist()
        return [listed[a:b] for a, b in pairwise(bounds)]

    def sums(self, values: Flags) -> Places:
        """In how many meters of each group something is so."""
        inside = self.of_row[values & (self.of_row >= 0)]
        return np.bincount(inside, minlength=len(self))

    def latest(self, values: Ints) -> list[int]:
        """The highest value among each group's meters."""
        if not len(self):
            return []
        found: list[int] = np.maximum.reduceat(values[self.order], self.starts[:-1]).tolist()
        return found

    def spread(self, values: Ints) -> list[tuple[Ints, Ints]]:
        """The different values among each group's meters, and how many meters have each."""
        group = self.of_row[self.order]
        pairs, meters = np.unique((group << 32) | values[self.order], return_counts=True)
        own, meters = (pairs & 0xFFFFFFFF).astype(np.int32), meters.astype(np.int32)
        bounds = np.searchsorted(pairs >> 32, np.arange(len(self) + 1)).tolist()
        return [(own[a:b], meters[a:b]) for a, b in pairwise(bounds)]


def groups(found: Explanation) -> Groups:
    """One group for each kind and node; meters by themselves are in none."""
    verdicts = found.verdicts
    at = np.flatnonzero(verdicts.node_kind != Node.METER)
    code = verdicts.kind[at].astype(np.int64) << 40
    code |= verdicts.node_kind[at].astype(np.int64) << 36
    code |= verdicts.node[at]
    every, place = np.unique(code, return_inverse=True)
    of_row = np.full(len(verdicts.kind), -1, np.int64)
    of_row[at] = place
    order = at[np.argsort(place, kind="stable")]
    starts = np.searchsorted(of_row[order], np.arange(len(every) + 1))
    first = order[starts[:-1]]
    return Groups(
        of_row,
        order,
        starts,
        [Kind(kind) for kind in verdicts.kind[first].tolist()],
        [Node(kind) for kind in verdicts.node_kind[first].tolist()],
        verdicts.node[first].tolist(),
        [Proof(proof) for proof in verdicts.proof[first].tolist()],
    )


def evidence_of(found: Explanation, grouped: Groups, view: SlotView) -> Iterator[Evidence]:
    """The evidence of each group, in their order."""
    silent = found.silent
    columns = [
        grouped.sums(np.ones(len(silent), np.bool_)),
        grouped.sums(found.lives),
        grouped.sums(found.vouched),
        grouped.sums(found.fed),
        grouped.sums(silent.answers.attempts > 0),
        grouped.sums(silent.no_power),
    ]
    below = _below(grouped, view.totals)
    for group, counts in enumerate(zip(*(column.tolist() for column in columns), strict=True)):
        silent_, lives, vouched, fed, asked, no_power = counts
        sent = None
        if grouped.node_kind[group] == Node.CONCENTRATOR:
            sent = bool(view.batches[grouped.node[group]])
        yield Evidence(
            proof=grouped.proof[group], below=below[group],
            silent=silent_, way_lives=lives, vouched=vouched, way_is_fed=fed,
            asked=asked, no_power=no_power, batch=sent,
        )  # fmt: skip


def _below(grouped: Groups, totals: Totals) -> list[int]:
    """How many expected meters hang below the node of each group."""
    kinds, nodes = np.array(grouped.node_kind, np.int8), np.array(grouped.node, np.int64)
    below = np.zeros(len(grouped), np.int64)
    for kind, column in METERS_OF.items():
        here = kinds == kind
        below[here] = getattr(totals, column)[nodes[here]]
    found: list[int] = below.tolist()
    return found
