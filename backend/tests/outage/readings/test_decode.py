"""What comes over the wire becomes the same batch in every encoding, or is refused by name."""

import contextlib
from collections.abc import Callable
from typing import Any

import nanoarrow
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from konsento.foundation.problems import Refusal
from konsento.outage.readings.batch import ROWS_MAX, BatchTooLarge, RowWrong
from konsento.outage.readings.decode import (
    ARROW,
    JSON,
    MSGPACK,
    MSGPACK_BEFORE,
    BatchNotOfForm,
    EncodingUnknown,
    decode,
)
from tests.outage.readings.written import HEADING, SMIDS, as_arrow, as_json, as_msgpack

Write = Callable[..., bytes]
ENCODINGS = [(as_json, JSON), (as_msgpack, MSGPACK), (as_arrow, ARROW)]
each_encoding = pytest.mark.parametrize(
    ("write", "media_type"), ENCODINGS, ids=["json", "msgpack", "arrow"]
)


@each_encoding
def test_a_batch_is_the_same_in_every_encoding(write: Write, media_type: str) -> None:
    batch = decode(write(), media_type)
    assert [key.decode() for key in batch.keys] == list(SMIDS)
    assert batch.energy_wh.tolist() == [120, 0, 431]
    assert batch.status.tolist() == [0, 1, 0]
    assert batch.heading.concentrator == "C-007"
    assert batch.heading.slot * 1_800_000 == HEADING["slot_start_ms"]


@each_encoding
def test_a_batch_without_rows_is_a_batch(write: Write, media_type: str) -> None:
    assert len(decode(write(smid=[], energy_wh=[], status=[]), media_type)) == 0


def test_arrow_may_come_in_several_record_batches_and_other_widths() -> None:
    types = {"energy_wh": nanoarrow.uint16(), "status": nanoarrow.int64()}
    batch = decode(as_arrow(types, chunks=2), ARROW)
    assert sorted(key.decode() for key in batch.keys) == sorted(SMIDS)
    assert int(batch.energy_wh.sum()) == 551


def test_the_media_type_may_carry_parameters_and_the_older_name_of_msgpack() -> None:
    assert len(decode(as_json(), "Application/JSON; charset=utf-8")) == 3
    assert len(decode(as_msgpack(), MSGPACK_BEFORE)) == 3
    with pytest.raises(EncodingUnknown):
        decode(as_json(), "text/csv")


@each_encoding
@pytest.mark.parametrize(
    ("field", "wrong", "row"),
    [
        ("energy_wh", [1, -2, 3], 1),
        ("energy_wh", [1, 2, 50_001], 2),
        ("status", [0, 0, 8], 2),
    ],
)
def test_a_number_no_meter_can_send_is_refused_with_its_row(
    write: Write, media_type: str, field: str, wrong: list[int], row: int
) -> None:
    with pytest.raises(RowWrong) as refused:
        decode(write(**{field: wrong}), media_type)
    assert refused.value.more == {"row": row, "field": field}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"energy_wh": ["1", 2, 3]}, "energy_wh"),
        ({"energy_wh": [1.5, 2, 3]}, "energy_wh"),
        ({"smid": [1, 2, 3]}, "smid"),
        ({"energy_wh": [2**70, 2, 3]}, "energy_wh"),
        ({"status": [0]}, "different lengths"),
        ({"slot_start_ms": HEADING["slot_start_ms"] + 1}, "multiple"),
        ({"batch": "<b>"}, "batch"),
        ({"concentrator": ""}, "concentrator"),
        ({"more": 1}, "more"),
    ],
)
def test_what_is_not_of_the_form_is_refused_with_the_field(
    change: dict[str, Any], said: str
) -> None:
    with pytest.raises(BatchNotOfForm) as refused:
        decode(as_json(**change), JSON)
    assert said in str(refused.value.more["errors"])


@pytest.mark.parametrize("body", [b"", b"{", b"NaN", b"[" * 100_000, b"\xff\xfe", b"null"])
@pytest.mark.parametrize("media_type", [JSON, MSGPACK, ARROW])
def test_noise_is_refused(body: bytes, media_type: str) -> None:
    with pytest.raises(BatchNotOfForm):
        decode(body, media_type)


def test_json_that_is_not_a_number_is_refused_with_the_field() -> None:
    with pytest.raises(BatchNotOfForm):
        decode(as_json().replace(b"431", b"NaN"), JSON)


@pytest.mark.parametrize(
    "types",
    [
        {"energy_wh": nanoarrow.float64()},
        {"smid": nanoarrow.binary()},
        {"status": nanoarrow.bool_()},
    ],
)
def test_arrow_columns_of_another_type_are_refused(types: dict[str, Any]) -> None:
    as_bytes = [smid.encode() for smid in SMIDS]
    change: dict[str, Any] = {"smid": as_bytes} if "smid" in types else {}
    with pytest.raises(BatchNotOfForm):
        decode(as_arrow(types, **change), ARROW)


def test_an_arrow_row_without_a_value_is_named() -> None:
    with pytest.raises(RowWrong) as refused:
        decode(as_arrow(energy_wh=[1, None, 3]), ARROW)
    assert refused.value.more == {"row": 1, "field": "energy_wh"}


def test_arrow_without_its_heading_is_refused() -> None:
    with pytest.raises(BatchNotOfForm):
        decode(as_arrow(batch=None), ARROW)


def test_a_batch_of_more_rows_than_are_allowed_is_refused() -> None:
    rows = ROWS_MAX + 1
    body = as_arrow(smid=[""] * rows, energy_wh=np.zeros(rows, int), status=np.zeros(rows, int))
    with pytest.raises(BatchTooLarge):
        decode(body, ARROW)


@given(
    st.sampled_from(ENCODINGS),
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=12),
)
def test_a_damaged_batch_is_refused_or_read_and_never_more(
    encoding: tuple[Write, str], hits: list[tuple[int, int]]
) -> None:
    write, media_type = encoding
    body = bytearray(write())
    for at, byte in hits:
        body[at % len(body)] = byte
    with contextlib.suppress(Refusal):
        batch = decode(bytes(body), media_type)
        assert len(batch.keys) == len(batch.energy_wh) == len(batch.status)
        assert int(batch.energy_wh.min(initial=0)) >= 0
