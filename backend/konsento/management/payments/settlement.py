"""The bill of one session, from registers. Pure; drawn with worked numbers in
docs/algorithms/settlement.md.

Energy is the difference of two registers, bounded by what the outlet can physically deliver in
the time it was on and by what was ordered; its price is rounded once. Nothing is taken above
what was held. Where a charge was added to there are several holds; what no choice of them can take
exactly, because a card cannot be charged ¥1–49, is waived.
"""

from collections.abc import Sequence

import msgspec

from konsento.measures.power import deliverable_wh
from konsento.measures.price import STEP_WH, price_yen, tax_within_yen

CARD_YEN_MIN = 50
TAX_RATE_PERCENT = 10
# A mains voltage up to 10 % above its nominal, squared by a resistive load: at most 21 %.
VOLTAGE_MARGIN_PERCENT = 21
CLOCK_MARGIN_S = 60


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What the bill is made of: Wh, W, s, yen; `on_s` is how long the switch was closed.

    `held_yen` is the most that may be taken; `holds_yen` its parts, where there are several.
    """

    used_wh: int
    energy_wh_max: int
    power_w_max: int
    on_s: int
    unit_price_myen_per_kwh: int
    held_yen: int
    holds_yen: tuple[int, ...] = ()


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


def allocate(due_yen: int, holds_yen: Sequence[int]) -> tuple[int, ...]:
    """What to capture of each hold, in their order: nought, or ¥50 and more, never above it.

    The fewest holds are taken from, the largest first; what a smaller one lacks to ¥50 is left
    to it by the larger. The sum is what is due where that can be, else the most that can be
    taken without taking more. A hold is ¥50 at least.
    """
    order = sorted(range(len(holds_yen)), key=lambda place: (-holds_yen[place], place))
    number = next((n for n in range(len(order) + 1) if _sum(holds_yen, order[:n]) >= due_yen), None)
    if number is None or due_yen < CARD_YEN_MIN * number:
        number = len(order) if number is None else number - 1
        due_yen = _sum(holds_yen, order[:number])
    captures, left_yen = [0] * len(holds_yen), due_yen - CARD_YEN_MIN * number
    for place in order[:number]:
        more_yen = min(left_yen, holds_yen[place] - CARD_YEN_MIN)
        captures[place], left_yen = CARD_YEN_MIN + more_yen, left_yen - more_yen
    return tuple(captures)


def _sum(holds_yen: Sequence[int], places: Sequence[int]) -> int:
    return sum(holds_yen[place] for place in places)


def waived_yen(price_yen: int, holds_yen: Sequence[int] = ()) -> int:
    """What of a price is given away: what a card, or several holds, cannot be charged exactly.

    A hold of nought is none.
    """
    holds = [yen for yen in holds_yen if yen] or [max(price_yen, CARD_YEN_MIN)]
    return price_yen - sum(allocate(price_yen, holds))


def bill(facts: Facts) -> Bill:
    """What is owed for what was delivered."""
    possible = possible_wh(facts.power_w_max, facts.on_s)
    billed_wh = max(0, min(facts.used_wh, facts.energy_wh_max, possible))
    price = min(price_yen(billed_wh, facts.unit_price_myen_per_kwh), facts.held_yen)
    waived = waived_yen(price, facts.holds_yen)
    return Bill(
        billed_wh=billed_wh,
        set_aside_wh=facts.used_wh - billed_wh,
        price_yen=price,
        tax_yen=tax_within_yen(price - waived, TAX_RATE_PERCENT),
        waived_yen=waived,
        due_yen=price - waived,
    )
