"""Which readings are believed, against a reference model that knows the truth."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from konsento.mdms.limits import METER_CLOCK_AHEAD_MS
from konsento.mdms.reading import (
    Accepted,
    Aside,
    Bounds,
    Reading,
    deliverable_wh,
    judge,
    used_wh,
)

NOW_MS = 1_795_219_200_000
SMALL = Bounds(power_w_max=4_000, register_modulo_wh=10_000, register_step_wh=10)
WIDE = Bounds(power_w_max=1_500, register_modulo_wh=1_000_000_000, register_step_wh=10)


@pytest.mark.parametrize(
    ("reading", "reason"),
    [
        (Reading(NOW_MS, -10, 0), "negative"),
        (Reading(NOW_MS, 5_000, -1), "negative"),
        (Reading(NOW_MS + METER_CLOCK_AHEAD_MS + 1, 5_000, 0), "future"),
        (Reading(NOW_MS - 60_001, 5_000, 0), "late"),
        (Reading(NOW_MS, 4_990, 0), "rolled_back"),
        (Reading(NOW_MS, 0, 0), "rolled_back"),
        (Reading(NOW_MS, 5_040, 0), "impossible"),
        (Reading(NOW_MS, 5_000_000, 0), "impossible"),
        (Reading(NOW_MS, 1_000_000_000, 0), "impossible"),
        (Reading(NOW_MS, 5_000, 1_651), "impossible"),
    ],
)
def test_an_implausible_reading_is_kept_aside_with_its_reason(
    reading: Reading, reason: str
) -> None:
    last = Reading(NOW_MS - 60_000, 5_000, 0)
    verdict = judge(reading, last, WIDE, NOW_MS)
    assert isinstance(verdict, Aside)
    assert (verdict.reason, verdict.reading) == (reason, reading)


def test_what_the_outlet_can_deliver_is_accepted_to_the_last_step() -> None:
    last = Reading(NOW_MS - 60_000, 5_000, 0)
    assert deliverable_wh(WIDE, 60_000) == 27 + 10
    assert judge(Reading(NOW_MS, 5_030, 1_500), last, WIDE, NOW_MS) == Accepted(
        Reading(NOW_MS, 5_030, 1_500), 30
    )


def test_a_first_reading_is_judged_by_its_form_alone() -> None:
    assert judge(Reading(NOW_MS, 123_450, 0), None, WIDE, NOW_MS) == Accepted(
        Reading(NOW_MS, 123_450, 0), 0
    )


def test_a_rollover_at_every_offset_loses_nothing() -> None:
    for opening_wh in range(0, 10_000, 10):
        closing_wh = (opening_wh + 70) % 10_000
        assert used_wh(opening_wh, closing_wh, 10_000) == 70
        last = Reading(NOW_MS - 60_000, opening_wh, 0)
        verdict = judge(Reading(NOW_MS, closing_wh, 0), last, SMALL, NOW_MS)
        assert isinstance(verdict, Accepted)
        assert verdict.gained_wh == 70


honest = st.tuples(st.integers(1_000, 3_600_000), st.integers(0, 100))
poison = st.tuples(
    st.sampled_from(["negative", "future", "late", "away", "too_wide", "power"]),
    st.integers(1, 5_000),
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    opening_wh=st.integers(0, 999).map(lambda tens: tens * 10),
    stream=st.lists(st.one_of(honest, poison), max_size=40),
)
def test_billed_is_what_was_delivered_whatever_is_thrown_in(
    opening_wh: int, stream: list[tuple[int | str, int]]
) -> None:
    """The model counts true energy without width; only honest readings may be accepted."""
    now_ms, true_wh = NOW_MS, 0
    last = Reading(now_ms, opening_wh, 0)
    billed_wh, aside, poisoned = 0, 0, 0
    for what, number in stream:
        if isinstance(what, int):
            now_ms += what
            # An honest meter delivers at most its outlet's power, shown in whole steps, and
            # never a whole turn of its register between two readings.
            most = min(4_000 * what // 3_600_000, 9_000)
            true_wh += most * number // 100 // 10 * 10
            reading = Reading(now_ms, (opening_wh + true_wh) % 10_000, 0)
        else:
            poisoned += 1
            reading = _poisoned(what, number, last, now_ms)
        verdict = judge(reading, last, SMALL, now_ms)
        if isinstance(verdict, Accepted):
            assert isinstance(what, int)
            billed_wh += verdict.gained_wh
            last = verdict.reading
        else:
            aside += 1
    assert billed_wh == true_wh
    assert aside == poisoned
    assert used_wh(opening_wh, last.register_wh, 10_000) == true_wh % 10_000


def _poisoned(kind: str, number: int, last: Reading, now_ms: int) -> Reading:
    if kind == "negative":
        return Reading(now_ms, -number, 0)
    if kind == "future":
        return Reading(now_ms + METER_CLOCK_AHEAD_MS + number, last.register_wh, 0)
    if kind == "late":
        return Reading(last.at_ms - number, last.register_wh, 0)
    if kind == "too_wide":
        return Reading(now_ms, 9_999 + number, 0)
    if kind == "power":
        return Reading(now_ms, last.register_wh, 4_400 + number)
    # Farther round the register than the outlet can have turned it since the last reading.
    reach_wh = deliverable_wh(SMALL, now_ms - last.at_ms)
    away_wh = reach_wh + 1 + number % max(1, 9_999 - reach_wh)
    if away_wh >= 10_000:
        return Reading(now_ms, -1, 0)
    return Reading(now_ms, (last.register_wh + away_wh) % 10_000, 0)
