"""Which nodes of the two trees are dark: nearly all that hangs on them is silent.

Dark is a count, not a judgement: a transformer is dark when its meters are silent, be it that it
has no power or that the relay which speaks for them is dead. What it is, `proof` decides.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from konsento.outage.judgement.automation import Sections
from konsento.outage.judgement.terms import Automation
from konsento.outage.judgement.view import Silent
from konsento.outage.limits import (
    CHILDREN_LIVE_PERCENT,
    METERS_MIN,
    TRANSFORMER_SILENT_PERCENT,
    WAY_SILENT_PERCENT,
)
from konsento.outage.topology.totals import Totals
from konsento.outage.topology.trees import Trees

Ints: TypeAlias = NDArray[np.int32]
Counts: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class DarkWires:
    """By node: whether it is dark. `living_*`: not dark, and somebody below it was heard."""

    transformers: Flags
    sections: Flags
    feeders: Flags
    living_transformers: Flags
    living_feeders: Flags


@dataclass(frozen=True, eq=False)
class DarkWay:
    """By node: whether it is dark; `mute` concentrators sent no batch. `living_relays` answer."""

    relays: Flags
    concentrators: Flags
    head_ends: Flags
    mute: Flags
    living_relays: Flags


def _share(silent: Counts, of: Ints, percent: int) -> Flags:
    return (silent > 0) & (silent * 100 >= of.astype(np.int64) * percent)


def _nearly_all(dark_children: Counts, children: Ints) -> Flags:
    live = children - dark_children
    return (dark_children > 0) & (live * 100 <= children.astype(np.int64) * CHILDREN_LIVE_PERCENT)


def _marked(nodes: Ints, count: int) -> Flags:
    flags = np.zeros(count, np.bool_)
    flags[nodes] = True
    return flags


def dark_wires(
    silent: Silent, speaking: Silent, trees: Trees, totals: Totals, said: Sections
) -> DarkWires:
    """Transformer, section, feeder. `speaking`: silent by their readings, powered by a ping.

    Above a meter that has power nothing is without it: such a node is broken into its children.
    """
    count = np.bincount(silent.transformer, minlength=trees.transformers)
    meters = totals.meters_of_transformer
    whole = ~_marked(speaking.transformer, trees.transformers)
    dark = whole & (meters >= METERS_MIN) & _share(count, meters, TRANSFORMER_SILENT_PERCENT)
    # One silent meter alone on its transformer: no ground by itself, but no contradiction above.
    darkish = np.flatnonzero(dark | (whole & (meters == 1) & (count == 1)))
    below = np.bincount(trees.section_of_transformer[darkish], minlength=trees.sections)
    by_section = np.bincount(silent.section, minlength=trees.sections)
    powered = _marked(speaking.section, trees.sections) | (said.state == Automation.ENERGISED)
    opened = said.state == Automation.OPEN
    opened &= _share(by_section, totals.meters_of_section, TRANSFORMER_SILENT_PERCENT)
    sectionish = ~powered & (_nearly_all(below, totals.transformers_of_section) | opened)
    sections = sectionish & ((below >= METERS_MIN) | opened)
    below_feeder = np.bincount(trees.feeder_of_section[sectionish], minlength=trees.feeders)
    alive = _marked(trees.feeder_of_section[powered], trees.feeders)
    feeders = ~alive & (below_feeder >= METERS_MIN)
    feeders &= _nearly_all(below_feeder, totals.sections_of_feeder)
    by_feeder = np.bincount(silent.feeder, minlength=trees.feeders)
    return DarkWires(
        dark, sections, feeders, ~dark & (count < meters),
        ~feeders & (by_feeder < totals.meters_of_feeder),
    )  # fmt: skip


def dark_way(
    silent: Silent, speaking: Silent, trees: Trees, totals: Totals, batches: Flags
) -> DarkWay:
    """Relay, concentrator, head-end. Whom a ping reached, its way lives."""
    count = np.bincount(silent.relay, minlength=trees.relays)
    meters = totals.meters_of_relay
    open_relays = _marked(speaking.relay, trees.relays)
    open_relays |= _marked(silent.relay[silent.reached], trees.relays)
    relays = ~open_relays & ~trees.relay_is_direct & (meters >= METERS_MIN)
    relays &= _share(count, meters, WAY_SILENT_PERCENT)
    count_above = np.bincount(silent.concentrator, minlength=trees.concentrators)
    open_above = _marked(speaking.concentrator, trees.concentrators)
    open_above |= _marked(silent.concentrator[silent.reached], trees.concentrators)
    # A batch, even an empty one, shows that its concentrator lives: only the mute are dark.
    mute = ~batches & (totals.meters_of_concentrator > 0)
    concentrators = mute & (count_above > 0) & ~open_above
    # A head-end that handed on one batch, even an empty one, lives.
    mute_below = np.bincount(trees.head_end_of_concentrator[mute], minlength=trees.head_ends)
    head_ends = (mute_below == totals.concentrators_of_head_end) & (mute_below >= METERS_MIN)
    top = np.bincount(silent.head_end, minlength=trees.head_ends)
    head_ends &= _share(top, totals.meters_of_head_end, WAY_SILENT_PERCENT)
    head_ends &= ~_marked(speaking.head_end, trees.head_ends)
    head_ends &= ~_marked(silent.head_end[silent.reached], trees.head_ends)
    living = open_relays | trees.relay_is_direct | (~relays & (count < meters))
    living &= ~concentrators[trees.concentrator_of_relay]
    return DarkWay(relays, concentrators, head_ends, mute, living)
