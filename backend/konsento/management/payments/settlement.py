"""The bill of one session, from registers. Pure; drawn with worked numbers in
docs/algorithms/settlement.md.

Energy is the difference of two registers, bounded by what the outlet can physically deliver in
the time it was on and by what was ordered; its price is rounded once. Nothing is taken above
what was held. A bill of ¥1–49 is waived, because a card cannot be charged so little.
"""

import msgspec

from konsento.measures.power import deliverable_wh
from konsento.measures.price import STEP_WH, price_yen, tax_within_yen

CARD_YEN_MIN = 50
TAX_RATE_PERCENT = 10
# A mains voltage up to 10 % above its nominal, squared by a resistive load: at most 21 %.
VOLTAGE_MARGIN_PERCENT = 21
CLOCK_MARGIN_S = 60


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What the bill is made of: Wh, W, s, yen; `on_s` is how long the switch was closed."""

    used_wh: int
    energy_wh_max: int
    power_w_max: int
    on_s: int
    unit_price_myen_per_kwh: int
    held_yen: int


class Bill(msgspec.Struct, frozen=True, kw_only=True):
    """used = billed + set_aside (Wh); price = due + waived (yen)."""

    billed_wh: int
    set_aside_wh: int
    price_yen: int
    tax_yen: int
    waived_yen: int
    due_yen: int


def possible_wh(power_w_max: int, on_s: int) -> int:
    """The most the outlet can have delivered, one register step included."""
    power_w = power_w_max * (100 + VOLTAGE_MARGIN_PERCENT) // 100
    return deliverable_wh(power_w, on_s + CLOCK_MARGIN_S) + STEP_WH


def bill(facts: Facts) -> Bill:
    """What is owed for what was delivered."""
    possible = possible_wh(facts.power_w_max, facts.on_s)
    billed_wh = max(0, min(facts.used_wh, facts.energy_wh_max, possible))
    price = min(price_yen(billed_wh, facts.unit_price_myen_per_kwh), facts.held_yen)
    waived = price if 0 < price < CARD_YEN_MIN else 0
    return Bill(
        billed_wh=billed_wh,
        set_aside_wh=facts.used_wh - billed_wh,
        price_yen=price,
        tax_yen=tax_within_yen(price - waived, TAX_RATE_PERCENT),
        waived_yen=waived,
        due_yen=price - waived,
    )
