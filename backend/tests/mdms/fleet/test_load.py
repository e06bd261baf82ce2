"""The energy of a load is a formula: whatever is asked when, the parts make the whole."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from konsento.mdms.fleet.load import (
    HABITS,
    WMS_PER_WH,
    Kind,
    curve,
    energy_wms,
    lasts_ms,
    load_of,
    moment_of_energy,
    moment_of_power,
    power_w,
)

kinds = st.sampled_from(sorted(HABITS))
limits = st.sampled_from([1_500, 4_000])


def test_a_car_ramps_up_holds_and_tapers() -> None:
    segments = curve(load_of("car", wanted_wh=9_000), 4_000)
    assert power_w(segments, 0) == 0
    assert power_w(segments, 6_000) == 1_500
    assert power_w(segments, 600_000) == 3_000
    assert 300 <= power_w(segments, lasts_ms(segments) - 1) < 400
    assert power_w(segments, lasts_ms(segments)) == 0


def test_a_kettle_boils_a_litre_at_full_power_from_the_start() -> None:
    segments = curve(load_of("kettle"), 1_500)
    assert power_w(segments, 0) == 1_200
    assert lasts_ms(segments) == 330_000
    assert energy_wms(segments, 10**9) == 110 * WMS_PER_WH


def test_an_outlet_of_1500_w_gives_a_car_no_more() -> None:
    segments = curve(load_of("car"), 1_500)
    assert max(power_w(segments, at_ms) for at_ms in range(0, 3_600_000, 10_000)) == 1_500


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    kind=kinds,
    power_w_max=limits,
    wanted_wh=st.integers(1, 20_000),
    moments=st.lists(st.integers(0, 40_000_000), min_size=2, max_size=12),
)
def test_energy_never_falls_and_its_parts_make_the_whole(
    kind: Kind, power_w_max: int, wanted_wh: int, moments: list[int]
) -> None:
    load = load_of(kind, wanted_wh=wanted_wh)
    segments = curve(load, power_w_max)
    moments.sort()
    energies = [energy_wms(segments, at_ms) for at_ms in moments]
    parts = [later - earlier for earlier, later in pairwise(energies)]
    assert all(part >= 0 for part in parts)
    assert energies[0] + sum(parts) == energies[-1] <= load.wanted_wms
    for part, earlier, later in zip(parts, moments[:-1], moments[1:], strict=True):
        assert part <= power_w_max * (later - earlier) + 1


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    kind=kinds,
    power_w_max=limits,
    wanted_wh=st.integers(50, 9_000),
    pauses=st.lists(st.integers(1_000, 3_000_000), max_size=8),
)
def test_a_load_interrupted_as_often_as_you_like_takes_what_it_wants_and_no_more(
    kind: Kind, power_w_max: int, wanted_wh: int, pauses: list[int]
) -> None:
    load = load_of(kind, wanted_wh=wanted_wh)
    for pause_ms in [*pauses, 10**9, 10**9, 10**9]:
        drawn = energy_wms(curve(load, power_w_max), pause_ms)
        load = replace(load, taken_wms=load.taken_wms + drawn)
    left_wms = load.wanted_wms - load.taken_wms
    assert 0 <= left_wms <= WMS_PER_WH


@settings(max_examples=200, deadline=None, derandomize=True)
@given(kind=kinds, wanted_wh=st.integers(10, 9_000), share=st.integers(1, 100))
def test_the_moment_of_an_energy_is_the_first_by_which_it_was_drawn(
    kind: Kind, wanted_wh: int, share: int
) -> None:
    segments = curve(load_of(kind, wanted_wh=wanted_wh), 4_000)
    target = energy_wms(segments, lasts_ms(segments)) * share // 100
    moment = moment_of_energy(segments, target)
    assert moment is not None
    assert energy_wms(segments, moment) >= target
    assert moment == 0 or energy_wms(segments, moment - 1) < target
    assert moment_of_energy(segments, energy_wms(segments, 10**9) + 1) is None


@settings(max_examples=100, deadline=None, derandomize=True)
@given(kind=kinds, wanted_w=st.integers(1, 3_000))
def test_the_moment_of_a_power_is_the_first_at_which_it_is_drawn(kind: Kind, wanted_w: int) -> None:
    segments = curve(load_of(kind), 4_000)
    moment = moment_of_power(segments, wanted_w)
    if moment is None:
        assert wanted_w > HABITS[kind].power_w
        return
    assert power_w(segments, moment) >= wanted_w
    assert moment == 0 or power_w(segments, moment - 1) < wanted_w
