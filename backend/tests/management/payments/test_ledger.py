"""The ledger: every entry sums to nought and stands once."""

import pytest
import pytest_asyncio

from konsento.assembly.schema import PEOPLE_STEPS
from konsento.foundation.database import Database
from konsento.foundation.databases import PEOPLE
from konsento.management.payments.ledger import Unbalanced, balances, post
from tests.conftest import OpenDatabase

NOW_MS = 1_795_219_200_000


@pytest_asyncio.fixture
async def people(open_database: OpenDatabase) -> Database:
    return await open_database(PEOPLE, PEOPLE_STEPS)


async def test_an_entry_that_does_not_sum_to_nought_is_refused(people: Database) -> None:
    with pytest.raises(Unbalanced):
        async with people.writing():
            await post("bill:s1", "s1", NOW_MS, driver=98, tax=-8)
    assert await balances() == {}


async def test_the_same_entry_twice_is_once(people: Database) -> None:
    for first in (True, False):
        async with people.writing():
            written = await post("bill:s1", "s1", NOW_MS, driver=98, sales__minato=-90, tax=-8)
        assert written is first
    assert await balances() == {"driver": 98, "sales:minato": -90, "tax": -8}


async def test_all_accounts_together_are_nought(people: Database) -> None:
    async with people.writing():
        await post("bill:s1", "s1", NOW_MS, driver=98, sales__harukaze=-90, tax=-8)
        await post("capture:s1", "s1", NOW_MS, provider=98, driver=-98)
        await post("waive:s2", "s2", NOW_MS, sales__harukaze=-40, goodwill=40)
    assert sum((await balances()).values()) == 0
    assert (await balances())["driver"] == 0


async def test_lines_of_nought_are_not_written(people: Database) -> None:
    async with people.writing():
        assert not await post("bill:s1", "s1", NOW_MS, driver=0, sales__minato=0, tax=0)
    assert await balances() == {}
