"""The demo's town: what is cut in it is noticed, asked about, judged and shown."""

import pytest

from konsento.assembly import town
from konsento.assembly.demo.households import NAMES
from konsento.foundation.databases import GRID
from konsento.mdms.fleet.town.directory import NodeUnknown
from konsento.outage.neighbours import Neighbour, Role, neighbour_of
from tests.assembly.demo.homes import BRANCH_KEY, Days


async def test_a_cut_feeder_is_judged_with_its_households_and_darkens_the_car_park(
    days: Days,
) -> None:
    quiet = await days.seen()
    assert (quiet.dark, quiet.outages) == (0, [])
    feeder = str(days.households.live.plan.feeder_codes[0])
    await days.households.cut("feeder", feeder)
    seen = await days.half_hour()
    assert seen.dark > 500
    assert seen.outages[0].households_out > 0.9 * seen.dark
    assert feeder in seen.outages[0].sentence_ja
    await days.households.mend_all()
    await days.half_hour()
    back = await days.half_hour()
    assert back.dark == 0
    assert [outage.restored_at_ms is None for outage in back.outages] == [False]


async def test_outlets_go_dark_with_the_transformer_of_their_car_park(days: Days) -> None:
    street = days.households._street
    await days.households.cut("transformer", "T-PARK")
    smid = town.OUTLETS[0].smid
    assert not street.meter(smid).powered
    await days.households.mend("transformer", "T-PARK")
    assert street.meter(smid).powered


async def test_a_dead_concentrator_is_no_outage(days: Days) -> None:
    code = str(days.households.live.plan.concentrator_codes[0])
    await days.households.cut("concentrator", code)
    seen = await days.half_hour()
    assert seen.unheard > 100
    assert seen.outages == []


async def test_neighbours_of_ones_own_are_let_in_beside_the_towns(days: Days) -> None:
    assert await neighbour_of(BRANCH_KEY) == Neighbour("branch", Role.OFFICE)
    rows = await GRID.ask("SELECT neighbour FROM outage_neighbour")
    assert {row["neighbour"] for row in rows} == {"branch", *NAMES.values()}


async def test_what_the_town_does_not_have_cannot_be_cut(days: Days) -> None:
    with pytest.raises(NodeUnknown):
        await days.households.cut("feeder", "F-99")
