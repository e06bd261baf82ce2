"""Yen from watt-hours and back, in whole numbers, rounded once.

A unit price is in thousandths of a yen per kWh (`myen_per_kwh`), tax included: 42 yen/kWh is
42_000. It may be nought or negative (surplus sun); an amount due never is below nought.
"""

MYEN_WH_IN_A_YEN = 1_000_000  # 1 yen = 1,000 myen, 1 kWh = 1,000 Wh
STEP_WH = 10  # the last digit of a smart meter's register: 0.01 kWh


def price_yen(energy_wh: int, unit_price_myen_per_kwh: int) -> int:
    """Whole yen for the energy, fractions of a yen cut off in the customer's favour."""
    return max(0, energy_wh * unit_price_myen_per_kwh // MYEN_WH_IN_A_YEN)


def energy_for_wh(yen: int, unit_price_myen_per_kwh: int) -> int:
    """The energy that `yen` buys, cut off to a whole step of the register.

    Needs a unit price above nought.
    """
    energy_wh = yen * MYEN_WH_IN_A_YEN // unit_price_myen_per_kwh
    return energy_wh // STEP_WH * STEP_WH


def carbon_g(energy_wh: int, carbon_g_per_kwh: int) -> int:
    """Grams of CO₂ for the energy, rounded to the nearest gram."""
    return (energy_wh * carbon_g_per_kwh + 500) // 1000


def tax_within_yen(price_with_tax_yen: int, rate_percent: int) -> int:
    """The consumption tax inside a price that includes it, cut off to the whole yen.

    Rounded once for each rate on a receipt (消費税法施行令 70-10).
    """
    return price_with_tax_yen * rate_percent // (100 + rate_percent)
