"""The house beside a push service on loopback, and drivers whose phones may show notifications."""

from collections.abc import AsyncIterator

import msgspec
import pytest_asyncio

from konsento.foundation.clock import TestClock
from tests.management.notices.phones import Told
from tests.management.world import World
from tests.push.pushbox import PushBox


@pytest_asyncio.fixture
async def pushbox(clock: TestClock) -> AsyncIterator[PushBox]:
    async with PushBox(clock.now_ms).open() as box:
        yield box


def beside(world: World, box: PushBox) -> World:
    """The world, sending to this push service alone."""
    world.settings = msgspec.structs.replace(world.settings, push_hosts=box.origin)
    world.start_anew()
    pusher = world.house.herald.pusher
    assert pusher is not None
    box.sender = pusher.public_key
    return world


@pytest_asyncio.fixture
async def told(house: World, pushbox: PushBox) -> AsyncIterator[Told]:
    """Haruka, whose phone is subscribed in Japanese."""
    beside(house, pushbox)
    someone = house.person_as(Told)
    someone.box = pushbox
    await someone.subscribes()
    yield someone
    assert pushbox.complaints == []
