"""From the lines of the meter table to columns: one row a meter, and what moved it later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from konsento.outage.columns.keys import Keys, keys_of, of_form
from konsento.outage.slots import slot_of
from konsento.outage.topology.csv_tables import MeterRow, Wrong
from konsento.outage.topology.node_table import Nodes, changes_of, first_slot
from konsento.outage.topology.trees import Change, Ints, Link

EVER = 2**31 - 1


@dataclass(frozen=True, eq=False)
class Meters:
    """Columns by row. `direct` are concentrators that meters speak to without a relay.

    The direct relay of `direct[i]` has the number: relays of the node table + i.
    """

    keys: Keys
    transformer: Ints
    relay: Ints
    area: Ints
    in_service_from: NDArray[np.int32]
    in_service_to: NDArray[np.int32]
    vacant: NDArray[np.bool_]
    direct: tuple[int, ...]
    changes: Sequence[Change]


def meters_of(
    lines: Sequence[MeterRow], nodes: Nodes, areas: Mapping[str, int], wrong: list[Wrong]
) -> Meters:
    """The meters; what is wrong is added to `wrong`, and the result is then of no use."""
    keys = keys_of([line.smid for line in lines])
    for at in np.flatnonzero(~of_form(keys)).tolist():
        reason = f"smid: {lines[at].smid} is not 1 to 16 of A-Z, 0-9 and the hyphen"
        wrong.append(Wrong("meters", lines[at].line, reason))
    direct: dict[int, int] = {}
    transformer = _numbers(lines, _transformers(lines, nodes), "transformer", wrong)
    relay = _numbers(lines, _relays(lines, nodes, direct), "relay", wrong)
    area = _numbers(lines, [areas.get(line.area, -1) for line in lines], "area", wrong)
    first, later = _firsts(lines, area, wrong)
    moves: dict[tuple[int, Link], dict[int, int]] = {}
    for at, row in later:
        slot = first_slot(lines[at].valid_from_ms or 0)
        moves.setdefault((slot, "transformer_of_meter"), {})[row] = int(transformer[at])
        moves.setdefault((slot, "relay_of_meter"), {})[row] = int(relay[at])
    chosen = [lines[at] for at in first]
    return Meters(
        keys=keys[first],
        transformer=transformer[first],
        relay=relay[first],
        area=area[first],
        in_service_from=_slots([line.in_service_from_ms for line in chosen], 0),
        in_service_to=_slots([line.in_service_to_ms for line in chosen], EVER),
        vacant=np.fromiter((line.vacant for line in chosen), np.bool_, len(chosen)),
        direct=tuple(direct),
        changes=changes_of(moves),
    )


def _transformers(lines: Sequence[MeterRow], nodes: Nodes) -> list[int]:
    number = {name: at for at, name in enumerate(nodes.names["transformer"])}
    return [number.get(line.transformer, -1) for line in lines]


def _relays(lines: Sequence[MeterRow], nodes: Nodes, direct: dict[int, int]) -> list[int]:
    relays = {name: at for at, name in enumerate(nodes.names["relay"])}
    concentrators = {name: at for at, name in enumerate(nodes.names["concentrator"])}
    found: list[int] = []
    for line in lines:
        number = relays.get(line.relay, -1)
        if number < 0 and line.relay in concentrators:
            at = concentrators[line.relay]
            number = len(relays) + direct.setdefault(at, len(direct))
        found.append(number)
    return found


def _numbers(lines: Sequence[MeterRow], found: list[int], column: str, wrong: list[Wrong]) -> Ints:
    numbers = np.array(found, np.int32)
    for at in np.flatnonzero(numbers < 0).tolist():
        line = lines[at]
        named = getattr(line, column)
        reason = f"{line.smid} is an orphan: there is no {column} {named or 'named'}"
        wrong.append(Wrong("meters", line.line, reason))
    return numbers


def _firsts(
    lines: Sequence[MeterRow], area: Ints, wrong: list[Wrong]
) -> tuple[list[int], list[tuple[int, int]]]:
    """The line that each meter begins with, and (line, row) of those that move it later."""
    spans: dict[str, list[int]] = {}
    for at, line in enumerate(lines):
        spans.setdefault(line.smid, []).append(at)
    later: list[tuple[int, int]] = []
    first: list[int] = []
    for row, (smid, places) in enumerate(spans.items()):
        if len(places) > 1:
            places.sort(key=lambda at: (lines[at].valid_from_ms or 0, at))
            for before, at in pairwise(places):
                reason = _not_after(lines[before], lines[at])
                if not reason and area[before] != area[at]:
                    reason = f"{smid} changes its area: a house does not move"
                if reason:
                    wrong.append(Wrong("meters", lines[at].line, reason))
                later.append((at, row))
        first.append(places[0])
    return first, later


def _not_after(before: MeterRow, line: MeterRow) -> str:
    if line.valid_from_ms is None or line.valid_from_ms == before.valid_from_ms:
        return f"{line.smid} stands twice: see line {before.line}"
    return ""


def _slots(instants: Sequence[int | None], otherwise: int) -> NDArray[np.int32]:
    slots = (otherwise if at_ms is None else slot_of(at_ms) for at_ms in instants)
    return np.fromiter(slots, np.int32, len(instants))
