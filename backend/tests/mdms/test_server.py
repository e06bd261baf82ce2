"""The control system as a whole: its own server and jobs, knowing no person, needing nobody."""

import asyncio
import subprocess
import sys
from pathlib import Path

import httpx
import msgspec
import pytest

import konsento.mdms
from konsento.foundation.clock import RateClock
from konsento.foundation.database import Database
from konsento.foundation.databases import GRID
from konsento.foundation.ids import CountingIds
from konsento.mdms import contract
from konsento.mdms.control_system import ControlSystem
from konsento.mdms.drivers.simulated import SimulatedDriver
from konsento.mdms.fleet.street import Street
from konsento.mdms.outlets import register_management_server, register_outlet
from konsento.mdms.server import mdms_jobs, mdms_server
from konsento.mdms.tables import OutletRow
from tests.mdms.neighbourhood import CAR, OURS, Neighbourhood, an_order, client

PERSONAL = ("name", "mail", "phone", "user", "customer", "driver", "account", "person", "card")


def test_no_column_and_no_field_could_name_a_person() -> None:
    fields = {
        field.name
        for shape in vars(contract).values()
        if isinstance(shape, type) and issubclass(shape, msgspec.Struct)
        for field in msgspec.structs.fields(shape)
    }
    columns = {
        column._meta.name
        for table in GRID.tables
        if table._meta.tablename.startswith("mdms_")
        for column in table._meta.columns
    }
    assert OutletRow in GRID.tables
    hops = {"name"}  # a hop's name: head_end, concentrator, relay, meter
    found = {name for name in (fields - hops) | columns if any(p in name for p in PERSONAL)}
    assert found == set()


def test_it_runs_with_the_rest_removed(tmp_path: Path) -> None:
    """Only foundation, measures and mdms are on the path."""
    house = Path(konsento.mdms.__file__).parents[1]
    alone = tmp_path / "konsento"
    alone.mkdir()
    for room in ("foundation", "measures", "mdms"):
        (alone / room).symlink_to(house / room)
    program = "import konsento.mdms.server, konsento.mdms.fleet.street, konsento.mdms.drivers"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/metrics"])
async def test_it_says_how_it_is(okayama: Neighbourhood, path: str) -> None:
    transport = httpx.ASGITransport(app=okayama.app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://mdms") as http:
        assert (await http.get(path)).status_code == 200


async def test_its_jobs_carry_a_charge_from_order_to_end_by_themselves(
    grid: Database, street: Street
) -> None:
    """Two workers at sixty times the pace of the clock on the wall."""
    clock = RateClock()
    clock.set_rate(60)
    await register_management_server("ours", OURS)
    await register_outlet(
        CAR, smid="SM-1", place="33101", voltage_v=200, power_w_max=4_000, register_wh=0,
        at_ms=clock.now_ms(),
    )  # fmt: skip
    await street.add("SM-1", power_w_max=4_000, register_wh=0, now_ms=clock.now_ms())
    await street.do("SM-1", "plug_car", clock.now_ms())
    system = ControlSystem(SimulatedDriver(street, clock), clock, CountingIds())
    second = ControlSystem(SimulatedDriver(street, clock), clock, CountingIds(2))
    ours = client(mdms_server(system), OURS)
    kinds: list[str] = []

    async def follow() -> None:
        await ours.order("req-00000001", an_order(energy_wh_max=50))
        cursor = 0
        while "switched_off" not in kinds:
            page = await ours.events(cursor, wait_s=10)
            cursor = page.cursor
            kinds.extend(event.kind for event in page.events)

    async with asyncio.timeout(40), asyncio.TaskGroup() as group:
        running = [group.create_task(job()) for job in mdms_jobs(system).values()]
        running.append(group.create_task(mdms_jobs(second)["mdms control"]()))
        await follow()
        for job in running:
            job.cancel()
    view = await ours.request("req-00000001")
    assert (view.state, view.reason, view.used_wh) == ("closed", "energy_limit", 50)
    assert kinds[0] == "switched_on"
    assert "measured" in kinds
