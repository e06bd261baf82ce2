"""What was overdue when it was looked up may have moved on by the time it is to be ended."""

from konsento.management.charging.overdue import end_what_is_overdue
from konsento.management.charging.session import Reason, State
from konsento.management.charging.stop import stop
from konsento.management.charging.store import session_by_id
from tests.management.charges import begun, charging, settled
from tests.management.world import World
from tests.town import CAR, MINUTE_MS, Driver


async def test_power_that_came_at_the_last_moment_is_not_cut_for_want_of_a_load(
    house: World, driver: Driver
) -> None:
    view = await charging(house, driver)
    hands = house.house.till.charging
    waiting = await session_by_id(view["session_id"])
    await house.do(CAR, "plug_car")
    await house.let_pass(MINUTE_MS)
    left = await stop(waiting.id, Reason.NO_LOAD, hands, unless_changed=waiting)
    assert (left.state, left.drew) == (State.CHARGING, True)
    stopped = await stop(waiting.id, Reason.DRIVER, hands, unless_changed=left)
    assert stopped.state is State.STOPPING
    await settled(house, driver, view, "driver")


async def test_ending_what_is_overdue_twice_is_once(house: World, driver: Driver) -> None:
    view = await charging(house, driver)
    hands = house.house.till.charging
    await house.clock.advance(4 * MINUTE_MS)
    for _ in range(2):
        assert await end_what_is_overdue(hands) == []
        assert (await session_by_id(view["session_id"])).state is State.STOPPING
    await settled(house, driver, view, "no_load")


async def test_what_waits_for_its_payment_is_left_to_the_payments_room(
    house: World, driver: Driver
) -> None:
    view = await begun(house, driver)
    await house.clock.advance(31 * MINUTE_MS)
    late = await end_what_is_overdue(house.house.till.charging)
    assert [record.id for record in late] == [view["session_id"]]
    assert (await driver.sees(view))["state"] == "authorising"
