"""Sets of rows as bits, against the same sets as truths."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from konsento.outage.columns import bits


@given(st.sets(st.integers(0, 999)), st.sets(st.integers(0, 999)))
@settings(derandomize=True, max_examples=200, deadline=None)
def test_what_is_missing_is_what_is_wanted_and_not_there(wanted: set[int], there: set[int]) -> None:
    def words(rows: set[int]) -> bits.Words:
        mask = np.zeros(1_000, np.bool_)
        mask[list(rows)] = True
        return bits.of_mask(mask)

    assert bits.rows_missing(words(wanted), words(there)).tolist() == sorted(wanted - there)
    assert bits.rows_in(words(wanted)).tolist() == sorted(wanted)


@pytest.mark.parametrize("share", [0.001, 0.01, 0.3, 0.9, 1.0])
def test_thin_and_thick_sets_over_several_chunks_are_found_alike(share: float) -> None:
    count = bits.CHUNK_WORDS * bits.WORD_BITS + 12_345
    mask = np.random.default_rng(7).random(count) < share
    words = bits.of_mask(mask)
    assert np.array_equal(bits.rows_in(words), np.flatnonzero(mask))
    assert np.array_equal(bits.to_mask(words, count), mask)


def test_rows_are_put_in_and_taken_out() -> None:
    words = bits.empty(200)
    rows = np.array([0, 63, 64, 199], np.int32)
    bits.put(words, rows)
    assert bits.has(words, np.array([0, 1, 63, 64, 199], np.int32)).tolist() == [1, 0, 1, 1, 1]
    bits.take_out(words, rows[1:3])
    assert bits.rows_in(words).tolist() == [0, 199]


def test_the_empty_set_has_no_rows() -> None:
    assert len(bits.rows_in(bits.empty(0))) == 0
    assert len(bits.rows_missing(bits.empty(0), bits.empty(0))) == 0
