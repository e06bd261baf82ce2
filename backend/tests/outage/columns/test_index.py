"""From an id to a row, and which ids can be a meter's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from konsento.outage.columns.index import MeterIndex, SmidNotOfForm, SmidTwice
from konsento.outage.columns.keys import keys_of, keys_of_text, of_form

SMIDS = st.lists(st.from_regex(r"[A-Z0-9-]{1,16}", fullmatch=True), unique=True, max_size=60)


def found(index: MeterIndex, *smids: str) -> list[int]:
    return [int(row) for row in index.rows_of(keys_of(smids))]


@given(SMIDS, st.lists(st.text(max_size=20), max_size=20))
@settings(derandomize=True, max_examples=200, deadline=None)
def test_every_meter_is_found_in_its_row_and_nobody_else_is(
    smids: list[str], others: list[str]
) -> None:
    index = MeterIndex(keys_of(smids))
    assert found(index, *smids) == list(range(len(smids)))
    strangers = [other for other in others if other not in smids]
    assert found(index, *strangers) == [-1] * len(strangers)


def test_a_hundred_thousand_neighbouring_ids_are_told_apart() -> None:
    smids = [f"SM-33-{number:06d}" for number in range(100_000)]
    index = MeterIndex(keys_of(smids))
    rows = np.random.default_rng(3).permutation(100_000)
    assert np.array_equal(index.rows_of(keys_of([smids[row] for row in rows])), rows)
    assert index.keys[99_999] == b"SM-33-099999"
    assert len(index) == 100_000


def test_a_string_that_only_begins_like_an_id_is_not_it() -> None:
    index = MeterIndex(keys_of(["SM-33-000000012A", "SM-1"]))
    strangers = ["SM-33-000000012AB", "SM-33-000000012", "SM-1\0", "", "ＳＭ-1", "\0"]
    assert found(index, *strangers) == [-1] * len(strangers)


def test_an_id_that_stands_twice_is_refused_by_its_row() -> None:
    with pytest.raises(SmidTwice, match="SM-2") as refused:
        MeterIndex(keys_of(["SM-1", "SM-2", "SM-3", "SM-2"]))
    assert refused.value.more["row"] in (1, 3)


@pytest.mark.parametrize("smid", ["", "sm-1", "SM 1", "SM_1", "A" * 17, "SMé"])
def test_an_id_of_another_form_is_refused(smid: str) -> None:
    with pytest.raises(SmidNotOfForm, match="row 1"):
        MeterIndex(keys_of(["SM-1", smid]))


def test_a_register_without_meters_finds_none() -> None:
    assert found(MeterIndex(keys_of([])), "SM-1") == [-1]


@given(st.lists(st.text("ABC-019\0é", max_size=20), max_size=30), st.integers(0, 5))
@settings(derandomize=True, max_examples=200, deadline=None)
def test_a_column_of_text_gives_the_keys_of_its_strings(smids: list[str], before: int) -> None:
    raw = [smid.encode() for smid in smids]
    text = np.frombuffer(b"x" * before + b"".join(raw), np.uint8)
    offsets = before + np.cumsum([0, *map(len, raw)])
    same = [smid for smid in smids if smid.isascii()]
    keys = keys_of_text(offsets, text)
    told = [key for key, smid in zip(keys.tolist(), smids, strict=True) if smid.isascii()]
    assert told == keys_of(same).tolist()
    odd = [key for key, smid in zip(keys, smids, strict=True) if not smid.isascii()]
    assert not of_form(np.array(odd, "S16")).any()


def test_ids_of_one_length_take_the_short_way_to_the_same_keys() -> None:
    text = np.frombuffer(b"SM-001SM-002", np.uint8)
    assert keys_of_text(np.array([0, 6, 12]), text).tolist() == [b"SM-001", b"SM-002"]
