"""Which open judgement a new one goes on with, grew out of, or is what is left of.

The same node goes on under its key. A transformer still dark after its feeder is back is a child
of the feeder's outage. A section that goes dark above a transformer's outage absorbs it.
"""

from dataclasses import dataclass

import numpy as np

from konsento.outage.judgement.explain import Explanation
from konsento.outage.judgement.grouping import Groups
from konsento.outage.judgement.memory import NOWHERE, Memory, Open, line_above
from konsento.outage.judgement.terms import Kind, Node
from konsento.outage.topology.trees import Trees


@dataclass(frozen=True)
class Kin:
    """The key and the beginning to go on with, whether it was told, and what it is related to."""

    key: str | None = None
    since: tuple[int | None, int] | None = None
    confirmed: bool = False
    parent: str | None = None
    absorbs: tuple[str, ...] = ()
    stands_since_slot: int | None = None


NEW = Kin()


def kin(found: Explanation, grouped: Groups, memory: Memory, trees: Trees) -> list[Kin]:
    """The relation of each group to what is open, in the order of the groups."""
    if not memory.open:
        return [NEW] * len(grouped)
    standing = {(o.kind, o.node_kind, o.node): o for o in memory.open}
    left = (found.before != NOWHERE) & (grouped.of_row >= 0)
    before = np.unique((grouped.of_row[left] << 32) | found.before[left])
    places: dict[int, list[int]] = {}
    for group, place in zip((before >> 32).tolist(), (before & 0xFFFFFFFF).tolist(), strict=True):
        places.setdefault(group, []).append(place)
    relations = []
    for group, kind in enumerate(grouped.kind):
        node_kind, node = grouped.node_kind[group], grouped.node[group]
        same = standing.get((kind, node_kind, node))
        earlier: list[Open] = []
        if kind == Kind.OUTAGE:
            earlier = [memory.open[at] for at in places.get(group, [])]
        relations.append(_relation(node_kind, node, same, earlier, trees))
    return relations


def _relation(
    kind: Node, node: int, same: Open | None, earlier: list[Open], trees: Trees
) -> Kin:  # fmt: skip
    below = tuple(o.key for o in earlier if (kind, node) in line_above(o.node_kind, o.node, trees))
    if same is not None:
        since = (same.since_from_ms, same.since_to_ms)
        return Kin(same.key, since, same.confirmed, same.parent, below, same.first_slot)
    line = line_above(kind, node, trees)
    above = [o for o in earlier if (o.node_kind, o.node) in line]
    if not above:
        return Kin(absorbs=below)
    nearest = min(above, key=lambda o: line.index((o.node_kind, o.node)))
    return Kin(
        since=(nearest.since_from_ms, nearest.since_to_ms), parent=nearest.key, absorbs=below
    )
