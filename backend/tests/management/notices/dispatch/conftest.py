"""The PEOPLE database, open, a post office that answers as told, and the lane that sends to it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from konsento.assembly.schema import PEOPLE_STEPS
from konsento.foundation.clock import TestClock
from konsento.foundation.databases import PEOPLE
from konsento.foundation.ids import CountingIds
from konsento.management.notices.dispatch.lane import Lane
from tests.conftest import OpenDatabase
from tests.management.notices.dispatch.lanes import (
    Post,
    lane,
)


@pytest_asyncio.fixture
async def people(open_database: OpenDatabase) -> AsyncIterator[None]:
    await open_database(PEOPLE, PEOPLE_STEPS)
    yield


@pytest.fixture
def post(clock: TestClock) -> Post:
    return Post(clock)


@pytest.fixture
def sending(post: Post, clock: TestClock, ids: CountingIds) -> Lane:
    return lane(post, clock, ids)
