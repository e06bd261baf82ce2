"""A silent meter is told after a while and taken back; whoever follows a charge is told as well."""

from konsento.foundation.databases import PEOPLE
from tests.management.charges import charging
from tests.management.charging.test_link import joins, link
from tests.management.notices.phones import Told
from tests.management.notices.test_stories import nothing_is_owed
from tests.management.world import World
from tests.town import CAR, MINUTE_MS, Json


async def test_a_lost_link_is_told_after_a_while_and_when_it_has_ended_the_charge(
    house: World, told: Told
) -> None:
    await house.do(CAR, "plug_car")
    await charging(house, told)
    await house.let_pass(40 * MINUTE_MS)
    await house.do(CAR, "cut_link")
    await house.let_pass(8 * MINUTE_MS)
    assert told.kinds() == ["link_lost", "interrupted"]
    lost, over = told.shown()
    assert "メーターの返事が途絶え" in over["body"]
    assert lost["tag"] == over["tag"]
    await nothing_is_owed()


async def test_a_link_that_comes_back_takes_back_what_was_told_and_a_blink_is_told_to_nobody(
    house: World, told: Told
) -> None:
    await house.do(CAR, "plug_car")
    session = await charging(house, told)
    await house.let_pass(10 * MINUTE_MS)
    await house.do(CAR, "cut_link")
    await seen_as(house, told, session, "link_lost")
    await house.do(CAR, "mend_link")
    await seen_as(house, told, session, "charging")
    await house.let_pass(5 * MINUTE_MS)
    assert told.kinds() == []
    await house.do(CAR, "cut_link")
    await seen_as(house, told, session, "link_lost")
    await house.let_pass(62_000)
    assert told.kinds() == ["link_lost"]
    await house.do(CAR, "mend_link")
    await house.let_pass(2 * MINUTE_MS)
    assert told.kinds() == ["link_lost", "link_back"]
    lost, back = told.shown()
    assert (lost["tag"], back["title"]) == (back["tag"], "メーターの返事が戻りました")
    await nothing_is_owed()


async def seen_as(house: World, told: Told, session: Json, state: str) -> None:
    """Wait until the phone shows it so."""
    for _ in range(30):
        if (await told.sees(session))["state"] == state:
            return
        await house.let_pass(10_000)
    raise AssertionError(f"never {state}")


async def test_who_follows_a_charge_by_its_link_is_told_too_and_nobody_who_only_was_near(
    house: World, told: Told
) -> None:
    follower, stranger = (house.person_as(Told, f"192.0.2.{number}") for number in (2, 3))
    for each in (follower, stranger):
        each.box = told.box
        await each.subscribes("en")
    await house.do(CAR, "plug_car")
    session = await charging(house, told, energy_wh=1_300)
    await joins(follower, session, await link(told, session))
    await house.let_pass(45 * MINUTE_MS)
    assert (told.kinds(), follower.kinds(), stranger.kinds()) == (["done"], ["done"], [])
    assert follower.shown()[0]["title"].startswith("Charging finished")
    assert await PEOPLE.ask("SELECT COUNT(*) AS n FROM notice") == [{"n": 1}]
    await nothing_is_owed()
