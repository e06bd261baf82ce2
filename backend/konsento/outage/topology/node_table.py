"""From the lines of the node table to numbered nodes that hang on one another, span by span."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from konsento.outage.slots import SLOT_MS
from konsento.outage.topology.csv_tables import KINDS, PARENT_KIND, Kind, NodeRow, Wrong
from konsento.outage.topology.trees import Change, Ints, Link

ELECTRICAL = frozenset({"feeder", "section", "transformer"})
HANGS_BY: Mapping[Kind, Link] = {
    "section": "feeder_of_section",
    "transformer": "section_of_transformer",
    "concentrator": "head_end_of_concentrator",
    "relay": "concentrator_of_relay",
}
FED_BY: Mapping[Kind, Link] = {"concentrator": "feed_of_concentrator", "relay": "feed_of_relay"}
CIRCLE_STEPS_MAX = len(KINDS) + 1


@dataclass(frozen=True, eq=False)
class Nodes:
    """Nodes of each kind by number, the columns they first hung by, and what changed later."""

    names: Mapping[Kind, list[str]]
    number: Mapping[str, tuple[Kind, int]]
    columns: Mapping[Link, Ints]
    changes: Sequence[Change]

    def electrical(self, name: str) -> tuple[Kind, int] | None:
        """Kind and number of a feeder, section or transformer."""
        found = self.number.get(name)
        return found if found is not None and found[0] in ELECTRICAL else None

    def count(self, kind: Kind) -> int:
        return len(self.names[kind])


def nodes_of(rows: Sequence[NodeRow], wrong: list[Wrong]) -> Nodes:
    """The nodes; what is wrong is added to `wrong`, and the result is then of no use."""
    spans = _spans(rows, wrong)
    names: dict[Kind, list[str]] = {kind: [] for kind in KINDS}
    number: dict[str, tuple[Kind, int]] = {}
    for name, (first, *_) in spans.items():
        number[name] = (first.kind, len(names[first.kind]))
        names[first.kind].append(name)
    columns: dict[Link, Ints] = {
        link: np.full(len(names[kind]), -1, np.int32)
        for by in (HANGS_BY, FED_BY)
        for kind, link in by.items()
    }
    moves: dict[tuple[int, Link], dict[int, int]] = {}
    for name, lines in spans.items():
        at = number[name][1]
        for place, line in enumerate(lines):
            for link, parent in _hangs(line, number, spans, wrong).items():
                if place == 0:
                    columns[link][at] = parent
                elif line.valid_from_ms is not None:
                    move = moves.setdefault((first_slot(line.valid_from_ms), link), {})
                    move[at] = parent
    return Nodes(names, number, columns, changes_of(moves))


def first_slot(from_ms: int) -> int:
    """The first slot that lies wholly after an instant."""
    return -(-from_ms // SLOT_MS)


def changes_of(moves: Mapping[tuple[int, Link], Mapping[int, int]]) -> list[Change]:
    """What moves at one slot by one link is one change; in the order of time."""
    return [
        Change(
            slot,
            link,
            np.fromiter(children, np.int32, len(children)),
            np.fromiter(children.values(), np.int32, len(children)),
        )
        for (slot, link), children in sorted(moves.items())
    ]


def _spans(rows: Sequence[NodeRow], wrong: list[Wrong]) -> dict[str, list[NodeRow]]:
    """The lines of each node in the order of time, one after the other without gap or overlap."""
    spans: dict[str, list[NodeRow]] = {}
    for row in rows:
        spans.setdefault(row.node, []).append(row)
    for lines in spans.values():
        if len(lines) > 1:
            lines.sort(key=lambda line: (line.valid_from_ms or 0, line.line))
            for before, line in pairwise(lines):
                reason = _not_after(before, line)
                if reason:
                    wrong.append(Wrong("nodes", line.line, reason))
    return spans


def _not_after(before: NodeRow, line: NodeRow) -> str:
    if line.kind != before.kind:
        return f"{line.node} is a {before.kind} in line {before.line}, and here a {line.kind}"
    if before.valid_to_ms is None or line.valid_from_ms is None:
        return f"{line.node} hangs on two at one time: see line {before.line}"
    if line.valid_from_ms < before.valid_to_ms:
        return f"{line.node} hangs on two at one time: see line {before.line}"
    if line.valid_from_ms > before.valid_to_ms:
        return f"{line.node} hangs on nothing after line {before.line} and before this one"
    return ""


def _hangs(
    line: NodeRow,
    number: Mapping[str, tuple[Kind, int]],
    spans: Mapping[str, Sequence[NodeRow]],
    wrong: list[Wrong],
) -> dict[Link, int]:
    """The numbers of what a node hangs on and is fed by; -1 where that is unknown."""
    hangs: dict[Link, int] = {}
    kind = PARENT_KIND.get(line.kind)
    if kind is None:
        if line.parent:
            wrong.append(Wrong("nodes", line.line, f"a {line.kind} hangs on nothing"))
    else:
        parent = number.get(line.parent, ("", -1))
        if parent[0] != kind:
            wrong.append(Wrong("nodes", line.line, _no_parent(line, kind, parent[0], spans)))
        else:
            hangs[HANGS_BY[line.kind]] = parent[1]
    if line.kind in FED_BY:
        fed_by = number.get(line.fed_by, ("", -1))
        if line.fed_by and fed_by[0] != "transformer":
            wrong.append(Wrong("nodes", line.line, f"fed_by: {line.fed_by} is no transformer"))
        else:
            hangs[FED_BY[line.kind]] = fed_by[1]
    elif line.fed_by:
        wrong.append(Wrong("nodes", line.line, f"fed_by: says nothing of a {line.kind}"))
    return hangs


def _no_parent(
    line: NodeRow, kind: Kind, found: Kind, spans: Mapping[str, Sequence[NodeRow]]
) -> str:
    if not line.parent:
        return f"{line.node} is an orphan: a {line.kind} hangs on a {kind}"
    if not found:
        return f"{line.node} is an orphan: there is no {line.parent}"
    chain = [line.node]
    while len(chain) < CIRCLE_STEPS_MAX and chain[-1] in spans:
        chain.append(spans[chain[-1]][0].parent)
        if chain[-1] == line.node:
            return f"{line.node} hangs on itself: {' > '.join(reversed(chain))}"
    return f"{line.node} hangs on {line.parent}, which is a {found} and not a {kind}"
