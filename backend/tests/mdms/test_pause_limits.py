"""A request has one limit, however often it was paused: energy in all, and time that goes on."""

import pytest
from msgspec.structs import replace

from konsento.mdms.contract import ChargeOrder, RaiseLimit
from konsento.mdms.limits import REQUEST_LASTS_MS_MAX
from tests.mdms.neighbourhood import CAR, OPENING_WH, SMIDS, Neighbourhood, an_order
from tests.mdms.pauses import NUMBER, a_pause, kinds


async def test_the_energy_limit_is_one_for_all_parts(okayama: Neighbourhood) -> None:
    used_wh = 0
    await okayama.start(energy_wh_max=200)
    for pause in range(1, 4):
        await okayama.do(CAR, "plug_car")
        await okayama.pass_s(60)
        await okayama.do(CAR, "unplug")
        await okayama.pass_s(20)
        view = await okayama.ours.request(NUMBER)
        assert (view.state, view.pauses) == ("paused", pause)
        assert view.used_wh > used_wh
        used_wh = view.used_wh
        await okayama.do(CAR, "plug_car")
        await okayama.ours.resume(NUMBER, pause)
    await okayama.pass_s(300)
    view = await okayama.ours.request(NUMBER)
    assert (view.reason, view.used_wh) == ("energy_limit", 200)
    assert okayama.face(CAR) == ("open", OPENING_WH + 200)


@pytest.mark.parametrize("counted_from", ["switch_on", "first_use"])
async def test_time_that_was_ordered_goes_on_in_a_pause(
    okayama: Neighbourhood, counted_from: str
) -> None:
    order = an_order(energy_wh_max=None, duration_s_max=300)
    await okayama.ours.order(NUMBER, replace(order, counted_from=counted_from))
    await okayama.look()
    await okayama.pass_s(30)
    await okayama.do(CAR, "plug_car")
    await okayama.pass_s(60)
    await okayama.do(CAR, "unplug")
    await okayama.pass_s(60)
    await okayama.do(CAR, "plug_car")
    await okayama.ours.resume(NUMBER, 1)
    await okayama.pass_s(220)
    view = await okayama.ours.request(NUMBER)
    lasted_s = ((view.ended_at_ms or 0) - (view.switched_on_at_ms or 0)) // 1_000
    assert (view.state, view.reason) == ("closed", "time_limit")
    assert lasted_s == (300 if counted_from == "switch_on" else 330)


async def test_a_limit_that_passes_in_a_pause_ends_it(okayama: Neighbourhood) -> None:
    await a_pause(okayama, energy_wh_max=None, duration_s_max=200)
    await okayama.do(CAR, "plug_bike")
    await okayama.pass_s(150)
    view = await okayama.ours.request(NUMBER)
    assert (view.state, view.reason, view.final) == ("closed", "time_limit", True)
    assert okayama.face(CAR) == ("open", OPENING_WH + view.used_wh)


async def test_nobody_resumes_what_has_no_time_left(okayama: Neighbourhood) -> None:
    await a_pause(okayama, energy_wh_max=None, duration_s_max=90)
    await okayama.clock.advance(12_000)  # over, and not yet looked at
    await okayama.do(CAR, "plug_bike")
    assert (await okayama.ours.resume(NUMBER, 1)).state == "switching_off"
    await okayama.look()
    view = await okayama.ours.request(NUMBER)
    assert (view.state, view.reason) == ("closed", "time_limit")
    assert okayama.street.meter(SMIDS[CAR]).closed_at_ms == view.switched_on_at_ms


async def test_a_pause_lasts_a_day_at_most(okayama: Neighbourhood) -> None:
    await a_pause(okayama)
    await okayama.clock.advance(REQUEST_LASTS_MS_MAX)
    await okayama.pass_s(5)
    assert (await okayama.ours.request(NUMBER)).reason == "time_limit"


async def test_a_meter_that_came_to_its_end_just_then_has_ended(okayama: Neighbourhood) -> None:
    await okayama.do(CAR, "plug_car")
    order = ChargeOrder(outlet=CAR, power_type="solar", retailer="setouchi", duration_s_max=70)
    await okayama.ours.order(NUMBER, order)
    await okayama.look()
    await okayama.pass_s(57)
    await okayama.do(CAR, "unplug")
    okayama.driver.faults.requests["open"] = 6  # it hears of the pause only after its time
    await okayama.pass_s(40)
    view = await okayama.ours.request(NUMBER)
    assert (view.state, view.reason, view.pauses) == ("closed", "time_limit", 0)


async def test_more_may_be_added_in_a_pause_and_holds_from_the_next_closing_on(
    okayama: Neighbourhood,
) -> None:
    await a_pause(okayama, energy_wh_max=100)
    view = await okayama.ours.raise_limit(NUMBER, RaiseLimit(generation=1, energy_wh_max=300))
    assert (view.limit and view.limit.state, view.energy_wh_max) == ("raised", 300)
    assert await kinds(okayama) == ["switched_on", "paused", "limit_raised"]
    await okayama.do(CAR, "plug_car")
    await okayama.ours.resume(NUMBER, 1)
    await okayama.pass_s(60)
    view = await okayama.ours.raise_limit(NUMBER, RaiseLimit(generation=2, energy_wh_max=400))
    await okayama.pass_s(600)
    view = await okayama.ours.request(NUMBER)
    assert (view.reason, view.used_wh) == ("energy_limit", 400)


async def test_more_asked_for_on_the_way_into_or_out_of_a_pause_holds(
    okayama: Neighbourhood,
) -> None:
    await okayama.do(CAR, "plug_car")
    await okayama.start(energy_wh_max=200)
    await okayama.pass_s(60)
    okayama.driver.faults.requests["open"] = 2
    await okayama.do(CAR, "unplug")
    await okayama.pass_s(10)
    for _ in range(5):
        if (await okayama.ours.request(NUMBER)).state == "pausing":
            break
        await okayama.pass_s(1)
    await okayama.ours.raise_limit(NUMBER, RaiseLimit(generation=1, energy_wh_max=300))
    await okayama.pass_s(5)
    view = await okayama.ours.request(NUMBER)
    assert (view.state, view.energy_wh_max) == ("paused", 300)
    await okayama.do(CAR, "plug_car")
    await okayama.ours.resume(NUMBER, 1)
    await okayama.ours.raise_limit(NUMBER, RaiseLimit(generation=2, energy_wh_max=350))
    await okayama.pass_s(600)
    view = await okayama.ours.request(NUMBER)
    assert (view.reason, view.used_wh) == ("energy_limit", 350)
