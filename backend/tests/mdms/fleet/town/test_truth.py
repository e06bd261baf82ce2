"""Who has power, who can be heard: a cut darkens what hangs beneath it and nothing else."""

import numpy as np
import pytest

from konsento.mdms.fleet.town.cuts import NONE, Cut, Kind, count_of, cuts_of, joined, reclosing
from konsento.mdms.fleet.town.limits import SLOT_MS
from konsento.mdms.fleet.town.truth import lit, loss_share, touched, truth_at
from tests.mdms.fleet.town.towns import FROM_MS, beneath, one, rows_where, town

PLAN = town()
AMID = FROM_MS + 60_000
EVERYONE = set(range(PLAN.meters))
EVERY_ROW = np.arange(PLAN.meters, dtype=np.int32)


def test_without_a_cut_everybody_has_power_and_is_heard() -> None:
    truth = truth_at(PLAN, NONE, AMID)
    assert truth.powered.all()
    assert truth.loaded.all()
    assert truth.path_alive.all()


@pytest.mark.parametrize("kind", [Kind.FEEDER, Kind.SECTION, Kind.TRANSFORMER])
@pytest.mark.parametrize("place", [0, -1])
def test_a_cut_of_the_wires_darkens_exactly_its_meters(kind: Kind, place: int) -> None:
    node = place % count_of(PLAN, kind)
    truth = truth_at(PLAN, one(kind, node), AMID)
    assert rows_where(~truth.powered) == beneath(PLAN, kind, node)
    assert np.array_equal(truth.loaded, truth.powered)


def test_a_cut_holds_from_its_first_instant_to_before_its_last() -> None:
    cut = one(Kind.FEEDER, 0, FROM_MS, FROM_MS + 1_000)
    dark = [not truth_at(PLAN, cut, FROM_MS + at).powered.all() for at in (-1, 0, 999, 1_000)]
    assert dark == [False, True, True, False]


def test_a_torn_drop_darkens_one_meter_and_a_breaker_none() -> None:
    assert rows_where(~truth_at(PLAN, one(Kind.DROP, 5), AMID).powered) == {5}
    for breaker in (Kind.HOUSE_BREAKER, Kind.SERVICE_BREAKER):
        truth = truth_at(PLAN, one(breaker, 5), AMID)
        assert truth.reachable.all()
        assert rows_where(~truth.loaded) == {5}


@pytest.mark.parametrize("kind", [Kind.RELAY, Kind.CONCENTRATOR, Kind.HEAD_END])
def test_a_dead_radio_node_silences_exactly_its_meters_and_leaves_the_power(kind: Kind) -> None:
    node = count_of(PLAN, kind) - 1
    truth = truth_at(PLAN, one(kind, node), AMID)
    assert truth.powered.all()
    assert rows_where(~truth.path_alive) == beneath(PLAN, kind, node)


def test_a_faded_radio_silences_one_meter() -> None:
    truth = truth_at(PLAN, one(Kind.RADIO, 9), AMID)
    assert truth.powered.all()
    assert rows_where(~truth.path_alive) == {9}


def test_a_radio_node_dies_with_the_transformer_that_feeds_it_unless_it_has_a_battery() -> None:
    above = PLAN.feed_of_concentrator[PLAN.concentrator_of_relay]
    alone = (PLAN.feed_of_relay >= 0) & (PLAN.feed_of_relay != above)
    relay = int(np.flatnonzero(alone)[0])
    feed = int(PLAN.feed_of_relay[relay])
    truth = truth_at(PLAN, one(Kind.TRANSFORMER, feed), AMID)
    unheard = rows_where(truth.powered & ~truth.path_alive)
    assert beneath(PLAN, Kind.RELAY, relay) - beneath(PLAN, Kind.TRANSFORMER, feed) <= unheard
    battery = PLAN.feed_of_concentrator < 0
    assert battery.any()
    all_dark = joined(*(one(Kind.FEEDER, feeder) for feeder in range(PLAN.feeders)))
    assert np.array_equal(truth_at(PLAN, all_dark, AMID).concentrator_up, battery)


