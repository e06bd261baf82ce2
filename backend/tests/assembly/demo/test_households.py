"""The demo's town: what is cut in it is noticed, asked about, judged and shown."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from konsento.assembly import town
from konsento.assembly.demo.households import Households
from konsento.assembly.demo.town_api import TownView, look
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
from konsento.mdms.fleet.town.directory import NodeUnknown
from konsento.mdms.fleet.town.hand_cuts import TOWN_STEPS
from konsento.mdms.outlets import register_management_server
from konsento.mdms.server import mdms_server

OpenDatabase = Callable[[Database, Sequence[Step]], Awaitable[Database]]
SLOT_MS = 1_800_000
KEY = "a-key-of-the-demo-0123456789"


class Days:
    """The town and its room, with the clock in our hand."""

    def __init__(self, households: Households, clock: TestClock) -> None:
        self.households = households
        self.clock = clock

    async def half_hour(self) -> TownView:
        """To the end of the slot's judging."""
        await self.clock.advance(SLOT_MS - self.clock.now_ms() % SLOT_MS)
        for _ in range(11):
            await self.clock.advance(150_000)
            await self.households.hand_on()
            await self.households.rounds.step()
        return await self.seen()

    async def seen(self) -> TownView:
        return await look(self.households, self.clock.now_ms())


@pytest_asyncio.fixture
async def days(
    open_database: OpenDatabase, clock: TestClock, ids: CountingIds, tmp_path: Path
) -> AsyncIterator[Days]:
    """Two thousand households, all with power, heard for two slots."""
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
        made = Days(households, clock)
        await made.half_hour()
        await made.half_hour()
        yield made


async def test_a_cut_feeder_is_judged_with_its_households_and_darkens_the_car_park(
    days: Days,
) -> None:
    quiet = await days.seen()
    assert (quiet.dark, quiet.outages) == (0, [])
    feeder = str(days.households.live.plan.feeder_codes[0])
    await days.households.cut("feeder", feeder)
    seen = await days.half_hour()
    assert seen.dark > 500
    assert seen.outages[0].households_out > 0.9 * seen.dark
    assert feeder in seen.outages[0].sentence_ja
    await days.households.mend_all()
    await days.half_hour()
    back = await days.half_hour()
    assert back.dark == 0
    assert [outage.restored_at_ms is None for outage in back.outages] == [False]


async def test_outlets_go_dark_with_the_transformer_of_their_car_park(days: Days) -> None:
    street = days.households._street
    await days.households.cut("transformer", "T-PARK")
    smid = town.OUTLETS[0].smid
    assert not street.meter(smid).powered
    await days.households.mend("transformer", "T-PARK")
    assert street.meter(smid).powered


async def test_a_dead_concentrator_is_no_outage(days: Days) -> None:
    code = str(days.households.live.plan.concentrator_codes[0])
    await days.households.cut("concentrator", code)
    seen = await days.half_hour()
    assert seen.unheard > 100
    assert seen.outages == []


async def test_what_the_town_does_not_have_cannot_be_cut(days: Days) -> None:
    with pytest.raises(NodeUnknown):
        await days.households.cut("feeder", "F-99")
