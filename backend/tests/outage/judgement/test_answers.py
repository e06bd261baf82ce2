"""What meters answered, put together."""

import numpy as np
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
