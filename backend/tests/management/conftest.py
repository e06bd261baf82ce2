"""The house as a whole, furnished afresh for each test that wants it."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest_asyncio

from konsento.assembly.schema import GRID_STEPS, PEOPLE_STEPS
from konsento.assembly.street import STREET
from konsento.foundation.clock import TestClock
from konsento.foundation.databases import GRID, PEOPLE
from konsento.mdms.fleet.street import STREET_STEPS, Street
from konsento.twin.tables import STEPS as TWIN_STEPS
from konsento.twin.tables import TWIN
from tests.conftest import OpenDatabase
from tests.management.world import World
from tests.town import Driver

NewWorld = Callable[..., Awaitable[World]]
ONCE_A_MINUTE = {
    "measure_every_ms": 60_000, "continuity_every_ms": 60_000, "failsafe_after_ms": 600_000,
}  # fmt: skip


@pytest_asyncio.fixture
async def street(open_file: OpenDatabase) -> Street:
    """The outside world: a street, and beside it the provider's own database, each in a file."""
    await open_file(TWIN, TWIN_STEPS)
    return Street(await open_file(STREET, STREET_STEPS))


@pytest_asyncio.fixture
async def new_world(
    street: Street, open_database: OpenDatabase, clock: TestClock
) -> AsyncIterator[NewWorld]:
    """Everybody at home, nobody charging, in a world of some kind, with settings of its own.

    PEOPLE and GRID are on the engine chosen by --db. Gone after the test.
    """
    made: list[World] = []

    async def world(kind: type[World] = World, **settings: int) -> World:
        await open_database(PEOPLE, PEOPLE_STEPS)
        await open_database(GRID, GRID_STEPS)
        made.append(kind(street, clock, **settings))
        await made[-1].settle_in()
        return made[-1]

    yield world
    for each in made:
        await each.close()


@pytest_asyncio.fixture
async def house(new_world: NewWorld) -> World:
    """The house that most stories are told of."""
    return await new_world()


@pytest_asyncio.fixture
async def brisk(new_world: NewWorld) -> World:
    """The same house, measuring once a minute, for stories that are told many times over."""
    return await new_world(**ONCE_A_MINUTE)


@pytest_asyncio.fixture
async def driver(house: World) -> Driver:
    """Haruka, with a phone that has never been here."""
    return house.person()


@pytest_asyncio.fixture
async def neighbour(house: World) -> Driver:
    """Minoru, who would like the same outlet."""
    return house.person("192.0.2.2")
