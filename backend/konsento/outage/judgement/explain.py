"""Every silent meter under exactly one explanation: the better of the two trees, or its own.

The order in which the explanations are tried is the rule itself; see the drawing in
docs/algorithms/outage-detection.md.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from konsento.outage.judgement import premises
from konsento.outage.judgement.answers import Answers
from konsento.outage.judgement.automation import Sections
from konsento.outage.judgement.dark import DarkWay, DarkWires, dark_way, dark_wires
from konsento.outage.judgement.memory import NOWHERE, Memory
from konsento.outage.judgement.proof import live_way, prove_way, prove_wires, vouched
from konsento.outage.judgement.stale import still_true
from konsento.outage.judgement.suspicion import (
    Suspects,
    fed_from_suspect,
    feeds,
    suspects,
    way_levels,
    wires_levels,
)
from konsento.outage.judgement.terms import Answer, Automation, Grade, Kind, Load, Node, Proof
from konsento.outage.judgement.view import Silent, SlotView, gathered
from konsento.outage.judgement.weak_way import weak_way
from konsento.outage.limits import AREA_METERS_MIN, PART_METERS

Ints: TypeAlias = NDArray[np.int32]
Bytes: TypeAlias = NDArray[np.int8]
Flags: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Verdicts:
    """By silent meter: what it is, of which node, why, and how sure of its own premises."""

    kind: Bytes
    node_kind: Bytes
    node: Ints
    proof: Bytes
    grade: Bytes

    def give(
        self, rows: Flags, kind: Kind, node_kind: Node | Bytes, node: Ints, proof: Proof | Bytes
    ) -> None:
        """Write one verdict to the rows; columns are cut to them."""
        self.kind[rows] = kind
        self.node_kind[rows] = node_kind if isinstance(node_kind, int) else node_kind[rows]
        self.node[rows] = node[rows]
        self.proof[rows] = proof if isinstance(proof, int) else proof[rows]


@dataclass(frozen=True, eq=False)
class Explanation:
    """The verdicts on the silent, what they rest on, and those who answered that they have power.

    `lives`: the meter's way answers for others; `vouched`: its transformer does. `weak`: its way
    loses readings of many. `alone`: no node
    above it is dark. `before`: the open outage it was in, as its place in the memory. `said`: what
    of automation's words is believed.
    """

    silent: Silent
    speaking: Silent
    verdicts: Verdicts
    wires: DarkWires
    way: DarkWay
    lives: Flags
    vouched: Flags
    alone: Flags
    weak: Flags
    fed: Flags
    before: Ints
    said: Sections


def explain(view: SlotView, answers: Answers, memory: Memory) -> Explanation:
    """Judge the silence of a slot; deterministic, and free of the order of anything."""
    own = answers.of(view.silent)
    powered = own.answer == Answer.POWERED
    silent = gathered(view.trees, view.silent[~powered], view.last_slots[~powered], answers)
    speaking = gathered(view.trees, view.silent[powered], view.last_slots[powered], answers)
    said = still_true(view, silent)
    wires = dark_wires(silent, speaking, view.trees, view.totals, said)
    way = dark_way(silent, speaking, view.trees, view.totals, view.batches)
    levels, ways = wires_levels(silent, wires), way_levels(silent, way)
    suspected, suspected_way = suspects(levels, len(silent)), suspects(ways, len(silent))
    by_wires = prove_wires(silent, levels, way, suspected_way, view.trees, view.totals, said)
    by_way = prove_way(silent, ways, way, wires, suspected, view.trees, said)
    alone = ~(suspected.any | suspected_way.any)
    found = Explanation(
        silent, speaking, _unknown(silent.rows), wires, way,
        lives=live_way(silent, way),
        vouched=vouched(silent, wires),
        alone=alone,
        weak=weak_way(silent, alone, speaking, view.totals),
        fed=fed_from_suspect(suspected, feeds(suspected_way, view.trees), view.trees),
        before=memory.outage_of(silent.rows), said=said,
    )  # fmt: skip
    verdicts = found.verdicts
    _suspect(verdicts, suspected_way)
    _suspect(verdicts, suspected)
    feed = feeds(Suspects(by_way.kind, by_way.node), view.trees)
    alibi = by_way.any & ~fed_from_suspect(suspected, feed, view.trees)
    verdicts.give(alibi, Kind.COMM_LOST, by_way.kind, by_way.node, by_way.proof)
    supply = feeds(suspected_way, view.trees)
    feed_out = (supply >= 0) & np.isin(supply, silent.transformer[by_wires.any])
    verdicts.give(feed_out, Kind.COMM_LOST, suspected_way.kind, suspected_way.node, Proof.FEED_OUT)
    verdicts.give(by_wires.any, Kind.OUTAGE, by_wires.kind, by_wires.node, by_wires.proof)
    _judge_alone(found, view)
    _keep_in_the_dark(found, memory)
    passing = view.sections.state[silent.section] == Automation.MOMENTARY
    passing &= silent.onset == view.slot - 1
    verdicts.give(passing, Kind.MOMENTARY, Node.SECTION, silent.section, Proof.AUTOMATION)
    verdicts.grade[passing] = Grade.NONE
    return found


def _unknown(rows: Ints) -> Verdicts:
    count = len(rows)
    return Verdicts(
        np.full(count, Kind.UNKNOWN, np.int8),
        np.full(count, Node.METER, np.int8),
        rows.copy(),
        np.full(count, Proof.NONE, np.int8),
        np.full(count, Grade.NONE, np.int8),
    )


def _suspect(verdicts: Verdicts, of: Suspects) -> None:
    verdicts.give(of.any, Kind.UNKNOWN, of.kind, of.node, Proof.NONE)


def _judge_alone(found: Explanation, view: SlotView) -> None:
    """The silent meters above which nothing is dark: own premises, or a part of a transformer."""
    silent, verdicts = found.silent, found.verdicts
    own = silent.answers
    graded = premises.grades(own.answer, own.attempts, found.vouched)
    # Where the way loses much, that a meter cannot be reached is no news of the meter.
    graded[found.weak & ~silent.no_power] = Grade.NONE
    graded[~found.alone] = Grade.NONE
    part = _part_of_transformer(found, graded)
    only_one = view.totals.meters_of_area[view.trees.area_of_meter[silent.rows]] < AREA_METERS_MIN
    single = ~part & (graded != Grade.NONE)
    no_power = np.where(silent.no_power, np.int8(Proof.NO_POWER), np.int8(Proof.ASKED_OUT))
    verdicts.give(single & ~only_one, Kind.OWN_PREMISES, Node.METER, silent.rows, no_power)
    verdicts.give(
        single & only_one & silent.no_power, Kind.OUTAGE, Node.METER, silent.rows, no_power
    )
    verdicts.give(part, Kind.OUTAGE, Node.TRANSFORMER, silent.transformer, no_power)
    verdicts.grade[:] = np.where(verdicts.kind == Kind.OWN_PREMISES, graded, Grade.NONE)


def _part_of_transformer(found: Explanation, graded: Bytes) -> Flags:
    """Three lone meters of one transformer that fell silent in one slot are no coincidence.

    Their low-voltage line is out, though the transformer lives; others of it that fell silent in
    that slot are with them. Meters whose radios fade do so each in its own time.
    """
    silent = found.silent
    code = (silent.transformer.astype(np.int64) << 32) | (silent.onset + 1)
    asked = found.alone & (graded != Grade.NONE) & ~silent.answers.carried
    lines, meters = np.unique(code[asked], return_counts=True)
    out = lines[meters >= PART_METERS]
    with_them = found.alone & found.lives & (~found.weak | silent.no_power)
    return np.asarray(with_them & np.isin(code, out))


def _keep_in_the_dark(found: Explanation, memory: Memory) -> None:
    """A meter that was without power stays so while its way is dead: nothing has spoken for it.

    Not where others on its transformer speak: then only its way is still dead.
    """
    verdicts = found.verdicts
    hidden = (found.before != NOWHERE) & (verdicts.kind != Kind.OUTAGE)
    hidden &= ~found.alone & ~found.vouched
    for at in np.unique(found.before[hidden]):
        stands = memory.open[at]
        rows = hidden & (found.before == at)
        node = np.full(len(rows), stands.node, np.int32)
        verdicts.give(rows, Kind.OUTAGE, stands.node_kind, node, stands.proof)


def speaking_verdicts(speaking: Silent) -> Verdicts:
    """Those who answered that they have power: a reading was missed, or their breaker is open."""
    verdicts = _unknown(speaking.rows)
    verdicts.kind[:] = Kind.READ_MISSED
    verdicts.proof[:] = Proof.ANSWERED
    behind = speaking.answers.load == Load.BREAKER_OPEN
    verdicts.kind[behind] = Kind.OWN_PREMISES
    verdicts.proof[behind] = Proof.BREAKER
    verdicts.grade[behind] = Grade.CONFIRMED
    return verdicts
