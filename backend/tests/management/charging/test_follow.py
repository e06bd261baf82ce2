"""The control system's events are taken some at a time: whole, in order, and once."""

import msgspec
import pytest

from konsento.foundation.databases import PEOPLE
from konsento.management.charging.follow import TOGETHER_MAX, apply, follow_once, read_cursor
from konsento.management.charging.store import session_by_id
from konsento.mdms.contract import Event
from tests.management.charges import charging
from tests.management.world import World
from tests.town import BIKE, CAR, MINUTE_MS, Driver, Json


async def measured(session: Json, cursor: int, used_wh: int) -> Event:
    record = await session_by_id(session["session_id"])
    return Event(
        cursor=cursor, at_ms=(record.measured_at_ms or 0) + cursor, outlet=record.outlet,
        request_number=record.request_number, kind="measured", power_w=1_000, used_wh=used_wh,
        register_wh=(record.opening_register_wh or 0) + used_wh,
    )  # fmt: skip


async def samples(session: Json) -> list[int]:
    rows = await PEOPLE.ask(
        "SELECT used_wh FROM session_sample WHERE session_id = {} ORDER BY sequence",
        session["session_id"],
    )
    return [row["used_wh"] for row in rows]


@pytest.fixture
async def two(house: World, driver: Driver) -> tuple[Json, Json]:
    """A car and a bicycle that charge; nobody has measured either's energy yet."""
    await house.do(CAR, "plug_car")
    await house.do(BIKE, "plug_bike")
    return await charging(house, driver, CAR), await charging(house, driver, BIKE)


async def test_events_of_several_charges_are_taken_together_and_in_order(
    house: World, two: tuple[Json, Json]
) -> None:
    car, bike = two
    hands, known = house.house.till.charging, await read_cursor()
    seen = await samples(car), await samples(bike)
    page = [
        await measured(car, known + 1, 50),
        await measured(bike, known + 2, 7),
        await measured(car, known + 3, 60),
    ]
    stranger = msgspec.structs.replace(page[0], cursor=known + 4, request_number="not-ours")
    await apply([*page, stranger], hands)
    assert await read_cursor() == known + 4
    assert (await samples(car), await samples(bike)) == ([*seen[0], 50, 60], [*seen[1], 7])
    await apply([*page, stranger], hands)
    assert (await samples(car), await samples(bike)) == ([*seen[0], 50, 60], [*seen[1], 7])
    assert (await session_by_id(car["session_id"])).used_wh == 60


async def test_a_page_of_which_a_part_was_taken_brings_the_rest(
    house: World, two: tuple[Json, Json]
) -> None:
    car, _ = two
    hands, known, seen = house.house.till.charging, await read_cursor(), await samples(two[0])
    first, second = await measured(car, known + 1, 50), await measured(car, known + 2, 60)
    await apply([first], hands)
    await apply([first, second], hands)
    assert await samples(car) == [*seen, 50, 60]


async def test_what_cannot_be_kept_leaves_its_whole_page_for_another_time(
    house: World, two: tuple[Json, Json]
) -> None:
    car, _ = two
    hands, known, seen = house.house.till.charging, await read_cursor(), await samples(two[0])
    good = await measured(car, known + 1, 50)
    sick = msgspec.structs.replace(good, cursor=known + 2, power_w="much")
    with pytest.raises(TypeError):
        await apply([good, sick], hands)
    assert (await read_cursor(), await samples(car)) == (known, seen)


async def test_more_than_one_transaction_takes_is_followed_in_pages(
    house: World, two: tuple[Json, Json]
) -> None:
    await house.let_pass(12 * MINUTE_MS)
    known = await read_cursor()
    async with PEOPLE.writing():
        await PEOPLE.ask("DELETE FROM session_sample")
        await PEOPLE.ask("UPDATE mdms_cursor SET cursor = 0")
    count = await follow_once(house.house.till.mdms, house.house.till.charging, wait_s=0)
    assert count > TOGETHER_MAX
    assert await read_cursor() == known
