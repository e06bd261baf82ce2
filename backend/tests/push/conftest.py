"""A push service on loopback, and a pusher that may send to it."""

from collections.abc import AsyncIterator

import pytest_asyncio

from konsento.foundation.clock import TestClock
from konsento_push.subscription import push_hosts
from konsento_push.vapid import VapidSigner, new_private_key
from konsento_push.web_push import WebPusher
from tests.push.pushbox import PushBox

CONTACT = "mailto:push@konsento.example"


@pytest_asyncio.fixture
async def pushbox(clock: TestClock) -> AsyncIterator[PushBox]:
    async with PushBox(clock.now_ms).open() as box:
        yield box


@pytest_asyncio.fixture
async def pusher(pushbox: PushBox, clock: TestClock) -> AsyncIterator[WebPusher]:
    hosts = push_hosts(f"push.example,{pushbox.origin}")
    made = WebPusher(VapidSigner(new_private_key(), CONTACT), hosts, clock.now_ms, within_s=2)
    pushbox.sender = made.public_key
    yield made
    await made.close()
