"""What befalls a town comes from a seed, lies within its days, and is not too much."""

import numpy as np
import pytest

from konsento.mdms.fleet.town.cuts import TOTAL, Kind, count_of
from konsento.mdms.fleet.town.hazards import CALM, HAZARDS, Climate, scaled
from konsento.mdms.fleet.town.limits import DAY_MS, HOUR_MS
from konsento.mdms.fleet.town.truth import truth_at
from konsento.mdms.fleet.town.weather import draw_weather
from tests.mdms.fleet.town.towns import FROM_MS, town

PLAN = town()
ROUGH = scaled(30, storms_times=6)


def test_the_same_seed_brings_the_same_weather_and_another_brings_another() -> None:
    first, again = (draw_weather(PLAN, ROUGH, FROM_MS, 30, 5) for _ in range(2))
    assert list(first.cuts) == list(again.cuts)
    assert first.storms == again.storms
    assert list(draw_weather(PLAN, ROUGH, FROM_MS, 30, 6).cuts) != list(first.cuts)


def test_nothing_happens_in_a_calm() -> None:
    weather = draw_weather(PLAN, CALM, FROM_MS, 30, 5)
    assert len(weather.cuts) == 0
    assert weather.storms == ()


def test_everything_that_is_cut_exists_begins_within_the_days_and_ends() -> None:
    weather = draw_weather(PLAN, ROUGH, FROM_MS, 30, 5)
    assert {cut.kind for cut in weather.cuts} == set(Kind)
    for cut in weather.cuts:
        assert 0 <= cut.node < count_of(PLAN, cut.kind)
        assert cut.from_ms < cut.to_ms
        assert 0 < cut.loss_permille <= TOTAL
        assert FROM_MS - DAY_MS < cut.from_ms < FROM_MS + 31 * DAY_MS
    relays = weather.cuts.nodes(Kind.RELAY)
    assert not PLAN.relay_is_direct[relays].any()


def test_a_fault_of_a_section_darkens_the_whole_feeder_for_a_minute_first() -> None:
    weather = draw_weather(PLAN, ROUGH, FROM_MS, 30, 5)
    trips = {(cut.node, cut.from_ms) for cut in weather.cuts.of(Kind.FEEDER)}
    faults = [cut for cut in weather.cuts.of(Kind.SECTION) if not cut.planned]
    assert faults
    for cut in faults:
        assert (int(PLAN.feeder_of_section[cut.node]), cut.from_ms) in trips


def test_announced_works_are_by_day_and_over_the_same_day() -> None:
    works = draw_weather(PLAN, ROUGH, FROM_MS, 30, 5).works
    assert len(works) > 5
    assert {cut.kind for cut in works} <= {Kind.TRANSFORMER, Kind.SECTION}
    for cut in works:
        in_japan_ms = (cut.from_ms + 9 * HOUR_MS) % DAY_MS
        assert 9.5 * HOUR_MS <= in_japan_ms < 13.5 * HOUR_MS
        assert cut.to_ms - cut.from_ms <= 4 * HOUR_MS


def test_a_storm_breaks_much_at_once_under_it_and_leaves_something_nested() -> None:
    plan = town(20_000)
    climate = Climate(hazards=HAZARDS, storms_per_year=200.0, works_times=0.0, breakers_times=0.0)
    weather = draw_weather(plan, climate, FROM_MS, 10, 5)
    assert weather.storms
    storm = weather.storms[0]
    wide = len(storm.feeders)
    assert 0 < wide < plan.feeders
    within = weather.cuts.during(storm.from_ms, storm.to_ms)
    assert len(within) > 3 * len(weather.cuts.during(FROM_MS - DAY_MS, FROM_MS))
    above = {
        (cut.kind, cut.node, cut.from_ms): cut.to_ms
        for cut in weather.cuts.of(Kind.FEEDER, Kind.SECTION)
        if cut.to_ms - cut.from_ms > 5 * 60_000
    }
    nested = []
    for cut in weather.cuts.of(Kind.TRANSFORMER):
        section = int(plan.section_of_transformer[cut.node])
        feeder = int(plan.feeder_of_section[section])
        for parent in ((Kind.SECTION, section), (Kind.FEEDER, feeder)):
            if above.get((*parent, cut.from_ms), cut.to_ms) < cut.to_ms:
                nested.append(cut)
    assert nested
    drowned = [cut for cut in weather.cuts.of(Kind.HEAD_END) if cut.loss_permille < TOTAL]
    assert drowned
    assert {300 <= cut.loss_permille <= 600 for cut in drowned} == {True}


def test_a_usual_year_without_storms_darkens_a_meter_for_some_minutes() -> None:
    plan = town(20_000)
    climate = Climate(storms_per_year=0.0)
    cuts = draw_weather(plan, climate, FROM_MS, 365, 5).cuts
    at_ms = np.arange(FROM_MS, FROM_MS + 365 * DAY_MS, 12 * HOUR_MS).tolist()
    dark = [float((~truth_at(plan, cuts, at).powered).mean()) for at in at_ms]
    minutes = float(np.mean(dark)) * 365 * 24 * 60
    assert 2 < minutes < 60


def test_weather_for_more_than_a_year_or_no_day_is_refused() -> None:
    for days in (0, 367):
        with pytest.raises(ValueError, match="days"):
            draw_weather(PLAN, CALM, FROM_MS, days, 5)