def test_cuts_over_one_another_darken_no_more_than_all_that_hangs_beneath_them() -> None:
    cuts = joined(one(Kind.FEEDER, 0), one(Kind.SECTION, 0), one(Kind.TRANSFORMER, 0))
    truth = truth_at(PLAN, cuts, AMID)
    assert rows_where(~truth.powered) == beneath(PLAN, Kind.FEEDER, 0) | beneath(
        PLAN, Kind.TRANSFORMER, 0
    )


def test_a_node_that_loses_part_of_what_passes_is_alive() -> None:
    cuts = one(Kind.CONCENTRATOR, 1, loss_permille=500)
    assert truth_at(PLAN, cuts, AMID).path_alive.all()
    share = loss_share(PLAN, cuts, AMID)
    assert share is not None
    assert rows_where(share > 0) == beneath(PLAN, Kind.CONCENTRATOR, 1)
    assert set(share.tolist()) == {0.0, 0.5}
    assert loss_share(PLAN, cuts, FROM_MS - 1) is None


def test_the_lit_part_of_a_slot_is_counted_to_the_millisecond() -> None:
    feeder = int(PLAN.feeder_of_section[PLAN.section_of_transformer[PLAN.transformer_of_meter[0]]])
    cuts = cuts_of(
        [
            Cut(kind=Kind.FEEDER, node=feeder, from_ms=FROM_MS + 100, to_ms=FROM_MS + 700),
            Cut(kind=Kind.DROP, node=0, from_ms=FROM_MS + 500, to_ms=FROM_MS + 900),
            Cut(kind=Kind.HOUSE_BREAKER, node=0, from_ms=FROM_MS + 800, to_ms=FROM_MS + 1_000),
            Cut(kind=Kind.DROP, node=1, from_ms=FROM_MS - 500, to_ms=FROM_MS + 1),
        ]
    )
    rows = np.array([0, 1], dtype=np.int32)
    found = lit(PLAN, cuts, FROM_MS, FROM_MS + SLOT_MS, rows)
    under = 600 if 1 in beneath(PLAN, Kind.FEEDER, feeder) else 0
    assert found.powered_ms.tolist() == [SLOT_MS - 800, SLOT_MS - 1 - under]
    assert found.loaded_ms.tolist() == [SLOT_MS - 900, SLOT_MS - 1 - under]


def test_those_touched_are_those_that_are_not_lit_all_the_time() -> None:
    cuts = joined(one(Kind.SECTION, 2), one(Kind.DROP, 3), one(Kind.HOUSE_BREAKER, 4))
    places = touched(PLAN, cuts, FROM_MS, FROM_MS + SLOT_MS, EVERY_ROW)
    found = lit(PLAN, cuts, FROM_MS, FROM_MS + SLOT_MS, EVERY_ROW)
    assert set(places.tolist()) == rows_where(found.loaded_ms < SLOT_MS)
    assert {3, 4} <= set(places.tolist())
    assert not len(touched(PLAN, cuts, FROM_MS + SLOT_MS, FROM_MS + 2 * SLOT_MS, EVERY_ROW))


def test_a_service_breaker_recloses_twice_and_locks_at_its_third_trip() -> None:
    cuts = reclosing(5, FROM_MS, (10_000, 15_000), FROM_MS + SLOT_MS)
    assert [(cut.from_ms - FROM_MS, cut.to_ms - FROM_MS) for cut in cuts] == [
        (0, 10_000),
        (20_000, 35_000),
        (50_000, SLOT_MS),
    ]
    assert len(reclosing(5, FROM_MS, (12_000,), FROM_MS + SLOT_MS)) == 1
    with pytest.raises(ValueError, match="third"):
        reclosing(5, FROM_MS, (1, 1, 1), FROM_MS)


def test_columns_of_cuts_say_what_was_put_into_them() -> None:
    given = [
        Cut(kind=Kind.RELAY, node=2, from_ms=9, to_ms=12, loss_permille=500),
        Cut(kind=Kind.FEEDER, node=1, from_ms=3, to_ms=8, planned=True),
    ]
    cuts = cuts_of(given)
    assert list(cuts) == given[::-1]
    assert [len(cuts.at(at)) for at in (2, 3, 8, 9, 12)] == [0, 1, 0, 1, 0]
    assert list(joined(NONE, cuts.of(Kind.RELAY), cuts.of(Kind.FEEDER))) == list(cuts)
    assert cuts.edges(4, 11) == [4, 8, 9, 11]
