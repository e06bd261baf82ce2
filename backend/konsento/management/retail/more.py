"""More for a charge that runs, at the price it was promised (C6): what a choice adds. Pure."""

import msgspec

from konsento.management.retail.pricing import (
    BOUNDS,
    HOLD_YEN_MIN,
    AmountOutOfBounds,
    Bounds,
    By,
    Choice,
)
from konsento.measures.power import deliverable_wh
from konsento.measures.price import STEP_WH, energy_for_wh, price_yen

STEPS = {By.ENERGY: STEP_WH, By.TIME: 60, By.MONEY: 1}


class Ordered(msgspec.Struct, frozen=True, kw_only=True):
    """What was ordered so far, and on what terms; Wh, s, thousandths of a yen a kWh, W."""

    energy_wh: int
    duration_s: int | None
    unit_price_myen_per_kwh: int
    power_w_max: int


class More(msgspec.Struct, frozen=True, kw_only=True):
    """What is added, the new totals, and the yen that can come on top."""

    adds_wh: int
    adds_s: int | None
    energy_wh: int
    duration_s: int | None
    price_yen_max: int


def more(choice: Choice, ordered: Ordered, bounds: Bounds = BOUNDS) -> More:
    """The choice added to what was ordered. Raises AmountOutOfBounds, with the bounds.

    Totals keep the bounds of a first choice; a card must be able to hold what is added.
    """
    step = STEPS[choice.by]
    if choice.amount < step or choice.amount % step:
        raise AmountOutOfBounds(least=step, step=step)
    price = ordered.unit_price_myen_per_kwh
    most_yen = price_yen(ordered.energy_wh, price)
    energy_wh, duration_s = ordered.energy_wh, ordered.duration_s
    if choice.by is By.ENERGY:
        energy_wh += choice.amount
        _keep_within(energy_wh, bounds.energy_wh_max)
    elif choice.by is By.TIME:
        duration_s = (duration_s or 0) + choice.amount
        _keep_within(duration_s, bounds.duration_s_max)
        energy_wh = deliverable_wh(ordered.power_w_max, duration_s)
    elif price > 0:
        _keep_within(most_yen + choice.amount, bounds.price_yen_max)
        energy_wh = min(energy_for_wh(most_yen + choice.amount, price), bounds.energy_wh_max)
    else:
        raise AmountOutOfBounds("This power costs nothing; choose energy or time.")
    adds_yen = price_yen(energy_wh, price) - most_yen
    if energy_wh <= ordered.energy_wh or 0 < adds_yen < HOLD_YEN_MIN:
        raise AmountOutOfBounds("Choose more: a card cannot hold so little.", least=HOLD_YEN_MIN)
    return More(
        adds_wh=energy_wh - ordered.energy_wh,
        adds_s=choice.amount if choice.by is By.TIME else None,
        energy_wh=energy_wh,
        duration_s=duration_s,
        price_yen_max=adds_yen,
    )


def _keep_within(total: int, most: int) -> None:
    if total > most:
        raise AmountOutOfBounds(most=most)
