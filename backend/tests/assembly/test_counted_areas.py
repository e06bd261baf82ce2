"""What crosses the wall of who registered: how many of an area, and never which or who (Se9)."""

import httpx
import pytest

from konsento.foundation.databases import PEOPLE
from konsento.management.customers.areas import tell_manager
from konsento.outage.contract import OutageClient, OutageUnreachable
from konsento.outage.neighbours import Role
from tests.management.customers.homes import Customer, home, move_in, on
from tests.management.wires import Fate, Wire
from tests.management.world import World
from tests.outage.quarter import KEYS, SMIDS, Quarter
from tests.town import MINUTE_MS

MAIL = "haruka@example.jp"
HERE, THERE = "33101-1", "33101-2"


async def test_the_outage_room_is_told_counts_and_no_byte_of_a_person(house: World) -> None:
    quarter = Quarter(house.clock)
    await quarter.settle_in()
    homes = [
        home(smid, f"33101000{row:02d}", "7000024", area=THERE if row > 4 else HERE, email=MAIL)
        for row, smid in enumerate(SMIDS)
    ]
    await move_in(house.clock.now_ms(), *homes)
    for row, point in enumerate((homes[0], homes[0], homes[1])):
        someone = house.person_as(Customer, f"192.0.2.{row}")
        await on(house, await someone.registers(point, email=MAIL))
    await house.clock.advance(MINUTE_MS)
    wire = Wire(quarter.app, Fate())
    async with httpx.AsyncClient(transport=wire, base_url="http://outage") as http:
        outage = OutageClient(http, KEYS[Role.READER])
        for _ in range(2):
            await tell_manager(outage, house.clock)
        counted = await outage.registrations()
        assert [(each.area, each.meters, each.registered) for each in counted.areas] == [
            (HERE, 5, 2), (THERE, 3, 0),
        ]  # fmt: skip
        wire.cut = True
        with pytest.raises(OutageUnreachable):
            await tell_manager(outage, house.clock)
    rows = [*await PEOPLE.ask("SELECT * FROM registration"),
            *await PEOPLE.ask("SELECT * FROM usage_point")]  # fmt: skip
    personal = {str(row[name]) for row in rows for name in row if name not in {"area"}}
    said = "".join(each.text() for each in wire.said)
    assert [word for word in personal if len(word) > 3 and word in said] == []
