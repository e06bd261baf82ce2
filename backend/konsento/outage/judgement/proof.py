"""Which suspects are proven: what a dark transformer, or a dark relay, is told apart by.

The witness against the wires is a silent meter whose way answers for others. The witness against
the way is a silent meter whose transformer others prove live. A higher node needs witnesses below
two of its children; with fewer it is broken into them, and they are judged for themselves.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from konsento.outage.judgement.automation import Sections
from konsento.outage.judgement.dark import DarkWay, DarkWires
from konsento.outage.judgement.suspicion import (
    Level,
    Suspects,
    above,
    children_with,
    explained,
    feeds,
)
from konsento.outage.judgement.terms import METERS_OF, Answer, Automation, Node, Proof
from konsento.outage.judgement.view import Silent
from konsento.outage.limits import (
    ATTEMPTS,
    EXPLAINED,
    FEEDERS_LIVE,
    TRANSFORMER_SILENT_PERCENT,
    WITNESSES,
)
from konsento.outage.topology.totals import Totals
from konsento.outage.topology.trees import Trees

Ints: TypeAlias = NDArray[np.int32]
Flags: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Proven:
    """By silent meter: the proven node above it and the proof; METER, -1, NONE without one."""

    kind: NDArray[np.int8]
    node: Ints
    proof: NDArray[np.int8]

    @property
    def any(self) -> Flags:
        return np.asarray(self.kind != Node.METER)


def _nothing(meters: int) -> Proven:
    return Proven(
        np.zeros(meters, np.int8), np.full(meters, -1, np.int32), np.zeros(meters, np.int8)
    )


def _keep(found: Proven, level: Level, rows: Flags, proofs: list[tuple[Proof, Flags]]) -> None:
    """Give rows of this level the first of the proofs that holds for their node."""
    for proof, holds in proofs:
        here = rows & (found.kind == Node.METER) & holds[level.node]
        found.kind[here] = level.kind
        found.node[here] = level.node[here]
        found.proof[here] = proof


def live_way(silent: Silent, way: DarkWay) -> Flags:
    """By silent meter: whether its relay and its concentrator answer for others."""
    lives = way.living_relays[silent.relay] & ~way.head_ends[silent.head_end]
    return np.asarray(lives)


def vouched(silent: Silent, wires: DarkWires) -> Flags:
    """By silent meter: whether others on its transformer prove that it has power."""
    return np.asarray(wires.living_transformers[silent.transformer])


def prove_wires(
    silent: Silent,
    levels: tuple[Level, ...],
    way: DarkWay,
    way_suspects: Suspects,
    trees: Trees,
    totals: Totals,
    said: Sections,
) -> Proven:
    """The dark feeders, sections and transformers that have no power, and why."""
    found = _nothing(len(silent))
    lives = live_way(silent, way)
    feed = feeds(way_suspects, trees)
    # A relay fails by itself; several of one living concentrator seldom do so together.
    alone = (way_suspects.kind == Node.RELAY) & ~way.mute[silent.concentrator]
    opened = said.state == Automation.OPEN
    for level in levels:
        rows = (found.kind == Node.METER) & level.darkened
        if not rows.any():
            continue
        no_power = rows & silent.no_power
        witness = rows & (lives | silent.reached)
        automation = _opened(level, rows, opened, silent)
        fed = (feed >= 0) & (above(feed, level.kind, trees) == level.node)
        wanted = 1 if level.kind == Node.TRANSFORMER else WITNESSES
        proofs = [
            (Proof.AUTOMATION, automation),
            (Proof.NO_POWER, children_with(level, no_power) >= wanted),
            (Proof.LIVE_WAY, _witnessed(level, rows, witness, silent, totals)),
            (Proof.FEEDS, explained(level, rows, way_suspects, fed, alone) >= EXPLAINED),
        ]
        if level.kind == Node.TRANSFORMER:
            proofs.append((Proof.ASKED_OUT, _asked_out(level, rows, witness, silent)))
        _keep(found, level, rows, proofs)
    return found


def _witnessed(level: Level, rows: Flags, witness: Flags, silent: Silent, totals: Totals) -> Flags:
    """By node: whether witnesses below two children fell silent in one slot, the latest of all.

    A fault takes its meters at once; radios fade each in its own time. And of those whose way
    lives, heard or silent, as many must be silent as make a transformer dark.
    """
    latest = np.full(level.nodes, -1, np.int32)
    np.maximum.at(latest, level.node[rows], silent.onset[rows])
    together = witness & (silent.onset == latest[level.node])
    count = np.bincount(level.node[witness], minlength=level.nodes)
    below = np.bincount(level.node, minlength=level.nodes)
    heard = getattr(totals, METERS_OF[level.kind]).astype(np.int64) - below
    share = count * 100 >= (count + heard) * TRANSFORMER_SILENT_PERCENT
    return np.asarray(share & (children_with(level, together) >= WITNESSES))


def _opened(level: Level, rows: Flags, opened: Flags, silent: Silent) -> Flags:
    """By node: whether automation has it open; a feeder when it has two of its sections open."""
    if level.kind == Node.SECTION:
        return opened
    if level.kind == Node.TRANSFORMER:
        return np.zeros(level.nodes, np.bool_)
    return children_with(level, rows & opened[silent.section]) >= WITNESSES


def _asked_out(level: Level, rows: Flags, witness: Flags, silent: Silent) -> Flags:
    """By transformer: two of its meters were asked to the end in vain, one on a way that lives."""
    asked = rows & (silent.answers.attempts >= ATTEMPTS)
    return (children_with(level, asked) >= WITNESSES) & (children_with(level, witness) >= 1)


def prove_way(
    silent: Silent,
    levels: tuple[Level, ...],
    way: DarkWay,
    wires: DarkWires,
    wires_suspects: Suspects,
    trees: Trees,
    said: Sections,
) -> Proven:
    """The dark head-ends, concentrators and relays that are themselves at fault, and why."""
    found = _nothing(len(silent))
    by_others = vouched(silent, wires)
    energised = said.state[silent.section] == Automation.ENERGISED
    unreached = silent.answers.answer == Answer.COMMUNICATION_FAILURE
    unreached &= ~silent.answers.carried
    nobody, everybody = np.zeros(len(silent), np.bool_), np.ones(len(silent), np.bool_)
    for level in levels:
        rows = (found.kind == Node.METER) & level.darkened
        if not rows.any():
            continue
        over = _spread(level, rows & energised, silent.transformer)
        others = explained(level, rows, wires_suspects, nobody, everybody)
        proofs = [
            (Proof.VOUCHED, children_with(level, rows & by_others) >= WITNESSES),
            (Proof.UNREACHED, children_with(level, rows & unreached) >= WITNESSES),
            (Proof.ENERGISED, over >= EXPLAINED),
            (Proof.EXPLAINS, others >= EXPLAINED),
        ]
        if level.kind == Node.CONCENTRATOR:
            no_batch = way.mute & _at_fault(level, rows, silent, wires, trees)
            proofs.insert(0, (Proof.NO_BATCH, no_batch))
        _keep(found, level, rows, proofs)
    return found


def _at_fault(
    level: Level, rows: Flags, silent: Silent, wires: DarkWires, trees: Trees
) -> Flags:  # fmt: skip
    """By concentrator: whether power cannot be what keeps it silent.

    Its own supply lives, or live feeders run below it, or meters of it hang on live transformers.
    """
    on_living = rows & wires.living_feeders[silent.feeder]
    by_others = level.node[rows & vouched(silent, wires)]
    return np.asarray(
        _fed_alive(trees, wires)
        | (_spread(level, on_living, silent.feeder) >= FEEDERS_LIVE)
        | (np.bincount(by_others, minlength=level.nodes) >= WITNESSES)
    )


def _fed_alive(trees: Trees, wires: DarkWires) -> Flags:
    """By concentrator: whether others on the transformer that supplies it have power."""
    feed = trees.feed_of_concentrator
    return np.asarray((feed >= 0) & wires.living_transformers[feed])


def _spread(level: Level, rows: Flags, over: Ints) -> NDArray[np.int64]:
    """By node: over how many different `over` its meters among these rows are spread."""
    node, other = level.node[rows].astype(np.int64), over[rows].astype(np.int64)
    pairs = np.unique((node << 32) | other)
    return np.bincount(pairs >> 32, minlength=level.nodes)
