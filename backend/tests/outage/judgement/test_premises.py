"""One's own premises: how sure, in which case (O5)."""

import numpy as np
import pytest

from konsento.outage.judgement import premises
from konsento.outage.judgement.terms import Answer, Grade, Load
from konsento.outage.limits import ATTEMPTS


@pytest.mark.parametrize(
    ("answer", "load", "neighbours", "asked_out", "grade"),
    [
        (Answer.POWERED, Load.DRAWN, True, False, Grade.NONE),
        (Answer.POWERED, Load.UNSEEN, True, False, Grade.NONE),
        (Answer.POWERED, Load.NONE, True, False, Grade.CONFIRMED),
        (Answer.POWERED, Load.BREAKER_OPEN, False, False, Grade.CONFIRMED),
        (Answer.NO_POWER, Load.UNSEEN, True, False, Grade.LIKELY),
        (Answer.NO_POWER, Load.UNSEEN, False, False, Grade.CANNOT_TELL),
        (Answer.UNKNOWN, Load.UNSEEN, True, True, Grade.CANNOT_TELL),
        (Answer.UNKNOWN, Load.UNSEEN, True, False, Grade.NONE),
        (Answer.COMMUNICATION_FAILURE, Load.UNSEEN, True, True, Grade.NONE),
        (Answer.UNKNOWN_METER, Load.UNSEEN, True, True, Grade.NONE),
        (Answer.NONE, Load.UNSEEN, True, False, Grade.NONE),
    ],
)
def test_the_wording_follows_the_evidence(
    answer: Answer, load: Load, neighbours: bool, asked_out: bool, grade: Grade
) -> None:
    said = premises.grade(answer, load, neighbours_live=neighbours, asked_out=asked_out)
    assert said == grade
    if answer != Answer.POWERED:
        attempts = np.array([ATTEMPTS if asked_out else 1], np.int16)
        many = premises.grades(np.array([answer], np.int8), attempts, np.array([neighbours]))
        assert many.tolist() == [grade]


def test_only_the_sure_are_told_unasked() -> None:
    told = premises.is_told(np.array(list(Grade), np.int8)).tolist()
    assert dict(zip(Grade, told, strict=True)) == {
        Grade.NONE: False,
        Grade.CONFIRMED: True,
        Grade.LIKELY: True,
        Grade.CANNOT_TELL: False,
    }
