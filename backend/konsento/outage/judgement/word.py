"""Whether the meters bear out a word of distribution automation: asked before anyone is told.

A switch knows to the second when it opened, and its word that it closed again may come late or
never. So a word is let ripen until the cut can be no momentary one; then a sample is asked.
"""

from enum import IntEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from konsento.outage.judgement.ping import rank_within
from konsento.outage.judgement.terms import Answer
from konsento.outage.limits import (
    AUTOMATION_UNASKED_MS,
    MOMENTARY_MS,
    POWERED_PERCENT,
    SAMPLE_MIN,
    SAMPLES_A_NODE,
    WITNESSES,
)
from konsento.outage.topology.trees import Trees

Rows: TypeAlias = NDArray[np.int32]


class Borne(IntEnum):
    """What is made of a word."""

    NOT_YET = 0
    OUT = 1  # believed: people may be told
    DOUBTED = 2  # meters below it have power: told to nobody


def is_ripe(opened_ms: int, now_ms: int) -> bool:
    """Whether the cut, if it lasts, is one that people are told of."""
    return now_ms - opened_ms > MOMENTARY_MS


def sample_below(rows: Rows, trees: Trees) -> Rows:
    """Whom to ask of the meters below a place: a few of each transformer, one of a relay first."""
    transformer = trees.transformer_of_meter[rows]
    relay = trees.relay_of_meter[rows].astype(np.int64)
    of_relay = rank_within(rows, group=(transformer.astype(np.int64) << 32) | relay)
    of_transformer = rank_within(of_relay, rows, group=transformer)
    order = np.lexsort((rows, of_transformer))
    near = order[of_transformer[order] < SAMPLE_MIN][:SAMPLES_A_NODE]
    return np.sort(rows[near])


def reached(answer: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Which answers say something of the meter: where the way is silent, nothing is known."""
    return np.asarray(answer >= Answer.UNKNOWN)


def borne_out(opened_ms: int, now_ms: int, *, reached: int, powered: int) -> Borne:
    """What to make of a word, by how many of its meters were reached, and of these have power.

    While hardly any can be reached it is neither believed nor doubted, until it is believed
    unasked: a wrong word costs less than an outage of which nobody is told.
    """
    if not is_ripe(opened_ms, now_ms):
        return Borne.NOT_YET
    if reached < WITNESSES and not powered:
        late = now_ms - opened_ms > MOMENTARY_MS + AUTOMATION_UNASKED_MS
        return Borne.OUT if late else Borne.NOT_YET
    return Borne.DOUBTED if powered * 100 >= reached * POWERED_PERCENT else Borne.OUT
