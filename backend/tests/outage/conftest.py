"""The outage room on a fresh grid."""

from collections.abc import AsyncIterator

import httpx
import pytest_asyncio

from konsento.foundation.clock import TestClock
from konsento.foundation.database import Database
from konsento.foundation.databases import GRID
from konsento.outage.contract import OutageClient
from konsento.outage.migrations import STEPS
from konsento.outage.neighbours import Role
from tests.outage.days import Days
from tests.outage.quarter import KEYS, Quarter
from tests.ready_made import OpenDatabase


@pytest_asyncio.fixture
async def grid(open_database: OpenDatabase) -> Database:
    """GRID, empty and migrated."""
    return await open_database(GRID, STEPS)


@pytest_asyncio.fixture
async def quarter(grid: Database, clock: TestClock) -> Quarter:
    """The quarter with its tables loaded and nothing heard yet."""
    made = Quarter(clock)
    await made.settle_in()
    return made


@pytest_asyncio.fixture
async def days(quarter: Quarter) -> Days:
    """Two slots in which every meter was heard."""
    made = Days(quarter)
    await made.slot()
    await made.slot()
    return made


@pytest_asyncio.fixture
async def reader(days: Days) -> AsyncIterator[OutageClient]:
    """A management server's client."""
    transport = httpx.ASGITransport(app=days.quarter.app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://outage") as http:
        yield OutageClient(http, KEYS[Role.READER])
