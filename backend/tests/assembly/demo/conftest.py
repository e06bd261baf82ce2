"""The demo's town on a fresh grid and street."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest_asyncio

from konsento.foundation.clock import TestClock
from konsento.foundation.ids import CountingIds
from konsento.foundation.settings import read_settings
from tests.assembly.demo.homes import BRANCH_KEY, Days
from tests.assembly.whole_town import moved_in
from tests.conftest import OpenDatabase


@pytest_asyncio.fixture
async def days(
    open_database: OpenDatabase, clock: TestClock, ids: CountingIds, tmp_path: Path
) -> AsyncIterator[Days]:
    """Two thousand households, all with power, heard for two slots."""
    settings = read_settings({}, outage_api_keys=f"branch:office:{BRANCH_KEY}")
    async with AsyncExitStack() as stack:
        households = await moved_in(open_database, settings, clock, ids, tmp_path, stack)
        made = Days(households, clock)
        await made.half_hour()
        await made.half_hour()
        yield made
