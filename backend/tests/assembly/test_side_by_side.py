"""Two processes work on one house at the same moments: twice is once, whatever happens."""

import asyncio
from typing import Any

import pytest_asyncio

from konsento.foundation.databases import PEOPLE
from tests.management.charges import begun, charging, over, settled
from tests.management.conftest import ONCE_A_MINUTE, NewWorld
from tests.management.world import World
from tests.town import CAR, HOUR_MS, MINUTE_MS, Driver


class SideBySide(World):
    """A world in which every piece of work is begun by two processes at once."""

    def furnish(self) -> None:
        super().furnish()
        self.other = self.house
        super().furnish()

    async def _work(self, name: str) -> int:
        mine, others = self.house, self.other
        done = await asyncio.gather(self._as(mine, name), self._as(others, name))
        self.house = mine
        return max(done)

    async def _as(self, house: Any, name: str) -> int:
        self.house = house  # read before anything is waited for
        return await super()._work(name)


@pytest_asyncio.fixture
async def house(new_world: NewWorld) -> World:
    """Everybody at home, and everything kept twice over."""
    return await new_world(SideBySide, **ONCE_A_MINUTE)


async def test_a_charge_is_metered_billed_and_told_once(house: World, driver: Driver) -> None:
    await house.do(CAR, "plug_car")
    session = await charging(house, driver, energy_wh=2_000)
    view = await settled(house, driver, session, "energy_limit", after_ms=45 * MINUTE_MS)
    assert (view["used_wh"], view["payment"]["captured_yen"]) == (2_000, 84)
    samples = [sample[0] for sample in view["samples"]]
    assert samples == sorted(set(samples))


async def test_an_outlet_without_a_load_is_ended_once(house: World, driver: Driver) -> None:
    session = await charging(house, driver)
    await settled(house, driver, session, "no_load", after_ms=4 * MINUTE_MS)


async def test_a_page_that_nobody_paid_is_closed_once(house: World, driver: Driver) -> None:
    session = await begun(house, driver)
    view = await over(house, driver, session, "refused", "payment_expired", after_ms=35 * MINUTE_MS)
    assert view["payment"]["captured_yen"] == 0


async def test_a_switch_that_is_never_read_again_is_billed_once(
    house: World, driver: Driver
) -> None:
    await house.do(CAR, "plug_car")
    session = await charging(house, driver)
    await house.let_pass(30 * MINUTE_MS)
    await house.do(CAR, "cut_link")
    await house.let_pass(HOUR_MS)
    seen = await driver.sees(session)
    assert (seen["state"], seen["end_reason"]) == ("settled", "link_lost")
    receipts = await PEOPLE.ask("SELECT paid_yen FROM receipt")
    assert [receipt["paid_yen"] for receipt in receipts] == [seen["payment"]["captured_yen"]]
    taken = await PEOPLE.ask("SELECT amount_yen FROM ledger WHERE account = 'provider'")
    assert [line["amount_yen"] for line in taken] == [seen["payment"]["captured_yen"]]
    assert seen["payment"]["captured_yen"] > 50
