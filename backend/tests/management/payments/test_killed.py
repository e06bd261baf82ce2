"""Our process is killed at every step of a charge, and the charge ends as if it had not been."""

import pytest

from konsento.foundation.databases import PEOPLE
from tests.management.audit import books_are_right
from tests.management.killed import Stubborn, crossings_of, passes, stubborn
from tests.management.wires import Moment
from tests.management.world import World
from tests.town import CAR, MINUTE_MS


async def one_charge(world: World) -> None:
    who = stubborn(world)
    await world.do(CAR, "plug_car", wanted_wh=9_000)
    session = await who.charges(world.codes[CAR])
    await passes(world, 20 * MINUTE_MS)
    view = await who.sees(session)
    assert (view["state"], view["used_wh"], view["price_yen"]) == ("settled", 600, 59)
    assert view["payment"]["captured_yen"] == 59
    await books_are_right(world)


@pytest.mark.timeout(120)
@pytest.mark.parametrize(("moment", "least"), [("before", 3), ("after", 7)])
async def test_killed_at_any_crossing_of_a_wire_the_charge_is_billed_right_and_once(
    brisk: World, moment: Moment, least: int
) -> None:
    await brisk.new_price("harukaze", "solar", 99_000)
    crossing = await crossings_of(lambda: one_charge(brisk), brisk, moment)
    assert crossing > least  # else the charge was not followed to its end
    sessions = await PEOPLE.ask("SELECT state FROM session")
    assert [row["state"] for row in sessions] == ["settled"] * crossing


async def test_started_anew_before_every_single_step_the_charge_is_billed_right_and_once(
    brisk: World,
) -> None:
    await brisk.new_price("harukaze", "solar", 99_000)
    brisk.forgetful = True
    await one_charge(brisk)


async def a_returning_charge(world: World, who: Stubborn) -> None:
    """One charge on a remembered card, added to on the way: no page, two holds, one bill."""
    (card,) = await who.cards()
    await world.do(CAR, "plug_car", wanted_wh=9_000)
    session = await who.charges(world.codes[CAR], card_id=card["card_id"])
    await who.adds(session, card)
    await passes(world, 40 * MINUTE_MS)
    view = await who.sees(session)
    assert (view["state"], view["addition"]["state"]) == ("settled", "added")
    assert (view["used_wh"], view["payment"]["captured_yen"]) == (1_200, 118)
    await books_are_right(world)


async def a_regular(world: World) -> Stubborn:
    """Somebody who has been here before, and whose card is remembered."""
    who = stubborn(world)
    await world.do(CAR, "plug_car", wanted_wh=9_000)
    await who.charges(world.codes[CAR], remember_card=True)
    await passes(world, 20 * MINUTE_MS)
    return who


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("moment", "least"), [("before", 4), ("after", 9)])
async def test_killed_at_any_crossing_a_remembered_card_pays_for_a_longer_charge_once(
    brisk: World, moment: Moment, least: int
) -> None:
    await brisk.new_price("harukaze", "solar", 99_000)
    who = await a_regular(brisk)
    crossing = await crossings_of(lambda: a_returning_charge(brisk, who), brisk, moment)
    assert crossing > least


@pytest.mark.timeout(120)
async def test_started_anew_before_every_step_a_remembered_card_pays_once(brisk: World) -> None:
    await brisk.new_price("harukaze", "solar", 99_000)
    who = await a_regular(brisk)
    brisk.forgetful = True
    await a_returning_charge(brisk, who)
