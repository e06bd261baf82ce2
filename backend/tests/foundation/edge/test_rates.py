"""So many tries, then a wait that is told truly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from konsento.foundation.edge.rates import ASKERS_KEPT, Rate, TooManyTries


def test_tries_run_out_and_come_back_with_time() -> None:
    rate = Rate(3, per_ms=30_000)
    for _ in range(3):
        rate.take("kana", 0)
    with pytest.raises(TooManyTries) as refused:
        rate.take("kana", 0)
    wait_ms = refused.value.more["retry_after_s"] * 1000
    rate.take("kana", wait_ms)
    rate.take("taro", 0)


def test_looking_takes_nothing() -> None:
    rate = Rate(1, per_ms=1_000)
    for _ in range(5):
        rate.check("kana", 0)
    rate.take("kana", 0)
    with pytest.raises(TooManyTries):
        rate.check("kana", 0)


def test_a_clock_set_back_takes_no_tries_away() -> None:
    rate = Rate(2, per_ms=1_000)
    rate.take("kana", 1_000_000)
    rate.take("kana", 0)


@given(st.lists(st.integers(0, 3_000), max_size=60))
def test_never_more_than_the_tries_and_their_refill(waits_ms: list[int]) -> None:
    rate, now_ms, taken = Rate(5, per_ms=10_000), 0, 0
    for wait_ms in waits_ms:
        now_ms += wait_ms
        try:
            rate.take("kana", now_ms)
        except TooManyTries:
            continue
        taken += 1
    assert taken <= 5 + now_ms * 5 / 10_000 + 0.001


def test_only_so_many_askers_are_remembered() -> None:
    rate = Rate(1, per_ms=1_000)
    for number in range(ASKERS_KEPT + 10):
        rate.take(str(number), 0)
    assert len(rate._buckets) == ASKERS_KEPT
