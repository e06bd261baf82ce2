"""Columns on disk: back as they were, or refused by name."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from konsento.outage.columns import bits
from konsento.outage.columns.meters import Columns
from konsento.outage.columns.snapshot import (
    MAGIC,
    SnapshotForeign,
    SnapshotTorn,
    load,
    load_columns,
    save,
    save_columns,
)

TOP = 996_543


@pytest.fixture
def known() -> Columns:
    columns = Columns(np.arange(1_000, dtype=np.int32) % 9, 9, TOP)
    chance = np.random.default_rng(5)
    rows = chance.integers(0, 1_000, 3_000).astype(np.int32)
    columns.apply(rows, (TOP - chance.integers(0, 12, 3_000)).astype(np.int32))
    columns.expect(np.arange(50, dtype=np.int32), wanted=False)
    return columns


def test_columns_come_back_as_they_were(known: Columns, tmp_path: Path) -> None:
    save_columns(tmp_path / "columns", known, {"journal": 42})
    back, facts = load_columns(tmp_path / "columns")
    assert facts == {"journal": 42}
    assert np.array_equal(back.last, known.last)
    assert np.array_equal(back.expected_by_area, known.expected_by_area)
    for slot in range(known.oldest_slot, TOP + 1):
        assert np.array_equal(back.heard(slot), known.heard(slot))
        assert np.array_equal(back.heard_by_area(slot), known.heard_by_area(slot))


def test_columns_that_came_back_go_on_like_the_others(known: Columns, tmp_path: Path) -> None:
    save_columns(tmp_path / "columns", known)
    back, _ = load_columns(tmp_path / "columns")
    for columns in (known, back):
        columns.advance(TOP + 2)
        columns.apply(np.arange(500, dtype=np.int32), TOP + 1)
    assert np.array_equal(back.heard(TOP + 1), known.heard(TOP + 1))
    assert np.array_equal(bits.rows_in(back.expected), bits.rows_in(known.expected))


def test_a_file_cut_short_anywhere_is_refused(known: Columns, tmp_path: Path) -> None:
    path = tmp_path / "columns"
    save_columns(path, known)
    whole = path.read_bytes()
    for length in (len(MAGIC) + 4, len(MAGIC) + 20, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises((SnapshotTorn, SnapshotForeign)):
            load_columns(path)


@pytest.mark.parametrize("place", [40, 200, -1])
def test_a_single_changed_byte_is_refused(known: Columns, tmp_path: Path, place: int) -> None:
    path = tmp_path / "columns"
    save_columns(path, known)
    changed = bytearray(path.read_bytes())
    changed[place] ^= 1
    path.write_bytes(changed)
    with pytest.raises(SnapshotTorn):
        load_columns(path)


def test_more_at_the_end_than_the_header_says_is_refused(known: Columns, tmp_path: Path) -> None:
    path = tmp_path / "columns"
    save_columns(path, known)
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(SnapshotTorn, match="more"):
        load_columns(path)


def test_a_foreign_file_and_another_version_are_refused(known: Columns, tmp_path: Path) -> None:
    path = tmp_path / "columns"
    path.write_bytes(b"PAR1" * 100)
    with pytest.raises(SnapshotForeign, match="begins otherwise"):
        load(path)
    save_columns(path, known)
    newer = bytearray(path.read_bytes())
    newer[len(MAGIC)] = 9
    path.write_bytes(newer)
    with pytest.raises(SnapshotForeign, match="version 9"):
        load(path)


def test_a_snapshot_of_something_else_is_no_columns(tmp_path: Path) -> None:
    save(tmp_path / "other", {"a": 1}, {"b": np.arange(3, dtype=np.int32)})
    with pytest.raises(SnapshotForeign, match="no columns"):
        load_columns(tmp_path / "other")


def test_columns_of_different_lengths_are_refused(tmp_path: Path) -> None:
    facts = {"base_slot": TOP - 10, "top_slot": TOP, "areas": 1}
    arrays: dict[str, NDArray[Any]] = {
        "area": np.zeros(3, np.int32),
        "last": np.zeros(2, np.uint16),
        "expected": np.zeros(1, np.uint64),
    }
    save(tmp_path / "uneven", facts, arrays)
    with pytest.raises(SnapshotForeign, match="lengths"):
        load_columns(tmp_path / "uneven")


def test_a_type_that_could_not_be_read_back_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="floats"):
        save(tmp_path / "no", {}, {"floats": np.zeros(2)})
    assert not (tmp_path / "no").exists()


def test_a_save_that_fails_leaves_the_old_file(known: Columns, tmp_path: Path) -> None:
    path = tmp_path / "columns"
    save_columns(path, known)
    (tmp_path / "columns.new").mkdir()
    with pytest.raises(IsADirectoryError):
        save_columns(path, known)
    assert load_columns(path)[0].top_slot == TOP
