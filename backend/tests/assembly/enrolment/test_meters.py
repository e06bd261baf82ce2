"""The control system's side of a facility's file: outlets behind their meters, or nothing."""

import pytest
import pytest_asyncio

from konsento.assembly.enrolment.meters import enrol_meters, put_up_on_the_street
from konsento.assembly.enrolment.plan import PlanRefused, read_plan
from konsento.assembly.schema import GRID_STEPS
from konsento.assembly.street import STREET
from konsento.foundation.clock import TestClock
from konsento.foundation.databases import GRID
from konsento.mdms.fleet.street import STREET_STEPS
from konsento.mdms.record import find_outlet
from tests.assembly.enrolment.parts import PLAN, line_of, with_
from tests.conftest import OpenDatabase

NOW_MS = 1_795_000_000_000


@pytest_asyncio.fixture(autouse=True)
async def grid(open_database: OpenDatabase) -> None:
    await open_database(GRID, GRID_STEPS)


async def rows() -> list[dict[str, object]]:
    return await GRID.ask("SELECT * FROM mdms_outlet ORDER BY outlet")


async def test_each_outlet_stands_behind_its_meter_with_what_that_showed() -> None:
    assert (await enrol_meters(read_plan(PLAN), NOW_MS))["outlet", "new"] == 2
    found = await find_outlet("MID-0001")
    assert found is not None
    assert (found.smid, found.place, found.power_w_max) == ("SM-33-2001", "midori", 3_000)
    assert (found.register_wh, found.register_at_ms) == (1_234_560, NOW_MS)


async def test_the_same_file_twice_changes_nothing_and_what_was_heard_is_kept() -> None:
    await enrol_meters(read_plan(PLAN), NOW_MS)
    async with GRID.writing():
        await GRID.ask("UPDATE mdms_outlet SET register_wh = 9000000, switch = 'open'")
    before = await rows()
    assert (await enrol_meters(read_plan(PLAN), NOW_MS + 1))["outlet", "same"] == 2
    assert await rows() == before
    stronger = with_("ampere = 15", "ampere = 20")
    counts = await enrol_meters(read_plan(stronger), NOW_MS + 2)
    assert (counts["outlet", "changed"], counts["outlet", "same"]) == (1, 1)
    found = await find_outlet("MID-0001")
    assert found is not None
    assert (found.power_w_max, found.register_wh, found.switch) == (4_000, 9_000_000, "open")


async def test_a_meter_is_not_exchanged_and_stands_before_one_outlet_or_nothing_is_done() -> None:
    await enrol_meters(read_plan(PLAN), NOW_MS)
    before = await rows()
    swapped = with_("SM-33-2001", "SM-33-2009", with_("SM-33-2002", "SM-33-2001"))
    with pytest.raises(PlanRefused) as refused:
        await enrol_meters(read_plan(with_("ampere = 15", "ampere = 20", swapped)), NOW_MS)
    first, second = line_of("[[outlet]]"), PLAN[: PLAN.rindex("[[outlet]]")].count("\n") + 1
    assert [(each.line, each.what) for each in refused.value.complaints] == [
        (first, "outlet: MID-0001 stands behind meter SM-33-2001; see `konsento exchange`"),
        (second, "outlet: meter SM-33-2001 stands before MID-0001"),
    ]
    assert await rows() == before


async def test_a_simulated_street_gets_its_meters_once(
    open_database: OpenDatabase, clock: TestClock
) -> None:
    await open_database(STREET, STREET_STEPS)
    now_ms = clock.now_ms()
    assert await put_up_on_the_street(read_plan(PLAN), now_ms) == 2
    assert await put_up_on_the_street(read_plan(PLAN), now_ms) == 0
