"""Breakers that were found open: what each reply makes of them, and who is asked again when."""

import pytest

from konsento.outage.limits import (
    BREAKER_AGAIN_MS,
    BREAKER_KEPT_MS,
    BREAKERS_AT_ONCE,
    BREAKERS_MAX,
)
from konsento.outage.rounds.asking import Reply
from konsento.outage.rounds.breakers import Breakers, Found, after, due

NOON_MS = 1_795_230_000_000
SMID = "SM-33-1005"
OPEN: Breakers = {SMID: Found(7, NOON_MS, NOON_MS)}
LATER_MS = NOON_MS + 60_000


def said(answer: str, load: str = "unseen", smid: str = SMID) -> Reply:
    return Reply(smid=smid, answer=answer, load=load)


def test_a_breaker_found_open_is_kept_with_what_was_heard_by_then() -> None:
    assert after({}, [said("powered", "breaker_open")], {SMID: 7}, NOON_MS) == (OPEN, ())


def test_found_open_again_it_keeps_its_beginning() -> None:
    now, closed = after(OPEN, [said("powered", "breaker_open")], {SMID: 9}, LATER_MS)
    assert (now, closed) == ({SMID: Found(7, LATER_MS, LATER_MS)}, ())


@pytest.mark.parametrize("load", ["drawn", "none"])
def test_a_meter_that_shows_its_load_has_its_breaker_closed(load: str) -> None:
    assert after(OPEN, [said("powered", load)], {SMID: 9}, LATER_MS) == ({}, (SMID,))


@pytest.mark.parametrize("answer", ["powered", "no_power", "unknown", "communication_failure"])
def test_an_answer_that_shows_nothing_behind_the_meter_changes_nothing(answer: str) -> None:
    now, closed = after(OPEN, [said(answer)], {SMID: 9}, LATER_MS)
    assert (now, closed) == ({SMID: Found(7, NOON_MS, LATER_MS)}, ())
    late_ms = NOON_MS + BREAKER_KEPT_MS
    assert after(OPEN, [said(answer)], {SMID: 9}, late_ms) == ({}, ())


def test_of_others_nothing_is_kept() -> None:
    assert after({}, [said("powered", "drawn"), said("unknown")], {SMID: 9}, NOON_MS) == ({}, ())


def test_no_more_are_kept_than_can_be_asked() -> None:
    many = {f"SM-{number:06d}": Found(7, NOON_MS, NOON_MS) for number in range(BREAKERS_MAX)}
    now, _ = after(many, [said("powered", "breaker_open")], {SMID: 7}, NOON_MS)
    assert now == many


def test_each_is_asked_again_every_few_minutes_those_first_who_waited_longest() -> None:
    many = {
        f"SM-{number:06d}": Found(7, NOON_MS, NOON_MS - number)
        for number in range(2 * BREAKERS_AT_ONCE)
    }
    asked = due(many, NOON_MS + BREAKER_AGAIN_MS)
    assert asked[0] == f"SM-{2 * BREAKERS_AT_ONCE - 1:06d}"
    assert len(asked) == BREAKERS_AT_ONCE
    assert due(OPEN, NOON_MS + BREAKER_AGAIN_MS - 1) == []
