"""The control system on a fresh grid, before a street that outlives it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path

import pytest_asyncio

from konsento.foundation.clock import TestClock
from konsento.foundation.database import Database
from konsento.foundation.databases import GRID
from konsento.foundation.migrations import Step
from konsento.mdms.fleet.street import STREET_STEPS, Street
from konsento.mdms.migrations import STEPS
from tests.mdms.neighbourhood import Neighbourhood

OpenDatabase = Callable[[Database, Sequence[Step]], Awaitable[Database]]


@pytest_asyncio.fixture
async def grid(open_database: OpenDatabase) -> Database:
    """GRID, empty and migrated."""
    return await open_database(GRID, STEPS)


@pytest_asyncio.fixture
async def street(tmp_path: Path, clock: TestClock) -> AsyncIterator[Street]:
    """An empty street in a file of its own."""
    database = Database("street")
    await database.open(str(tmp_path / "street.sqlite"))
    await database.migrate(STREET_STEPS, clock.now_ms())
    yield Street(database)
    await database.close()


@pytest_asyncio.fixture
async def okayama(grid: Database, street: Street, clock: TestClock) -> Neighbourhood:
    """Two outlets, two management servers, everything idle and well."""
    neighbourhood = Neighbourhood(street, clock)
    await neighbourhood.settle_in()
    return neighbourhood
