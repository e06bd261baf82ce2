"""The demo's town with some of its homes registered, on one clock."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest_asyncio

from konsento.assembly.schema import PEOPLE_STEPS
from konsento.foundation.clock import TestClock
from konsento.foundation.databases import PEOPLE
from konsento.foundation.ids import CountingIds
from konsento.foundation.settings import read_settings
from tests.assembly.telling.told_town import ToldTown
from tests.assembly.whole_town import moved_in
from tests.conftest import OpenDatabase


@pytest_asyncio.fixture
async def town(
    open_database: OpenDatabase, clock: TestClock, ids: CountingIds, tmp_path: Path
) -> AsyncIterator[ToldTown]:
    """Two thousand households, all with power and heard for two slots, some of them registered."""
    await open_database(PEOPLE, PEOPLE_STEPS)
    async with AsyncExitStack() as stack:
        households = await moved_in(open_database, read_settings({}), clock, ids, tmp_path, stack)
        made = ToldTown(households, clock, ids, await households.reader(stack))
        await made.register()
        await made.half_hour()
        await made.half_hour()
        yield made
