"""What people type is compared without width, hyphens and spaces; days are Japan's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from konsento.management.customers.limits import DAY_MS
from konsento.management.customers.typed import day_ends_at_ms, japan_day, plain

NEW_YEAR_MS = 1_798_729_200_000  # 2027-01-01T00:00+09:00


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("SM-33-000001", "SM33000001"), ("ｓｍ－３３－０００００１", "SM33000001"),
        ("〒700−0024", "7000024"), (" 33ー101 　00001\n", "3310100001"), ("", ""), ("---", ""),
    ],
)  # fmt: skip
def test_width_and_separators_go(typed: str, read: str) -> None:
    assert plain(typed) == read


@given(st.text("0123456789０９azZＡｚ-ー−－〒. 　\n"))
def test_what_is_plain_stays_so(typed: str) -> None:
    assert plain(typed).isalnum() or not plain(typed)
    assert plain(plain(typed)) == plain(typed)


def test_a_day_begins_at_midnight_in_japan() -> None:
    assert japan_day(NEW_YEAR_MS) == japan_day(NEW_YEAR_MS - 1) + 1
    assert day_ends_at_ms(japan_day(NEW_YEAR_MS - 1)) == NEW_YEAR_MS
    assert day_ends_at_ms(japan_day(NEW_YEAR_MS)) == NEW_YEAR_MS + DAY_MS
