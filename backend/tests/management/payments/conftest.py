"""Stripe's twin and the gateway in front of it, fresh for each test."""

from collections.abc import AsyncIterator

import pytest_asyncio

from konsento.foundation.clock import TestClock
from konsento.foundation.ids import CountingIds
from konsento.management.payments.stripe_gateway import StripeGateway
from konsento.twin.tables import STEPS, TWIN
from tests.conftest import OpenDatabase
from tests.management.payments.till import over
from tests.twin.stage import Hasty, Stage


@pytest_asyncio.fixture
async def stage(
    open_database: OpenDatabase, clock: TestClock, ids: CountingIds
) -> AsyncIterator[Stage]:
    await open_database(TWIN, STEPS)
    made = Stage(clock, ids)
    yield made
    await made.browser.aclose()


@pytest_asyncio.fixture
async def gateway(stage: Stage) -> AsyncIterator[StripeGateway]:
    made = over(Hasty(stage.transport()))
    yield made
    await made.close()
