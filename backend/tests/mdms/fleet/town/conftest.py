"""The street's database with the town's own tables in it."""

import pytest_asyncio

from konsento.foundation.database import Database
from konsento.mdms.fleet.town.hand_cuts import TOWN_STEPS
from tests.ready_made import OpenDatabase


@pytest_asyncio.fixture
async def database(open_file: OpenDatabase) -> Database:
    return await open_file(Database("street"), TOWN_STEPS)
