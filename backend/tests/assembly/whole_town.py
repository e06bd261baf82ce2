"""The demo's town of two thousand households, moved into a fresh grid and street."""

from contextlib import AsyncExitStack
from pathlib import Path

from konsento.assembly.demo.households import Households
from konsento.assembly.demo.in_memory import in_memory
from konsento.assembly.schema import GRID_STEPS
from konsento.assembly.street import STREET, put_up_street
from konsento.foundation.clock import TestClock
from konsento.foundation.databases import GRID
from konsento.foundation.ids import CountingIds
from konsento.foundation.settings import Settings
from konsento.mdms.contract import MdmsClient
from konsento.mdms.control_system import ControlSystem
from konsento.mdms.drivers.simulated import SimulatedDriver
from konsento.mdms.fleet.street import STREET_STEPS, Street
from konsento.mdms.fleet.town.hand_cuts import TOWN_STEPS
from konsento.mdms.outlets import register_management_server
from konsento.mdms.server import mdms_server
from tests.conftest import OpenDatabase

KEY = "a-key-of-the-demo-0123456789"


async def moved_in(
    open_database: OpenDatabase,
    settings: Settings,
    clock: TestClock,
    ids: CountingIds,
    folder: Path,
    stack: AsyncExitStack,
) -> Households:
    """All with power and nothing read yet; till `stack` ends."""
    await open_database(GRID, GRID_STEPS)
    await open_database(STREET, (*STREET_STEPS, *TOWN_STEPS))
    street = Street(STREET)
    households = Households(street, settings, clock, ids)
    driver = SimulatedDriver(
        street, clock, latency_ms=0, timeout_ms=0, households=households.meters
    )
    system = ControlSystem(driver, clock, ids)
    await register_management_server("konsento", KEY)
    await put_up_street(street, system)
    http = await stack.enter_async_context(in_memory(mdms_server(system), "http://mdms"))
    await households.move_in(MdmsClient(http, KEY), stack, folder)
    return households
