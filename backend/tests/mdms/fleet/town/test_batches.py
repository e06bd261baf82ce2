"""What travels: every reading in one batch of its concentrator and slot, the silence included."""

import msgspec
import numpy as np

from konsento.mdms.fleet.town.batches import (
    ReadingBatch,
    as_json,
    as_msgpack,
    deliveries,
)
from konsento.mdms.fleet.town.collection import Collection, Collector
from konsento.mdms.fleet.town.cuts import NONE, Kind, joined
from konsento.mdms.fleet.town.limits import HOUR_MS, SLOT_MS
from tests.mdms.fleet.town.towns import FROM_MS, SLOT, beneath, one, town

PLAN = town()
ROUGH = Collection(missed_permyriad=300, again_percent=50)
ONCE = msgspec.structs.replace(ROUGH, twice_permille=0)


def test_all_readings_of_a_round_are_in_its_batches_and_nothing_else() -> None:
    collector = Collector(PLAN, ROUGH, 1)
    for slot in range(SLOT, SLOT + 6):
        for found in collector.collect(slot, NONE):
            sent = [
                (smid, each.batch.slot_start_ms // SLOT_MS, wh, status)
                for each in deliveries(PLAN, ONCE, found, 1)
                for smid, wh, status in zip(
                    each.batch.smid, each.batch.energy_wh, each.batch.status, strict=True
                )
            ]
            smids = PLAN.smids[found.rows].astype("U16").tolist()
            columns = (found.slots.tolist(), found.energy_wh.tolist(), found.status.tolist())
            assert sorted(sent) == sorted(zip(smids, *columns, strict=True))


def test_a_batch_is_of_one_concentrator_and_its_own_meters() -> None:
    found, _ = Collector(PLAN, ROUGH, 1).collect(SLOT, NONE)
    for each in deliveries(PLAN, ROUGH, found, 1):
        number = PLAN.concentrator_codes.index(each.batch.concentrator)
        mine = {PLAN.smids[row].decode() for row in beneath(PLAN, Kind.CONCENTRATOR, number)}
        assert set(each.batch.smid) <= mine
        assert each.batch.sent_at_ms <= each.arrives_ms


def test_a_concentrator_that_lives_sends_a_batch_though_all_its_meters_are_dark() -> None:
    battery = int(np.flatnonzero(PLAN.feed_of_concentrator < 0)[0])
    cuts = [one(Kind.FEEDER, at, FROM_MS, FROM_MS + 2 * SLOT_MS) for at in range(PLAN.feeders)]
    found, again = Collector(PLAN, ROUGH, 1).collect(SLOT, joined(*cuts))
    sent = deliveries(PLAN, ONCE, found, 1)
    assert {each.batch.concentrator for each in sent} == {
        PLAN.concentrator_codes[number]
        for number in np.flatnonzero(PLAN.feed_of_concentrator < 0).tolist()
    }
    assert all(each.batch.smid == [] for each in sent)
    assert PLAN.concentrator_codes[battery] in {each.batch.concentrator for each in sent}
    # Once a slot is enough to say so.
    assert deliveries(PLAN, ONCE, again, 1) == []


def test_batches_come_in_the_order_of_their_arrival_and_have_names_of_their_own() -> None:
    collector = Collector(PLAN, ROUGH, 1)
    names: list[str] = []
    for slot in range(SLOT, SLOT + 10):
        for found in collector.collect(slot, NONE):
            sent = deliveries(PLAN, ONCE, found, 1)
            assert sent == sorted(sent, key=lambda each: each.arrives_ms)
            names += [each.batch.batch for each in sent]
    assert len(set(names)) == len(names)


def test_a_batch_that_comes_twice_is_the_same_batch() -> None:
    found, _ = Collector(PLAN, ROUGH, 1).collect(SLOT, NONE)
    sent = deliveries(PLAN, Collection(twice_permille=1_000), found, 1)
    by_name: dict[str, list[ReadingBatch]] = {}
    for each in sent:
        by_name.setdefault(each.batch.batch, []).append(each.batch)
    assert {len(same) for same in by_name.values()} == {2}
    assert all(first == second for first, second in by_name.values())


def test_a_batch_that_is_held_up_comes_hours_after_it_was_sent() -> None:
    collection = Collection(held_up_permille=1_000)
    found, _ = Collector(PLAN, collection, 1).collect(SLOT, NONE)
    for each in deliveries(PLAN, collection, found, 1):
        assert HOUR_MS - 60_000 <= each.arrives_ms - each.batch.sent_at_ms <= 3 * HOUR_MS


def test_json_and_msgpack_carry_the_same() -> None:
    found, _ = Collector(PLAN, ROUGH, 1).collect(SLOT, NONE)
    batch = deliveries(PLAN, ROUGH, found, 1)[0].batch
    assert msgspec.json.decode(as_json(batch), type=ReadingBatch) == batch
    assert msgspec.msgpack.decode(as_msgpack(batch), type=ReadingBatch) == batch
    assert batch.batch == f"{batch.concentrator}.{SLOT}.1"
