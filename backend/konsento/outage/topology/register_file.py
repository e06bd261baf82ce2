"""A register as arrays, so that it can be kept beside the columns and be there again at once."""

from collections.abc import Mapping
from itertools import count, repeat
from typing import Any

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from konsento.outage.columns.index import MeterIndex
from konsento.outage.topology.csv_tables import KINDS, AreaRow
from konsento.outage.topology.node_table import Nodes
from konsento.outage.topology.register import Register
from konsento.outage.topology.trees import Change, Link, Trees

Arrays = dict[str, NDArray[Any]]

TREE_COLUMNS = (
    "transformer_of_meter", "section_of_transformer", "feeder_of_section", "relay_of_meter",
    "concentrator_of_relay", "head_end_of_concentrator", "area_of_meter",
    "feed_of_concentrator", "feed_of_relay", "relay_is_direct",
)  # fmt: skip
TREE_COUNTS = ("feeders", "head_ends", "areas")
METER_COLUMNS = ("in_service_from", "in_service_to", "vacant")


class _Names(Struct, frozen=True):
    nodes: dict[str, list[str]]
    areas: list[AreaRow]
    undo: list[tuple[int, Link]]


def to_arrays(register: Register) -> tuple[dict[str, int], Arrays]:
    """Whole numbers and arrays from which `from_arrays` makes the same register."""
    trees = register.trees
    arrays: Arrays = {name: getattr(trees, name) for name in TREE_COLUMNS}
    arrays |= {name: getattr(register, name) for name in METER_COLUMNS}
    arrays["smid"] = register.index.keys
    for at, change in enumerate(trees.undo):
        arrays[f"undo{at}_children"] = change.children
        arrays[f"undo{at}_parents"] = change.parents
    names = _Names(
        {kind: list(register.nodes.names[kind]) for kind in KINDS},
        list(register.areas),
        [(change.first_slot, change.link) for change in trees.undo],
    )
    arrays["names"] = np.frombuffer(msgspec.msgpack.encode(names), np.uint8)
    return {name: getattr(trees, name) for name in TREE_COUNTS}, arrays


def from_arrays(facts: Mapping[str, int], arrays: Mapping[str, NDArray[Any]]) -> Register:
    """The register; KeyError or msgspec.DecodeError when these are not a register's."""
    names = msgspec.msgpack.decode(arrays["names"].tobytes(), type=_Names)
    undo = tuple(
        Change(slot, link, arrays[f"undo{at}_children"], arrays[f"undo{at}_parents"])
        for at, (slot, link) in enumerate(names.undo)
    )
    known: dict[str, Any] = {name: arrays[name] for name in TREE_COLUMNS}
    known |= {name: facts[name] for name in TREE_COUNTS}
    trees = Trees(**known, undo=undo)
    number: dict[str, tuple[str, int]] = {}
    for kind in KINDS:
        number.update(zip(names.nodes[kind], zip(repeat(kind), count()), strict=False))
    return Register(
        trees=trees,
        index=MeterIndex(arrays["smid"], sound=True),
        nodes=Nodes(names.nodes, number, {}, ()),
        areas=tuple(names.areas),
        area_number={area.area: at for at, area in enumerate(names.areas)},
        **{name: arrays[name] for name in METER_COLUMNS},
    )
