"""Which meters are asked, how often and when: before anyone is told, and never too many.

Of an outage a sample is asked, spread over the relays below each transformer. What neither tree
proves is asked to the end, as is a meter that is silent alone. When a head-end drowns only the
samples are left. One meter that answers "powered" breaks the node above it.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from konsento.outage.judgement.explain import Explanation
from konsento.outage.judgement.terms import Answer, Kind, Node
from konsento.outage.limits import (
    ATTEMPT_SPACING_MS,
    ATTEMPTS,
    PINGS_A_SLOT,
    PINGS_A_STORM_SLOT,
    SAMPLE_MAX,
    SAMPLE_MIN,
    SAMPLES_A_NODE,
)

Ints: TypeAlias = NDArray[np.int32]
Flags: TypeAlias = NDArray[np.bool_]
Places: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Pings:
    """The meters to ask, which attempt that is (from 1), and the instant before which it is not."""

    rows: Ints
    attempt: NDArray[np.int16]
    not_before_ms: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.rows)


def rank_within(*keys: NDArray[np.generic], group: NDArray[np.generic]) -> Places:
    """The place of each within its group, in the order of the keys, the first key weighing most."""
    count = len(group)
    order = np.lexsort((*reversed(keys), group))
    sorted_group = group[order]
    begins = np.ones(count, np.bool_)
    np.not_equal(sorted_group[1:], sorted_group[:-1], out=begins[1:])
    first = np.maximum.accumulate(np.where(begins, np.arange(count), 0))
    rank = np.empty(count, np.int64)
    rank[order] = np.arange(count) - first
    return rank


def sample(found: Explanation, group: Places) -> Flags:
    """Which silent meters stand for their group (-1: in none); the same for whoever asks when."""
    chosen = np.zeros(len(group), np.bool_)
    at = np.flatnonzero(group >= 0)
    if not len(at):
        return chosen
    silent, node_kind = found.silent, found.verdicts.node_kind[at]
    own, meters = np.unique(group[at], return_inverse=True, return_counts=True)[1:]
    transformer, relay, rows = silent.transformer[at], silent.relay[at], silent.rows[at]
    below = (own.astype(np.int64) << 32) | transformer
    # First one of every relay, then the second of each; those that a ping can reach before others.
    hidden = ~found.lives[at]
    of_relay = rank_within(rows, group=_pair(below, relay))
    of_transformer = rank_within(hidden, of_relay, rows, group=below)
    most = np.clip(meters[own] // 2, SAMPLE_MIN, SAMPLE_MAX)
    wide = (node_kind == Node.SECTION) | (node_kind == Node.FEEDER)
    near = of_transformer < np.where(wide, SAMPLE_MIN, most)
    of_group = np.full(len(at), len(at), np.int64)
    # A wide node is asked in as many of its transformers as the number allows.
    of_group[near] = rank_within(of_transformer[near], rows[near], group=own[near])
    chosen[at] = near & (of_group < np.where(wide, SAMPLES_A_NODE, most))
    return chosen


def _pair(left: Places, right: Ints) -> Places:
    """One number for each different pair."""
    place = np.unique(left, return_inverse=True)[1]
    return (place.astype(np.int64) << 32) | right


def wanted(found: Explanation, sampled: Flags, settled: Flags, drowning: Flags) -> Pings:
    """The meters to ask next.

    `sampled` stand for a group; `settled` are in an outage that is confirmed; `drowning` are
    those whose head-end is in a storm.
    """
    silent, kind, own = found.silent, found.verdicts.kind, found.silent.answers
    often = (own.attempts < ATTEMPTS) | own.carried
    heard_of = (own.answer == Answer.NO_POWER) & ~own.carried
    unknown = kind == Kind.UNKNOWN
    outage = sampled & (kind == Kind.OUTAGE) & ~settled
    # What was answered in an earlier slot says nothing of an outage that is new.
    outage &= (own.attempts == 0) | own.carried
    unproven = sampled & unknown & np.where(drowning, own.attempts == 0, often)
    alone = found.alone & (unknown | (kind == Kind.OWN_PREMISES)) & ~drowning & ~heard_of
    alone &= often
    lone_rank = np.zeros(len(silent), np.int64)
    lone = np.flatnonzero(found.alone & (kind != Kind.OUTAGE))
    lone_rank[lone] = rank_within(silent.rows[lone], group=silent.transformer[lone])
    alone &= lone_rank < SAMPLE_MAX
    return _bounded(found, outage | unproven | alone, outage | unproven, drowning)


def _bounded(found: Explanation, asked: Flags, first: Flags, drowning: Flags) -> Pings:
    """As many as each head-end can be asked in a slot beside its readings, samples first."""
    silent = found.silent
    at = np.flatnonzero(asked)
    spent = np.where(silent.answers.carried, 0, silent.answers.attempts)
    heads = int(silent.head_end.max()) + 1 if len(silent) else 0
    already = np.zeros(heads, np.int64)
    np.add.at(already, silent.head_end, spent)
    head_end = silent.head_end[at]
    later = (~first[at]).astype(np.int8)
    rank = rank_within(later, silent.answers.attempts[at], silent.rows[at], group=head_end)
    most = np.where(drowning[at], PINGS_A_STORM_SLOT, PINGS_A_SLOT)
    at = at[rank + already[head_end] < most]
    own = silent.answers
    again = np.where(own.attempts[at] > 0, own.asked_at_ms[at] + ATTEMPT_SPACING_MS, 0)
    return Pings(silent.rows[at], (own.attempts[at] + 1).astype(np.int16), again)
