"""The simulated wires are slow, can be cut at a hop, and lose what tests ask them to lose."""

import pytest

from konsento.foundation.clock import TestClock
from konsento.mdms.continuity import Check
from konsento.mdms.drivers.driver import Driver, NoAnswer, SwitchRefused
from konsento.mdms.drivers.simulated import SimulatedDriver
from konsento.mdms.fleet.street import Street
from konsento.mdms.meter import CloseOrder

ORDER = CloseOrder(
    energy_wh_max=1_000, duration_ms_max=None, counted_from="switch_on", failsafe_after_ms=60_000
)


async def a_driver(street: Street, clock: TestClock) -> SimulatedDriver:
    await street.add("SM-1", power_w_max=4_000, register_wh=1_000, now_ms=clock.now_ms())
    return SimulatedDriver(street, clock, latency_ms=0, timeout_ms=0)


async def test_it_is_a_driver(street: Street, clock: TestClock) -> None:
    assert isinstance(await a_driver(street, clock), Driver)


async def test_a_lost_request_did_not_happen_and_a_lost_reply_did(
    street: Street, clock: TestClock
) -> None:
    driver = await a_driver(street, clock)
    driver.faults.requests["close"] = 1
    with pytest.raises(NoAnswer):
        await driver.close("SM-1", 1, ORDER)
    assert (await driver.read("SM-1")).switch == "open"
    driver.faults.replies["close"] = 1
    with pytest.raises(NoAnswer):
        await driver.close("SM-1", 1, ORDER)
    assert (await driver.read("SM-1")).switch == "closed"


async def test_an_old_generation_is_refused(street: Street, clock: TestClock) -> None:
    driver = await a_driver(street, clock)
    await driver.close("SM-1", 5, ORDER)
    for generation in (4, 5):
        with pytest.raises(SwitchRefused):
            await driver.open("SM-1", generation)
    await driver.open("SM-1", 6)


async def test_a_meter_that_does_not_hear_us_says_so(street: Street, clock: TestClock) -> None:
    driver = await a_driver(street, clock)
    await street.cut_link("SM-1", "relay", "down")
    (heard,) = await driver.check([Check("SM-1", False)])
    assert (heard.answered, heard.rdi) == (True, True)
    await street.cut_link("SM-1", "relay", "up")
    (heard,) = await driver.check([Check("SM-1", False)])
    assert not heard.answered


async def test_a_check_with_a_remote_defect_assures_nobody(
    street: Street, clock: TestClock
) -> None:
    driver = await a_driver(street, clock)
    await driver.close("SM-1", 1, ORDER)
    for _ in range(7):
        await clock.advance(10_000)
        await driver.check([Check("SM-1", True)])
    assert (await driver.read("SM-1")).opened_because == "link_lost"


async def test_a_last_gasp_is_heard_at_the_next_check(street: Street, clock: TestClock) -> None:
    driver = await a_driver(street, clock)
    await street.do("SM-1", "cut_power", clock.now_ms())
    (heard,) = await driver.check([Check("SM-1", False)])
    assert (heard.answered, heard.last_gasp_at_ms) == (False, clock.now_ms())
    with pytest.raises(NoAnswer):
        await driver.read("SM-1")
    assert await driver.answers("SM-1", "relay")
    assert not await driver.answers("SM-1", "meter")
