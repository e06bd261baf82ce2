"""The register: every meter and node by name and by number, with both trees and the areas.

Made whole from the three tables or not at all. Numbers are given in the order of first
appearance, so that the same tables make the same register.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from konsento.outage.columns.index import MeterIndex
from konsento.outage.columns.keys import keys_of
from konsento.outage.record.match import Path
from konsento.outage.topology.csv_tables import (
    AreaRow,
    Wrong,
    read_areas,
    read_meters,
    read_nodes,
    refuse_if,
)
from konsento.outage.topology.meter_table import Meters, meters_of
from konsento.outage.topology.node_table import Nodes, nodes_of
from konsento.outage.topology.trees import Ints, Trees, checked


class Tables(Struct, frozen=True):
    """The three tables as text."""

    areas: str
    nodes: str
    meters: str


@dataclass(frozen=True, eq=False)
class Register:
    """What the tables say. Service is in slots: in service from, and to but not with.

    `number_of` gives a node's number by (kind, name).
    """

    trees: Trees
    index: MeterIndex
    nodes: Nodes
    areas: tuple[AreaRow, ...]
    area_number: Mapping[str, int]
    in_service_from: NDArray[np.int32]
    in_service_to: NDArray[np.int32]
    vacant: NDArray[np.bool_]

    def smid(self, row: int) -> str:
        return bytes(self.index.keys[row]).decode()

    def row_of(self, smid: str) -> int | None:
        row = int(self.index.rows_of(keys_of([smid]))[0])
        return None if row < 0 else row

    def serving(self, slot: int) -> NDArray[np.bool_]:
        """Which meters are in service in a slot, with somebody living there."""
        return (self.in_service_from <= slot) & (slot < self.in_service_to) & ~self.vacant

    def path(self, place: str) -> Path | None:
        """From the feeder down to a node of the electrical tree, or to a meter by its smid."""
        found = self.nodes.electrical(place)
        if found is not None:
            return self._path_of_node(*found)
        row = self.row_of(place)
        if row is None:
            return None
        transformer = int(self.trees.transformer_of_meter[row])
        return (*self._path_of_node("transformer", transformer), place)

    def has_area(self, area: str) -> bool:
        return area in self.area_number

    def areas_under(self, place: str) -> frozenset[str]:
        """The areas that have meters under a place."""
        rows = self.rows_under(place)
        numbers = np.unique(self.trees.area_of_meter[rows])
        return frozenset(self.areas[number].area for number in numbers)

    def rows_under(self, place: str) -> NDArray[np.intp]:
        """The rows of the meters under a place of the electrical tree; none for unknown ones."""
        trees = self.trees
        found = self.nodes.electrical(place)
        if found is None:
            row = self.row_of(place)
            return np.array([] if row is None else [row], np.intp)
        kind, number = found
        if kind == "transformer":
            return np.flatnonzero(trees.transformer_of_meter == number)
        if kind == "section":
            under = trees.section_of_transformer == number
        else:
            under = (trees.feeder_of_section == number)[trees.section_of_transformer]
        return np.flatnonzero(under[trees.transformer_of_meter])

    def _path_of_node(self, kind: str, number: int) -> Path:
        names, trees = self.nodes.names, self.trees
        if kind == "feeder":
            return (names["feeder"][number],)
        if kind == "section":
            above = self._path_of_node("feeder", int(trees.feeder_of_section[number]))
        else:
            above = self._path_of_node("section", int(trees.section_of_transformer[number]))
        return (*above, names[kind][number])


def register_of(tables: Tables) -> Register:
    """Raises TablesRefused with every line that cannot be, by table, number and reason."""
    wrong: list[Wrong] = []
    areas = read_areas(tables.areas, wrong)
    area_number = _area_numbers(areas, wrong)
    nodes = nodes_of(read_nodes(tables.nodes, wrong), wrong)
    lines = read_meters(tables.meters, wrong)
    # What hangs on a wrong line would be called an orphan: so the cause is told first.
    refuse_if(wrong)
    meters = meters_of(lines, nodes, area_number, wrong)
    refuse_if(wrong)
    changes = sorted((*nodes.changes, *meters.changes), key=lambda each: each.first_slot)
    return Register(
        trees=checked(_trees(nodes, meters, len(areas))).changed(*changes),
        index=MeterIndex(meters.keys),
        nodes=nodes,
        areas=tuple(areas),
        area_number=area_number,
        in_service_from=meters.in_service_from,
        in_service_to=meters.in_service_to,
        vacant=meters.vacant,
    )


def _trees(nodes: Nodes, meters: Meters, areas: int) -> Trees:
    relays, directs = nodes.count("relay"), len(meters.direct)
    return Trees(
        transformer_of_meter=meters.transformer,
        section_of_transformer=nodes.columns["section_of_transformer"],
        feeder_of_section=nodes.columns["feeder_of_section"],
        relay_of_meter=meters.relay,
        concentrator_of_relay=_with(nodes.columns["concentrator_of_relay"], meters.direct),
        head_end_of_concentrator=nodes.columns["head_end_of_concentrator"],
        area_of_meter=meters.area,
        feed_of_concentrator=nodes.columns["feed_of_concentrator"],
        feed_of_relay=_with(nodes.columns["feed_of_relay"], (-1,) * directs),
        relay_is_direct=np.arange(relays + directs) >= relays,
        feeders=nodes.count("feeder"),
        head_ends=nodes.count("head_end"),
        areas=areas,
    )


def _with(column: Ints, more: Sequence[int]) -> Ints:
    return np.concatenate((column, np.array(more, np.int32)))


def _area_numbers(areas: Sequence[AreaRow], wrong: list[Wrong]) -> dict[str, int]:
    numbers: dict[str, int] = {}
    for number, area in enumerate(areas):
        if area.area in numbers:
            wrong.append(Wrong("areas", area.line, f"area {area.area} stands twice"))
        numbers.setdefault(area.area, number)
    return numbers
