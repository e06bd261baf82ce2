"""Meters whose word is awaited: how many are asked at once, and how often."""

import numpy as np
from numpy.typing import NDArray

from konsento.outage.columns.index import MeterIndex
from konsento.outage.columns.keys import keys_of
from konsento.outage.judgement.answers import NO_ANSWERS, Answers
from konsento.outage.limits import (
    ATTEMPT_SPACING_MS,
    ATTEMPTS,
    AWAITED_KEPT_MS,
    AWAITED_MAX,
    AWAITED_SPACING_MS,
    PINGS_A_STORM_SLOT,
    SAMPLE_MAX,
)
from konsento.outage.rounds.asking import Reply
from konsento.outage.rounds.awaited import Awaited
from konsento.outage.topology.trees import Trees
from tests.outage.judgement.test_ping import long_street

NOON_MS = 1_795_230_000_000
CALM, STORM = np.zeros(1, np.bool_), np.ones(1, np.bool_)


class Street:
    """Ten meters on each transformer of one head-end; meter n is SM-n."""

    def __init__(self, transformers: int = 3) -> None:
        self.trees: Trees = long_street(transformers - 1)
        self.smids = [f"SM-{row:06d}" for row in range(10 * transformers)]
        self.index = MeterIndex(keys_of(self.smids))
        self.awaited = Awaited()

    def due(
        self,
        now_ms: int,
        *,
        answers: Answers = NO_ANSWERS,
        storming: NDArray[np.bool_] = CALM,
    ) -> list[int]:
        rows = self.awaited.due(self.index, self.trees, answers, storming, now_ms)
        return list(rows.tolist())

    def answer(self, rows: list[int], answer: str, now_ms: int) -> None:
        self.awaited.asked([Reply(smid=self.smids[row], answer=answer) for row in rows], now_ms)


def test_some_of_each_transformer_are_asked_and_then_the_next() -> None:
    street = Street()
    assert street.awaited.want(street.smids, NOON_MS) == 30
    first = street.due(NOON_MS)
    assert np.bincount(np.array(first) // 10).tolist() == [SAMPLE_MAX] * 3
    street.answer(first, "powered", NOON_MS)
    assert street.due(NOON_MS) == []
    second = street.due(NOON_MS + AWAITED_SPACING_MS)
    assert sorted(first + second) == list(range(30))


def test_who_does_not_answer_is_asked_some_times_with_time_between() -> None:
    street, now_ms, asked = Street(), NOON_MS, 0
    street.awaited.want([street.smids[4]], now_ms)
    for _ in range(10):
        rows = street.due(now_ms)
        asked += len(rows)
        street.answer(rows, "unknown", now_ms)
        now_ms += ATTEMPT_SPACING_MS
    assert asked == ATTEMPTS


def test_who_answered_is_asked_no_more_and_wanted_again_only_after_a_while() -> None:
    street, smid = Street(), "SM-000004"
    street.awaited.want([smid], NOON_MS)
    street.answer(street.due(NOON_MS), "powered", NOON_MS)
    later_ms = NOON_MS + AWAITED_KEPT_MS
    assert street.awaited.want([smid], later_ms - 1) == 0
    assert street.due(later_ms - 1) == []
    assert street.awaited.want([smid], later_ms) == 1
    assert street.due(later_ms) == [4]


def test_in_a_storm_a_head_end_is_asked_no_more_than_it_bears() -> None:
    street = Street()
    street.awaited.want(street.smids, NOON_MS)
    spent = NO_ANSWERS.of(np.arange(30, dtype=np.int32))
    spent.attempts[:] = PINGS_A_STORM_SLOT // 30 + 1
    assert street.due(NOON_MS, answers=spent, storming=STORM) == []
    assert len(street.due(NOON_MS, answers=spent)) == 3 * SAMPLE_MAX


def test_strangers_are_asked_nothing_and_too_many_are_left_out() -> None:
    street = Street()
    assert street.awaited.want(["SM-99-0000"], NOON_MS) == 1
    assert street.due(NOON_MS) == []
    many = [f"X-{number}" for number in range(AWAITED_MAX + 5)]
    assert street.awaited.want(many, NOON_MS) == AWAITED_MAX - 1
