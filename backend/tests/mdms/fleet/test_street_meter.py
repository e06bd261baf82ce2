"""A simulated meter obeys, measures, and opens by itself without anybody ticking it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from konsento.mdms.continuity import HOPS, HopName
from konsento.mdms.contract import CountedFrom
from konsento.mdms.fleet.load import WMS_PER_WH, load_of
from konsento.mdms.fleet.street_meter import (
    Cut,
    StreetMeter,
    answer,
    assured,
    obey_close,
    obey_open,
    plugged,
    reaches,
    register_wh,
    settled,
    with_power,
    without_power,
)
from konsento.mdms.meter import CloseOrder

NOW_MS = 1_795_219_200_000
HOUR_MS = 3_600_000


def an_order(
    energy_wh_max: int | None = None,
    duration_ms_max: int | None = None,
    counted_from: CountedFrom = "switch_on",
    failsafe_after_ms: int = 100 * HOUR_MS,
) -> CloseOrder:
    return CloseOrder(
        energy_wh_max=energy_wh_max,
        duration_ms_max=duration_ms_max,
        counted_from=counted_from,
        failsafe_after_ms=failsafe_after_ms,
    )


def a_meter(*, total_wh: int = 1_000, extra_wms: int = 0, modulo_wh: int = 10**9) -> StreetMeter:
    return StreetMeter(
        smid="SM-1",
        power_w_max=4_000,
        modulo_wh=modulo_wh,
        step_wh=10,
        total_wms=total_wh * WMS_PER_WH + extra_wms,
        since_ms=NOW_MS,
    )


def switched_on(meter: StreetMeter, order: CloseOrder, at_ms: int = NOW_MS) -> StreetMeter:
    closed = obey_close(meter, meter.generation + 1, order, at_ms)
    assert closed is not None
    return closed


def test_a_meter_obeys_no_older_and_no_equal_generation() -> None:
    meter = switched_on(a_meter(), an_order())
    assert obey_open(meter, 1, NOW_MS) is None
    assert obey_close(meter, 0, an_order(), NOW_MS) is None
    opened = obey_open(meter, 2, NOW_MS)
    assert opened is not None
    assert obey_close(opened, 1, an_order(), NOW_MS) is None


@pytest.mark.parametrize("extra_wms", [0, 1, 5 * WMS_PER_WH, 10 * WMS_PER_WH - 1])
@pytest.mark.parametrize(("limit_wh", "billed_wh"), [(500, 500), (10, 10), (505, 500)])
def test_the_energy_limit_is_exact_in_the_registers_own_steps(
    extra_wms: int, limit_wh: int, billed_wh: int
) -> None:
    meter = plugged(a_meter(extra_wms=extra_wms), load_of("car"), NOW_MS)
    meter = switched_on(meter, an_order(energy_wh_max=limit_wh))
    said = answer(meter, NOW_MS + HOUR_MS)
    assert (said.switch, said.opened_because) == ("open", "energy_limit")
    assert said.register_wh - register_wh(meter, NOW_MS) == billed_wh


def test_the_time_limit_counts_from_switch_on_or_from_first_use() -> None:
    for counted_from, switched_at_ms in (("switch_on", 600_000), ("first_use", 900_040)):
        meter = switched_on(
            a_meter(),
            an_order(duration_ms_max=600_000, counted_from=counted_from),  # type: ignore[arg-type]
        )
        meter = plugged(meter, load_of("car"), NOW_MS + 300_000)
        said = answer(meter, NOW_MS + HOUR_MS)
        assert said.opened_because == "time_limit"
        assert said.switched_at_ms == NOW_MS + switched_at_ms


def test_a_meter_that_is_not_assured_opens_by_itself() -> None:
    meter = plugged(a_meter(), load_of("car"), NOW_MS)
    meter = switched_on(meter, an_order(failsafe_after_ms=60_000))
    meter = assured(meter, NOW_MS + 59_999)
    assert answer(meter, NOW_MS + 119_998).switch == "closed"
    said = answer(meter, NOW_MS + 119_999)
    assert (said.switch, said.opened_because) == ("open", "link_lost")
    assert said.register_wh == answer(meter, NOW_MS + 10 * HOUR_MS).register_wh


def test_an_assurance_that_comes_too_late_closes_nothing() -> None:
    meter = switched_on(a_meter(), an_order(failsafe_after_ms=60_000))
    meter = assured(meter, NOW_MS + 60_001)
    assert answer(meter, NOW_MS + 60_001).switch == "open"


def test_power_lost_opens_the_switch_and_its_return_closes_nothing() -> None:
    meter = plugged(a_meter(), load_of("car"), NOW_MS)
    meter = switched_on(meter, an_order())
    dark = without_power(meter, NOW_MS + 60_000)
    assert not reaches(dark, "down")
    assert dark.gasped_at_ms == NOW_MS + 60_000
    said = answer(with_power(dark, NOW_MS + 120_000), NOW_MS + 180_000)
    assert (said.switch, said.opened_because) == ("open", "power_lost")
    assert without_power(dark, NOW_MS + 70_000) == dark


def test_a_last_gasp_over_a_cut_link_is_never_heard() -> None:
    assert without_power(replace(a_meter(), cut_at="relay"), NOW_MS).gasped_at_ms is None


def test_the_register_rolls_over_after_its_last_digit() -> None:
    meter = plugged(a_meter(total_wh=9_990, modulo_wh=10_000), load_of("kettle"), NOW_MS)
    meter = switched_on(meter, an_order())
    assert register_wh(meter, NOW_MS) == 9_990
    assert register_wh(meter, NOW_MS + 60_000) == 10


@pytest.mark.parametrize("cut_at", HOPS)
@pytest.mark.parametrize("cut", ["down", "up", "both"])
def test_a_cut_stops_messages_from_its_hop_onward_in_its_direction(
    cut_at: HopName, cut: Cut
) -> None:
    meter = replace(a_meter(), cut_at=cut_at, cut=cut)
    for index, hop in enumerate(HOPS):
        before = index < HOPS.index(cut_at)
        assert reaches(meter, "down", hop) is (before or cut == "up")
        assert reaches(meter, "up", hop) is (before or cut == "down")


orders = st.builds(
    an_order,
    energy_wh_max=st.none() | st.integers(10, 3_000),
    duration_ms_max=st.none() | st.integers(1_000, 2 * HOUR_MS),
    counted_from=st.sampled_from(["switch_on", "first_use"]),
    failsafe_after_ms=st.integers(60_000, 4 * HOUR_MS),
)
moments = st.lists(st.integers(0, 5 * HOUR_MS), min_size=1, max_size=10).map(sorted)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(order=orders, at=moments, plugged_after_ms=st.integers(0, HOUR_MS))
def test_looking_in_between_changes_nothing(
    order: CloseOrder, at: list[int], plugged_after_ms: int
) -> None:
    meter = switched_on(a_meter(), order)
    meter = plugged(meter, load_of("car"), NOW_MS + plugged_after_ms)
    at = [moment for moment in at if moment >= plugged_after_ms] or [plugged_after_ms]
    watched = meter
    shown = []
    for moment in at:
        watched = settled(watched, NOW_MS + moment)
        shown.append(register_wh(watched, NOW_MS + moment))
    assert answer(watched, NOW_MS + at[-1]) == answer(meter, NOW_MS + at[-1])
    assert shown == sorted(shown)
