"""What a choice comes to: quote, live price and bill say the same yen for the same energy."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from konsento.management.payments.settlement import Facts, bill
from konsento.management.retail.pricing import (
    BOUNDS,
    AmountOutOfBounds,
    By,
    Choice,
    Terms,
    bounds_at,
    terms,
)
from konsento.measures.price import price_yen

POWER_W = 3_000
UNIT_PRICE = 42_000


def asked(by: By, amount: int, *, unit_price: int = UNIT_PRICE, power_w: int = POWER_W) -> Terms:
    return terms(Choice(by, amount), unit_price_myen_per_kwh=unit_price, power_w_max=power_w)


def test_energy_says_its_time_and_its_price() -> None:
    comes_to = asked(By.ENERGY, 5_000)
    assert comes_to == Terms(5_000, 6_000, None, 210)


def test_time_says_its_energy_and_its_price_and_limits_the_time() -> None:
    assert asked(By.TIME, 3_600) == Terms(3_000, 3_600, 3_600, 126)


def test_money_says_its_energy_and_never_costs_more() -> None:
    assert asked(By.MONEY, 300) == Terms(7_140, 8_568, None, 299)


def test_power_that_costs_nothing_is_not_chosen_by_money() -> None:
    assert asked(By.ENERGY, 5_000, unit_price=0).price_yen_max == 0
    assert asked(By.TIME, 3_600, unit_price=-5_000).price_yen_max == 0
    with pytest.raises(AmountOutOfBounds):
        asked(By.MONEY, 300, unit_price=0)


@pytest.mark.parametrize(
    ("by", "amount"),
    [
        (By.ENERGY, 499), (By.ENERGY, 60_010), (By.ENERGY, 5_005), (By.ENERGY, 0),
        (By.TIME, 599), (By.TIME, 43_201), (By.TIME, 3_601), (By.TIME, -600),
        (By.MONEY, 49), (By.MONEY, 5_001), (By.MONEY, 0), (By.MONEY, 2**62),
    ],
)  # fmt: skip
def test_an_amount_out_of_bounds_is_refused_with_the_bounds(by: By, amount: int) -> None:
    with pytest.raises(AmountOutOfBounds) as refused:
        asked(by, amount)
    assert {"least", "most", "step"} == refused.value.more.keys()


@pytest.mark.parametrize(
    ("by", "amount", "least"),
    [(By.ENERGY, 1_000, 1_200), (By.TIME, 600, 1_500), (By.MONEY, 50, 60)],
)
def test_what_a_card_cannot_hold_is_refused_with_the_least_that_can_be_had(
    by: By, amount: int, least: int
) -> None:
    with pytest.raises(AmountOutOfBounds) as refused:
        asked(by, amount)
    assert refused.value.more["least"] == least
    assert asked(by, least).price_yen_max >= 50


def test_the_bounds_at_42_yen_and_3_kw_are_what_a_card_holds_and_the_energy_comes_to() -> None:
    at = bounds_at(UNIT_PRICE, POWER_W)
    assert (at.energy_wh_min, at.energy_wh_max, at.energy_wh_step) == (1_200, 60_000, 100)
    assert (at.duration_s_min, at.duration_s_max, at.duration_s_step) == (1_500, 43_200, 300)
    assert (at.price_yen_min, at.price_yen_max, at.price_yen_step) == (60, 2_520, 10)


def test_power_that_costs_nothing_has_bounds_but_for_money() -> None:
    at = bounds_at(0, POWER_W)
    assert (at.energy_wh_min, at.duration_s_min) == (500, 600)
    assert at.price_yen_max < at.price_yen_min


def test_a_strong_outlet_is_not_chosen_for_longer_than_its_energy_lasts() -> None:
    assert bounds_at(UNIT_PRICE, 6_000).duration_s_max == 36_000


@given(
    st.integers(-50_000, 5_000_000), st.integers(100, 50_000), st.sampled_from(By),
    st.integers(0, 10**9), st.booleans(),
)  # fmt: skip
@settings(derandomize=True, max_examples=600, deadline=None)
def test_whatever_lies_within_the_stated_bounds_is_accepted(
    unit_price: int, power_w: int, by: By, chance: int, stepped: bool
) -> None:
    at = bounds_at(unit_price, power_w)
    least, most, shown, accepted = {
        By.ENERGY: (at.energy_wh_min, at.energy_wh_max, at.energy_wh_step, 10),
        By.TIME: (at.duration_s_min, at.duration_s_max, at.duration_s_step, 60),
        By.MONEY: (at.price_yen_min, at.price_yen_max, at.price_yen_step, 1),
    }[by]
    if most < least:
        return
    step = shown if stepped else accepted
    amount = least + chance % ((most - least) // step + 1) * step
    comes_to = asked(by, amount, unit_price=unit_price, power_w=power_w)
    assert comes_to.price_yen_max >= at.hold_yen_min or unit_price <= 0
    assert comes_to.energy_wh <= at.energy_wh_max


UNIT_PRICES = st.integers(1_000, 200_000)
CHOICES = st.one_of(
    st.integers(50, 6_000).map(lambda tens: Choice(By.ENERGY, tens * 10)),
    st.integers(10, 720).map(lambda minutes: Choice(By.TIME, minutes * 60)),
    st.integers(50, 5_000).map(lambda yen: Choice(By.MONEY, yen)),
)


@given(CHOICES, UNIT_PRICES, st.sampled_from([1_500, 3_000, 4_000]), st.integers(0, 110))
@settings(derandomize=True, max_examples=500, deadline=None)
def test_quote_live_price_and_bill_agree(
    choice: Choice, unit_price: int, power_w: int, percent: int
) -> None:
    try:
        comes_to = terms(choice, unit_price_myen_per_kwh=unit_price, power_w_max=power_w)
    except AmountOutOfBounds:
        return
    used_wh = comes_to.energy_wh * percent // 100
    made = bill(
        Facts(
            used_wh=used_wh,
            energy_wh_max=comes_to.energy_wh,
            power_w_max=power_w,
            on_s=comes_to.duration_s * 2,
            unit_price_myen_per_kwh=unit_price,
            held_yen=comes_to.price_yen_max,
        )
    )
    live_yen = min(price_yen(used_wh, unit_price), comes_to.price_yen_max)
    assert made.price_yen == live_yen <= comes_to.price_yen_max
    if used_wh >= comes_to.energy_wh:
        assert made.price_yen == comes_to.price_yen_max


@given(CHOICES, UNIT_PRICES, st.sampled_from([1_500, 3_000, 4_000]))
@settings(derandomize=True, max_examples=500, deadline=None)
def test_nothing_is_promised_that_cannot_be_kept(
    choice: Choice, unit_price: int, power_w: int
) -> None:
    try:
        comes_to = terms(choice, unit_price_myen_per_kwh=unit_price, power_w_max=power_w)
    except AmountOutOfBounds:
        return
    assert comes_to.energy_wh * 3600 <= power_w * comes_to.duration_s
    assert comes_to.energy_wh <= BOUNDS.energy_wh_max
    assert choice.by is not By.MONEY or comes_to.price_yen_max <= choice.amount
    assert choice.by is not By.ENERGY or comes_to.energy_wh == choice.amount
