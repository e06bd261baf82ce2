"""Readings come in within minutes, miss by chance, wait where the way is cut, and come later."""

from dataclasses import replace

import numpy as np
import pytest

from konsento.mdms.fleet.town.arrays import Ints
from konsento.mdms.fleet.town.collection import (
    Collection,
    Collector,
    Round,
    end_ms,
    round_at_ms,
)
from konsento.mdms.fleet.town.cuts import NONE, Cuts, Kind, joined
from konsento.mdms.fleet.town.limits import NEVER_MS, OWED_SLOTS, SLOT_MS
from konsento.mdms.fleet.town.measured import Status, measured
from konsento.mdms.fleet.town.plan import TownPlan
from tests.mdms.fleet.town.towns import FROM_MS, SLOT, beneath, one, rows_where, town

PERFECT = Collection(
    missed_permyriad=0,
    second_permille=0,
    again_percent=100,
    held_up_permille=0,
    twice_permille=0,
)
RIGHT_CLOCKS = replace(town(), clock_error_s=np.zeros_like(town().clock_error_s))
STANDING = rows_where(RIGHT_CLOCKS.stands(FROM_MS))


def had(rounds: tuple[Round, Round], slot: int) -> set[int]:
    """The rows whose reading of a slot came in these rounds."""
    return {row for each in rounds for row in each.rows[each.slots == slot].tolist()}


def collected(
    plan: TownPlan, collection: Collection, cuts: Cuts, slots: int, *, seed: int = 1
) -> list[tuple[Round, Round]]:
    collector = Collector(plan, collection, seed)
    return [collector.collect(SLOT + ago, cuts) for ago in range(slots)]


def test_on_a_good_day_every_standing_meter_is_had_in_the_first_round() -> None:
    ((first, second),) = collected(RIGHT_CLOCKS, PERFECT, NONE, 1)
    assert set(first.rows.tolist()) == STANDING
    assert len(second.rows) == 0
    assert (first.arrived_ms > round_at_ms(SLOT, 1)).all()
    assert (first.arrived_ms < end_ms(SLOT) + 6 * 60_000).all()
    assert (first.concentrator_at_ms < NEVER_MS).all()
    assert (second.concentrator_at_ms == NEVER_MS).all()


def test_the_same_seed_collects_the_same_and_a_slot_does_not_depend_on_the_ones_before() -> None:
    collection = Collection(missed_permyriad=300)
    first = collected(town(), collection, NONE, 3)
    again = collected(town(), collection, NONE, 3)
    for left, right in zip(first, again, strict=True):
        assert np.array_equal(left[0].rows, right[0].rows)
        assert np.array_equal(left[1].energy_wh, right[1].energy_wh)
        assert np.array_equal(left[0].arrived_ms, right[0].arrived_ms)
    later = Collector(town(), collection, 1).collect(SLOT + 2, NONE)
    assert had(later, SLOT + 2) == had(first[2], SLOT + 2)


@pytest.mark.parametrize("permyriad", [20, 100])
def test_as_many_readings_are_missed_as_the_setting_says(permyriad: int) -> None:
    plan = town(20_000)
    collection = Collection(missed_permyriad=permyriad, held_up_permille=0)
    rounds = collected(plan, collection, NONE, 6)
    on_time = plan.clock_error_s > -540
    standing = rows_where(plan.stands(FROM_MS) & on_time)
    missed = [len(standing - had(each, SLOT + ago)) for ago, each in enumerate(rounds)]
    share = sum(missed) / (6 * len(standing))
    assert share == pytest.approx(permyriad / 10_000, rel=0.25)


def test_what_was_missed_comes_later_and_only_once() -> None:
    rounds = collected(RIGHT_CLOCKS, Collection(missed_permyriad=500), NONE, 40)
    late = STANDING - had(rounds[0], SLOT)
    assert late
    came = [row for each in rounds[1:] for part in each for row in part.rows[part.slots == SLOT]]
    assert len(came) == len(set(came))
    assert len(set(came) & late) >= 0.95 * len(late)


def test_a_cut_way_holds_readings_back_until_it_is_mended_and_they_prove_the_power() -> None:
    under = beneath(RIGHT_CLOCKS, Kind.CONCENTRATOR, 1) & STANDING
    cuts = one(Kind.CONCENTRATOR, 1, FROM_MS, FROM_MS + 3 * SLOT_MS)
    rounds = collected(RIGHT_CLOCKS, PERFECT, cuts, 4)
    for ago in (0, 1):
        assert had(rounds[ago], SLOT + ago) == STANDING - under
        assert rounds[ago][0].concentrator_at_ms[1] == NEVER_MS
        assert rounds[ago][1].concentrator_at_ms[1] == NEVER_MS
    # The third slot is asked for when the way is whole again, with all before it.
    assert had(rounds[2], SLOT) == had(rounds[2], SLOT + 1) == under
    assert had(rounds[2], SLOT + 2) == STANDING
    first = rounds[2][0]
    late = first.slots < SLOT + 2
    lived_in = ~RIGHT_CLOCKS.vacant[first.rows] & (RIGHT_CLOCKS.size_1024ths[first.rows] > 0)
    assert (first.energy_wh[late & lived_in] > 0).all()
    assert (first.status[late] == Status.GOOD).all()


