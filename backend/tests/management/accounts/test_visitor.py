"""A browser is known by a secret of which only a digest is kept."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from konsento.foundation.ids import ALPHABET, TOKEN_SYMBOLS, SystemIds
from konsento.management.accounts.visitor import digest, well_formed


def test_a_secret_of_ours_is_well_formed_and_its_digest_does_not_hold_it() -> None:
    token = SystemIds().token()
    assert well_formed(token)
    assert token not in digest(token)
    assert digest(token) != digest(SystemIds().token())


@pytest.mark.parametrize(
    "token",
    ["", "x", "0" * 51, "0" * 53, "0" * 51 + "A", "0" * 51 + "\n", "é" * 52, "0" * 51 + "u"],
)
def test_what_is_not_of_our_making_is_not_well_formed(token: str) -> None:
    assert not well_formed(token)


@given(st.text(max_size=80))
@settings(derandomize=True, max_examples=200, deadline=None)
def test_any_text_is_well_formed_or_not_and_nothing_worse(token: str) -> None:
    assert well_formed(token) is (len(token) == TOKEN_SYMBOLS and not set(token) - set(ALPHABET))
