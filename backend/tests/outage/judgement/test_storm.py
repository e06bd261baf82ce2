"""When a head-end drowns, and when it has recovered."""

import numpy as np

from konsento.outage.judgement.storm import Storm, after, calm
from konsento.outage.limits import PARTS, STORM_SLOTS_MAX

METERS = np.array([1_000, 99])


def usual(share_percent: int = 100) -> Storm:
    """Two head-ends that have been heard so for a while."""
    return after(calm(2), 1, METERS * share_percent // 100, METERS)


def heard(storm: Storm, slot: int, *shares_percent: int) -> Storm:
    return after(storm, slot, METERS * np.array(shares_percent) // 100, METERS)


def test_the_first_slot_is_the_norm() -> None:
    assert usual(50).norm.tolist() == [PARTS // 2, 49 * PARTS // 99]
    assert not usual(50).on.any()


def test_a_fall_of_three_tenths_is_a_storm_and_less_is_none() -> None:
    assert heard(usual(), 2, 70, 100).on.tolist() == [True, False]
    assert heard(usual(), 2, 71, 100).on.tolist() == [False, False]


def test_a_head_end_with_few_meters_has_no_storms() -> None:
    assert heard(usual(), 2, 100, 10).on.tolist() == [False, False]


def test_a_storm_is_over_within_a_twentieth_of_the_norm() -> None:
    begun = heard(usual(), 2, 60, 100)
    assert heard(begun, 3, 94, 100).on.tolist() == [True, False]
    assert heard(begun, 3, 95, 100).on.tolist() == [False, False]


def test_what_is_heard_in_a_storm_does_not_become_the_norm() -> None:
    begun = heard(usual(), 2, 60, 100)
    assert heard(begun, 3, 60, 100).norm[0] == PARTS


def test_the_norm_follows_the_week_slowly() -> None:
    lower = heard(usual(), 2, 90, 100)
    assert PARTS - 400 < lower.norm[0] < PARTS - 200


def test_after_three_days_a_storm_is_the_norm() -> None:
    storm = heard(usual(), 2, 60, 100)
    for slot in range(3, 2 + STORM_SLOTS_MAX):
        storm = heard(storm, slot, 60, 100)
    assert storm.on[0]
    storm = heard(storm, 2 + STORM_SLOTS_MAX, 60, 100)
    assert not storm.on[0]
    assert storm.norm[0] == 60 * PARTS // 100


def test_a_slot_that_is_judged_twice_counts_once() -> None:
    once = heard(usual(), 2, 60, 100)
    assert heard(once, 2, 100, 100) is once


def test_a_head_end_without_meters_has_no_norm() -> None:
    none = after(calm(1), 1, np.array([0]), np.array([0]))
    assert none.norm.tolist() == [-1]
    assert not none.on.any()
