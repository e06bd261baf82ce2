"""Power lost at a meter in use: the request waits in the dark, and for a word when it is back."""

import pytest

from konsento.mdms.contract import RaiseLimit, RequestView
from konsento.mdms.drivers.simulated import Verb
from konsento.mdms.fleet.street_meter import obey_close
from konsento.mdms.limits import REQUEST_LASTS_MS_MAX
from konsento.mdms.write_off import write_off
from tests.mdms.neighbourhood import CAR, OPENING_WH, SMIDS, Neighbourhood, an_order
from tests.mdms.pauses import NUMBER, a_pause, kinds


async def a_cut(
    okayama: Neighbourhood, *, energy_wh_max: int | None = 5_000, duration_s_max: int | None = None
) -> RequestView:
    """A car charges for a minute, and its supply fails."""
    await okayama.do(CAR, "plug_car")
    await okayama.start(energy_wh_max=energy_wh_max, duration_s_max=duration_s_max)
    await okayama.pass_s(60)
    await okayama.do(CAR, "cut_power")
    await okayama.pass_s(10)
    view = await okayama.ours.request(NUMBER)
    assert (view.state, view.final, view.reason) == ("dark", False, None)
    return view


async def back(okayama: Neighbourhood) -> RequestView:
    await okayama.do(CAR, "restore_power")
    await okayama.pass_s(20)
    return await okayama.ours.request(NUMBER)


async def test_a_power_cut_is_a_pause_that_its_asker_ends(okayama: Neighbourhood) -> None:
    dark = await a_cut(okayama)
    await okayama.pass_s(300)
    assert okayama.face(CAR)[0] == "open"
    paused = await back(okayama)
    assert (paused.state, paused.pauses) == ("paused", 1)
    shown_wh = okayama.face(CAR)[1]
    assert paused.used_wh == shown_wh - OPENING_WH >= dark.used_wh
    await okayama.pass_s(120)
    assert okayama.face(CAR) == ("open", shown_wh)  # nothing flows before it is asked for
    assert (await okayama.ours.resume(NUMBER, 1)).state == "resuming"
    await okayama.pass_s(60)
    on = await okayama.ours.request(NUMBER)
    assert (on.state, on.opening_register_wh) == ("on", OPENING_WH)
    await okayama.ours.stop(NUMBER)
    await okayama.look()
    told = await okayama.news()
    assert [event.kind for event in told] == [
        "switched_on", "power_lost", "paused", "resumed", "switched_off",
    ]  # fmt: skip
    assert [event.reason for event in told][2:4] == ["power_lost", None]
    assert (told[-1].final, told[-1].used_wh) == (True, okayama.face(CAR)[1] - OPENING_WH)


async def test_a_later_pause_for_want_of_a_load_is_not_the_outages(okayama: Neighbourhood) -> None:
    await a_cut(okayama)
    await back(okayama)
    await okayama.ours.resume(NUMBER, 1)
    await okayama.pass_s(30)
    await okayama.do(CAR, "unplug")
    await okayama.pass_s(20)
    told = (await okayama.news())[-1]
    assert (told.kind, told.pause, told.reason) == ("paused", 2, None)


async def test_power_lost_in_a_pause_is_another_pause_when_it_is_back(
    okayama: Neighbourhood,
) -> None:
    paused = await a_pause(okayama)
    await okayama.do(CAR, "cut_power")
    await okayama.pass_s(20)
    assert (await okayama.ours.request(NUMBER)).state == "dark"
    assert (await okayama.ours.resume(NUMBER, 1)).state == "dark"  # too late, and harmless
    await okayama.do(CAR, "plug_bike")
    view = await back(okayama)
    assert (view.state, view.pauses, view.used_wh) == ("paused", 2, paused.used_wh)
    assert await kinds(okayama) == ["switched_on", "paused", "power_lost", "paused"]


async def test_power_lost_while_it_is_to_be_closed_again_leaves_it_open(
    okayama: Neighbourhood,
) -> None:
    await a_pause(okayama)
    okayama.driver.faults.requests["close"] = 1_000
    await okayama.do(CAR, "plug_car")
    await okayama.ours.resume(NUMBER, 1)
    await okayama.look()
    await okayama.do(CAR, "cut_power")
    await okayama.pass_s(10)
    assert (await okayama.ours.request(NUMBER)).state == "dark"
    okayama.driver.faults.requests.clear()
    view = await back(okayama)
    assert (view.state, view.pauses, okayama.face(CAR)[0]) == ("paused", 2, "open")


async def test_power_lost_again_before_it_was_read_open_is_one_darkness(
    okayama: Neighbourhood,
) -> None:
    await a_cut(okayama)
    await okayama.news()
    okayama.driver.faults.registers_wh = [-1] * 4  # no register to be believed
    await okayama.do(CAR, "restore_power")
    await okayama.pass_s(6)
    assert (await okayama.ours.request(NUMBER)).state == "pausing"
    await okayama.do(CAR, "cut_power")
    await okayama.pass_s(20)
    okayama.driver.faults.registers_wh.clear()
    assert (await back(okayama)).state == "paused"
    told = await okayama.news()
    assert [(event.kind, event.reason) for event in told] == [
        ("power_lost", None), ("paused", "power_lost"),
    ]  # fmt: skip


