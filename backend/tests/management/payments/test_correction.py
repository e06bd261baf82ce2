"""What a late register changes of a bill: only ever in the driver's favour, and it adds up."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from konsento.management.payments.correction import (
    Sums,
    ledger_lines,
    owed_back_yen,
    unbilled_yen,
)
from konsento.management.payments.payment import Payment, State
from konsento.management.payments.refund import shares_of
from konsento.management.payments.settlement import Bill, Facts, bill

DOCUMENT = Path(__file__).parents[4] / "docs/algorithms/settlement.md"
HEADING = "## When the meter speaks late"


def of(used_wh: int) -> Bill:
    """The bill of so much energy at 42 yen a kWh, out of 10 kWh ordered."""
    return bill(
        Facts(
            used_wh=used_wh, energy_wh_max=10_000, power_w_max=3_000, on_s=86_400,
            unit_price_myen_per_kwh=42_000, held_yen=420,
        )
    )  # fmt: skip


def issued(made: Bill) -> Sums:
    return Sums(price_yen=made.price_yen, tax_yen=made.tax_yen, waived_yen=made.waived_yen)


energies = st.integers(0, 1_200).map(lambda steps: steps * 10)


@given(energies, energies)
def test_it_is_owed_back_or_unbilled_and_never_asked_for(first_wh: int, late_wh: int) -> None:
    before, after = issued(of(first_wh)), of(late_wh)
    more_yen, back_yen = unbilled_yen(before, after), owed_back_yen(before, after)
    assert more_yen >= 0
    assert 0 <= back_yen <= before.due_yen
    assert not (more_yen and back_yen)
    if back_yen:
        assert before.due_yen - back_yen == after.due_yen
    if late_wh >= first_wh:
        assert back_yen == 0


@given(energies, energies)
def test_what_it_moves_in_the_ledger_sums_to_nought(first_wh: int, late_wh: int) -> None:
    before, after = issued(of(first_wh)), of(late_wh)
    lines = ledger_lines(before, after, "harukaze")
    assert sum(lines.values()) == 0
    assert lines.get("driver", 0) == -owed_back_yen(before, after)
    if owed_back_yen(before, after):
        assert before.tax_yen - lines["tax"] == after.tax_yen


@given(st.lists(st.integers(0, 900), max_size=4), st.integers(-50, 4_000))
def test_each_payment_gives_back_no_more_than_it_took(taken: list[int], owed_yen: int) -> None:
    payments = [
        Payment(
            id=str(number), session_id="s", attempt=number + 1, amount_yen=900, language="ja",
            state=State.CAPTURED if yen else State.RELEASED, captured_yen=yen, created_at_ms=0,
        )
        for number, yen in enumerate(taken)
    ]  # fmt: skip
    shares = shares_of(owed_yen, payments)
    assert all(0 < yen <= payment.captured_yen for payment, yen in shares)
    assert sum(yen for _, yen in shares) == max(0, min(owed_yen, sum(taken)))


def worked() -> list[tuple[str, list[int]]]:
    """The rows of the document's table: a case, and its numbers."""
    text = DOCUMENT.read_text().partition(HEADING)[2]
    rows = re.findall(r"^\| ([a-z][^|]*) \|((?: *[\d,]+ *\|){6})$", text, re.MULTILINE)
    return [(case, [int(n.replace(",", "")) for n in re.findall(r"[\d,]+", r)]) for case, r in rows]


@pytest.mark.parametrize(("case", "row"), worked(), ids=lambda value: str(value)[:40])
def test_a_worked_number_of_the_document_comes_out(case: str, row: list[int]) -> None:
    first_wh, first_yen, late_wh, more_yen, back_yen, due_yen = row
    before, after = issued(of(first_wh)), of(late_wh)
    assert before.due_yen == first_yen, case
    assert (unbilled_yen(before, after), owed_back_yen(before, after)) == (more_yen, back_yen)
    assert before.due_yen - back_yen == due_yen


def test_the_document_holds_enough_to_be_worth_reading() -> None:
    assert len(worked()) >= 5
