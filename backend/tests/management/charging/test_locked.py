"""An outlet that is taken out of use while somebody begins there: whichever comes first, counts."""

import asyncio

import pytest

from konsento.foundation.databases import PEOPLE
from konsento.management.charging.availability import OutletLocked
from konsento.management.charging.facility import lock
from konsento.management.charging.start import Wanted, begin
from konsento.management.charging.store import outlet_by_code
from tests.management.charges import begun, charging, over, settled
from tests.management.world import World
from tests.town import CAR, Driver, Refused

WANTED = Wanted(
    visitor="v", chosen_by="energy", energy_wh_max=5_000, duration_s_max=None,
    counted_from="switch_on", power_type="solar", retailer_id="harukaze",
)  # fmt: skip
TURNS = 50


async def set_lock(house: World, *, locked: bool = True) -> bool:
    outlet = await outlet_by_code(house.codes[CAR])
    async with PEOPLE.writing() as tx:
        return await lock(tx, outlet, locked=locked)


async def test_locked_twice_is_locked_once_and_can_be_undone(house: World, driver: Driver) -> None:
    assert [await set_lock(house) for _ in range(2)] == [True, False]
    assert (await driver.looks_at(house.codes[CAR]))["state"] == "faulty"
    assert [await set_lock(house, locked=False) for _ in range(2)] == [True, False]
    await begun(house, driver)


async def test_a_quote_is_not_spent_at_an_outlet_locked_since(house: World, driver: Driver) -> None:
    quote = await driver.chooses(house.codes[CAR])
    await set_lock(house)
    with pytest.raises(Refused, match="outlet-faulty"):
        await driver.begins(quote)
    await set_lock(house, locked=False)
    await driver.begins(quote)


async def test_who_looked_before_the_lock_and_begins_after_it_is_refused(house: World) -> None:
    seen = await outlet_by_code(house.codes[CAR])
    await set_lock(house)
    with pytest.raises(OutletLocked):
        async with PEOPLE.writing():
            await begin(WANTED, seen, house.house.till.charging)
    assert await PEOPLE.ask("SELECT id FROM session") == []


async def test_a_payment_after_the_lock_is_let_go_and_no_power_flows(
    house: World, driver: Driver
) -> None:
    session = await begun(house, driver)
    await set_lock(house)
    await driver.pays(session)
    view = await over(house, driver, session, "start_failed", "start_failed")
    assert (view["payment"]["state"], view["payment"]["captured_yen"]) == ("released", 0)
    assert house.face(CAR).switch == "open"


async def test_what_runs_when_the_lock_comes_goes_on(house: World, driver: Driver) -> None:
    await house.do(CAR, "plug_car")
    session = await charging(house, driver)
    await set_lock(house)
    await house.let_pass(60_000)
    assert (await driver.sees(session))["state"] == "charging"
    await driver.wants(session, "stop")
    await settled(house, driver, session, "driver")


async def test_a_payment_heard_while_the_lock_is_being_written_sees_it(
    house: World, driver: Driver
) -> None:
    session = await begun(house, driver)
    written, go_on = asyncio.Event(), asyncio.Event()
    outlet = await outlet_by_code(house.codes[CAR])

    async def slowly() -> None:
        async with PEOPLE.writing() as tx:
            await lock(tx, outlet, locked=True)
            written.set()
            await go_on.wait()

    async with asyncio.TaskGroup() as group:
        group.create_task(slowly())
        await written.wait()
        heard = group.create_task(_is_paid(house, driver))
        for _ in range(TURNS):
            await asyncio.sleep(0)
        assert not heard.done()
        go_on.set()
    await over(house, driver, session, "start_failed", "start_failed")
    assert house.face(CAR).switch == "open"


async def _is_paid(house: World, driver: Driver) -> None:
    """The hold is made and heard of, all in one."""
    (row,) = await PEOPLE.ask("SELECT session_id, checkout_url FROM payment")
    await driver.pays({"session_id": row["session_id"], "pay_url": row["checkout_url"]})
    await house.let_pass(0)
