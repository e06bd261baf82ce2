"""A charge from order to closing register, and everything that can come between."""

from itertools import pairwise

import pytest
from msgspec.structs import replace

from konsento.foundation.databases import GRID
from konsento.mdms.control import see, take_due, write
from konsento.mdms.fleet.street_meter import Cut, obey_close
from konsento.mdms.meter import CloseOrder
from konsento.mdms.record import find_outlet
from tests.mdms.neighbourhood import BIKE, CAR, OPENING_WH, SMIDS, Neighbourhood, an_order

NUMBER = "req-00000001"


async def test_a_charge_runs_to_its_energy_limit_by_the_meters_own_measuring(
    okayama: Neighbourhood,
) -> None:
    await okayama.do(CAR, "plug_car")
    assert okayama.face(CAR) == ("open", OPENING_WH)
    view = await okayama.start(energy_wh_max=500)
    assert (view.result, view.state, view.opening_register_wh) == ("accepted", "on", OPENING_WH)
    assert okayama.face(CAR)[0] == "closed"
    await okayama.pass_s(700)
    view = await okayama.ours.request(NUMBER)
    assert (view.state, view.reason, view.final) == ("closed", "energy_limit", True)
    assert (view.used_wh, view.closing_register_wh) == (500, OPENING_WH + 500)
    assert okayama.face(CAR) == ("open", OPENING_WH + 500)
    news = await okayama.news()
    assert [event.kind for event in news] == ["switched_on", "switched_off"]
    assert (news[1].used_wh, news[1].final) == (500, True)


@pytest.mark.parametrize("counted_from", ["switch_on", "first_use"])
async def test_a_charge_ends_at_its_time_limit_counted_as_asked(
    okayama: Neighbourhood, counted_from: str
) -> None:
    order = an_order(energy_wh_max=None, duration_s_max=120)
    await okayama.ours.order(NUMBER, replace(order, counted_from=counted_from))
    await okayama.look()
    await okayama.pass_s(60)
    await okayama.do(CAR, "plug_kettle")
    await okayama.pass_s(130)
    view = await okayama.ours.request(NUMBER)
    lasted_s = ((view.ended_at_ms or 0) - (view.switched_on_at_ms or 0)) // 1_000
    assert (view.state, view.reason) == ("closed", "time_limit")
    assert (lasted_s, view.used_wh) == ((120, 20) if counted_from == "switch_on" else (180, 40))


async def test_measurements_come_every_few_seconds_while_it_is_on(okayama: Neighbourhood) -> None:
    await okayama.do(CAR, "plug_kettle")
    await okayama.start()
    await okayama.pass_s(60)
    page = await okayama.ours.events(0)
    measured = [event for event in page.events if event.kind == "measured"]
    gaps_ms = {b.at_ms - a.at_ms for a, b in pairwise(measured)}
    assert gaps_ms == {3_000}
    used = [event.used_wh or 0 for event in measured]
    assert used == sorted(used)
    assert (measured[-1].power_w, used[-1]) == (1_200, 20)


async def test_an_unreachable_meter_is_never_told_to_close(okayama: Neighbourhood) -> None:
    await okayama.do(CAR, "cut_link")
    await okayama.ours.order(NUMBER, an_order())
    await okayama.pass_s(50, listening=False)
    view = await okayama.ours.request(NUMBER)
    assert (view.state, view.reason, view.used_wh) == ("failed", "no_answer", 0)
    (told,) = await okayama.news()
    assert (told.kind, told.reason, told.final) == ("start_failed", "no_answer", True)
    assert okayama.street.meter(SMIDS[CAR]).generation == 0


@pytest.mark.parametrize("lost", ["requests", "replies"])
@pytest.mark.parametrize("times", [1, 5])
async def test_a_lost_command_to_close_is_read_back_and_repeated(
    okayama: Neighbourhood, lost: str, times: int
) -> None:
    await okayama.do(CAR, "plug_car")
    getattr(okayama.driver.faults, lost)["close"] = times
    await okayama.ours.order(NUMBER, an_order(energy_wh_max=100))
    await okayama.pass_s(150)
    view = await okayama.ours.request(NUMBER)
    assert (view.state, view.reason, view.used_wh) == ("closed", "energy_limit", 100)


async def test_a_start_that_stays_unanswered_is_told_in_time_and_settled_by_the_register(
    okayama: Neighbourhood,
) -> None:
    await okayama.do(CAR, "plug_car")
    await okayama.ours.order(NUMBER, an_order())
    (held,) = await take_due(okayama.clock.now_ms())
    await write(okayama.system, held, await see(okayama.system, held, SMIDS[CAR]))
    await okayama.street.cut_link(SMIDS[CAR], "meter", "up")
    await okayama.pass_s(119)
    news = await okayama.news()
    assert [(told.kind, told.reason, told.final) for told in news] == [
        ("start_failed", "no_answer", False)
    ]
    assert okayama.face(CAR)[0] == "open"
    await okayama.do(CAR, "mend_link")
    await okayama.pass_s(10)
    (told,) = await okayama.news()
    view = await okayama.ours.request(NUMBER)
    assert (told.kind, told.final, view.state) == ("start_failed", True, "closed")
    assert view.used_wh == okayama.face(CAR)[1] - OPENING_WH > 0


