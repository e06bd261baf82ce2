"""What the journal holds is replayed many batches at once, and makes what it made one by one."""

import numpy as np
import pytest

from konsento.outage import journal
from konsento.outage.judgement.retraction import ReadingStatus
from konsento.outage.neighbours import Role
from konsento.outage.readings.decode import JSON
from konsento.outage.slots import SLOT_MS
from konsento.outage.take_in import take_readings
from konsento.outage.watch import Watch
from tests.outage.quarter import CODES, SMIDS, Quarter
from tests.outage.readings.written import as_json

UP = "3.26.9.216"
FAILED = int(ReadingStatus.POWER_FAILED)


async def read(quarter: Quarter, batch: str, slots_ago: int, *smids: str, status: int = 0) -> None:
    body = as_json(
        batch=batch,
        concentrator="C-1",
        slot_start_ms=quarter.last_slot_start - slots_ago * SLOT_MS,
        sent_at_ms=quarter.clock.now_ms(),
        smid=list(smids),
        energy_wh=[100] * len(smids),
        status=[status] * len(smids),
    )
    await take_readings(quarter.system, body, JSON)


async def a_mixed_day(quarter: Quarter) -> None:
    """Batches of several slots in no order, strangers, a late one, and a meter's own word."""
    await read(quarter, "b-1", 3, *SMIDS[:4])
    await read(quarter, "b-2", 1, *SMIDS[2:6], "SM-33-9999")
    await read(quarter, "b-3", 2, *SMIDS[5:])
    await read(quarter, "b-4", 9, *SMIDS, status=FAILED)
    await read(quarter, "b-5", 0)
    word = {"smid": SMIDS[7], "code": UP, "at_ms": quarter.clock.now_ms()}
    path = "/outage/v1/meter-events"
    said = await quarter.ask("POST", path, Role.COLLECTOR, json={"batch": "e-1", "events": [word]})
    assert said.status_code == 200
    await quarter.clock.advance(SLOT_MS)
    await read(quarter, "b-6", 0, *SMIDS[1:3])
    await read(quarter, "b-7", 4, *SMIDS[3:])


@pytest.mark.parametrize("rows_at_once", [1, 6, 500_000])
async def test_many_batches_at_once_are_the_same_as_one_after_the_other(
    quarter: Quarter, rows_at_once: int
) -> None:
    await a_mixed_day(quarter)
    one_by_one, at_once = Watch(CODES), Watch(CODES)
    at_once.judged_slot = one_by_one.judged_slot = quarter.last_slot_start // SLOT_MS - 3
    async for pieces in journal.replay(0):
        at_once.apply_all(pieces, rows_at_once)
        at_once.apply_all(pieces)
        for piece in pieces:
            one_by_one.apply(piece)
    assert at_once.seq == one_by_one.seq > 0
    left, right = at_once.columns, one_by_one.columns
    assert (left.top_slot, left.base_slot) == (right.top_slot, right.base_slot)
    assert np.array_equal(left.last, right.last)
    for slot in range(left.oldest_slot, left.top_slot + 1):
        assert np.array_equal(left.heard(slot), right.heard(slot))
        assert np.array_equal(left.heard_by_area(slot), right.heard_by_area(slot))
    assert np.array_equal(at_once.batch_slots, one_by_one.batch_slots)
    assert at_once.power_words == one_by_one.power_words
    assert [each.slot for each in at_once.late] == [each.slot for each in one_by_one.late] != []
    for late, same in zip(at_once.late, one_by_one.late, strict=True):
        assert np.array_equal(late.rows, same.rows)
