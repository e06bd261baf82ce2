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


def test_what_a_card_cannot_hold_is_refused() -> None:
    with pytest.raises(AmountOutOfBounds):
        asked(By.ENERGY, 1_000)


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
