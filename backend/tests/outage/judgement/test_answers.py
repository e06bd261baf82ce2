"""What meters answered, put together."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from konsento.outage.judgement.answers import NO_ANSWERS, Answers
from konsento.outage.judgement.terms import Answer, Load
from tests.outage.small_town import asked, ints

WORDS = st.lists(
    st.tuples(st.integers(0, 9), st.sampled_from(list(Answer)[1:]), st.integers(0, 10**6)),
    max_size=12,
)


def lines(answers: Answers) -> list[tuple[int, ...]]:
    columns = (answers.rows, answers.answer, answers.load, answers.attempts, answers.asked_at_ms)
    return [tuple(int(value) for value in line) for line in zip(*columns, strict=True)]


@given(WORDS, st.randoms(use_true_random=False))
@settings(derandomize=True, max_examples=200, deadline=None)
def test_answers_may_come_in_any_order(
    words: list[tuple[int, Answer, int]], chance: object
) -> None:
    def put_together(order: list[tuple[int, Answer, int]]) -> Answers:
        found = NO_ANSWERS
        for row, answer, at_ms in order:
            found = found.told(ints(row), np.array([answer], np.int8), np.array([at_ms]))
        return found

    shuffled = list(words)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert lines(put_together(words)) == lines(put_together(shuffled))


def test_the_best_answer_counts_and_every_attempt() -> None:
    found = asked("m4=communication_failure").told(
        ints(4, 3), np.array([Answer.UNKNOWN, Answer.POWERED], np.int8), np.array([7, 8])
    )
    assert lines(found) == [(3, Answer.POWERED, 0, 1, 8), (4, Answer.UNKNOWN, 0, 2, 7)]


def test_a_meter_that_was_not_asked_has_no_answer() -> None:
    assert lines(asked("m4=powered+breaker").of(ints(3, 4))) == [
        (3, Answer.NONE, Load.UNSEEN, 0, 0),
        (4, Answer.POWERED, Load.BREAKER_OPEN, 1, 0),
    ]


def test_earlier_answers_stand_until_the_meter_is_asked_again() -> None:
    earlier = asked("m4=unknown m5=unknown", 3)
    now = asked("m4=communication_failure").beside(earlier)
    assert lines(now.of(ints(4, 5))) == [
        (4, Answer.UNKNOWN, 0, 4, 300_000),
        (5, Answer.UNKNOWN, 0, 3, 300_000),
    ]
    assert now.carried.tolist() == [False, True]


@pytest.mark.parametrize(
    ("loads", "known"),
    [
        ((Load.BREAKER_OPEN, Load.DRAWN), Load.DRAWN),
        ((Load.BREAKER_OPEN, Load.UNSEEN), Load.BREAKER_OPEN),
        ((Load.NONE, Load.BREAKER_OPEN), Load.BREAKER_OPEN),
    ],
)
def test_of_what_lies_behind_a_meter_the_last_that_was_seen_counts(
    loads: tuple[Load, Load], known: Load
) -> None:
    found, powered = NO_ANSWERS, np.array([Answer.POWERED], np.int8)
    for at_ms, load in enumerate(loads):
        found = found.told(ints(4), powered, np.array([at_ms]), np.array([load], np.int8))
    assert found.load.tolist() == [known]
    first = NO_ANSWERS.told(ints(4), powered, np.array([0]), np.array([loads[0]], np.int8))
    then = NO_ANSWERS.told(ints(4), powered, np.array([1]), np.array([loads[1]], np.int8))
    assert then.beside(first).load.tolist() == [known]
