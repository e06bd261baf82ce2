"""Money from energy and back: whole, never negative, never against the customer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from konsento.measures.power import deliverable_wh, shortest_s
from konsento.measures.price import (
    STEP_WH,
    carbon_g,
    energy_for_wh,
    price_yen,
    tax_within_yen,
)

energies_wh = st.integers(0, 1_000_000)
unit_prices_myen = st.integers(1, 500_000)
yens = st.integers(0, 1_000_000)


@pytest.mark.parametrize(
    ("energy_wh", "unit_price_myen_per_kwh", "yen"),
    [
        (0, 42_000, 0),
        (1_000, 42_000, 42),
        (1_990, 42_000, 83),  # 83.58
        (23, 42_000, 0),  # 0.966
        (24, 42_000, 1),  # 1.008
        (10_000, 38_500, 385),
        (5_000, 0, 0),
        (5_000, -3_000, 0),
    ],
)
def test_the_price_of_worked_examples(
    energy_wh: int, unit_price_myen_per_kwh: int, yen: int
) -> None:
    assert price_yen(energy_wh, unit_price_myen_per_kwh) == yen


@given(energies_wh, energies_wh, unit_prices_myen)
def test_more_energy_never_costs_less(one_wh: int, other_wh: int, unit_price_myen: int) -> None:
    less_wh, more_wh = sorted((one_wh, other_wh))
    assert price_yen(less_wh, unit_price_myen) <= price_yen(more_wh, unit_price_myen)


@given(energies_wh, st.integers(-500_000, 500_000))
def test_a_price_is_never_negative(energy_wh: int, unit_price_myen: int) -> None:
    assert price_yen(energy_wh, unit_price_myen) >= 0


@given(energies_wh, unit_prices_myen)
def test_a_price_loses_less_than_a_yen_and_never_adds(energy_wh: int, unit: int) -> None:
    exact = energy_wh * unit
    assert 0 <= exact - price_yen(energy_wh, unit) * 1_000_000 < 1_000_000


@given(yens, unit_prices_myen)
def test_money_turned_into_energy_never_costs_more_than_the_money(yen: int, unit: int) -> None:
    assert price_yen(energy_for_wh(yen, unit), unit) <= yen


@given(yens, unit_prices_myen)
def test_money_buys_every_whole_step_it_can(yen: int, unit: int) -> None:
    energy_wh = energy_for_wh(yen, unit)
    assert energy_wh % STEP_WH == 0
    assert (energy_wh + STEP_WH) * unit > yen * 1_000_000


@given(yens, st.sampled_from([0, 8, 10]))
def test_the_tax_inside_a_price_is_its_share_cut_to_the_yen(yen: int, percent: int) -> None:
    tax_yen = tax_within_yen(yen, percent)
    net_yen = yen - tax_yen
    assert 0 <= tax_yen <= yen
    assert tax_yen * (100 + percent) <= yen * percent < (tax_yen + 1) * (100 + percent)
    assert net_yen * (100 + percent) >= yen * 100


def test_the_tax_of_worked_examples() -> None:
    assert [tax_within_yen(yen, 10) for yen in (0, 10, 11, 110, 385)] == [0, 0, 1, 10, 35]


@given(energies_wh, st.integers(0, 2_000))
def test_carbon_is_rounded_to_the_nearest_gram(energy_wh: int, carbon_g_per_kwh: int) -> None:
    exact = energy_wh * carbon_g_per_kwh
    assert abs(carbon_g(energy_wh, carbon_g_per_kwh) * 1000 - exact) <= 500


@given(st.integers(1, 6_000), st.integers(0, 200_000))
def test_what_is_deliverable_in_a_time_takes_no_longer(power_w: int, duration_s: int) -> None:
    energy_wh = deliverable_wh(power_w, duration_s)
    assert energy_wh % STEP_WH == 0
    assert shortest_s(energy_wh, power_w) <= duration_s


@given(energies_wh, st.integers(1, 6_000))
def test_the_shortest_time_is_enough_and_a_second_less_is_not(energy_wh: int, power: int) -> None:
    duration_s = shortest_s(energy_wh, power)
    assert power * duration_s >= energy_wh * 3600
    assert duration_s == 0 or power * (duration_s - 1) < energy_wh * 3600
