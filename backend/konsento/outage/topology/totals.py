"""How many meters hang below every node: what a silence is measured against.

Only expected meters count: one that was switched off by order, stands in a vacant house, or is
in planned works is neither a witness nor somebody in the dark. Made once for a topology and then
kept in step, since counting 80 million meters takes longer than judging them.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from konsento.outage.topology.trees import Trees

Ints: TypeAlias = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Totals:
    """Expected meters below each node, and how many of its children have any."""

    meters_of_transformer: Ints
    meters_of_section: Ints
    meters_of_feeder: Ints
    meters_of_relay: Ints
    meters_of_concentrator: Ints
    meters_of_head_end: Ints
    meters_of_area: Ints
    transformers_of_section: Ints
    sections_of_feeder: Ints
    concentrators_of_head_end: Ints


def counted(trees: Trees, expected: NDArray[np.bool_]) -> Totals:
    """The totals of the trees over the meters that are expected."""
    everyone = bool(expected.all())

    def of(parent_of_meter: Ints, parents: int) -> Ints:
        column = parent_of_meter if everyone else parent_of_meter[expected]
        return np.bincount(column, minlength=parents).astype(np.int32)

    return _risen(
        trees,
        of(trees.transformer_of_meter, trees.transformers),
        of(trees.relay_of_meter, trees.relays),
        of(trees.area_of_meter, trees.areas),
    )


def moved(totals: Totals, trees: Trees, rows: Ints, *, wanted: bool) -> Totals:
    """The totals after these meters, each once, came to be expected, or ceased to be."""
    sign = 1 if wanted else -1

    def of(before: Ints, parent_of_meter: Ints) -> Ints:
        after = before.copy()
        np.add.at(after, parent_of_meter[rows], sign)
        return after

    return _risen(
        trees,
        of(totals.meters_of_transformer, trees.transformer_of_meter),
        of(totals.meters_of_relay, trees.relay_of_meter),
        of(totals.meters_of_area, trees.area_of_meter),
    )


def _risen(trees: Trees, by_transformer: Ints, by_relay: Ints, by_area: Ints) -> Totals:
    """Add up what stands at the lowest nodes along both trees."""
    by_section = added(by_transformer, trees.section_of_transformer, trees.sections)
    by_concentrator = added(by_relay, trees.concentrator_of_relay, trees.concentrators)
    return Totals(
        meters_of_transformer=by_transformer,
        meters_of_section=by_section,
        meters_of_feeder=added(by_section, trees.feeder_of_section, trees.feeders),
        meters_of_relay=by_relay,
        meters_of_concentrator=by_concentrator,
        meters_of_head_end=added(
            by_concentrator, trees.head_end_of_concentrator, trees.head_ends
        ),
        meters_of_area=by_area,
        transformers_of_section=_having(
            by_transformer > 0, trees.section_of_transformer, trees.sections
        ),
        sections_of_feeder=_having(by_section > 0, trees.feeder_of_section, trees.feeders),
        concentrators_of_head_end=_having(
            by_concentrator > 0, trees.head_end_of_concentrator, trees.head_ends
        ),
    )  # fmt: skip


def added(values: Ints, parent: Ints, parents: int) -> Ints:
    """The sum of the values of each parent's children."""
    sums = np.zeros(parents, np.int32)
    np.add.at(sums, parent, values)
    return sums


def _having(holds: NDArray[np.bool_], parent: Ints, parents: int) -> Ints:
    return np.bincount(parent[holds], minlength=parents).astype(np.int32)
