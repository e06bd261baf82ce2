"""Whose outage it is, said only where the outage room can tell."""

from typing import get_args

import pytest

from konsento.management.charging.dark_word import NOTHING, Word, with_word, word_of
from konsento.outage.contract import ExpectedAt, ExpectedUnknown, Grade, MeterJudgement
from tests.management.charging.test_heard import session
from tests.management.outage_room import OUTAGE, a_state, an_outage

KNOWN = {OUTAGE: an_outage()}


@pytest.mark.parametrize("judgement", get_args(MeterJudgement))
def test_only_an_area_and_own_premises_are_claimed(judgement: MeterJudgement) -> None:
    said = {"area": "area", "planned": "area", "own_premises": "outlet"}.get(judgement)
    assert word_of(a_state("SM-1", judgement, OUTAGE), KNOWN).because == said


@pytest.mark.parametrize("grade", [*Grade, None])
def test_a_fault_that_may_be_the_areas_is_not_called_the_outlets(grade: Grade | None) -> None:
    sure = grade in {Grade.CONFIRMED, Grade.LIKELY}
    word = word_of(a_state("SM-1", "own_premises", grade=grade), KNOWN)
    assert word.because == ("outlet" if sure else None)


def test_the_end_is_what_the_outage_room_expects_or_when_it_speaks_next() -> None:
    state = a_state("SM-1", "area", OUTAGE)
    at = an_outage(expected=ExpectedAt(at_ms=5))
    assert word_of(state, {OUTAGE: at}).expected_at_ms == 5
    unknown = an_outage(expected=ExpectedUnknown(next_word_at_ms=7))
    word = word_of(state, {OUTAGE: unknown})
    assert (word.expected_at_ms, word.next_word_at_ms, word.outage) == (None, 7, OUTAGE)
    assert word_of(state, KNOWN) == Word(because="area", outage=OUTAGE)


def test_announced_works_end_when_they_were_announced_to() -> None:
    works = an_outage(kind="planned", verified=False, planned_until_ms=9)
    assert word_of(a_state("SM-1", "area", OUTAGE), {OUTAGE: works}).expected_at_ms == 9


def test_what_a_switch_alone_says_is_told_to_nobody_yet() -> None:
    unverified = {OUTAGE: an_outage(verified=False)}
    assert word_of(a_state("SM-1", "area", OUTAGE), unverified) == NOTHING


def test_an_outage_that_is_no_longer_listed_is_still_the_areas() -> None:
    assert word_of(a_state("SM-1", "area", OUTAGE), {}) == Word(because="area", outage=OUTAGE)


def test_a_session_changes_only_where_the_word_does() -> None:
    once = with_word(session(), Word(because="area", outage=OUTAGE, expected_at_ms=5))
    assert (once.dark_because, once.dark_expected_at_ms, once.sequence) == ("area", 5, 2)
    assert with_word(once, Word(because="area", outage=OUTAGE, expected_at_ms=5)) is once
    assert with_word(once, NOTHING).dark_because is None
