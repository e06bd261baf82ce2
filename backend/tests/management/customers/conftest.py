"""The house with three homes in the utility's table."""

import pytest_asyncio

from tests.management.customers.homes import Customer, move_in
from tests.management.world import World


@pytest_asyncio.fixture
async def homes(house: World) -> World:
    """The utility has loaded its table."""
    await move_in(house.clock.now_ms())
    return house


@pytest_asyncio.fixture
async def haruka(homes: World) -> Customer:
    return homes.person_as(Customer)


@pytest_asyncio.fixture
async def minoru(homes: World) -> Customer:
    return homes.person_as(Customer, "192.0.2.2")
