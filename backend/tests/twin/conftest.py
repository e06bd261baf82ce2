"""A fresh twin for each test."""

from collections.abc import AsyncIterator

import pytest_asyncio

from konsento.foundation.clock import TestClock
from konsento.foundation.ids import CountingIds
from konsento.twin.tables import STEPS, TWIN
from tests.conftest import OpenDatabase
from tests.twin.stage import Stage


@pytest_asyncio.fixture
async def stage(
    open_database: OpenDatabase, clock: TestClock, ids: CountingIds
) -> AsyncIterator[Stage]:
    await open_database(TWIN, STEPS)
    made = Stage(clock, ids)
    yield made
    await made.browser.aclose()