async def test_a_switch_that_refuses_to_close_fails_the_start(okayama: Neighbourhood) -> None:
    okayama.driver.faults.refusals["close"] = 1
    view = await okayama.start()
    assert (view.state, view.reason, view.used_wh) == ("closed", "switch_refused", 0)
    (told,) = await okayama.news()
    assert (told.kind, told.final) == ("start_failed", True)
    assert (await okayama.ours.outlet(CAR)).state == "available"


async def test_a_switch_that_refuses_everything_is_taken_out_of_service(
    okayama: Neighbourhood,
) -> None:
    okayama.driver.faults.refusals.update({"close": 9, "open": 9})
    view = await okayama.start()
    assert (view.state, view.reason) == ("closed", "switch_refused")
    assert (await okayama.ours.outlet(CAR)).state == "inoperative"
    refused = await okayama.ours.order("req-00000002", an_order())
    assert (refused.result, refused.reason) == ("rejected", "outlet_inoperative")


@pytest.mark.parametrize("cut", ["down", "up", "both"])
async def test_a_lost_link_is_told_and_its_return_within_the_fail_safe_goes_on(
    okayama: Neighbourhood, cut: Cut
) -> None:
    await okayama.do(CAR, "plug_car")
    await okayama.start()
    await okayama.street.cut_link(SMIDS[CAR], "relay", cut)
    await okayama.pass_s(40)
    assert [event.kind for event in await okayama.news()] == ["switched_on", "link_lost"]
    assert (await okayama.ours.request(NUMBER)).state == "link_lost"
    await okayama.do(CAR, "mend_link")
    await okayama.pass_s(10)
    assert [event.kind for event in await okayama.news()] == ["link_back"]
    view = await okayama.ours.request(NUMBER)
    assert (view.state, view.used_wh) == ("on", okayama.face(CAR)[1] - OPENING_WH)


@pytest.mark.parametrize("cut", ["down", "up", "both"])
async def test_a_meter_that_lost_the_control_system_opens_and_is_settled_on_its_return(
    okayama: Neighbourhood, cut: Cut
) -> None:
    await okayama.do(CAR, "plug_car")
    await okayama.start(energy_wh_max=5_000)
    await okayama.pass_s(60)
    await okayama.street.cut_link(SMIDS[CAR], "concentrator", cut)
    known_wh = (await okayama.ours.request(NUMBER)).used_wh
    await okayama.pass_s(100)
    assert okayama.face(CAR)[0] == "open"
    news = await okayama.news()
    assert [event.kind for event in news] == ["switched_on", "link_lost", "switched_off"]
    assert (news[2].reason, news[2].final, news[2].used_wh) == ("link_lost", False, known_wh)
    assert (await okayama.ours.request(NUMBER)).state == "off_unread"
    assert (await okayama.ours.order("req-00000002", an_order())).result == "rejected"
    await okayama.do(CAR, "mend_link")
    await okayama.pass_s(20)
    news = await okayama.news()
    assert [event.kind for event in news] == ["link_back", "switched_off"]
    true_wh = okayama.face(CAR)[1] - OPENING_WH
    assert (news[1].final, news[1].used_wh, news[1].reason) == (True, true_wh, "link_lost")
    assert true_wh > known_wh
    assert (await okayama.ours.order("req-00000003", an_order())).result == "accepted"


async def test_power_lost_is_told_by_the_last_gasp_and_ends_nothing(
    okayama: Neighbourhood,
) -> None:
    await okayama.do(CAR, "plug_car")
    await okayama.start(energy_wh_max=5_000)
    await okayama.pass_s(60)
    await okayama.do(CAR, "cut_power")
    await okayama.pass_s(10)
    news = await okayama.news()
    assert [event.kind for event in news] == ["switched_on", "power_lost"]
    assert (await okayama.ours.request(NUMBER)).state == "dark"
    assert (await okayama.ours.outlet(CAR)).state == "no_power"
    refused = await okayama.ours.order("req-00000002", an_order())
    assert refused.reason == "no_power"
    await okayama.do(CAR, "restore_power")
    await okayama.pass_s(30)
    (paused,) = await okayama.news()
    assert (paused.kind, paused.reason, paused.pause) == ("paused", "power_lost", 1)
    assert paused.used_wh == okayama.face(CAR)[1] - OPENING_WH
    assert (await okayama.ours.outlet(CAR)).state == "charging"


