"""How one host may be sent to follows from what it says, and it always opens again."""

from itertools import product

import pytest

from konsento.management.notices.dispatch.limits import (
    AT_ONCE_FIRST,
    AT_ONCE_MAX,
    AT_ONCE_MIN,
    FAILURES_IN_A_ROW,
    PAGE,
    PROBE_EVERY_MS,
    REFUSALS_IN_A_ROW,
)
from konsento.management.notices.dispatch.road import (
    NEXT,
    Heard,
    Road,
    RoadState,
    earned,
    heard,
    may_go,
    probing,
)
from konsento_push.delivery import Delivery

NEW = Road(host="https://push.example")
WORDS = (Delivery.SENT, Delivery.GONE, Delivery.NEVER)


def after(road: Road, *answers: Delivery, now_ms: int = 0) -> Road:
    for each in answers:
        road = heard(road, each, None, now_ms)
    return road


def test_every_pair_leads_somewhere_and_from_everywhere_a_word_opens() -> None:
    assert set(NEXT) == set(product(RoadState, Heard))
    assert all(NEXT[state, Heard.WORD] is RoadState.OPEN for state in RoadState)
    assert all(NEXT[state, Heard.SILENCE] is RoadState.DOWN for state in RoadState)
    assert all(NEXT[state, Heard.REFUSAL] is RoadState.SHUT for state in RoadState)


def test_a_few_silences_in_a_row_are_a_host_that_is_down() -> None:
    road = after(NEW, *[Delivery.LATER] * (FAILURES_IN_A_ROW - 1))
    assert (road.state, may_go(road, 0)) == (RoadState.OPEN, True)
    road = after(road, Delivery.LATER)
    assert (road.state, road.page) == (RoadState.DOWN, 1)
    assert not may_go(road, PROBE_EVERY_MS - 1)
    assert may_go(road, PROBE_EVERY_MS)


@pytest.mark.parametrize("word", WORDS)
def test_a_word_of_any_browser_is_a_sign_of_life(word: Delivery) -> None:
    almost = [Delivery.LATER] * (FAILURES_IN_A_ROW - 1)
    assert after(NEW, *almost, word, *almost).state is RoadState.OPEN
    down = probing(after(NEW, *almost, Delivery.LATER), PROBE_EVERY_MS)
    back = after(down, word, now_ms=PROBE_EVERY_MS)
    assert (back.state, back.page, back.not_before_ms) == (RoadState.OPEN, PAGE, 0)


def test_a_probe_without_an_answer_is_followed_by_another_a_minute_later() -> None:
    down = after(NEW, *[Delivery.LATER] * FAILURES_IN_A_ROW)
    again = heard(probing(down, 100_000), Delivery.LATER, 1_000, 100_000)
    assert (again.state, again.not_before_ms) == (RoadState.DOWN, 100_000 + PROBE_EVERY_MS)


def test_who_refuses_everybody_is_shut_and_who_refuses_one_is_not() -> None:
    refusals = [Delivery.QUARANTINE] * REFUSALS_IN_A_ROW
    assert after(NEW, *refusals).state is RoadState.SHUT
    assert after(NEW, *refusals[:-1], Delivery.SENT, *refusals[:-1]).state is RoadState.OPEN


def test_a_time_that_was_asked_for_is_kept_and_is_no_silence() -> None:
    road = NEW
    for _ in range(FAILURES_IN_A_ROW * 2):
        road = heard(road, Delivery.LATER, 30_000, 5_000)
    assert (road.state, road.not_before_ms) == (RoadState.OPEN, 35_000)
    assert heard(road, Delivery.LATER, 1_000, 5_000).not_before_ms == 35_000
    assert heard(road, Delivery.SENT, None, 6_000).not_before_ms == 35_000


def test_a_host_earns_more_at_once_and_loses_half_when_it_asks_to_wait() -> None:
    road = NEW
    for _ in range(20):
        road = earned(road)
    assert (NEW.at_once, road.at_once) == (AT_ONCE_FIRST, AT_ONCE_MAX)
    assert heard(road, Delivery.LATER, 1_000, 0).at_once == AT_ONCE_MAX // 2
    for _ in range(20):
        road = heard(road, Delivery.LATER, 1_000, 0)
    assert road.at_once == AT_ONCE_MIN
