"""Meters whose word is awaited: their area is back, and somebody waits to hear that they are too.

They are asked in the next minutes, some of each transformer at a time and within what a head-end
can be asked in a slot; who does not answer is told by the next reading.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from konsento.outage.columns.index import MeterIndex
from konsento.outage.columns.keys import keys_of
from konsento.outage.judgement.answers import Answers
from konsento.outage.judgement.ping import rank_within
from konsento.outage.limits import (
    ATTEMPT_SPACING_MS,
    ATTEMPTS,
    AWAITED_KEPT_MS,
    AWAITED_MAX,
    AWAITED_SPACING_MS,
    PINGS_A_SLOT,
    PINGS_A_STORM_SLOT,
    SAMPLE_MAX,
)
from konsento.outage.rounds.asking import Reply
from konsento.outage.topology.trees import Trees

Rows: TypeAlias = NDArray[np.int32]


@dataclass
class _Wait:
    since_ms: int
    next_ms: int
    attempts: int = 0


class Awaited:
    """By smid. A restart forgets them; whoever waits says so again."""

    def __init__(self) -> None:
        self._waits: dict[str, _Wait] = {}
        self._transformers: dict[int, int] = {}  # which are left alone until when

    def __contains__(self, smid: str) -> bool:
        return smid in self._waits

    def want(self, smids: Collection[str], now_ms: int) -> int:
        """Have these asked; how many of them are new. One that was asked of late is not again."""
        old_ms = now_ms - AWAITED_KEPT_MS
        self._waits = {smid: each for smid, each in self._waits.items() if each.since_ms > old_ms}
        self._transformers = {at: ms for at, ms in self._transformers.items() if ms > now_ms}
        new = [smid for smid in smids if smid not in self._waits]
        new = new[: max(0, AWAITED_MAX - len(self._waits))]
        self._waits.update({smid: _Wait(now_ms, now_ms) for smid in new})
        return len(new)

    def due(
        self, index: MeterIndex, trees: Trees, answers: Answers, storming: NDArray[np.bool_],
        now_ms: int,
    ) -> Rows:  # fmt: skip
        """Whom to ask now. `answers`: of the slot so far; `storming`: by head-end."""
        smids = [
            smid
            for smid, each in self._waits.items()
            if each.attempts < ATTEMPTS and each.next_ms <= now_ms
        ]
        if not smids:
            return np.empty(0, np.int32)
        found = index.rows_of(keys_of(smids)).astype(np.int32)
        rows = np.unique(found[found >= 0])
        transformer = trees.transformer_of_meter[rows]
        quiet = [at for at, until_ms in self._transformers.items() if until_ms > now_ms]
        free = ~np.isin(transformer, quiet)
        rows, transformer = rows[free], transformer[free]
        rows = rows[rank_within(rows, group=transformer) < SAMPLE_MAX]
        rows = _within_budget(rows, trees, answers, storming)
        self._transformers.update(
            dict.fromkeys(trees.transformer_of_meter[rows].tolist(), now_ms + AWAITED_SPACING_MS)
        )
        return rows

    def asked(self, replies: Sequence[Reply], now_ms: int) -> None:
        """They were asked; who answered is asked no more."""
        for reply in replies:
            wait = self._waits.get(reply.smid)
            if wait is not None:
                wait.attempts = ATTEMPTS if reply.answer == "powered" else wait.attempts + 1
                wait.next_ms = now_ms + ATTEMPT_SPACING_MS


def _within_budget(rows: Rows, trees: Trees, answers: Answers, storming: NDArray[np.bool_]) -> Rows:
    """As many as each head-end may still be asked in this slot."""
    spent = np.zeros(trees.head_ends, np.int64)
    np.add.at(spent, _head_end(answers.rows, trees), answers.attempts)
    head_end = _head_end(rows, trees)
    most = np.where(storming[head_end], PINGS_A_STORM_SLOT, PINGS_A_SLOT)
    return rows[rank_within(rows, group=head_end) + spent[head_end] < most]


def _head_end(rows: Rows, trees: Trees) -> Rows:
    relay = trees.relay_of_meter[rows]
    return np.asarray(trees.head_end_of_concentrator[trees.concentrator_of_relay[relay]])
