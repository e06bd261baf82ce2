"""Killed between any two lines of a charge with an outage in it, it stays one request."""

import pytest

from konsento.mdms.contract import RequestView
from konsento.mdms.control_system import ControlSystem
from tests.mdms.neighbourhood import CAR, OPENING_WH, Neighbourhood, an_order
from tests.mdms.test_crash import FragileDriver, Fuse, Killed, step


async def a_life_with_an_outage(okayama: Neighbourhood, number: str, fuse: Fuse) -> RequestView:
    """A charge of 30 Wh, dark for a while, resumed for another load; one death on the way."""
    await okayama.do(CAR, "plug_car", wanted_wh=9_000)
    await okayama.ours.order(number, an_order(energy_wh_max=30))
    system = ControlSystem(FragileDriver(okayama.driver, fuse), okayama.clock, okayama.system.ids)
    asked, cut, dark_s = 0, False, 0
    for _ in range(250):
        try:
            await step(okayama, system, fuse)
        except Killed:
            okayama.restarted()
            system = okayama.system
        view = await okayama.ours.request(number)
        if not cut and (view.power_w or 0) > 1_000:
            cut = True
            await okayama.do(CAR, "cut_power")
        dark_s += view.state == "dark"
        if dark_s == 3:
            await okayama.do(CAR, "restore_power")
        if view.state == "paused" and view.pauses > asked:
            assert okayama.face(CAR)[0] == "open"
            asked = view.pauses
            await okayama.ours.resume(number, asked)
        if view.final:
            return view
        await okayama.clock.advance(1_000)
    raise AssertionError(f"{number} never ends: {await okayama.ours.request(number)}")


@pytest.mark.timeout(240)
async def test_killed_at_any_point_of_an_outage_it_is_one_request_with_one_limit(
    okayama: Neighbourhood,
) -> None:
    lives, register_wh = 0, OPENING_WH
    while True:
        lives += 1
        fuse = Fuse(lives)
        view = await a_life_with_an_outage(okayama, f"req-dark{lives:04d}", fuse)
        assert (view.state, view.reason, view.used_wh) == ("closed", "energy_limit", 30)
        assert (view.opening_register_wh, view.pauses) == (register_wh, 1)
        register_wh += 30
        assert okayama.face(CAR) == ("open", register_wh)
        told = [event.kind for event in await okayama.news()]
        assert told == ["switched_on", "power_lost", "paused", "resumed", "switched_off"]
        if not fuse.burnt:
            break
    assert lives > 60
