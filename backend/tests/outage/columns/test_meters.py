"""Who was last heard when: order and repetition change nothing, counts are always in step."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from konsento.outage.columns import bits
from konsento.outage.columns.meters import NEVER, Columns, RowUnknown, SlotForgotten
from konsento.outage.columns.sweep import silence
from konsento.outage.limits import OFFSETS, SLOTS_KEPT

TOP = 996_543
METERS, AREAS = 150, 7
Readings = list[tuple[int, int]]
READINGS = st.lists(
    st.tuples(st.integers(-1, METERS - 1), st.integers(TOP - 3 * SLOTS_KEPT, TOP + 2)),
    max_size=80,
)


def columns() -> Columns:
    return Columns(np.arange(METERS, dtype=np.int32) % AREAS, AREAS, TOP)


def apply(to: Columns, readings: Readings) -> None:
    rows, slots = np.array(readings, np.int32).reshape(-1, 2).T
    to.apply(rows, slots)


def rows(*numbers: int) -> bits.Rows:
    return np.array(numbers, np.int32)


def kept(of: Columns) -> list[list[int]]:
    """All that is known, to be compared."""
    window = range(of.oldest_slot, of.top_slot + 1)
    return [
        of.last_slots(np.arange(len(of), dtype=np.int32)).tolist(),
        of.expected_by_area.tolist(),
        *(bits.rows_in(of.heard(slot)).tolist() for slot in window),
        *(of.heard_by_area(slot).tolist() for slot in window),
    ]


def in_step(of: Columns) -> None:
    """Bits and counts say what the last slots say."""
    every = np.arange(len(of), dtype=np.int32)
    last, expected = of.last_slots(every), bits.to_mask(of.expected, len(of))
    assert np.array_equal(of.expected_by_area, np.bincount(of.area[expected], minlength=AREAS))
    for slot in range(of.oldest_slot, of.top_slot + 1):
        heard = last >= slot
        assert bits.rows_in(of.heard(slot)).tolist() == np.flatnonzero(heard).tolist()
        by_area = np.bincount(of.area[heard & expected], minlength=AREAS)
        assert np.array_equal(of.heard_by_area(slot), by_area)


@given(READINGS, st.randoms(use_true_random=False), st.integers(1, 80))
@settings(derandomize=True, max_examples=150, deadline=None)
def test_neither_order_nor_batches_nor_repetition_change_what_is_known(
    readings: Readings, chance: object, size: int
) -> None:
    once, otherwise = columns(), columns()
    apply(once, readings)
    shuffled = readings + readings[: len(readings) // 2]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    for at in range(0, len(shuffled), size):
        apply(otherwise, shuffled[at : at + size])
    in_step(once)
    assert kept(once) == kept(otherwise)


@given(READINGS, st.lists(st.tuples(st.integers(0, METERS - 1), st.booleans()), max_size=20))
@settings(derandomize=True, max_examples=100, deadline=None)
def test_counts_are_in_step_whoever_is_expected_and_whatever_time_it_is(
    readings: Readings, wishes: list[tuple[int, bool]]
) -> None:
    known = columns()
    half = len(readings) // 2
    apply(known, readings[:half])
    for row, wanted in wishes:
        known.expect(rows(row, row), wanted=wanted)
    known.advance(TOP + 2)
    apply(known, readings[half:])
    in_step(known)


def test_a_batch_of_one_slot_is_the_same_as_one_with_a_slot_for_each() -> None:
    one, each = columns(), columns()
    told = one.apply(rows(3, 5, 3, -1), TOP)
    again = each.apply(rows(3, 5, 3, -1), np.full(4, TOP, np.int32))
    assert kept(one) == kept(each)
    assert told.newer.tolist() == again.newer.tolist() == [3, 5]
    assert (told.not_newer, told.unknown, told.future) == (1, 1, 0)
    assert (again.not_newer, again.unknown, again.future) == (1, 1, 0)


def test_who_is_heard_of_a_later_slot_is_heard_of_the_earlier_ones() -> None:
    known = columns()
    known.apply(rows(4), TOP)
    assert 4 in bits.rows_in(known.heard(TOP - 2))
    assert known.apply(rows(4), TOP - 1).not_newer == 1


def test_a_reading_of_a_slot_to_come_is_left_out() -> None:
    known = columns()
    assert known.apply(rows(1, 2), TOP + 1).future == 2
    assert known.apply(rows(1, 2), np.array([TOP, TOP + 1], np.int32)).future == 1
    assert known.last_slots(rows(1, 2)).tolist() == [TOP, NEVER]


def test_a_row_that_is_no_meters_is_refused_and_nothing_is_kept() -> None:
    known = columns()
    with pytest.raises(RowUnknown, match="150 of 150"):
        known.apply(rows(1, METERS), TOP)
    assert len(bits.rows_in(known.heard(TOP))) == 0


def test_an_area_out_of_range_is_refused() -> None:
    with pytest.raises(RowUnknown, match="area"):
        Columns(rows(0, 1, 2), 2, TOP)


@pytest.mark.parametrize("slot", [TOP + 1, TOP - SLOTS_KEPT])
def test_a_slot_that_is_not_kept_is_refused_by_name(slot: int) -> None:
    with pytest.raises(SlotForgotten, match=str(slot)):
        columns().heard(slot)


def test_the_silent_are_the_expected_who_were_not_heard() -> None:
    known = columns()
    known.apply(np.arange(140, dtype=np.int32), TOP)
    known.expect(rows(7, 145), wanted=False)
    found = silence(known, TOP)
    assert found.rows.tolist() == [140, 141, 142, 143, 144, 146, 147, 148, 149]
    assert found.by_area.tolist() == np.bincount(found.rows % AREAS, minlength=AREAS).tolist()


def test_two_hands_find_the_same_silence() -> None:
    known = columns()
    known.apply(np.arange(0, METERS, 3, dtype=np.int32), TOP)
    with ThreadPoolExecutor(1) as hand:
        assert silence(known, TOP, hand).rows.tolist() == silence(known, TOP).rows.tolist()


def test_a_meter_silent_for_two_years_is_as_good_as_never_heard() -> None:
    known = columns()
    known.apply(rows(1), TOP)
    later = TOP + OFFSETS
    known.advance(later - 100)
    known.apply(rows(2), later - 100)
    known.advance(later)
    assert known.last_slots(rows(1, 2)).tolist() == [NEVER, later - 100]
    known.apply(rows(3), later)
    in_step(known)
    assert known.last_slots(rows(3)).tolist() == [later]


def test_time_does_not_run_backwards() -> None:
    known = columns()
    known.advance(TOP - 100)
    assert known.top_slot == TOP


def test_a_meter_takes_sixteen_bytes_with_its_place_in_the_trees() -> None:
    many = 1 << 17
    known = Columns(np.zeros(many, np.int32), 1, TOP)
    words = sum(known.heard(slot).nbytes for slot in range(known.oldest_slot, TOP + 1))
    own = known.last.nbytes + known.area.nbytes + known.expected.nbytes + words
    transformer_and_relay = 8
    assert own / many + transformer_and_relay <= 16
