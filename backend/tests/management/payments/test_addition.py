"""An addition's state table, read aloud, and the money of several holds told as one."""

import itertools
from typing import Any

import pytest

from konsento.management.payments.addition import LIVE, NEXT, Event, State, after
from konsento.management.payments.addition_view import all_in_all
from konsento.management.payments.payment import Payment
from konsento.management.payments.payment import State as PaymentState

S, E = State, Event
MOVES = {
    (S.AUTHORISING, E.HELD): S.APPLYING,
    (S.AUTHORISING, E.DECLINED): S.REFUSED,
    (S.AUTHORISING, E.NOT_PAID): S.CANCELLED,
    (S.AUTHORISING, E.SESSION_ENDS): S.CANCELLED,
    (S.APPLYING, E.LIMIT_RAISED): S.ADDED,
    (S.APPLYING, E.LIMIT_REFUSED): S.REFUSED,
}


@pytest.mark.parametrize(("state", "event"), list(itertools.product(State, Event)))
def test_every_pair_of_state_and_event_goes_where_the_table_says(
    state: State, event: Event
) -> None:
    assert after(state, event) is MOVES.get((state, event), state)


def test_no_state_is_a_trap() -> None:
    assert {state for state, _ in NEXT} == LIVE
    assert {then for _, then in NEXT.items()} - LIVE == set(State) - LIVE


def payment(number: int, state: PaymentState, **facts: Any) -> Payment:
    return Payment(
        id=f"p{number}", session_id="s1", attempt=number + 1, state=state, amount_yen=84,
        language="ja", created_at_ms=0, addition_number=number, card_last4=str(number), **facts,
    )  # fmt: skip


def test_holds_are_told_as_one_sum() -> None:
    both = [payment(1, PaymentState.HELD, held_yen=84), payment(0, PaymentState.HELD, held_yen=84)]
    told = all_in_all(both)
    assert told is not None
    assert (told.held_yen, told.card_last4) == (168, "0")


def test_what_was_taken_is_told_as_one_sum_with_the_card_that_paid_most() -> None:
    both = [
        payment(1, PaymentState.CAPTURED, captured_yen=76),
        payment(0, PaymentState.CAPTURED, captured_yen=50),
    ]
    told = all_in_all(both)
    assert told is not None
    assert (told.captured_yen, told.card_last4) == (126, "1")
    assert all_in_all([]) is None