async def test_a_false_last_gasp_of_a_closed_meter_is_opened_before_it_rests(
    okayama: Neighbourhood,
) -> None:
    await a_cut(okayama)
    meter, now_ms = okayama.street.meter(SMIDS[CAR]), okayama.clock.now_ms()
    order = meter.order
    assert order is not None
    okayama.driver.faults.requests["open"] = 1
    await okayama.do(CAR, "restore_power")
    await okayama.street.change(
        SMIDS[CAR], lambda known: obey_close(known, known.generation + 9, order, now_ms)
    )
    await okayama.pass_s(20)
    view = await okayama.ours.request(NUMBER)
    assert (view.state, okayama.face(CAR)[0]) == ("paused", "open")
    assert view.used_wh == okayama.face(CAR)[1] - OPENING_WH


async def test_a_stop_in_the_dark_is_told_at_once_and_corrected_by_the_late_register(
    okayama: Neighbourhood,
) -> None:
    dark = await a_cut(okayama)
    for _ in range(2):
        assert (await okayama.ours.stop(NUMBER)).state == "off_unread"
    (*_, guess) = await okayama.news()
    assert (guess.kind, guess.reason, guess.final) == ("switched_off", "stopped", False)
    assert guess.used_wh == dark.used_wh
    await okayama.pass_s(600)
    view = await back(okayama)
    assert (view.state, view.reason) == ("closed", "stopped")
    (final,) = await okayama.news()
    assert (final.final, final.used_wh) == (True, okayama.face(CAR)[1] - OPENING_WH)
    assert (await okayama.ours.outlet(CAR)).state == "available"


async def test_time_that_was_chosen_ends_in_the_dark_as_in_a_pause(okayama: Neighbourhood) -> None:
    await a_cut(okayama, energy_wh_max=None, duration_s_max=600)
    await okayama.pass_s(500)
    assert (await okayama.ours.request(NUMBER)).state == "dark"
    await okayama.pass_s(70)
    view = await okayama.ours.request(NUMBER)
    assert (view.state, view.reason) == ("off_unread", "time_limit")
    assert (await back(okayama)).state == "closed"


async def test_power_that_never_comes_back_ends_it_after_its_day(okayama: Neighbourhood) -> None:
    await a_cut(okayama)
    await okayama.news()
    await okayama.clock.advance(REQUEST_LASTS_MS_MAX - 75_000)
    await okayama.pass_s(3)
    assert (await okayama.ours.request(NUMBER)).state == "dark"
    await okayama.pass_s(20)
    view = await okayama.ours.request(NUMBER)
    assert (view.state, view.reason) == ("off_unread", "power_lost")
    (ended,) = await okayama.news()
    assert (ended.kind, ended.reason, ended.final) == ("switched_off", "power_lost", False)


async def test_a_limit_that_is_raised_in_the_dark_holds_once_it_is_read_open(
    okayama: Neighbourhood,
) -> None:
    await a_cut(okayama, energy_wh_max=1_000)
    wish = RaiseLimit(generation=1, energy_wh_max=2_000, duration_s_max=None)
    wanted = await okayama.ours.raise_limit(NUMBER, wish)
    assert wanted.limit is not None
    assert (wanted.limit.state, wanted.energy_wh_max) == ("wanted", 1_000)
    view = await back(okayama)
    assert view.limit is not None
    assert (view.state, view.limit.state, view.energy_wh_max) == ("paused", "raised", 2_000)
    assert await kinds(okayama) == ["switched_on", "power_lost", "limit_raised", "paused"]


async def test_a_limit_wished_for_is_refused_where_it_ends_in_the_dark(
    okayama: Neighbourhood,
) -> None:
    await a_cut(okayama, energy_wh_max=1_000)
    wish = RaiseLimit(generation=1, energy_wh_max=2_000, duration_s_max=None)
    await okayama.ours.raise_limit(NUMBER, wish)
    await okayama.ours.stop(NUMBER)
    assert (await kinds(okayama))[-2:] == ["limit_refused", "switched_off"]


async def test_a_lost_link_without_a_last_gasp_ends_by_the_fail_safe_as_ever(
    okayama: Neighbourhood,
) -> None:
    await okayama.do(CAR, "plug_car")
    await okayama.start(energy_wh_max=5_000)
    await okayama.pass_s(60)
    await okayama.do(CAR, "cut_link")
    await okayama.do(CAR, "cut_power")
    await okayama.pass_s(100)
    view = await okayama.ours.request(NUMBER)
    assert (view.state, view.reason) == ("off_unread", "link_lost")


async def test_a_meter_that_died_in_the_dark_is_written_off(okayama: Neighbourhood) -> None:
    dark = await a_cut(okayama)
    given = await write_off(
        CAR, why="flooded", now_ms=okayama.clock.now_ms(), ids=okayama.ids,
        settings=okayama.system.settings,
    )  # fmt: skip
    assert given is not None
    assert (given.state, given.reason, given.used_wh) == ("closed", "power_lost", dark.used_wh)


@pytest.mark.parametrize("lost", ["open", "read"])
async def test_messages_lost_when_it_is_back_only_make_it_wait(
    okayama: Neighbourhood, lost: Verb
) -> None:
    await a_cut(okayama)
    await okayama.pass_s(600)
    okayama.driver.faults.requests[lost] = 3
    await okayama.do(CAR, "restore_power")
    await okayama.pass_s(60)
    assert (await okayama.ours.request(NUMBER)).state == "paused"


async def test_the_outlet_is_nobody_elses_in_the_dark(okayama: Neighbourhood) -> None:
    await a_cut(okayama)
    refused = await okayama.ours.order("req-00000002", an_order())
    assert (refused.result, refused.reason) == ("rejected", "no_power")
    await back(okayama)
    refused = await okayama.ours.order("req-00000003", an_order())
    assert (refused.result, refused.reason) == ("rejected", "outlet_busy")
