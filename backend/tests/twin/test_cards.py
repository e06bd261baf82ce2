"""Test cards are known by the number a person types, and no other number is taken."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from konsento.twin.cards import (
    CARDS,
    NotACardNumber,
    NotATestCard,
    Outcome,
    card_of,
    has_check_digit,
)


@pytest.mark.parametrize(
    ("typed", "last4", "outcome"),
    [
        ("4242 4242 4242 4242", "4242", Outcome.APPROVED),
        ("４２４２－４２４２－４２４２－４２４２", "4242", Outcome.APPROVED),
        ("4000000000000002", "0002", Outcome.DECLINED),
        ("4000 0000 0000 9995", "9995", Outcome.DECLINED),
        ("4000-0025-0000-3155", "3155", Outcome.CHALLENGED),
    ],
)
def test_a_test_card_is_known(typed: str, last4: str, outcome: Outcome) -> None:
    card = card_of(typed)
    assert (card.last4, card.outcome) == (last4, outcome)


def test_every_test_card_has_its_check_digit() -> None:
    assert all(has_check_digit(number) for number in CARDS)


@pytest.mark.parametrize("typed", ["", "42", "4242 4242 4242 4241", "abcd", "4" * 30, "42a2" * 4])
def test_a_mistyped_number_is_no_card(typed: str) -> None:
    with pytest.raises(NotACardNumber):
        card_of(typed)


def test_a_real_looking_number_is_not_taken() -> None:
    with pytest.raises(NotATestCard):
        card_of("4111 1111 1111 1111")


@settings(deadline=None, derandomize=True)
@given(st.sampled_from(sorted(CARDS)), st.integers(0, 14), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(number: str, place: int, by: int) -> None:
    wrong = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]
    with pytest.raises(NotACardNumber):
        card_of(wrong)


@settings(deadline=None, derandomize=True)
@given(st.text(max_size=40))
def test_any_text_is_a_card_or_is_refused(typed: str) -> None:
    try:
        card_of(typed)
    except (NotACardNumber, NotATestCard):
        return
    assert typed
