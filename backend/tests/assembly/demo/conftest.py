"""The demo's town on a fresh grid and street."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest_asyncio

from konsento.assembly.demo.households import Households
from konsento.assembly.schema import GRID_STEPS
from konsento.assembly.street import STREET, put_up_street
from konsento.foundation.clock import TestClock
from konsento.foundation.database import Database
from konsento.foundation.databases import GRID
from konsento.foundation.ids import CountingIds
from konsento.foundation.migrations import Step
from konsento.foundation.settings import read_settings
from konsento.mdms.contract import MdmsClient
from konsento.mdms.control_system import ControlSystem
from konsento.mdms.drivers.simulated import SimulatedDriver
from konsento.mdms.fleet.street import STREET_STEPS, Street
from konsento.mdms.fleet.town.hand_cuts import TOWN_STEPS
from konsento.mdms.outlets import register_management_server
from konsento.mdms.server import mdms_server
from tests.assembly.demo.homes import BRANCH_KEY, Days

OpenDatabase = Callable[[Database, Sequence[Step]], Awaitable[Database]]
KEY = "a-key-of-the-demo-0123456789"


@pytest_asyncio.fixture
async def days(
    open_database: OpenDatabase, clock: TestClock, ids: CountingIds, tmp_path: Path
) -> AsyncIterator[Days]:
    """Two thousand households, all with power, heard for two slots."""
    await open_database(GRID, GRID_STEPS)
    await open_database(STREET, (*STREET_STEPS, *TOWN_STEPS))
    street = Street(STREET)
    settings = read_settings({}, outage_api_keys=f"branch:office:{BRANCH_KEY}")
    households = Households(street, settings, clock, ids)
    driver = SimulatedDriver(
        street, clock, latency_ms=0, timeout_ms=0, households=households.meters
    )
    system = ControlSystem(driver, clock, ids)
    await register_management_server("konsento", KEY)
    await put_up_street(street, system)
    async with AsyncExitStack() as stack:
        transport = httpx.ASGITransport(app=mdms_server(system))  # type: ignore[arg-type]
        http = httpx.AsyncClient(transport=transport, base_url="http://mdms")
        await stack.enter_async_context(http)
        await households.move_in(MdmsClient(http, KEY), stack, tmp_path)
        made = Days(households, clock)
        await made.half_hour()
        await made.half_hour()
        yield made
