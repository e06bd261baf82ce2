"""A country of meters as arrays, for measuring: trees of the usual sizes, and who is silent."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from konsento.outage import slots
from konsento.outage.judgement.answers import NO_ANSWERS
from konsento.outage.judgement.automation import nothing_known
from konsento.outage.judgement.view import SlotView
from konsento.outage.limits import GRACE_MS
from konsento.outage.topology.totals import Totals, counted
from konsento.outage.topology.trees import Trees, checked

Ints: TypeAlias = NDArray[np.int32]

SLOT = 996_543
AREAS = 100_000
METERS_A_TRANSFORMER = 10
TRANSFORMERS_A_SECTION = 30
SECTIONS_A_FEEDER = 5
METERS_A_RELAY = 12
RELAYS_A_CONCENTRATOR = 33
CONCENTRATORS_A_HEAD_END = 4_000


def country(meters: int) -> Trees:
    """The two trees over so many meters, which lie in the order in which their streets do.

    The relays are not aligned with the transformers: a relay has meters of two or three.
    """
    row = np.arange(meters, dtype=np.int32)
    transformers = -(-meters // METERS_A_TRANSFORMER)
    sections = -(-transformers // TRANSFORMERS_A_SECTION)
    relays = -(-(meters + 5) // METERS_A_RELAY)
    boxes = -(-relays // RELAYS_A_CONCENTRATOR)
    heads = -(-boxes // CONCENTRATORS_A_HEAD_END)

    def by(count: int, size: int) -> Ints:
        return np.arange(count, dtype=np.int32) // np.int32(size)

    return checked(
        Trees(
            transformer_of_meter=row // np.int32(METERS_A_TRANSFORMER),
            section_of_transformer=by(transformers, TRANSFORMERS_A_SECTION),
            feeder_of_section=by(sections, SECTIONS_A_FEEDER),
            relay_of_meter=(row + np.int32(5)) // np.int32(METERS_A_RELAY),
            concentrator_of_relay=by(relays, RELAYS_A_CONCENTRATOR),
            head_end_of_concentrator=by(boxes, CONCENTRATORS_A_HEAD_END),
            area_of_meter=(row.astype(np.int64) * AREAS // meters).astype(np.int32),
            feed_of_concentrator=np.full(boxes, -1, np.int32),
            feed_of_relay=np.full(relays, -1, np.int32),
            relay_is_direct=np.zeros(relays, np.bool_),
            feeders=-(-sections // SECTIONS_A_FEEDER),
            head_ends=heads,
            areas=AREAS,
        )
    )


@dataclass(frozen=True, eq=False)
class Night:
    """One slot of a country: who is silent, and which concentrators sent nothing."""

    silent: NDArray[np.bool_]
    mute: NDArray[np.bool_]


def night(trees: Trees, chance: np.random.Generator) -> Night:
    """One meter in a hundred is silent: 0.2 % by chance, the others by faults of every kind."""
    meters = trees.meters
    silent = chance.random(meters, dtype=np.float32) < 0.002
    section = trees.section_of_transformer[trees.transformer_of_meter]
    box = trees.concentrator_of_relay[trees.relay_of_meter]
    for node, share in (
        (trees.feeder_of_section[section], 0.0008),
        (section, 0.0024),
        (trees.transformer_of_meter, 0.0024),
        (trees.relay_of_meter, 0.0012),
    ):
        silent |= (chance.random(int(node.max()) + 1) < share)[node]
    mute = chance.random(trees.concentrators) < 0.0012
    silent |= mute[box]
    return Night(silent, mute)


def seen(trees: Trees, totals: Totals, of: Night) -> SlotView:
    """The night as the judgement sees it."""
    rows = np.flatnonzero(of.silent).astype(np.int32)
    return SlotView(
        slot=SLOT,
        now_ms=slots.due_ms(SLOT, GRACE_MS),
        trees=trees,
        totals=totals,
        silent=rows,
        last_slots=np.full(len(rows), SLOT - 1, np.int32),
        batches=~of.mute,
        sections=nothing_known(trees.sections),
        answers=NO_ANSWERS,
    )


def everyone(trees: Trees) -> Totals:
    """The totals where all meters are expected."""
    return counted(trees, np.ones(trees.meters, np.bool_))
