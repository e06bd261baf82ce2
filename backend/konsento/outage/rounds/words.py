"""What others say, as the judgement needs it: switches that opened, works that are planned."""

import numpy as np
from numpy.typing import NDArray

from konsento.outage.judgement.automation import NOT_YET_MS, SectionOpened, Sections, sections_at
from konsento.outage.judgement.exclusion import Works
from konsento.outage.judgement.terms import Node
from konsento.outage.record import store
from konsento.outage.record.said import Kind
from konsento.outage.record.store import Kept
from konsento.outage.slots import slot_of
from konsento.outage.topology.register import Register
from konsento.outage.topology.trees import Trees

NODE_OF = {"feeder": Node.FEEDER, "section": Node.SECTION, "transformer": Node.TRANSFORMER}
LOOK_BACK_MS = 86_400_000


async def recent(end_ms: int) -> list[Kept]:
    """Records that are not over, or ended within a day before."""
    return await store.since(end_ms - LOOK_BACK_MS)


def sections_of(
    records: list[Kept], register: Register, trees: Trees, slot: int, *, speaks: bool
) -> Sections:
    """What distribution automation says of every section at the end of a slot."""
    opened: list[SectionOpened] = []
    for kept in records:
        for switch in kept.record.switches:
            if switch.opened_at_ms is None:
                continue
            restored_ms = NOT_YET_MS if switch.restored_at_ms is None else switch.restored_at_ms
            opened += [
                SectionOpened(section, switch.opened_at_ms, restored_ms)
                for section in _sections_under(switch.place, register, trees)
            ]
    return sections_at(trees.sections, slot, opened, speaks=speaks)


def _sections_under(place: str, register: Register, trees: Trees) -> list[int]:
    found = register.nodes.electrical(place)
    if found is None or found[0] == "transformer":
        return []
    kind, number = found
    if kind == "section":
        return [number]
    return [int(each) for each in np.flatnonzero(trees.feeder_of_section == number)]


def works_of(records: list[Kept], register: Register) -> list[Works]:
    """Planned works with their place and time; one without an end lasts until it is said over."""
    works = []
    for kept in records:
        record = kept.record
        if record.kind is not Kind.PLANNED or record.retracted or record.started_at_ms is None:
            continue
        ends = [at for at in (record.restored_at_ms, record.planned_until_ms) if at is not None]
        for place in record.places:
            works += [
                Works(kind, node, record.started_at_ms, min(ends, default=2**62))
                for kind, node in nodes_of(place, register)
            ]
    return works


def planned_of(
    records: list[Kept], register: Register, rows: NDArray[np.int32], now_ms: int
) -> list[str | None]:
    """By row: the announced works that concern it and are not over, those that begin first."""
    found: list[str | None] = [None] * len(rows)
    trees = register.trees.at(slot_of(now_ms))
    for kept in reversed(records):
        record = kept.record
        over = record.planned_until_ms is not None and record.planned_until_ms <= now_ms
        if record.is_over or over:
            continue
        under = np.zeros(len(rows), np.bool_)
        for place in record.places:
            for kind, node in nodes_of(place, register):
                under |= hangs_on(kind, node, rows, trees)
        for at in np.flatnonzero(under).tolist():
            found[at] = kept.outage
    return found


def hangs_on(kind: Node, node: int, rows: NDArray[np.int32], trees: Trees) -> NDArray[np.bool_]:
    """By row: whether it hangs on this node of the wires, or is this meter."""
    if kind == Node.METER:
        return np.asarray(rows == node)
    above = trees.transformer_of_meter[rows]
    if kind in (Node.SECTION, Node.FEEDER):
        above = trees.section_of_transformer[above]
    if kind == Node.FEEDER:
        above = trees.feeder_of_section[above]
    return np.asarray(above == node)


def nodes_of(place: str, register: Register) -> list[tuple[Node, int]]:
    """The node of the wires, or the meter, that goes by a name; none for an unknown one."""
    found = register.nodes.electrical(place)
    if found is not None:
        return [(NODE_OF[found[0]], found[1])]
    row = register.row_of(place)
    return [] if row is None else [(Node.METER, row)]


def service_of(register: Register) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """First slot in service and the first after; -1 where that is open."""
    until = register.in_service_to
    return register.in_service_from, np.where(until == 2**31 - 1, np.int32(-1), until)
