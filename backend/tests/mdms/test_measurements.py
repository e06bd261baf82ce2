"""Measurements are kept by outlet and place, with power type and retailer, of nobody (C19)."""

from itertools import pairwise

from konsento.foundation.databases import GRID
from konsento.mdms.tables import MeasurementRow
from tests.mdms.neighbourhood import BIKE, CAR, Neighbourhood


async def test_the_parts_of_a_charge_add_up_to_what_is_billed(okayama: Neighbourhood) -> None:
    await okayama.do(CAR, "plug_car")
    await okayama.start(energy_wh_max=200)
    await okayama.pass_s(300)
    rows = await GRID.ask("SELECT * FROM mdms_measurement ORDER BY at_ms")
    assert sum(row["gained_wh"] for row in rows) == 200
    assert (await okayama.ours.request("req-00000001")).used_wh == 200
    assert {(row["outlet"], row["place"]) for row in rows} == {(CAR, "33101")}
    assert {(row["power_type"], row["retailer"]) for row in rows} == {("solar", "setouchi")}
    for row, after in pairwise(rows):
        assert row["at_ms"] == after["from_ms"]


async def test_a_measurement_does_not_even_name_its_request(okayama: Neighbourhood) -> None:
    await okayama.do(BIKE, "plug_bike")
    await okayama.start(outlet=BIKE)
    await okayama.pass_s(10)
    names = {column._meta.name for column in MeasurementRow._meta.columns}
    assert not {name for name in names if "request" in name or "server" in name}
    rows = await GRID.ask("SELECT * FROM mdms_measurement")
    assert "req-00000001" not in str(rows)
