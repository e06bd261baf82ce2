"""A password is kept as a hash that says how it was made, and checking costs the same for all."""

import asyncio

import pytest

from konsento.foundation.ids import CountingIds
from konsento.management.operators.limits import HASHES_WAITING_MAX
from konsento.management.operators.password import STANDARD, STORED, Cost, DeskBusy, Passwords

CHEAP = Cost(n=2**4, r=8, p=1)
SLOWER = Cost(n=2**14, r=8, p=1)


async def test_the_right_password_fits_and_no_other(ids: CountingIds) -> None:
    passwords = Passwords(CHEAP)
    kept = await passwords.keep("みどり町の駐車場 12", ids.token())
    assert await passwords.fits("みどり町の駐車場 12", kept)
    assert await passwords.fits("みどり町の駐車場 １２", kept)  # as a Japanese keyboard types it
    for wrong in ("", "みどり町の駐車場 13", "みどり町の駐車場 12 "):
        assert not await passwords.fits(wrong, kept)


async def test_the_hash_tells_its_parameters_and_not_the_password(ids: CountingIds) -> None:
    kept = await Passwords(CHEAP).keep("correct horse", ids.token())
    assert kept.startswith("scrypt$16$8$1$")
    assert STORED.fullmatch(kept)
    assert "horse" not in kept


async def test_the_same_password_is_kept_differently_each_time(ids: CountingIds) -> None:
    passwords = Passwords(CHEAP)
    first, second = [await passwords.keep("correct horse", ids.token()) for _ in range(2)]
    assert first != second


async def test_a_hash_made_at_another_cost_still_fits(ids: CountingIds) -> None:
    kept = await Passwords(SLOWER).keep("correct horse", ids.token())
    assert await Passwords(CHEAP).fits("correct horse", kept)


async def test_the_hash_of_nobody_costs_as_much_as_any_and_fits_nothing(ids: CountingIds) -> None:
    passwords = Passwords(CHEAP)
    kept = await passwords.keep("correct horse", ids.token())
    assert passwords.nobodys.split("$")[:4] == kept.split("$")[:4]
    assert STORED.fullmatch(passwords.nobodys)
    assert not await passwords.fits("", passwords.nobodys)


@pytest.mark.parametrize("stored", ["", "plain", "scrypt$16$8$1$short$00", "md5$1$2$3$4$5"])
async def test_what_is_no_hash_fits_nothing(stored: str) -> None:
    assert not await Passwords(CHEAP).fits("", stored)


async def test_the_standard_cost_is_one_that_owasp_names(ids: CountingIds) -> None:
    assert (STANDARD.n, STANDARD.r, STANDARD.p) == (2**15, 8, 3)
    passwords = Passwords()
    assert await passwords.fits("correct horse", await passwords.keep("correct horse", ids.token()))


async def test_only_so_many_may_wait(ids: CountingIds) -> None:
    passwords = Passwords(SLOWER)
    asked = [passwords.keep("correct horse", ids.token()) for _ in range(HASHES_WAITING_MAX + 1)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    refused = [each for each in answers if isinstance(each, DeskBusy)]
    assert len(refused) == 1
    assert refused[0].status == 503
    assert await passwords.keep("correct horse", ids.token())
