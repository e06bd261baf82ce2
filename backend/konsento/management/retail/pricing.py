"""What a choice comes to. One rule for the quote, the live price and the bill: measures.price.

A driver chooses energy, time or money; the other two follow. The most it can cost is the price
of all the energy the choice can deliver, so that nothing is ever taken beyond it.
"""

from enum import StrEnum

import msgspec

from konsento.foundation.problems import Refusal
from konsento.measures.power import S_IN_AN_HOUR, deliverable_wh, shortest_s
from konsento.measures.price import MYEN_WH_IN_A_YEN, STEP_WH, energy_for_wh, price_yen

HOLD_YEN_MIN = 50  # a card cannot hold less


class By(StrEnum):
    ENERGY = "energy"
    TIME = "time"
    MONEY = "money"


class AmountOutOfBounds(Refusal):
    status = 422
    slug = "amount-out-of-bounds"
    title = "This amount is not possible here."


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """What may be chosen; Wh, s and yen, each with its step.

    A card holds no less than `hold_yen_min`. Where a most is below its least, nothing can be
    chosen that way.
    """

    energy_wh_min: int = 500
    energy_wh_max: int = 60_000
    energy_wh_step: int = 100
    duration_s_min: int = 600
    duration_s_max: int = 43_200
    duration_s_step: int = 300
    price_yen_min: int = 50
    price_yen_max: int = 5_000
    price_yen_step: int = 10
    hold_yen_min: int = HOLD_YEN_MIN


BOUNDS = Bounds()


def _up(amount: int, step: int) -> int:
    return -(-amount // step) * step


def bounds_at(unit_price_myen_per_kwh: int, power_w_max: int, *, widest: Bounds = BOUNDS) -> Bounds:
    """The bounds at a price and an outlet: `terms` accepts every amount between them.

    The least is what a card can hold, the most what the largest energy comes to. Power that
    costs nothing is not chosen by money.
    """
    energy_max = widest.energy_wh_max
    longest_s = energy_max * S_IN_AN_HOUR // power_w_max // widest.duration_s_step
    duration_max = min(widest.duration_s_max, longest_s * widest.duration_s_step)
    if unit_price_myen_per_kwh <= 0:
        return msgspec.structs.replace(widest, duration_s_max=duration_max, price_yen_max=0)
    least_wh = _up(-(-HOLD_YEN_MIN * MYEN_WH_IN_A_YEN // unit_price_myen_per_kwh), STEP_WH)
    dearest_yen = price_yen(energy_max, unit_price_myen_per_kwh)
    least_s = shortest_s(least_wh, power_w_max)
    least_yen = _up(least_wh * unit_price_myen_per_kwh, MYEN_WH_IN_A_YEN) // MYEN_WH_IN_A_YEN
    return msgspec.structs.replace(
        widest,
        energy_wh_min=max(widest.energy_wh_min, _up(least_wh, widest.energy_wh_step)),
        duration_s_min=max(widest.duration_s_min, _up(least_s, widest.duration_s_step)),
        duration_s_max=duration_max,
        price_yen_min=max(widest.price_yen_min, _up(least_yen, widest.price_yen_step)),
        price_yen_max=min(widest.price_yen_max, dearest_yen),
    )


class Choice(msgspec.Struct, frozen=True):
    """One of the three, with its amount in Wh, s or yen."""

    by: By
    amount: int


class Terms(msgspec.Struct, frozen=True):
    """What the choice comes to. `duration_s_max` limits only a choice of time."""

    energy_wh: int
    duration_s: int
    duration_s_max: int | None
    price_yen_max: int


def _range(by: By, bounds: Bounds) -> tuple[int, int, int]:
    """Least, most, and the step in which an amount is accepted, finer than that of a display."""
    return {
        By.ENERGY: (bounds.energy_wh_min, bounds.energy_wh_max, STEP_WH),
        By.TIME: (bounds.duration_s_min, bounds.duration_s_max, 60),
        By.MONEY: (bounds.price_yen_min, bounds.price_yen_max, 1),
    }[by]


def check(choice: Choice, bounds: Bounds) -> None:
    """Raises AmountOutOfBounds, with the bounds."""
    low, high, step = _range(choice.by, bounds)
    if not low <= choice.amount <= high or choice.amount % step:
        raise AmountOutOfBounds(least=low, most=high, step=step)


def terms(
    choice: Choice, *, unit_price_myen_per_kwh: int, power_w_max: int, bounds: Bounds = BOUNDS
) -> Terms:
    """The choice in energy, time and the most yen. Raises AmountOutOfBounds."""
    check(choice, bounds)
    duration_s_max = None
    if choice.by is By.ENERGY:
        energy_wh = choice.amount
    elif choice.by is By.TIME:
        duration_s_max = choice.amount
        energy_wh = deliverable_wh(power_w_max, choice.amount)
    elif unit_price_myen_per_kwh > 0:
        energy_wh = min(energy_for_wh(choice.amount, unit_price_myen_per_kwh), bounds.energy_wh_max)
    else:
        raise AmountOutOfBounds("This power costs nothing; choose energy or time.")
    price = price_yen(energy_wh, unit_price_myen_per_kwh)
    if energy_wh < STEP_WH or 0 < price < HOLD_YEN_MIN:
        least, most, step = _range(choice.by, bounds_at(unit_price_myen_per_kwh, power_w_max))
        detail = "Choose more: a card cannot hold so little."
        raise AmountOutOfBounds(detail, least=least, most=most, step=step)
    return Terms(
        energy_wh=energy_wh,
        duration_s=duration_s_max or shortest_s(energy_wh, power_w_max),
        duration_s_max=duration_s_max,
        price_yen_max=price,
    )
