"""The street's database with the town's own tables in it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from konsento.foundation.clock import TestClock
from konsento.foundation.database import Database
from konsento.mdms.fleet.town.hand_cuts import TOWN_STEPS


@pytest_asyncio.fixture
async def database(tmp_path: Path, clock: TestClock) -> AsyncIterator[Database]:
    street = Database("street")
    await street.open(str(tmp_path / "street.sqlite"))
    await street.migrate(TOWN_STEPS, clock.now_ms())
    yield street
    await street.close()
