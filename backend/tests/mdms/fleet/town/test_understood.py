"""What the town says, the outage room understands: the two share a wire and not a line of code."""

from pathlib import Path

import numpy as np

from konsento.mdms.fleet.town.batches import ReadingBatch, as_json, as_msgpack, deliveries
from konsento.mdms.fleet.town.bulk_csv import write_moves, write_register
from konsento.mdms.fleet.town.collection import Collection, Collector
from konsento.mdms.fleet.town.cuts import Kind
from konsento.mdms.fleet.town.limits import SLOT_MS
from konsento.mdms.fleet.town.measured import Status
from konsento.mdms.fleet.town.moves import rehung
from konsento.mdms.fleet.town.plan import TownPlan
from konsento.outage.judgement.retraction import ReadingStatus
from konsento.outage.readings.batch import check_time
from konsento.outage.readings.decode import JSON, MSGPACK, decode
from konsento.outage.topology.register import Register, Tables, register_of
from tests.mdms.fleet.town.towns import FROM_MS, SLOT, one, town

PLAN = town()


def registered(plan: TownPlan, folder: Path, more_meters: str = "") -> Register:
    areas, nodes, meters = (path.read_text() for path in write_register(plan, folder))
    return register_of(Tables(areas=areas, nodes=nodes, meters=meters + more_meters))


def test_the_register_of_the_town_is_loaded_as_it_was_planned(tmp_path: Path) -> None:
    register = registered(PLAN, tmp_path)
    trees = register.trees
    assert np.array_equal(trees.transformer_of_meter, PLAN.transformer_of_meter)
    assert np.array_equal(trees.section_of_transformer, PLAN.section_of_transformer)
    assert np.array_equal(trees.feeder_of_section, PLAN.feeder_of_section)
    assert np.array_equal(trees.area_of_meter, PLAN.area_of_meter)
    assert np.array_equal(trees.head_end_of_concentrator, PLAN.head_end_of_concentrator)
    assert np.array_equal(trees.feed_of_concentrator, PLAN.feed_of_concentrator)
    # The relays that are none get numbers of the room's own.
    assert np.array_equal(
        trees.concentrator_of_relay[trees.relay_of_meter], PLAN.concentrator_of_meter()
    )
    direct = PLAN.relay_is_direct[PLAN.relay_of_meter]
    assert np.array_equal(trees.relay_is_direct[trees.relay_of_meter], direct)
    there = ~PLAN.vacant & PLAN.stands(FROM_MS)
    assert register.serving(SLOT + 1)[there].all()
    assert not register.serving(SLOT + 1)[PLAN.vacant].any()


def test_a_meter_that_found_another_relay_is_followed_from_then_on(tmp_path: Path) -> None:
    later, moved = rehung(PLAN, 20, np.random.default_rng(1))
    path = tmp_path / "moves.csv"
    write_moves(later, moved, FROM_MS + SLOT_MS, path)
    changes = path.read_text().split("\n", 1)[1]
    trees = registered(PLAN, tmp_path, changes).trees
    before, after = trees.at(SLOT), trees.at(SLOT + 1)
    names = [code for code in PLAN.relay_codes if not code.endswith("-D")]
    for row in moved.tolist():
        for plan, then in ((PLAN, before), (later, after)):
            relay = int(then.relay_of_meter[row])
            code = plan.relay_codes[plan.relay_of_meter[row]]
            assert then.relay_is_direct[relay] if code.endswith("-D") else names[relay] == code


def test_every_batch_is_read_in_either_encoding_and_its_slot_is_over() -> None:
    collection = Collection(missed_permyriad=200)
    collector = Collector(PLAN, collection, 1)
    cuts = one(Kind.FEEDER, 0, FROM_MS, FROM_MS + SLOT_MS // 2)
    seen: list[ReadingBatch] = []
    for slot in (SLOT, SLOT + 1):
        for found in collector.collect(slot, cuts):
            for each in deliveries(PLAN, collection, found, 1):
                for batch in (
                    decode(as_json(each.batch), JSON),
                    decode(as_msgpack(each.batch), MSGPACK),
                ):
                    check_time(batch.heading, each.arrives_ms)
                    assert batch.heading.batch == each.batch.batch
                    assert batch.heading.slot_start_ms == each.batch.slot_start_ms
                    assert len(batch) == len(each.batch.smid)
                    assert batch.energy_wh.tolist() == each.batch.energy_wh
                    assert batch.status.tolist() == each.batch.status
                seen.append(each.batch)
    assert any(status & Status.POWER_FAILED for batch in seen for status in batch.status)


def test_the_bits_of_the_status_mean_the_same_on_both_sides() -> None:
    understood = {each.name: int(each) for each in ReadingStatus}
    assert {each.name: int(each) for each in Status}.items() <= understood.items()
