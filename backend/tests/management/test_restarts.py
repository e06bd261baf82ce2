"""Everything of ours is stopped and started ten times in one charge, on its own databases."""

from collections.abc import AsyncIterator

import pytest_asyncio

from konsento.assembly.schema import GRID_STEPS, PEOPLE_STEPS
from konsento.foundation.clock import TestClock
from konsento.foundation.databases import GRID, PEOPLE
from konsento.mdms.control_system import ControlSystem
from konsento.mdms.fleet.street import Street
from konsento.mdms.server import mdms_server
from tests.conftest import NewAddress
from tests.management.audit import books_are_right
from tests.management.charges import begun
from tests.management.world import World
from tests.town import CAR, MINUTE_MS

RESTARTS = 10


class Restarted:
    """A house whose servers and databases can be stopped and started again."""

    def __init__(self, world: World, people: str, grid: str) -> None:
        self.world = world
        self._addresses = {PEOPLE: people, GRID: grid}

    async def restart(self) -> None:
        """Nothing is left but what stands in the databases."""
        world = self.world
        for database, address in self._addresses.items():
            await database.close()
            await database.open(address)
        await PEOPLE.migrate(PEOPLE_STEPS, world.clock.now_ms())
        await GRID.migrate(GRID_STEPS, world.clock.now_ms())
        world.system = ControlSystem(world.driver, world.clock, world.ids, world.system.settings)
        world.mdms = mdms_server(world.system)
        world.start_anew()


@pytest_asyncio.fixture
async def restarted(
    street: Street, new_address: NewAddress, clock: TestClock
) -> AsyncIterator[Restarted]:
    people, grid = await new_address("people"), await new_address("grid")
    await PEOPLE.open(people)
    await GRID.open(grid)
    await PEOPLE.migrate(PEOPLE_STEPS, clock.now_ms())
    await GRID.migrate(GRID_STEPS, clock.now_ms())
    world = World(street, clock)
    await world.settle_in()
    yield Restarted(world, people, grid)
    await world.close()
    await PEOPLE.close()
    await GRID.close()


async def test_restarted_ten_times_in_one_charge_it_is_billed_right_and_once(
    restarted: Restarted,
) -> None:
    world = restarted.world
    driver = world.person()
    await world.do(CAR, "plug_car", wanted_wh=9_000)
    session = await begun(world, driver, energy_wh=2_000)
    await restarted.restart()  # while it is being paid
    await driver.pays(session)
    await restarted.restart()  # paid, and not yet ordered on
    await world.let_pass(2_000)
    assert world.face(CAR).switch == "closed"
    sequence = 0
    for _ in range(RESTARTS - 4):
        await restarted.restart()
        await world.let_pass(6 * MINUTE_MS)
        view = await driver.sees(session)
        assert (view["state"], view["sequence"] > sequence) == ("charging", True)
        sequence = view["sequence"]
    await restarted.restart()
    while (await driver.sees(session))["state"] == "charging":
        await world.let_pass(MINUTE_MS)
    await restarted.restart()  # ended, perhaps not yet settled
    await world.let_pass(2 * MINUTE_MS)
    view = await driver.sees(session)
    assert (view["state"], view["end_reason"]) == ("settled", "energy_limit")
    assert (view["used_wh"], view["price_yen"]) == (2_000, 84)
    await books_are_right(world)
