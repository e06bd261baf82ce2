"""One slot, from silence to judgements: what is open, what may be told, whom to ask next.

It is called again whenever meters that were asked have answered, with all answers so far; the
same view gives the same judgement. What it leaves to the next slot, `remember` takes.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from konsento.outage.judgement import ping, storm
from konsento.outage.judgement.beginning import NOT_OPEN_MS, opened, since
from konsento.outage.judgement.continuing import Kin, kin
from konsento.outage.judgement.evidence import Evidence, Judgement
from konsento.outage.judgement.explain import Explanation, explain
from konsento.outage.judgement.grouping import Groups, evidence_of, groups
from konsento.outage.judgement.lone import Lone, lone_of
from konsento.outage.judgement.memory import Memory, Open
from konsento.outage.judgement.storm import Storm
from konsento.outage.judgement.terms import Answer, Kind, Proof
from konsento.outage.judgement.view import SlotView
from konsento.outage.limits import AUTOMATION_UNASKED_MS, STORM_SILENT_SLOTS, WITNESSES

Ints: TypeAlias = NDArray[np.int32]
Flags: TypeAlias = NDArray[np.bool_]
Places: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Back:
    """Meters of an open judgement that are no longer silent: heard, answered, or excluded."""

    key: str
    rows: Ints
    over: bool  # none is left in it


@dataclass(frozen=True, eq=False)
class SlotJudgement:
    """All that is said of a slot. Every silent meter is in one judgement, or one line of `lone`."""

    slot: int
    judged_at_ms: int
    judgements: tuple[Judgement, ...]
    lone: Lone
    pings: ping.Pings
    back: tuple[Back, ...]
    storm: Storm


def judge_slot(view: SlotView, memory: Memory) -> SlotJudgement:
    """Judge a slot by all that is known of it now, and by what the last slot left."""
    answers = view.answers.beside(memory.asked)
    found = explain(view, answers, memory)
    storming = _storm_after(view, memory)
    drowning = storming.on[found.silent.head_end]
    grouped = groups(found)
    sampled = ping.sample(found, _in_doubt(found, grouped))
    own = found.silent.answers
    unasked = grouped.sums(sampled & ((own.attempts == 0) | own.carried))
    in_vain = _in_vain(found, grouped, sampled)
    relations = kin(found, grouped, memory, view.trees)
    evidences = list(evidence_of(found, grouped, view))
    latest = grouped.latest(found.silent.onset)
    sizes = [evidence.silent for evidence in evidences]
    drowned = (grouped.sums(drowning) == sizes).tolist()
    asked_in_vain = ((unasked == 0) & (in_vain >= np.minimum(sizes, WITNESSES))).tolist()
    # Nobody to ask: what a switch says is believed after a while.
    verified = (unasked == 0) | (view.judged_for_ms >= AUTOMATION_UNASKED_MS)
    confirmed = [
        _confirmed(evidence, relation, vain, verified=borne)
        or (stormy and _outlasted(evidence, relation, view.slot, last))
        for evidence, relation, vain, borne, stormy, last in zip(
            evidences, relations, asked_in_vain, verified.tolist(), drowned, latest, strict=True
        )
    ]
    settled = np.append(np.array(confirmed, np.bool_), False)[grouped.of_row]
    judgements = _judgements(view, found, grouped, evidences, relations, confirmed)
    pings = ping.wanted(found, sampled, settled, drowning)
    lone = lone_of(view, found, grouped)
    back = _back(view, found, judgements, memory)
    return SlotJudgement(view.slot, view.now_ms, judgements, lone, pings, back, storming)


def remember(view: SlotView, memory: Memory, judged: SlotJudgement) -> Memory:
    """What the next slot has to know of this one."""
    kept = tuple(
        Open(
            j.key, j.kind, j.node_kind, j.node, j.rows, j.since_from_ms, j.since_to_ms,
            j.evidence.proof, j.tell, j.parent,
        )
        for j in judged.judgements
        if j.kind in (Kind.OUTAGE, Kind.COMM_LOST)
    )  # fmt: skip
    answers = view.answers.beside(memory.asked)
    still = np.isin(answers.rows, view.silent) & (answers.answer != Answer.POWERED)
    return Memory(judged.storm, kept, answers.only(still, carried=True))


def _storm_after(view: SlotView, memory: Memory) -> Storm:
    trees, meters = view.trees, view.totals.meters_of_head_end.astype(np.int64)
    box = trees.concentrator_of_relay[trees.relay_of_meter[view.silent]]
    silent = np.bincount(trees.head_end_of_concentrator[box], minlength=trees.head_ends)
    return storm.after(memory.storm, view.slot, meters - silent, meters)


def _in_doubt(found: Explanation, grouped: Groups) -> Places:
    """The group of each meter, -1 for those of which nobody needs to be asked."""
    kind = found.verdicts.kind
    doubtful = (kind == Kind.OUTAGE) | (kind == Kind.UNKNOWN)
    # Lone meters are asked one by one.
    return np.where(doubtful & ~found.alone, grouped.of_row, -1)


def _in_vain(found: Explanation, grouped: Groups, sampled: Flags) -> Places:
    """By group: how many of its sample a ping went out to, and up to, without an answer.

    A relay that hangs on the outage itself is dead by it: a meter behind it that was not reached
    is a second witness beside one that was, if both fell silent in one slot, the last of all.
    """
    own, onset = found.silent.answers, found.silent.onset
    reached = (sampled & found.silent.reached) | (found.alone & (own.answer >= Answer.UNKNOWN))
    latest = np.append(np.array(grouped.latest(onset), np.int64), -2)
    together = onset == latest[grouped.of_row]
    unreached = (own.answer == Answer.COMMUNICATION_FAILURE) & ~own.carried
    behind = grouped.sums(sampled & found.fed & unreached & together)
    return grouped.sums(reached) + np.where(grouped.sums(reached & together) > 0, behind, 0)


def _confirmed(evidence: Evidence, relation: Kin, asked_in_vain: bool, *, verified: bool) -> bool:
    """Whether an outage may be told: its sample was asked in vain.

    Where automation says so too, it is enough that none of the sample has power, whatever the
    way did. One that rests only on what it feeds has no witness of its own until a meter says so.
    """
    if relation.confirmed or (verified and evidence.proof == Proof.AUTOMATION):
        return True
    if evidence.proof == Proof.FEEDS and not (evidence.no_power or evidence.way_lives):
        return False
    return asked_in_vain


def _outlasted(evidence: Evidence, relation: Kin, slot: int, last: int) -> bool:
    """In a storm nobody may be left to ask: silent for a second slot with witnesses is enough.

    It must have been judged so in an earlier slot: of meters whose way was dead till now, the
    second slot of silence is only the first that says anything.
    """
    since_slot = relation.stands_since_slot
    if since_slot is None or since_slot >= slot:
        return False
    return slot - last >= STORM_SILENT_SLOTS and evidence.way_lives >= WITNESSES


def _judgements(
    view: SlotView,
    found: Explanation,
    grouped: Groups,
    evidences: list[Evidence],
    relations: list[Kin],
    confirmed: list[bool],
) -> tuple[Judgement, ...]:
    """One judgement for each group, in their order."""
    rows, open_ = grouped.cut(found.silent.rows), opened(found.said, view.trees)
    areas = grouped.spread(view.trees.area_of_meter[found.silent.rows])
    latest = grouped.latest(found.silent.onset)
    made = []
    for at, (kind, node_kind, node) in enumerate(
        zip(grouped.kind, grouped.node_kind, grouped.node, strict=True)
    ):
        own, opened_ms = relations[at], open_.of(node_kind, node)
        began = own.since or since(latest[at], view.slot)
        if opened_ms != NOT_OPEN_MS:
            began = opened_ms, opened_ms
        key = own.key or f"{kind.name}/{node_kind.name}/{node}/{view.slot}".lower()
        made.append(
            Judgement(
                key, kind, node_kind, node, rows[at], *areas[at], *began, view.now_ms,
                evidences[at],
                tell=kind == Kind.OUTAGE and confirmed[at],
                parent=own.parent,
                absorbs=own.absorbs,
            )
        )  # fmt: skip
    return tuple(made)


def _back(
    view: SlotView, found: Explanation, judgements: tuple[Judgement, ...], memory: Memory
) -> tuple[Back, ...]:
    """What is no longer silent of each open judgement, and which of them are over."""
    going_on = {judgement.key for judgement in judgements}
    told = []
    for each in memory.open:
        silent = np.isin(each.rows, found.silent.rows, assume_unique=True)
        over = each.key not in going_on
        if over or not silent.all():
            told.append(Back(each.key, each.rows[~silent], over))
    return tuple(told)
