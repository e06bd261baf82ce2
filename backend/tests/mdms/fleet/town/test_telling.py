"""What distribution automation and gasping meters tell, and what they keep to themselves."""

import numpy as np
import pytest

from konsento.mdms.fleet.town.cuts import NONE, Cut, Kind, cuts_of, joined
from konsento.mdms.fleet.town.distribution_automation import (
    Automation,
    ControlRoom,
    areas_of_sections,
    dark_periods,
)
from konsento.mdms.fleet.town.last_gasp import gasping, power_events
from konsento.mdms.fleet.town.limits import DAY_MS, HOUR_MS, NEVER_MS
from tests.mdms.fleet.town.towns import FROM_MS, beneath, one, town

PLAN = town()
SURE = Automation(missing_permille=0)
HOUR = FROM_MS + HOUR_MS


def room(automation: Automation = SURE) -> ControlRoom:
    return ControlRoom(PLAN, automation, 1)


def test_a_cut_section_is_told_of_with_its_areas_and_again_when_it_is_back() -> None:
    told = room().tells(one(Kind.SECTION, 2, FROM_MS, HOUR), FROM_MS, FROM_MS + DAY_MS)
    assert [(event.change, event.at_ms) for event in told] == [
        ("opened", FROM_MS),
        ("restored", HOUR),
    ]
    opened = told[0]
    assert opened.section == PLAN.section_codes[2]
    assert opened.feeder == PLAN.feeder_codes[PLAN.feeder_of_section[2]]
    rows = list(beneath(PLAN, Kind.SECTION, 2))
    assert set(opened.areas) == {PLAN.areas[at].area for at in PLAN.area_of_meter[rows]}
    assert all(20_000 <= event.told_at_ms - event.at_ms <= 120_000 for event in told)


def test_a_cut_feeder_is_told_of_section_by_section() -> None:
    told = room().tells(one(Kind.FEEDER, 0, FROM_MS, NEVER_MS), FROM_MS, FROM_MS + DAY_MS)
    sections = np.flatnonzero(PLAN.feeder_of_section == 0).tolist()
    assert {event.section for event in told} == {PLAN.section_codes[at] for at in sections}
    assert {event.change for event in told} == {"opened"}


def test_of_transformers_and_houses_it_knows_nothing() -> None:
    cuts = joined(one(Kind.TRANSFORMER, 0), one(Kind.DROP, 1), one(Kind.RELAY, 9))
    assert room().tells(cuts, FROM_MS, FROM_MS + DAY_MS) == []


def test_a_section_is_dark_from_its_feeders_trip_to_its_own_mending_without_a_gap() -> None:
    feeder = int(PLAN.feeder_of_section[2])
    cuts = cuts_of(
        [
            Cut(kind=Kind.FEEDER, node=feeder, from_ms=FROM_MS, to_ms=FROM_MS + 60_000),
            Cut(kind=Kind.SECTION, node=2, from_ms=FROM_MS, to_ms=HOUR),
            Cut(kind=Kind.SECTION, node=2, from_ms=HOUR + 5, to_ms=HOUR + 9),
        ]
    )
    assert dark_periods(PLAN, cuts, 2) == [(FROM_MS, HOUR), (HOUR + 5, HOUR + 9)]


def test_asked_in_pieces_it_tells_the_same_as_at_once() -> None:
    cuts = joined(one(Kind.FEEDER, 0, FROM_MS, HOUR), one(Kind.SECTION, 7, FROM_MS + 90_000, HOUR))
    at_once = room().tells(cuts, FROM_MS, FROM_MS + DAY_MS)
    steps = range(FROM_MS, FROM_MS + DAY_MS, 300_000)
    pieces = [event for at in steps for event in room().tells(cuts, at, at + 300_000)]
    assert pieces == at_once


def test_now_and_then_an_event_is_missing() -> None:
    cuts = cuts_of(
        [
            Cut(
                kind=Kind.SECTION,
                node=3,
                from_ms=FROM_MS + at * HOUR_MS,
                to_ms=FROM_MS + at * HOUR_MS + 600_000,
            )
            for at in range(500)
        ]
    )
    told = room(Automation(missing_permille=100)).tells(cuts, FROM_MS, FROM_MS + 30 * DAY_MS)
    assert len(told) / 1_000 == pytest.approx(0.9, abs=0.04)
    assert len({event.event for event in told}) == len(told)


def test_every_section_has_areas() -> None:
    assert set(areas_of_sections(PLAN)) == set(range(PLAN.sections))


def test_by_default_no_meter_gasps() -> None:
    assert not gasping(PLAN, 0).any()
    assert power_events(PLAN, one(Kind.FEEDER, 0), FROM_MS, HOUR, 0) == []


def test_of_half_that_can_gasp_half_do_and_all_when_power_is_back() -> None:
    able = gasping(PLAN, 500)
    assert able.mean() == pytest.approx(0.5, abs=0.05)
    assert (gasping(PLAN, 800) >= able).all()
    cuts = one(Kind.DROP, 5, FROM_MS + 1, HOUR)
    every = power_events(PLAN, cuts, FROM_MS, HOUR + 1, 1_000)
    assert [(event.smid, event.change, event.at_ms) for event in every] == [
        (PLAN.smids[5].decode(), "power_down", FROM_MS + 1),
        (PLAN.smids[5].decode(), "power_up", HOUR),
    ]
    assert all(5_000 <= event.told_at_ms - event.at_ms < 45_000 for event in every)


def test_a_last_gasp_is_lost_where_the_relay_dies_with_the_meter() -> None:
    relay = int(np.flatnonzero(PLAN.feed_of_relay >= 0)[0])
    feed = int(PLAN.feed_of_relay[relay])
    told = power_events(PLAN, one(Kind.TRANSFORMER, feed, FROM_MS + 1, HOUR), FROM_MS, HOUR, 1_000)
    said = {event.smid for event in told}
    both = beneath(PLAN, Kind.TRANSFORMER, feed) & beneath(PLAN, Kind.RELAY, relay)
    assert both
    assert not said & {PLAN.smids[row].decode() for row in both}
    assert power_events(PLAN, NONE, FROM_MS, HOUR, 1_000) == []
