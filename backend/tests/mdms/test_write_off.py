"""A meter that died in use lets go of its outlet: on its last word, with the reason kept."""

import pytest

from konsento.foundation.databases import GRID
from konsento.mdms.outlets import OutletHeld, UnknownOutlet, exchange_meter
from konsento.mdms.request import Request
from konsento.mdms.write_off import write_off
from tests.mdms.neighbourhood import CAR, OPENING_WH, Neighbourhood

NUMBER = "req-00000001"
WHY = "burnt in a lightning stroke; work order 4711"


async def given_up(okayama: Neighbourhood) -> Request | None:
    now_ms, settings = okayama.clock.now_ms(), okayama.system.settings
    return await write_off(CAR, why=WHY, now_ms=now_ms, ids=okayama.ids, settings=settings)


async def test_a_dead_meter_is_billed_to_its_last_word_and_exchanged(
    okayama: Neighbourhood,
) -> None:
    await okayama.do(CAR, "plug_car")
    await okayama.start(energy_wh_max=5_000)
    await okayama.pass_s(60)
    await okayama.do(CAR, "cut_link")
    used_wh = (await okayama.ours.request(NUMBER)).used_wh
    with pytest.raises(OutletHeld):
        await given_up(okayama)  # it may still be closed
    await okayama.pass_s(100)
    with pytest.raises(OutletHeld):
        await exchange_meter(CAR, smid="SM-NEW", register_wh=0, at_ms=okayama.clock.now_ms())
    await okayama.news()
    given = await given_up(okayama)
    assert given is not None
    (told,) = await okayama.news()
    assert (told.kind, told.reason, told.final) == ("switched_off", "link_lost", True)
    assert (told.used_wh, told.closing_register_wh) == (used_wh, OPENING_WH + used_wh)
    assert (await okayama.ours.outlet(CAR)).state == "inoperative"
    (kept,) = await GRID.ask("SELECT * FROM mdms_write_off")
    assert (kept["request_number"], kept["smid"], kept["why"]) == (NUMBER, "SM-9001", WHY)
    assert (kept["register_wh"], kept["used_wh"]) == (OPENING_WH + used_wh, used_wh)
    now_ms = okayama.clock.now_ms()
    await okayama.street.add("SM-NEW", power_w_max=4_000, register_wh=0, now_ms=now_ms)
    await exchange_meter(CAR, smid="SM-NEW", register_wh=0, at_ms=now_ms)
    assert (await okayama.start("req-00000002")).state == "on"


async def test_writing_off_twice_is_once_and_a_meter_that_speaks_after_all_changes_nothing(
    okayama: Neighbourhood,
) -> None:
    await okayama.do(CAR, "plug_car")
    await okayama.start(energy_wh_max=5_000)
    await okayama.pass_s(60)
    await okayama.do(CAR, "cut_power")
    await okayama.pass_s(10)
    given = await given_up(okayama)
    assert given is not None
    assert given.reason == "power_lost"
    assert await given_up(okayama) is None
    await okayama.do(CAR, "restore_power")
    await okayama.pass_s(30)
    view = await okayama.ours.request(NUMBER)
    assert (view.state, view.used_wh) == ("closed", given.used_wh)
    assert len(await GRID.ask("SELECT why FROM mdms_write_off")) == 1
    assert (await okayama.ours.outlet(CAR)).state == "inoperative"


async def test_what_runs_or_is_paused_or_unknown_is_not_written_off(
    okayama: Neighbourhood,
) -> None:
    now_ms, settings = okayama.clock.now_ms(), okayama.system.settings
    with pytest.raises(UnknownOutlet):
        await write_off("NONE-1", why=WHY, now_ms=now_ms, ids=okayama.ids, settings=settings)
    assert await given_up(okayama) is None
    await okayama.do(CAR, "plug_car")
    await okayama.start()
    with pytest.raises(OutletHeld):
        await given_up(okayama)
    await okayama.pass_s(30)
    await okayama.do(CAR, "unplug")
    await okayama.pass_s(20)
    assert (await okayama.ours.request(NUMBER)).state == "paused"
    with pytest.raises(OutletHeld):
        await given_up(okayama)
