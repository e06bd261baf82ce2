"""The control system on a fresh grid, before a street that outlives it."""

import pytest_asyncio

from konsento.foundation.clock import TestClock
from konsento.foundation.database import Database
from konsento.foundation.databases import GRID
from konsento.mdms.fleet.street import STREET_STEPS, Street
from konsento.mdms.migrations import STEPS
from tests.mdms.neighbourhood import Neighbourhood
from tests.ready_made import OpenDatabase


@pytest_asyncio.fixture
async def grid(open_database: OpenDatabase) -> Database:
    """GRID, empty and migrated."""
    return await open_database(GRID, STEPS)


@pytest_asyncio.fixture
async def street(open_file: OpenDatabase) -> Street:
    """An empty street in a file of its own."""
    return Street(await open_file(Database("street"), STREET_STEPS))


@pytest_asyncio.fixture
async def okayama(grid: Database, street: Street, clock: TestClock) -> Neighbourhood:
    """Two outlets, two management servers, everything idle and well."""
    neighbourhood = Neighbourhood(street, clock)
    await neighbourhood.settle_in()
    return neighbourhood
