"""One attempt to pay goes forward only, whatever the provider's words and their order."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from konsento.management.payments.gateway import CheckoutState, Hold, Status
from konsento.management.payments.payment import RANK, Payment, State, seen, state_of

STATUSES: tuple[Status, ...] = ("open", "complete", "expired")
HOLDS: tuple[Hold, ...] = ("none", "held", "captured", "cancelled")
OVER = {State.CAPTURED, State.RELEASED, State.LOST}


def payment(state: State = State.OPEN, **facts: object) -> Payment:
    given: dict[str, object] = {
        "id": "p1", "session_id": "s1", "attempt": 1, "state": state, "amount_yen": 210,
        "language": "ja", "created_at_ms": 0, "checkout_id": "cs_1",
    }  # fmt: skip
    return Payment(**(given | facts))  # type: ignore[arg-type]


def told(status: Status = "complete", hold: Hold = "held", **more: object) -> CheckoutState:
    given: dict[str, object] = {"checkout_id": "cs_1", "status": status, "hold": hold}
    return CheckoutState(**(given | more))  # type: ignore[arg-type]


ANY_WORD = st.builds(
    told,
    st.sampled_from(STATUSES),
    st.sampled_from(HOLDS),
    held_yen=st.sampled_from([0, 210]),
    captured_yen=st.sampled_from([0, 98]),
    payment_id=st.sampled_from([None, "pi_1"]),
    last_decline=st.sampled_from([None, "insufficient_funds"]),
)


@given(st.sampled_from(State), st.lists(ANY_WORD, max_size=8))
@settings(derandomize=True, max_examples=500, deadline=None)
def test_a_payment_only_ever_moves_forward(state: State, words: list[CheckoutState]) -> None:
    now = payment(state)
    for word in words:
        before, now = now, seen(now, word)
        assert RANK[now.state] >= RANK[before.state]
        assert before.state not in OVER or now.state is before.state
        assert now.captured_yen >= before.captured_yen
        assert before.payment_id is None or now.payment_id is not None


@pytest.mark.parametrize("state", sorted(OVER))
def test_what_is_over_stays_what_it_is(state: State) -> None:
    for status, hold in itertools.product(STATUSES, HOLDS):
        assert seen(payment(state), told(status, hold)).state is state


def test_every_word_of_the_provider_means_a_state() -> None:
    meant = {(status, hold): state_of(told(status, hold)) for status in STATUSES for hold in HOLDS}
    assert {meant[status, "held"] for status in STATUSES} == {State.HELD}
    assert {meant[status, "captured"] for status in STATUSES} == {State.CAPTURED}
    assert {meant[status, "cancelled"] for status in STATUSES} == {State.RELEASED}
    assert [meant[status, "none"] for status in STATUSES] == [
        State.OPEN, State.OPEN, State.RELEASED,
    ]  # fmt: skip


def test_twice_is_once() -> None:
    held = seen(payment(), told(held_yen=210, payment_id="pi_1", card_last4="4242"))
    assert (held.state, held.held_yen, held.card_last4) == (State.HELD, 210, "4242")
    assert seen(held, told(held_yen=210, payment_id="pi_1", card_last4="4242")) == held


def test_an_older_word_than_the_hold_changes_nothing() -> None:
    held = seen(payment(), told(held_yen=210))
    assert seen(held, told("open", "none", last_decline="generic_decline")) == held


def test_a_declined_card_is_told_until_another_one_is_taken() -> None:
    declined = seen(payment(), told("open", "none", last_decline="generic_decline"))
    assert (declined.state, declined.declined) == (State.OPEN, "generic_decline")
    assert seen(declined, told("open", "none")).declined is None


def test_a_browser_that_came_back_from_an_open_page_has_not_paid() -> None:
    back = payment(returned_at_ms=1)
    assert seen(back, told("open", "none")).returned_at_ms is None
    assert seen(back, told("complete", "held")).returned_at_ms == 1
