"""The demo's town with some of its homes registered, on one clock."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest_asyncio

from konsento.assembly.demo.households import Households
from konsento.assembly.schema import GRID_STEPS, PEOPLE_STEPS
from konsento.assembly.street import STREET, put_up_street
from konsento.foundation.clock import TestClock
from konsento.foundation.databases import GRID, PEOPLE
from konsento.foundation.ids import CountingIds
from konsento.foundation.settings import read_settings
from konsento.mdms.contract import MdmsClient
from konsento.mdms.control_system import ControlSystem
from konsento.mdms.drivers.simulated import SimulatedDriver
from konsento.mdms.fleet.street import STREET_STEPS, Street
from konsento.mdms.fleet.town.hand_cuts import TOWN_STEPS
from konsento.mdms.outlets import register_management_server
from konsento.mdms.server import mdms_server
from tests.assembly.telling.told_town import ToldTown
from tests.conftest import OpenDatabase

KEY = "a-key-of-the-demo-0123456789"


@pytest_asyncio.fixture
async def town(
    open_database: OpenDatabase, clock: TestClock, ids: CountingIds, tmp_path: Path
) -> AsyncIterator[ToldTown]:
    """Two thousand households, all with power and heard for two slots, some of them registered."""
    await open_database(PEOPLE, PEOPLE_STEPS)
    await open_database(GRID, GRID_STEPS)
    await open_database(STREET, (*STREET_STEPS, *TOWN_STEPS))
    street, settings = Street(STREET), read_settings({})
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
        made = ToldTown(households, clock, ids, await households.reader(stack))
        await made.register()
        await made.half_hour()
        await made.half_hour()
        yield made
