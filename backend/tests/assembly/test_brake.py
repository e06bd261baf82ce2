"""`konsento brake`: what is held is shown, and a person lets it go, once."""

from contextlib import AsyncExitStack

import pytest

from konsento.assembly.brake import held, let_go
from konsento.assembly.processes.management import _outages
from konsento.assembly.processes.part import CannotStart
from konsento.assembly.schema import PEOPLE_STEPS
from konsento.foundation.clock import TestClock
from konsento.foundation.databases import PEOPLE
from konsento.foundation.settings import read_settings
from konsento.management.notices.outages.braking import weigh_crowd
from tests.conftest import NewAddress


async def test_what_is_held_is_shown_and_let_go_once(
    new_address: NewAddress, clock: TestClock
) -> None:
    address = await new_address("people")
    await PEOPLE.open(address)
    await PEOPLE.migrate(PEOPLE_STEPS, clock.now_ms())
    assert not await weigh_crowd("feeder", 12_000, ("engine",), 10_000, clock.now_ms())
    await PEOPLE.close()
    environ = {"KONSENTO_PEOPLE_DB": address}
    assert await held(environ) == ["feeder: 12000 recipients since 2026-11-21 09:00"]
    assert await let_go("feeder", environ) == ["feeder: released"]
    assert await held(environ) == ["nothing is held"]
    with pytest.raises(CannotStart, match="nothing is held of the outage feeder"):
        await let_go("feeder", environ)


async def test_a_database_that_was_not_brought_up_is_said_to_be_so(
    new_address: NewAddress,
) -> None:
    with pytest.raises(CannotStart, match="konsento migrate management"):
        await held({"KONSENTO_PEOPLE_DB": await new_address("people")})


async def test_an_outage_room_needs_its_key_and_none_needs_nothing() -> None:
    async with AsyncExitStack() as stack:
        assert _outages(read_settings({}), stack) is None
        there = {"KONSENTO_OUTAGE_URL": "http://127.0.0.1:8030"}
        with pytest.raises(CannotStart, match="KONSENTO_OUTAGE_API_KEY"):
            _outages(read_settings(there), stack)
        assert _outages(read_settings(there | {"KONSENTO_OUTAGE_API_KEY": "k" * 20}), stack)
