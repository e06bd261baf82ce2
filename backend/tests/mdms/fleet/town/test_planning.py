"""A town is drawn whole: everybody stands in both trees, and the same seed draws the same."""

from dataclasses import fields

import numpy as np
import pytest

from konsento.mdms.fleet.town.cuts import Kind
from konsento.mdms.fleet.town.limits import NEVER_MS
from konsento.mdms.fleet.town.moves import rehung
from konsento.mdms.fleet.town.plan import TownPlan
from konsento.mdms.fleet.town.planning import plan_town
from tests.mdms.fleet.town.towns import FROM_MS, OUTLETS, beneath, town

SIZES = [500, 2_000, 100_000]
LINKS = (
    ("transformer_of_meter", "transformers"),
    ("section_of_transformer", "sections"),
    ("feeder_of_section", "feeders"),
    ("relay_of_meter", "relays"),
    ("concentrator_of_relay", "concentrators"),
    ("head_end_of_concentrator", "head_ends"),
)


def same(left: TownPlan, right: TownPlan) -> bool:
    return all(
        np.array_equal(getattr(left, field.name), getattr(right, field.name))
        for field in fields(TownPlan)
    )


def test_the_same_seed_draws_the_same_town_and_another_draws_another() -> None:
    first = plan_town(500, 3, FROM_MS)
    assert same(first, plan_town(500, 3, FROM_MS))
    assert not same(first, plan_town(500, 4, FROM_MS))


@pytest.mark.parametrize("meters", SIZES)
def test_every_node_but_the_roots_hangs_on_one_that_exists_and_none_is_without_children(
    meters: int,
) -> None:
    plan = town(meters)
    for link, parents in LINKS:
        column = getattr(plan, link)
        assert set(np.unique(column).tolist()) <= set(range(getattr(plan, parents)))
        # A concentrator may have no meter near enough to need no relay.
        if link != "relay_of_meter":
            assert len(np.unique(column)) == getattr(plan, parents)
    bare = set(range(plan.relays)) - set(plan.relay_of_meter.tolist())
    assert all(plan.relay_is_direct[relay] for relay in bare)


@pytest.mark.parametrize("meters", SIZES)
def test_a_town_has_as_many_meters_as_asked_for_and_the_outlets(meters: int) -> None:
    plan = town(meters)
    assert plan.meters == meters + len(OUTLETS)
    assert len(np.unique(plan.smids)) == plan.meters
    assert max(len(smid) for smid in plan.smids.tolist()) <= 16
    assert int(np.bincount(plan.area_of_meter, minlength=len(plan.areas)).min()) >= 1
    for codes in (
        (*plan.feeder_codes, *plan.section_codes, *plan.transformer_codes),
        (*plan.head_end_codes, *plan.concentrator_codes, *plan.relay_codes),
    ):
        assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("meters", [20_000])
def test_the_nodes_are_of_the_size_that_they_are_in_japan(meters: int) -> None:
    plan = town(meters)
    on_transformer = np.bincount(plan.transformer_of_meter)
    assert set(on_transformer.tolist()) <= set(range(1, 15))
    assert np.median(on_transformer) >= 6
    assert (on_transformer <= 2).mean() > 0.05
    sections = np.bincount(plan.feeder_of_section)
    assert (sections.min(), sections.max()) == (3, 6)
    assert 1_200 < meters / plan.feeders < 1_800
    on_concentrator = np.bincount(plan.concentrator_of_meter())
    assert on_concentrator.min() >= 300
    assert on_concentrator.max() <= 500
    on_relay = np.bincount(plan.relay_of_meter, minlength=plan.relays)[~plan.relay_is_direct]
    assert (on_relay <= 20).all()
    assert np.median(on_relay) >= 8


def test_the_two_trees_do_not_follow_one_another() -> None:
    plan = town(20_000)
    pairs = np.unique(np.stack((plan.transformer_of_meter, plan.relay_of_meter)), axis=1)
    assert pairs.shape[1] > 2 * plan.transformers
    concentrator = plan.concentrator_of_meter()
    pairs = np.unique(np.stack((plan.transformer_of_meter, concentrator)), axis=1)
    # And yet both lie over the same streets: most transformers talk to one concentrator only.
    assert plan.transformers < pairs.shape[1] < 1.5 * plan.transformers


