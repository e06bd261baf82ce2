"""Outlets and their meters on the books."""

import pytest

from konsento.foundation.database import Database, RowExists
from konsento.foundation.databases import GRID
from konsento.mdms.outlets import (
    OutletHeld,
    UnknownOutlet,
    exchange_meter,
    put_back_in_service,
    register_outlet,
    server_of,
)
from konsento.mdms.record import find_outlet
from tests.mdms.neighbourhood import CAR, OPENING_WH, OURS, Neighbourhood


async def test_an_outlet_is_registered_once_and_stays_as_it_is(okayama: Neighbourhood) -> None:
    await register_outlet(
        CAR, smid="SM-7", place="13101", voltage_v=100, power_w_max=1_500, register_wh=0, at_ms=0
    )
    outlet = await find_outlet(CAR)
    assert outlet is not None
    assert (outlet.smid, outlet.voltage_v) == ("SM-9001", 200)


async def test_one_meter_stands_before_one_outlet(okayama: Neighbourhood) -> None:
    with pytest.raises(RowExists):
        await register_outlet(
            "OKY-0099",
            smid="SM-9001",
            place="33101",
            voltage_v=100,
            power_w_max=1_500,
            register_wh=0,
            at_ms=0,
        )


async def test_an_exchanged_meter_starts_from_its_own_register(okayama: Neighbourhood) -> None:
    await okayama.do(CAR, "plug_car")
    await okayama.start(energy_wh_max=50)
    with pytest.raises(OutletHeld):
        await exchange_meter(CAR, smid="SM-NEW", register_wh=0, at_ms=okayama.clock.now_ms())
    await okayama.pass_s(120)
    now_ms = okayama.clock.now_ms()
    await okayama.street.add("SM-NEW", power_w_max=4_000, register_wh=0, now_ms=now_ms)
    await exchange_meter(CAR, smid="SM-NEW", register_wh=0, at_ms=now_ms)
    await okayama.street.do("SM-NEW", "plug_car", now_ms)
    await okayama.start("req-00000002", energy_wh_max=30)
    await okayama.pass_s(120)
    view = await okayama.ours.request("req-00000002")
    assert (view.opening_register_wh, view.closing_register_wh, view.used_wh) == (0, 30, 30)
    first = await okayama.ours.request("req-00000001")
    assert first.closing_register_wh == OPENING_WH + 50


async def test_a_mended_outlet_goes_back_into_service(okayama: Neighbourhood) -> None:
    async with GRID.writing():
        await GRID.ask("UPDATE mdms_outlet SET inoperative_because = 'switch_stuck'")
    assert (await okayama.ours.outlet(CAR)).state == "inoperative"
    await put_back_in_service(CAR)
    assert (await okayama.ours.outlet(CAR)).state == "available"


async def test_an_unknown_outlet_is_not_exchanged_nor_mended(grid: Database) -> None:
    with pytest.raises(UnknownOutlet):
        await put_back_in_service(CAR)
    with pytest.raises(UnknownOutlet):
        await exchange_meter(CAR, smid="SM-1", register_wh=0, at_ms=0)


async def test_a_key_belongs_to_one_server(okayama: Neighbourhood) -> None:
    assert await server_of(OURS) == "ours"
    assert await server_of("nobody's") is None
