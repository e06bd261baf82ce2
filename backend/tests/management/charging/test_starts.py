"""What comes before power flows: choosing, changing one's mind, and an outlet that cannot."""

import asyncio

import pytest

from konsento.foundation.databases import PEOPLE
from konsento.mdms.fleet.street import Act
from tests.management.audit import books_are_right
from tests.management.charges import begun, charging, over, settled
from tests.management.world import World
from tests.town import CAR, MINUTE_MS, Driver, Refused


async def test_stopped_before_it_is_paid_nothing_was_ever_held(
    house: World, driver: Driver
) -> None:
    session = await begun(house, driver)
    assert (await driver.wants(session, "stop"))["state"] == "cancelled"
    view = await over(house, driver, session, "cancelled", "driver")
    assert view["payment"] == {
        "state": "released", "held_yen": 0, "captured_yen": 0, "card_brand": None,
        "card_last4": None,
    }  # fmt: skip
    page = await driver.browser.get(session["pay_url"])
    assert page.status_code == 410


async def test_stopped_while_it_starts_it_is_cancelled_and_the_hold_let_go(
    house: World, driver: Driver
) -> None:
    session = await begun(house, driver)
    house.to_mdms.cut = True
    await driver.pays(session)
    await house.let_pass(1_000)
    starting = await driver.sees(session)
    assert (starting["state"], starting["payment"]["state"]) == ("starting", "held")
    assert (await driver.wants(session, "stop"))["state"] == "stopping"
    house.to_mdms.cut = False
    view = await over(house, driver, session, "cancelled", "driver")
    assert (view["used_wh"], view["payment"]["state"]) == (0, "released")


async def test_an_order_that_was_on_its_way_when_it_was_stopped_delivers_nothing(
    house: World, driver: Driver
) -> None:
    session = await begun(house, driver)
    await driver.pays(session)
    number = (await PEOPLE.ask("SELECT request_number FROM session"))[0]["request_number"]
    house.to_mdms.answers_lost.append(number)
    await house.let_pass()
    await driver.wants(session, "stop")
    view = await over(house, driver, session, "settled", "driver")
    assert (view["used_wh"], view["payment"]["state"]) == (0, "released")


async def test_a_control_system_that_is_away_fails_the_start_at_no_cost(
    house: World, driver: Driver
) -> None:
    session = await begun(house, driver)
    house.to_mdms.cut = True
    await driver.pays(session)
    await house.let_pass(20 * MINUTE_MS)
    assert (await driver.sees(session))["state"] == "settling"
    house.to_mdms.cut = False
    await over(house, driver, session, "settled", "start_failed", after_ms=30 * MINUTE_MS)


@pytest.mark.parametrize(
    ("act", "state", "slug"),
    [
        ("cut_power", "no_power", "outlet-without-power"),
        ("cut_link", "unreachable", "outlet-unreachable"),
    ],
)
async def test_at_an_outlet_that_is_dark_or_silent_nothing_is_sold(
    house: World, driver: Driver, act: Act, state: str, slug: str
) -> None:
    quote = await driver.chooses(house.codes[CAR])
    await house.do(CAR, act)
    await house.let_pass(8 * MINUTE_MS)
    assert (await driver.looks_at(house.codes[CAR]))["state"] == state
    for attempt in (driver.chooses(house.codes[CAR]), driver.begins(quote)):
        with pytest.raises(Refused) as refused:
            await attempt
        assert (refused.value.status, refused.value.slug) == (409, slug)


async def test_at_a_locked_outlet_nothing_is_sold(house: World, driver: Driver) -> None:
    quote = await driver.chooses(house.codes[CAR])
    async with PEOPLE.writing():
        await PEOPLE.ask("UPDATE outlet SET locked = TRUE WHERE outlet = {}", CAR)
    assert (await driver.looks_at(house.codes[CAR]))["state"] == "faulty"
    for attempt in (driver.chooses(house.codes[CAR]), driver.begins(quote)):
        with pytest.raises(Refused) as refused:
            await attempt
        assert refused.value.slug == "outlet-faulty"


async def test_an_outlet_that_goes_dark_while_one_pays_fails_at_no_cost(
    house: World, driver: Driver
) -> None:
    session = await begun(house, driver)
    await house.do(CAR, "cut_power")
    await house.let_pass(2 * MINUTE_MS)
    await driver.pays(session)
    view = await over(house, driver, session, "start_failed", "start_failed")
    assert view["payment"]["state"] == "released"


async def test_a_busy_outlet_is_sold_to_nobody_else_and_shown_to_its_own_driver(
    house: World, driver: Driver, neighbour: Driver
) -> None:
    quote = await neighbour.chooses(house.codes[CAR])
    await house.do(CAR, "plug_car")
    session = await charging(house, driver)
    await house.let_pass(5 * MINUTE_MS)
    theirs, ours = [await who.looks_at(house.codes[CAR]) for who in (neighbour, driver)]
    assert theirs["free_in_s"] == (await driver.sees(session))["left_s"] > 0
    assert (theirs["state"], theirs["session_id"]) == ("busy", None)
    assert (ours["state"], ours["session_id"]) == ("busy", session["session_id"])
    for attempt in (neighbour.chooses(house.codes[CAR]), neighbour.begins(quote)):
        with pytest.raises(Refused) as refused:
            await attempt
        assert refused.value.slug == "outlet-busy"
    await driver.wants(session, "stop")
    await settled(house, driver, session, "driver")


async def test_of_two_who_paid_for_one_outlet_one_charges_and_one_pays_nothing(
    house: World, driver: Driver, neighbour: Driver
) -> None:
    await house.do(CAR, "plug_car")
    first, second = await begun(house, driver), await begun(house, neighbour)
    await neighbour.pays(second)
    await driver.pays(first)
    await house.let_pass(2_000)
    states = {(await driver.sees(first))["state"], (await neighbour.sees(second))["state"]}
    assert states == {"charging", "start_failed"}
    for who, session in ((driver, first), (neighbour, second)):
        await who.wants(session, "stop")
    await house.let_pass(MINUTE_MS)
    await books_are_right(house)


async def test_a_price_that_changes_meanwhile_changes_nothing_that_was_promised(
    house: World, driver: Driver
) -> None:
    await house.do(CAR, "plug_car")
    session = await charging(house, driver, energy_wh=2_000)
    await house.new_price("harukaze", "solar", 99_000)
    again = await driver.looks_at(house.codes[CAR])
    assert 99_000 in {offer["unit_price_myen_per_kwh"] for offer in again["offers"]}
    view = await settled(house, driver, session, "energy_limit", after_ms=45 * MINUTE_MS)
    assert (view["unit_price_myen_per_kwh"], view["price_yen"]) == (42_000, 84)


@pytest.mark.timeout(120)
async def test_of_fifty_who_pay_at_once_one_charges_and_forty_nine_are_let_go(
    house: World,
) -> None:
    people = [house.person(f"198.51.100.{number}") for number in range(50)]
    sessions = [await begun(house, who) for who in people]
    async with asyncio.TaskGroup() as group:
        for who, session in zip(people, sessions, strict=True):
            group.create_task(who.pays(session))
    await house.do(CAR, "plug_car")
    await house.let_pass(10_000)
    rows = await PEOPLE.ask("SELECT id, state FROM session WHERE state <> 'start_failed'")
    assert [row["state"] for row in rows] == ["charging"]
    winner = next(s for s in sessions if s["session_id"] == rows[0]["id"])
    await people[sessions.index(winner)].wants(winner, "stop")
    await house.let_pass(MINUTE_MS)
    await books_are_right(house)