def test_what_is_fed_by_the_grid_is_fed_from_where_its_meters_are() -> None:
    plan = town(2_000)
    for relay in range(plan.relays):
        feed = int(plan.feed_of_relay[relay])
        if plan.relay_is_direct[relay]:
            assert feed == -1
        elif feed >= 0:
            assert beneath(plan, Kind.TRANSFORMER, feed) & beneath(plan, Kind.RELAY, relay)
    batteries = (plan.feed_of_relay[~plan.relay_is_direct] < 0).mean()
    assert 0.02 < batteries < 0.25


def test_the_outlets_stand_behind_a_transformer_and_a_relay_of_their_own() -> None:
    plan = town(500)
    rows = set(range(500, 512))
    assert [plan.smids[row].decode() for row in sorted(rows)] == list(OUTLETS)
    assert beneath(plan, Kind.TRANSFORMER, int(plan.transformer_of_meter[500])) == rows
    assert beneath(plan, Kind.RELAY, int(plan.relay_of_meter[500])) == rows
    assert plan.areas[plan.area_of_meter[500]].district_ja == "北区駅元町"


@pytest.mark.parametrize("outlets", [("SM-33-000001",), ("A", "A"), ("SM-33-12345678901",)])
def test_an_outlet_that_cannot_be_told_from_another_meter_is_refused(
    outlets: tuple[str, ...],
) -> None:
    with pytest.raises(ValueError, match="smid"):
        plan_town(500, 7, FROM_MS, outlets=outlets)


def test_a_town_too_small_too_large_or_nowhere_is_refused() -> None:
    with pytest.raises(ValueError, match="499"):
        plan_town(499, 7, FROM_MS)
    with pytest.raises(ValueError, match="1000001"):
        plan_town(1_000_001, 7, FROM_MS)
    with pytest.raises(KeyError):
        plan_town(500, 7, FROM_MS, home="13101")


def test_a_small_town_takes_few_municipalities_and_a_large_one_many() -> None:
    small = {area.municipality_ja for area in town(500).areas}
    large = {area.municipality_ja for area in town(20_000).areas}
    assert small == {"岡山市", "総社市"}
    assert len(large) == 20
    assert {"岡山市", "倉敷市", "玉野市"} <= large
    elsewhere = plan_town(500, 7, FROM_MS, home="31201")
    assert elsewhere.areas[0].municipality_en == "Tottori City"
    assert elsewhere.smids[0].startswith(b"SM-31-")


def test_who_is_not_in_service_does_not_stand_and_who_is_vacant_mostly_does() -> None:
    plan = town(20_000)
    retired = plan.in_service_to_ms < NEVER_MS
    coming = plan.in_service_from_ms > FROM_MS
    stands = plan.stands(FROM_MS)
    assert retired.any()
    assert coming.any()
    assert not stands[retired | coming].any()
    last = int(plan.in_service_from_ms.max())
    assert plan.stands(last)[coming & plan.speaks].all()
    assert 0.5 < stands[plan.vacant].mean() < 0.9
    assert stands[~plan.vacant & ~retired & ~coming].all()


def test_meters_that_find_another_relay_stay_under_their_concentrator() -> None:
    plan = town(2_000)
    later, moved = rehung(plan, 50, np.random.default_rng(1))
    assert 20 < len(moved) < 200
    assert np.array_equal(later.concentrator_of_meter(), plan.concentrator_of_meter())
    assert np.array_equal(later.transformer_of_meter, plan.transformer_of_meter)
    unmoved = np.setdiff1d(np.arange(plan.meters), moved)
    assert np.array_equal(later.relay_of_meter[unmoved], plan.relay_of_meter[unmoved])
    assert (later.relay_of_meter[moved] != plan.relay_of_meter[moved]).all()