def test_a_dark_meter_says_afterwards_that_it_was_dark() -> None:
    under = beneath(RIGHT_CLOCKS, Kind.FEEDER, 0) & STANDING
    cuts = one(Kind.FEEDER, 0, FROM_MS - SLOT_MS // 2, FROM_MS + SLOT_MS)
    rounds = collected(RIGHT_CLOCKS, PERFECT, cuts, 1)
    assert under <= had(rounds[0], SLOT)
    first = rounds[0][0]
    dark = np.isin(first.rows, list(under))
    assert (first.energy_wh[dark] == 0).all()
    assert (first.status[dark] == Status.POWER_FAILED).all()
    assert (first.status[~dark] == Status.GOOD).all()


def test_while_it_is_dark_a_meter_says_nothing() -> None:
    under = beneath(RIGHT_CLOCKS, Kind.FEEDER, 0)
    cuts = one(Kind.FEEDER, 0, FROM_MS, FROM_MS + 10 * SLOT_MS)
    rounds = collected(RIGHT_CLOCKS, PERFECT, cuts, 2)
    assert not had(rounds[1], SLOT + 1) & under


def test_a_second_round_finds_those_whose_power_came_back_after_the_first() -> None:
    back_ms = round_at_ms(SLOT, 1) + 60_000
    ((first, second),) = collected(RIGHT_CLOCKS, PERFECT, one(Kind.DROP, 5, FROM_MS, back_ms), 1)
    assert 5 not in first.rows
    assert second.rows.tolist() == [5]


def test_a_round_knows_nothing_of_what_happens_after_it() -> None:
    until_now = one(Kind.SECTION, 0, FROM_MS, NEVER_MS)
    later = one(Kind.SECTION, 0, FROM_MS, round_at_ms(SLOT, 1) + 1)
    then = joined(later, one(Kind.FEEDER, 1, round_at_ms(SLOT, 1) + 1))
    one_way, other_way = (Collector(town(), Collection(), 1) for _ in range(2))
    left, right = one_way.ask(SLOT, 1, until_now), other_way.ask(SLOT, 1, then)
    assert np.array_equal(left.rows, right.rows)
    assert np.array_equal(left.energy_wh, right.energy_wh)


def test_what_is_owed_too_long_is_lost() -> None:
    cuts = one(Kind.RADIO, 5, FROM_MS, FROM_MS + (OWED_SLOTS + 3) * SLOT_MS)
    collector = Collector(RIGHT_CLOCKS, PERFECT, 1)
    for ago in range(OWED_SLOTS + 2):
        collector.collect(SLOT + ago, cuts)
    assert int(collector.owed()[5]) == OWED_SLOTS + 1
    rounds = collector.collect(SLOT + OWED_SLOTS + 2, cuts)
    slots = sorted(rounds[0].slots[rounds[0].rows == 5].tolist())
    assert slots == list(range(SLOT + 2, SLOT + OWED_SLOTS + 3))
    assert int(collector.owed()[5]) == 0


def test_a_slow_clock_is_late_and_a_fast_one_measures_too_early() -> None:
    errors = np.zeros(RIGHT_CLOCKS.meters, dtype=np.int32)
    errors[[4, 5, 6]] = (-300, -600, 600)
    plan = replace(RIGHT_CLOCKS, clock_error_s=errors)
    # Ten minutes before the slot begins the wire is whole again; for the fast clock it is later.
    cuts = one(Kind.DROP, 6, FROM_MS - 3_600_000, FROM_MS - 300_000)
    (this, following) = collected(plan, PERFECT, cuts, 2)
    assert 4 in this[1].rows
    assert 5 not in had(this, SLOT)
    assert 5 in had(following, SLOT)
    said = measured(plan, cuts, SLOT, np.array([4, 5, 6], dtype=np.int32))
    assert said.status.tolist() == [
        Status.CLOCK_UNSURE,
        Status.GOOD,
        Status.CLOCK_UNSURE | Status.POWER_FAILED,
    ]


def test_the_energy_of_a_slot_goes_with_the_time_it_was_lit() -> None:
    rows: Ints = np.array([5], dtype=np.int32)
    whole = measured(RIGHT_CLOCKS, NONE, SLOT, rows).energy_wh[0]
    half = measured(RIGHT_CLOCKS, one(Kind.DROP, 5, to_ms=FROM_MS + SLOT_MS // 2), SLOT, rows)
    assert half.energy_wh[0] == whole // 2
    opened = measured(RIGHT_CLOCKS, one(Kind.HOUSE_BREAKER, 5), SLOT, rows)
    assert (opened.energy_wh[0], opened.status[0]) == (0, Status.GOOD)


def test_a_day_of_a_town_is_some_ten_kilowatt_hours_a_meter_with_a_peak_in_the_evening() -> None:
    lived_in = np.flatnonzero(RIGHT_CLOCKS.size_1024ths > 0).astype(np.int32)
    slots = range(SLOT - 18, SLOT + 30)
    day = np.array([measured(RIGHT_CLOCKS, NONE, at, lived_in).energy_wh for at in slots])
    assert day.sum(axis=0).mean() == pytest.approx(10_655, rel=0.05)
    assert int(day.mean(axis=1).argmax()) in range(34, 42)
    assert day.min() > 0


def test_half_of_what_passes_a_weak_line_is_lost() -> None:
    cuts = one(Kind.HEAD_END, 0, FROM_MS, FROM_MS + 4 * SLOT_MS, loss_permille=500)
    ((first, second),) = collected(RIGHT_CLOCKS, PERFECT, cuts, 1)
    assert len(first.rows) / len(STANDING) == pytest.approx(0.5, abs=0.05)
    assert len(second.rows) / len(STANDING) == pytest.approx(0.25, abs=0.05)
    assert (first.concentrator_at_ms < NEVER_MS).all()
