"""The continuity check, sweep by sweep (C10), and dead outlets (C9)."""

import asyncio

from konsento.foundation.databases import GRID
from konsento.mdms.fleet.street_meter import Cut, obey_close
from konsento.mdms.listen import open_idle, sweep
from konsento.mdms.meter import CloseOrder
from konsento.mdms.record import find_outlet
from tests.mdms.neighbourhood import BIKE, CAR, SMIDS, Neighbourhood, an_order

ORDER = CloseOrder(
    energy_wh_max=None, duration_ms_max=None, counted_from="switch_on", failsafe_after_ms=60_000
)


async def close_behind_our_back(okayama: Neighbourhood) -> None:
    now_ms = okayama.clock.now_ms()
    await okayama.street.change(SMIDS[CAR], lambda meter: obey_close(meter, 1, ORDER, now_ms))


async def test_a_cut_link_is_lost_after_three_checks_and_up_again_after_one(
    okayama: Neighbourhood,
) -> None:
    links = []
    await okayama.do(CAR, "cut_link")
    for _ in range(4):
        await okayama.pass_s(5)
        links.append((await okayama.ours.outlet(CAR)).link)
    await okayama.do(CAR, "mend_link")
    await okayama.pass_s(5)
    links.append((await okayama.ours.outlet(CAR)).link)
    assert links == ["up", "up", "lost", "lost", "up"]
    assert (await okayama.ours.outlet(BIKE)).link == "up"


async def test_a_link_broken_either_way_is_lost(okayama: Neighbourhood) -> None:
    cuts: list[Cut] = ["down", "up", "both"]
    for cut in cuts:
        await okayama.street.cut_link(SMIDS[CAR], "concentrator", cut)
        await okayama.pass_s(15)
        assert (await okayama.ours.outlet(CAR)).link == "lost"
        await okayama.do(CAR, "mend_link")
        await okayama.pass_s(5)
        assert (await okayama.ours.outlet(CAR)).link == "up"


async def test_a_meter_we_no_longer_hear_is_no_longer_assured(okayama: Neighbourhood) -> None:
    await okayama.start()
    await okayama.street.cut_link(SMIDS[CAR], "relay", "up")
    assured_ms = []
    for _ in range(6):
        await okayama.pass_s(5)
        assured_ms.append(okayama.street.meter(SMIDS[CAR]).assured_at_ms)
    assert len(set(assured_ms[:3])) == 3
    assert len(set(assured_ms[2:])) == 1


async def test_many_sweeps_at_once_check_each_meter_once_in_an_interval(
    okayama: Neighbourhood,
) -> None:
    await okayama.do(CAR, "cut_link")
    await okayama.clock.advance(5_000)
    await asyncio.gather(*(sweep(okayama.system) for _ in range(8)))
    missed = {}
    for name in (CAR, BIKE):
        outlet = await find_outlet(name)
        assert outlet is not None
        missed[name] = outlet.missed
    assert missed == {CAR: 1, BIKE: 0}


async def test_a_clock_that_was_set_back_stops_neither_checks_nor_looks(
    okayama: Neighbourhood,
) -> None:
    await okayama.start()
    async with GRID.writing():
        await GRID.ask("UPDATE mdms_outlet SET checked_at_ms = checked_at_ms + 3600000")
        await GRID.ask("UPDATE mdms_request SET next_look_at_ms = next_look_at_ms + 3600000")
    await okayama.pass_s(5)
    view = await okayama.ours.request("req-00000001")
    assert okayama.clock.now_ms() - (view.measured_at_ms or 0) < 5_000
    outlet = await find_outlet(CAR)
    assert outlet is not None
    assert outlet.heard_at_ms == okayama.clock.now_ms()


async def test_nobody_listening_makes_an_outlet_unknown(okayama: Neighbourhood) -> None:
    assert (await okayama.ours.outlet(CAR)).state == "available"
    await okayama.clock.advance(31_000)
    view = await okayama.ours.outlet(CAR)
    assert (view.link, view.state) == ("unknown", "unknown")


async def test_an_outlet_that_nobody_holds_is_dead(okayama: Neighbourhood) -> None:
    await close_behind_our_back(okayama)
    assert okayama.face(CAR)[0] == "closed"
    await okayama.pass_s(10)
    assert okayama.face(CAR)[0] == "open"


async def test_an_outlet_that_is_held_is_never_opened_as_idle(okayama: Neighbourhood) -> None:
    await okayama.start()
    await open_idle(okayama.system, CAR)
    await okayama.pass_s(5)
    assert okayama.face(CAR)[0] == "closed"


async def test_an_idle_opening_that_is_overtaken_by_a_start_opens_nothing(
    okayama: Neighbourhood,
) -> None:
    await close_behind_our_back(okayama)
    outlet = await find_outlet(CAR)
    assert outlet is not None
    await okayama.ours.order("req-00000001", an_order())
    await okayama.look()
    await open_idle(okayama.system, CAR)
    assert okayama.face(CAR)[0] == "closed"
    assert (await okayama.ours.request("req-00000001")).state == "on"


async def test_a_last_gasp_makes_the_outlet_dark_until_the_meter_speaks_again(
    okayama: Neighbourhood,
) -> None:
    await okayama.do(CAR, "cut_power")
    await okayama.pass_s(5)
    view = await okayama.ours.outlet(CAR)
    assert (view.state, view.power) == ("no_power", "off")
    await okayama.do(CAR, "restore_power")
    await okayama.pass_s(5)
    view = await okayama.ours.outlet(CAR)
    assert (view.state, view.power) == ("available", "on")
