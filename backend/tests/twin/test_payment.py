"""A payment's states are a table without a trap, and its money is taken at most once."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from konsento.twin.cards import Card, Outcome
from konsento.twin.payment import (
    FINAL,
    NEXT,
    Event,
    Payment,
    Status,
    answer_proof,
    cancel,
    capture,
    lapse,
    refund,
    step,
    try_card,
)
from konsento.twin.refusals import WireError

GOOD = Card("visa", "4242", Outcome.APPROVED)
BAD = Card("visa", "9995", Outcome.DECLINED, "card_declined", "insufficient_funds")
ASKS = Card("visa", "3155", Outcome.CHALLENGED)


def new(status: Status = Status.WANTS_CARD, *, manual: bool = True, amount: int = 1200) -> Payment:
    return Payment(
        id="pi_1",
        checkout_id="cs_1",
        created_s=0,
        status=status,
        amount_yen=amount,
        manual=manual,
        metadata={},
    )


def tried(card: Card, payment: Payment | None = None) -> Payment:
    return try_card(payment or new(), card, "ch_1", now_s=100, hold_life_s=1000)


@pytest.mark.parametrize(("status", "event"), list(product(Status, Event)))
def test_every_pair_steps_by_the_table_or_is_refused(status: Status, event: Event) -> None:
    if (status, event) in NEXT:
        assert step(new(status), event) is NEXT[status, event]
        return
    with pytest.raises(WireError) as refusal:
        step(new(status), event)
    assert refusal.value.code == "payment_intent_unexpected_state"


def test_no_state_is_a_trap() -> None:
    for start in Status:
        reached, grown = {start}, True
        while grown:
            after = {to for (status, _), to in NEXT.items() if status in reached}
            grown, reached = not after <= reached, reached | after
        assert reached & FINAL
    assert not [status for status, _ in NEXT if status in FINAL]


def test_a_good_card_is_held_until_its_time() -> None:
    held = tried(GOOD)
    assert (held.status, held.capturable_yen, held.lapses_s) == (Status.HELD, 1200, 1100)


def test_without_manual_capture_a_good_card_pays_at_once() -> None:
    paid = tried(GOOD, new(manual=False))
    assert (paid.status, paid.received_yen, paid.lapses_s) == (Status.TAKEN, 1200, None)


def test_a_refused_card_leaves_the_payment_open_for_another() -> None:
    refused = tried(BAD)
    assert refused.status is Status.WANTS_CARD
    assert refused.decline is not None
    assert refused.decline.decline_code == "insufficient_funds"
    assert tried(GOOD, refused).decline is None


@pytest.mark.parametrize(("approved", "after"), [(True, Status.HELD), (False, Status.WANTS_CARD)])
def test_the_owner_decides_on_the_proof(approved: bool, after: Status) -> None:
    answered = answer_proof(tried(ASKS), approved=approved, now_s=100, hold_life_s=1000)
    assert answered.status is after
    assert (answered.decline is None) is approved


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.WANTS_PROOF])
def test_a_proof_nobody_asked_for_is_refused(status: Status) -> None:
    with pytest.raises(WireError):
        answer_proof(new(status), approved=True, now_s=0, hold_life_s=1)


@settings(deadline=None, derandomize=True)
@given(st.integers(0, 3000), st.integers(50, 2000))
def test_a_capture_takes_at_most_what_is_held(amount: int, held: int) -> None:
    payment = new(Status.HELD, amount=held)
    if 50 <= amount <= held:
        taken = capture(payment, amount)
        assert (taken.received_yen, taken.capturable_yen, taken.lapses_s) == (amount, 0, None)
        with pytest.raises(WireError):
            capture(taken, amount)
        return
    with pytest.raises(WireError) as refusal:
        capture(payment, amount)
    assert refusal.value.code == ("amount_too_large" if amount > held else "amount_too_small")


def test_a_capture_without_an_amount_takes_all() -> None:
    assert capture(new(Status.HELD), None).received_yen == 1200


def test_a_cancelled_hold_is_not_captured_nor_a_captured_one_cancelled() -> None:
    with pytest.raises(WireError):
        capture(cancel(new(Status.HELD), None), 100)
    with pytest.raises(WireError):
        cancel(capture(new(Status.HELD), 100), None)
    with pytest.raises(WireError):
        lapse(capture(new(Status.HELD), 100))


@settings(deadline=None, derandomize=True)
@given(st.lists(st.integers(1, 500), max_size=8))
def test_no_more_is_refunded_than_was_taken(amounts: list[int]) -> None:
    payment = capture(new(Status.HELD), 700)
    given_back = 0
    for amount in amounts:
        if given_back + amount <= 700:
            payment, given = refund(payment, amount)
            given_back += given
            continue
        with pytest.raises(WireError) as refusal:
            refund(payment, amount)
        assert (refusal.value.code == "charge_already_refunded") is (given_back == 700)
    assert payment.refunded_yen == given_back <= 700


def test_a_refund_without_an_amount_gives_back_the_rest() -> None:
    payment, _ = refund(capture(new(Status.HELD), 700), 100)
    assert refund(payment, None)[1] == 600


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.TAKEN])
def test_nothing_taken_is_nothing_to_refund(status: Status) -> None:
    with pytest.raises(WireError):
        refund(new(status), 1)
