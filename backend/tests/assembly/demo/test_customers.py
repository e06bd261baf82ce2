"""The demo's homes: each that is shown can be registered for, and stands in the town."""

from konsento.assembly.demo.customers import homes, put_on_the_books, usage_points
from konsento.assembly.demo.households import FIRST_DAY_MS
from konsento.foundation.databases import PEOPLE
from konsento.management.customers.customer_table import COLUMNS, Wrong, read_table
from konsento.mdms.fleet.town.planning import plan_town
from tests.management.customers.homes import Customer
from tests.management.world import World

PLAN = plan_town(500, 33, FIRST_DAY_MS, outlets=["SM-33-9001"])


async def test_every_home_that_is_shown_can_be_registered_for(house: World) -> None:
    now_ms = house.clock.now_ms()
    for _ in range(2):
        await put_on_the_books(PLAN, now_ms)
    shown = homes(PLAN, now_ms)
    assert len({home.smid for home in shown}) == len(shown) >= 12
    assert {home.feeder for home in shown} == set(PLAN.feeder_codes)
    for number, home in enumerate(shown):
        someone = house.person_as(Customer, f"192.0.2.{number}")
        body = {name: getattr(home, name) for name in ("smid", "customer_number", "postal_code")}
        assert (await someone.tries(body)).status_code == 201


async def test_nobody_has_a_bill_for_an_empty_home_or_a_parking_place(house: World) -> None:
    now_ms = house.clock.now_ms()
    await put_on_the_books(PLAN, now_ms)
    rows = await PEOPLE.ask("SELECT COUNT(*) AS n FROM usage_point")
    assert 400 < rows[0]["n"] < PLAN.meters - int(PLAN.vacant.sum())
    assert "SM-33-9001" not in {point.smid for point in usage_points(PLAN, now_ms)}


def test_the_town_could_have_come_as_a_file() -> None:
    wrong: list[Wrong] = []
    points = list(usage_points(PLAN, FIRST_DAY_MS))
    lines = [",".join(COLUMNS)]
    lines += [
        f"{each.smid},{each.customer_number},{each.postal_code},{each.area},{each.address},,,"
        for each in points
    ]
    assert list(read_table([f"{line}\n" for line in lines], wrong)) == points
    assert wrong == []
