"""The outage room on a fresh grid."""

from collections.abc import Awaitable, Callable, Sequence

import pytest_asyncio

from konsento.foundation.clock import TestClock
from konsento.foundation.database import Database
from konsento.foundation.databases import GRID
from konsento.foundation.migrations import Step
from konsento.outage.migrations import STEPS
from tests.outage.days import Days
from tests.outage.quarter import Quarter

OpenDatabase = Callable[[Database, Sequence[Step]], Awaitable[Database]]


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
