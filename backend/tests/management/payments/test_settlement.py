"""The bill: its worked numbers as the documentation tells them, and what holds for every bill."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from konsento.management.payments.settlement import (
    CARD_YEN_MIN,
    Bill,
    Facts,
    allocate,
    bill,
    possible_wh,
    waived_yen,
)
from konsento.measures.price import price_yen

DOCUMENT = Path(__file__).resolve().parents[4] / "docs" / "algorithms" / "settlement.md"
HEADING = "| case | used Wh |"
NUMBERS = 12


def worked_numbers() -> list[tuple[str, list[int]]]:
    """The rows of the document's table: what it is about, and its twelve numbers."""
    lines = DOCUMENT.read_text().splitlines()
    first = next(place for place, line in enumerate(lines) if line.startswith(HEADING)) + 2
    found = []
    for line in lines[first:]:
        if not line.startswith("|"):
            break
        case, *numbers = [cell.strip() for cell in line.strip("|").split("|")]
        found.append((case, [int(number.replace(",", "")) for number in numbers]))
    return found


@pytest.mark.parametrize(
    ("case", "numbers"), worked_numbers(), ids=[case for case, _ in worked_numbers()]
)
def test_a_worked_number_of_the_document_comes_out(case: str, numbers: list[int]) -> None:
    assert len(numbers) == NUMBERS, case
    used, ordered, power, on_s, unit_price, held, *wanted = numbers
    facts = Facts(
        used_wh=used, energy_wh_max=ordered, power_w_max=power, on_s=on_s,
        unit_price_myen_per_kwh=unit_price, held_yen=held,
    )  # fmt: skip
    made = bill(facts)
    told = [
        made.billed_wh, made.set_aside_wh, made.price_yen, made.waived_yen, made.due_yen,
        made.tax_yen,
    ]  # fmt: skip
    assert told == wanted


def test_the_document_holds_enough_to_be_worth_reading() -> None:
    assert len(worked_numbers()) >= 10


@st.composite
def any_facts(draw: st.DrawFn) -> Facts:
    ordered = draw(st.integers(10, 100_000))
    unit_price = draw(st.integers(-50_000, 200_000))
    return Facts(
        used_wh=draw(st.integers(0, 1_000_000_000)),
        energy_wh_max=ordered,
        power_w_max=draw(st.sampled_from([1_500, 3_000, 4_000])),
        on_s=draw(st.integers(0, 90_000)),
        unit_price_myen_per_kwh=unit_price,
        held_yen=price_yen(ordered, unit_price),
    )


@pytest.mark.parametrize(("price", "given_away"), [(0, 0), (1, 1), (49, 49), (50, 0), (5_000, 0)])
def test_only_what_a_card_cannot_be_charged_is_waived(price: int, given_away: int) -> None:
    assert waived_yen(price) == given_away


@given(any_facts())
@settings(derandomize=True, max_examples=500, deadline=None)
def test_every_bill_keeps_its_bounds(facts: Facts) -> None:
    made = bill(facts)
    assert made.billed_wh + made.set_aside_wh == facts.used_wh
    assert 0 <= made.billed_wh <= facts.energy_wh_max
    assert made.billed_wh <= possible_wh(facts.power_w_max, facts.on_s)
    assert made.due_yen + made.waived_yen == made.price_yen <= facts.held_yen
    assert made.due_yen == 0 or made.due_yen >= CARD_YEN_MIN
    assert made.waived_yen == 0 or made.due_yen == 0
    assert 0 <= made.tax_yen <= made.due_yen


@given(any_facts())
@settings(derandomize=True, max_examples=200, deadline=None)
def test_more_energy_never_costs_less(facts: Facts) -> None:
    def of(used_wh: int) -> Bill:
        return bill(Facts(**{name: getattr(facts, name) for name in rest}, used_wh=used_wh))

    rest = [name for name in Facts.__struct_fields__ if name != "used_wh"]
    assert of(facts.used_wh).price_yen <= of(facts.used_wh + 10).price_yen


def worked_shares() -> list[tuple[int, list[int], list[int], int]]:
    """The rows of the document's second table: due, holds, captures, waived."""
    lines = DOCUMENT.read_text().splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith("| due ¥ | holds ¥")) + 2
    found = []
    for line in lines[first:]:
        if not line.startswith("|"):
            break
        due, holds, captures, waived = [cell.strip() for cell in line.strip("|").split("|")]
        parts = [[int(yen) for yen in cell.split("+")] for cell in (holds, captures)]
        found.append((int(due), *parts, int(waived)))
    return found  # type: ignore[return-value]


@pytest.mark.parametrize(("due_yen", "holds", "captures", "waived"), worked_shares())
def test_a_worked_share_of_the_document_comes_out(
    due_yen: int, holds: list[int], captures: list[int], waived: int
) -> None:
    assert list(allocate(due_yen, holds)) == captures
    assert due_yen - sum(captures) == waived


HOLDS = st.lists(st.integers(CARD_YEN_MIN, 400), min_size=1, max_size=5)


@st.composite
def due_and_holds(draw: st.DrawFn) -> tuple[int, list[int]]:
    holds = draw(HOLDS)
    return draw(st.integers(0, sum(holds))), holds


@given(due_and_holds())
@settings(derandomize=True, max_examples=1_000, deadline=None)
def test_every_share_is_nought_or_chargeable_and_within_its_hold(
    case: tuple[int, list[int]],
) -> None:
    due_yen, holds = case
    shares = allocate(due_yen, holds)
    assert all(
        yen == 0 or CARD_YEN_MIN <= yen <= held for yen, held in zip(shares, holds, strict=True)
    )
    assert 0 <= due_yen - sum(shares) < CARD_YEN_MIN


@given(due_and_holds())
@settings(derandomize=True, max_examples=500, deadline=None)
def test_nothing_is_waived_that_any_choice_of_holds_could_take(
    case: tuple[int, list[int]],
) -> None:
    due_yen, holds = case
    most_yen = 0
    for chosen in range(2 ** len(holds)):
        taken = [held for place, held in enumerate(holds) if chosen >> place & 1]
        if CARD_YEN_MIN * len(taken) <= due_yen:
            most_yen = max(most_yen, min(due_yen, sum(taken)))
    assert sum(allocate(due_yen, holds)) == most_yen


@given(due_and_holds(), st.integers(0, 4))
@settings(derandomize=True, max_examples=500, deadline=None)
def test_a_plan_made_anew_after_a_capture_is_the_rest_of_the_plan(
    case: tuple[int, list[int]], place: int
) -> None:
    due_yen, holds = case
    shares = allocate(due_yen, holds)
    place %= len(holds)
    if not shares[place]:
        return
    left = [held for n, held in enumerate(holds) if n != place]
    again = sum(allocate(sum(shares) - shares[place], left))
    assert again == sum(shares) - shares[place]
