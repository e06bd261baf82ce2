"""How a batch is kept, and what of it is not believed."""

import numpy as np
import pytest

from konsento.outage.readings.batch import (
    FUTURE_MS_MAX,
    PAST_MS_MAX,
    Batch,
    BatchOfTheFuture,
    BatchTooOld,
    check_time,
    contradicting,
    digest,
    press,
    unpress,
)
from konsento.outage.readings.decode import ARROW, JSON, decode
from konsento.outage.slots import SLOT_MS
from tests.outage.readings.written import ENERGY_WH, SLOT_START, SMIDS, STATUS, as_arrow, as_json


def rows(batch: Batch) -> list[tuple[bytes, int, int]]:
    return sorted(
        zip(batch.keys.tolist(), batch.energy_wh.tolist(), batch.status.tolist(), strict=True)
    )


def test_what_was_pressed_comes_out_as_it_was() -> None:
    batch = decode(as_json(), JSON)
    again = unpress(press(batch))
    assert again.heading == batch.heading
    assert rows(again) == rows(batch)


def test_a_batch_is_known_again_in_another_encoding_and_order() -> None:
    known = digest(decode(as_json(), JSON))
    backwards = as_arrow(smid=SMIDS[::-1], energy_wh=ENERGY_WH[::-1], status=STATUS[::-1])
    assert digest(decode(backwards, ARROW)) == known
    assert digest(decode(as_json(energy_wh=[1, 2, 3]), JSON)) != known


def test_a_meter_that_stands_twice_with_two_numbers_contradicts_itself() -> None:
    same = decode(as_json(smid=["A", "B", "A"], energy_wh=[5, 6, 5]), JSON)
    other = decode(as_json(smid=["A", "B", "A"], energy_wh=[5, 6, 7]), JSON)
    rows = np.array([7, 8, 7], np.int32)
    assert contradicting(same, rows) == []
    assert contradicting(other, rows) == [2]
    assert contradicting(other, np.array([-1, 8, -1], np.int32)) == []  # strangers are told so


def test_a_slot_that_is_not_over_and_one_of_last_week_are_refused() -> None:
    heading = decode(as_json(), JSON).heading
    end = SLOT_START + SLOT_MS
    check_time(heading, end - FUTURE_MS_MAX)
    check_time(heading, SLOT_START + PAST_MS_MAX)
    with pytest.raises(BatchOfTheFuture):
        check_time(heading, end - FUTURE_MS_MAX - 1)
    with pytest.raises(BatchTooOld):
        check_time(heading, SLOT_START + PAST_MS_MAX + 1)