async def test_a_poisoned_reading_is_kept_aside_and_never_billed(okayama: Neighbourhood) -> None:
    await okayama.do(CAR, "plug_car")
    await okayama.start(energy_wh_max=200)
    for register_wh in (-10, 0, OPENING_WH - 10, OPENING_WH + 900_000, 10**12, 2**70):
        okayama.driver.faults.registers_wh.append(register_wh)
        await okayama.pass_s(3)
    await okayama.pass_s(300)
    view = await okayama.ours.request(NUMBER)
    assert (view.state, view.used_wh, view.reason) == ("closed", 200, "energy_limit")
    rows = await GRID.ask("SELECT reason, outlet FROM mdms_reading_aside ORDER BY received_at_ms")
    assert [row["reason"] for row in rows] == [
        "negative", "rolled_back", "rolled_back", "impossible", "impossible", "impossible",
    ]  # fmt: skip


async def test_no_believable_opening_register_means_no_start(okayama: Neighbourhood) -> None:
    okayama.driver.faults.registers_wh = [0] * 200
    await okayama.ours.order(NUMBER, an_order(BIKE))
    await okayama.pass_s(50)
    (told,) = await okayama.news()
    assert (told.kind, told.reason) == ("start_failed", "reading_implausible")
    assert okayama.face(BIKE)[0] == "open"


async def test_a_closing_register_never_to_be_believed_is_written_off_in_the_end(
    okayama: Neighbourhood,
) -> None:
    await okayama.do(CAR, "plug_car")
    await okayama.start()
    await okayama.pass_s(60)
    believed_wh = (await okayama.ours.request(NUMBER)).used_wh
    okayama.driver.faults.registers_wh = [7] * 5_000
    await okayama.ours.stop(NUMBER)
    await okayama.pass_s(590)
    assert (await okayama.ours.request(NUMBER)).state == "switching_off"
    await okayama.pass_s(30)
    view = await okayama.ours.request(NUMBER)
    assert (view.state, view.used_wh, view.reason) == ("closed", believed_wh, "stopped")
    assert (await okayama.ours.outlet(CAR)).state == "inoperative"


async def test_a_worker_that_comes_back_late_changes_nothing(okayama: Neighbourhood) -> None:
    await okayama.do(CAR, "plug_car")
    await okayama.start()
    await okayama.clock.advance(3_000)
    (stale,) = await take_due(okayama.clock.now_ms())
    seen = await see(okayama.system, stale, SMIDS[CAR])
    await okayama.pass_s(30)
    await okayama.ours.stop(NUMBER)
    await okayama.look()
    before = await okayama.ours.request(NUMBER)
    assert before.state == "closed"
    assert await write(okayama.system, stale, seen) is None
    assert replace(await okayama.ours.request(NUMBER), now_ms=0) == replace(before, now_ms=0)


async def test_a_command_that_was_long_on_its_way_changes_nothing(okayama: Neighbourhood) -> None:
    await okayama.do(CAR, "plug_car")
    await okayama.start()
    late = okayama.street.meter(SMIDS[CAR])
    order = late.order
    assert order is not None
    await okayama.ours.stop(NUMBER)
    await okayama.look()
    now_ms = okayama.clock.now_ms()
    obeyed = await okayama.street.change(
        SMIDS[CAR], lambda meter: obey_close(meter, late.generation, order, now_ms)
    )
    assert not obeyed
    assert okayama.face(CAR)[0] == "open"


async def test_a_meter_ahead_of_our_generations_is_caught_up_with(okayama: Neighbourhood) -> None:
    order = CloseOrder(
        energy_wh_max=None, duration_ms_max=None, counted_from="switch_on",
        failsafe_after_ms=60_000,
    )  # fmt: skip
    now_ms = okayama.clock.now_ms()
    await okayama.street.change(SMIDS[CAR], lambda meter: obey_close(meter, 70, order, now_ms))
    await okayama.pass_s(10)
    assert okayama.face(CAR)[0] == "open"
    outlet = await find_outlet(CAR)
    assert outlet is not None
    assert outlet.generation == 71
    assert (await okayama.start()).state == "on"


async def test_two_outlets_charge_side_by_side(okayama: Neighbourhood) -> None:
    await okayama.do(CAR, "plug_car")
    await okayama.do(BIKE, "plug_bike")
    await okayama.start(NUMBER, CAR, energy_wh_max=60)
    await okayama.start("req-00000002", BIKE, energy_wh_max=10)
    await okayama.do(CAR, "cut_link")
    await okayama.pass_s(300)
    assert (await okayama.ours.request("req-00000002")).used_wh == 10
    assert (await okayama.ours.request(NUMBER)).state == "off_unread"
