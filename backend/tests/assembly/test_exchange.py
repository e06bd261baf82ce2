"""`konsento exchange`: another meter is put up by one command, or a sentence says why not."""

from collections.abc import Awaitable, Callable

import pytest
import pytest_asyncio

from konsento.assembly.exchange import exchange
from konsento.assembly.processes.part import CannotStart
from konsento.foundation.clock import TestClock
from konsento.foundation.databases import GRID
from konsento.mdms.migrations import STEPS
from konsento.mdms.outlets import register_outlet

OUTLET, NUMBER = "OKY-0012", "req-00000001"


@pytest_asyncio.fixture
async def environ(new_address: Callable[[str], Awaitable[str]], clock: TestClock) -> dict[str, str]:
    """Two outlets on the books of a control system that does not run now."""
    address = await new_address("grid")
    await GRID.open(address)
    await GRID.migrate(STEPS, clock.now_ms())
    for outlet, smid in ((OUTLET, "SM-1"), ("OKY-0013", "SM-2")):
        await register_outlet(
            outlet, smid=smid, place="33101", voltage_v=200, power_w_max=4_000,
            register_wh=5_000, at_ms=clock.now_ms(),
        )  # fmt: skip
    await GRID.close()
    return {"KONSENTO_GRID_DB": address}


async def holds(environ: dict[str, str], state: str) -> None:
    """A request holds the outlet in this state, 40 Wh after its beginning."""
    await GRID.open(environ["KONSENTO_GRID_DB"])
    async with GRID.writing():
        await GRID.ask("INSERT INTO mdms_management_server VALUES ('ours', 'x', 0)")
        await GRID.ask(
            "INSERT INTO mdms_request (request_number, server, outlet, energy_wh_max, "
            "counted_from, power_type, retailer, state, reason, generation, asked_at_ms, used_wh, "
            "opening_register_wh, register_wh, next_look_at_ms, look) VALUES "
            "({}, 'ours', {}, 1000, 'switch_on', 'solar', 'setouchi', {}, 'link_lost', 2, 0, 40, "
            "4960, 5000, 0, 0)",
            NUMBER, OUTLET, state,
        )  # fmt: skip
    await GRID.close()


async def why_not(environ: dict[str, str], outlet: str, smid: str, why: str = "") -> str:
    with pytest.raises(CannotStart) as said:
        await exchange(outlet, smid, 0, why, environ)
    return str(said.value)


async def test_a_free_outlet_gets_another_meter(environ: dict[str, str]) -> None:
    assert await exchange(OUTLET, "SM-9", 70, "", environ) == [f"{OUTLET}: meter SM-9 from 70 Wh"]
    told = await exchange(OUTLET, "SM-9", 70, "burnt", environ)
    assert told[0] == f"{OUTLET}: nothing to write off"


async def test_what_a_dead_meter_holds_is_given_up_only_with_a_reason(
    environ: dict[str, str],
) -> None:
    await holds(environ, "off_unread")
    assert "--write-off" in await why_not(environ, OUTLET, "SM-9")
    told = await exchange(OUTLET, "SM-9", 0, "burnt", environ)
    assert told[0] == f"{OUTLET}: {NUMBER} written off at 40 Wh"


async def test_a_switch_that_may_be_closed_is_waited_for(environ: dict[str, str]) -> None:
    await holds(environ, "on")
    assert "fail-safe" in await why_not(environ, OUTLET, "SM-9", "burnt")


async def test_wrong_names_are_told_in_a_sentence(environ: dict[str, str]) -> None:
    assert "no outlet" in await why_not(environ, "NONE-1", "SM-9")
    assert "another outlet" in await why_not(environ, OUTLET, "SM-2")
