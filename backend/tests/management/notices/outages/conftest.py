"""A street of registered homes, the outage room that knows their meters, and the post."""

import pytest_asyncio

from konsento.assembly.schema import PEOPLE_STEPS
from konsento.foundation.clock import TestClock
from konsento.foundation.databases import PEOPLE
from konsento.foundation.ids import CountingIds
from tests.conftest import OpenDatabase
from tests.management.notices.outages.registered_street import RegisteredStreet


@pytest_asyncio.fixture
async def lived_in(
    open_database: OpenDatabase, clock: TestClock, ids: CountingIds
) -> RegisteredStreet:
    """Three homes of one area, each with somebody who is told by push and by mail."""
    await open_database(PEOPLE, PEOPLE_STEPS)
    found = RegisteredStreet(clock, ids)
    await found.move_in(3)
    return found
