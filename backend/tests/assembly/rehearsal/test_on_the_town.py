"""Two days of a small town: what is told is true, and what is true is told."""

import msgspec
import numpy as np
import pytest

from konsento.assembly.rehearsal.days import Lived, Rehearsal, live
from konsento.assembly.rehearsal.score import score
from konsento.mdms.fleet.town.hazards import scaled

# Everything fails far more often than it would, so that two days hold enough to be counted.
ROUGH = Rehearsal(
    meters=600, days=2, seed=3, from_ms=1_795_219_200_000, climate=scaled(20.0, storms_times=60.0)
)
SHORT = msgspec.structs.replace(ROUGH, days=1)


@pytest.fixture(scope="module")
def lived() -> Lived:
    return live(ROUGH)


def test_the_days_hold_something_to_be_told(lived: Lived) -> None:
    assert len(lived.truth) >= 100
    assert len(lived.storms) >= 1


def test_what_is_claimed_is_true(lived: Lived) -> None:
    assert score(lived.truth, lived.told).precision >= 0.99


def test_nearly_all_cuts_that_readings_can_tell_of_are_told(lived: Lived) -> None:
    assert score(lived.truth, lived.told).recall_of_seen >= 0.99


def test_the_plain_rule_is_wrong_far_more_often(lived: Lived) -> None:
    ours, plain = score(lived.truth, lived.told), score(lived.truth, lived.plain)
    assert plain.wrong >= 10 * max(ours.wrong, 1)


def test_nobody_is_told_twice_of_the_same_silence(lived: Lived) -> None:
    told = lived.told
    order = np.lexsort((told.at_ms, told.rows))
    same = told.rows[order][1:] == told.rows[order][:-1]
    assert (told.until_ms[order][:-1] <= told.at_ms[order][1:])[same].all()


def test_the_same_day_comes_out_the_same() -> None:
    again, once_more = live(SHORT), live(SHORT)
    assert len(again.told) > 0
    assert np.array_equal(again.told.rows, once_more.told.rows)
    assert np.array_equal(again.told.at_ms, once_more.told.at_ms)
    assert again.pings == once_more.pings
