"""A fresh desk for each test, open for business."""

from collections.abc import AsyncIterator

import pytest_asyncio

from konsento.assembly.schema import PEOPLE_STEPS
from konsento.foundation.clock import TestClock
from konsento.foundation.databases import PEOPLE
from konsento.foundation.ids import CountingIds
from konsento.management.charging.store import WATCHERS
from konsento.management.operators.tables import STEPS
from tests.conftest import OpenDatabase
from tests.management.operators.front_desk import FrontDesk


@pytest_asyncio.fixture
async def front(
    open_database: OpenDatabase, clock: TestClock, ids: CountingIds
) -> AsyncIterator[FrontDesk]:
    ours = [step for step in STEPS if step not in PEOPLE_STEPS]
    await open_database(PEOPLE, [*PEOPLE_STEPS, *ours])
    made = FrontDesk(clock, ids)
    await made.open()
    WATCHERS.any_here = made.desk.pictures.bell.ring_here
    yield made
    WATCHERS.any_here = lambda: None
