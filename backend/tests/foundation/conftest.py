"""The shelf, open and empty, for each test of the foundation."""

import pytest_asyncio

from konsento.foundation.database import Database
from tests.conftest import OpenDatabase
from tests.foundation.shelf import SHELF, STEPS


@pytest_asyncio.fixture
async def shelf(open_database: OpenDatabase) -> Database:
    return await open_database(SHELF, STEPS)
