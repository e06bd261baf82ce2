"""Power that has ceased flows again only when somebody asks: another load may stand there now."""

import dataclasses

import pytest

from konsento.mdms.contract import MdmsRefused
from konsento.mdms.fleet.street_meter import obey_close
from konsento.mdms.limits import START_PATIENCE_MS
from konsento.mdms.settings import MdmsSettings
from tests.mdms.neighbourhood import CAR, OPENING_WH, SMIDS, Neighbourhood
from tests.mdms.pauses import NUMBER, a_pause, kinds


def with_settings(okayama: Neighbourhood, **given: int) -> None:
    """The control system's process starts anew, with other paces."""
    okayama.system = dataclasses.replace(okayama.system, settings=MdmsSettings(**given))


async def test_another_load_gets_no_power_before_it_is_asked_for(okayama: Neighbourhood) -> None:
    paused = await a_pause(okayama)
    await okayama.do(CAR, "plug_bike")
    await okayama.pass_s(300)
    view = await okayama.ours.request(NUMBER)
    assert (view.state, view.used_wh) == ("paused", paused.used_wh)
    assert okayama.face(CAR) == ("open", OPENING_WH + paused.used_wh)
    assert (await okayama.ours.outlet(CAR)).state == "charging"  # still held
    resuming = await okayama.ours.resume(NUMBER, 1)
    assert resuming.state == "resuming"
    await okayama.look()
    assert okayama.face(CAR)[0] == "closed"
    await okayama.pass_s(600)
    await okayama.ours.stop(NUMBER)
    await okayama.look()
    view = await okayama.ours.request(NUMBER)
    assert (view.state, view.reason, view.opening_register_wh) == ("closed", "stopped", OPENING_WH)
    assert view.used_wh == okayama.face(CAR)[1] - OPENING_WH > paused.used_wh
    assert await kinds(okayama) == ["switched_on", "paused", "resumed", "switched_off"]


async def test_a_pause_is_told_with_its_number_and_the_register(okayama: Neighbourhood) -> None:
    view = await a_pause(okayama)
    told = (await okayama.news())[-1]
    assert (told.kind, told.pause, told.used_wh) == ("paused", 1, view.used_wh)
    assert told.register_wh == okayama.face(CAR)[1]
    assert not told.final


async def test_what_never_drew_is_never_paused(okayama: Neighbourhood) -> None:
    await okayama.start()
    await okayama.pass_s(120)
    assert (await okayama.ours.request(NUMBER)).state == "on"


async def test_less_than_the_time_that_is_set_is_no_pause(okayama: Neighbourhood) -> None:
    await okayama.do(CAR, "plug_car")
    await okayama.start()
    await okayama.pass_s(60)
    for _ in range(5):
        await okayama.do(CAR, "unplug")
        await okayama.pass_s(8)
        await okayama.do(CAR, "plug_car")
        await okayama.pass_s(8)
    assert (await okayama.ours.request(NUMBER)).state == "on"
    assert await kinds(okayama) == ["switched_on"]


async def test_how_little_counts_as_nothing_is_a_setting(okayama: Neighbourhood) -> None:
    await okayama.do(CAR, "plug_bike")  # 160 W
    await okayama.start()
    await okayama.pass_s(60)
    assert (await okayama.ours.request(NUMBER)).state == "on"
    with_settings(okayama, pause_below_w=200)
    await okayama.pass_s(20)
    assert (await okayama.ours.request(NUMBER)).state == "paused"


async def test_where_it_is_set_to_never_the_switch_stays_closed(okayama: Neighbourhood) -> None:
    with_settings(okayama, pause_after_ms=0)
    await okayama.do(CAR, "plug_car")
    await okayama.start()
    await okayama.pass_s(60)
    await okayama.do(CAR, "unplug")
    await okayama.pass_s(600)
    assert (await okayama.ours.request(NUMBER)).state == "on"


async def test_resuming_twice_is_once_and_ends_no_later_pause(okayama: Neighbourhood) -> None:
    await a_pause(okayama)
    await okayama.do(CAR, "plug_car")
    for _ in range(2):
        await okayama.ours.resume(NUMBER, 1)
    await okayama.look()
    generation = okayama.street.meter(SMIDS[CAR]).generation
    assert (await okayama.ours.resume(NUMBER, 1)).state == "on"
    await okayama.pass_s(30)
    assert okayama.street.meter(SMIDS[CAR]).generation == generation
    await okayama.do(CAR, "unplug")
    await okayama.pass_s(20)
    assert (await okayama.ours.resume(NUMBER, 1)).state == "paused"  # an answer long lost
    await okayama.look()
    assert okayama.face(CAR)[0] == "open"
    assert (await okayama.ours.resume(NUMBER, 2)).state == "resuming"
    await okayama.ours.stop(NUMBER)
    await okayama.look()
    ended = await okayama.ours.resume(NUMBER, 2)
    assert (ended.state, ended.reason) == ("closed", "stopped")
    assert okayama.face(CAR)[0] == "open"


async def test_a_pause_that_has_not_been_is_not_resumed(okayama: Neighbourhood) -> None:
    await a_pause(okayama)
    with pytest.raises(MdmsRefused) as refused:
        await okayama.ours.resume(NUMBER, 2)
    assert (refused.value.status, refused.value.slug) == (409, "not-paused")
    with pytest.raises(MdmsRefused) as refused:
        await okayama.theirs.resume(NUMBER, 1)
    assert refused.value.slug == "unknown-request"


async def test_a_stop_in_a_pause_closes_it(okayama: Neighbourhood) -> None:
    paused = await a_pause(okayama)
    assert (await okayama.ours.stop(NUMBER)).state == "switching_off"
    await okayama.look()
    view = await okayama.ours.request(NUMBER)
    assert (view.state, view.reason, view.used_wh) == ("closed", "stopped", paused.used_wh)
    assert (await okayama.ours.outlet(CAR)).state == "available"


async def test_a_link_lost_in_a_pause_changes_nothing_until_it_is_back(
    okayama: Neighbourhood,
) -> None:
    await a_pause(okayama)
    await okayama.do(CAR, "cut_link")
    await okayama.pass_s(300)
    assert (await okayama.ours.request(NUMBER)).state == "paused"
    await okayama.do(CAR, "plug_bike")
    await okayama.ours.resume(NUMBER, 1)
    await okayama.pass_s(START_PATIENCE_MS // 1_000 + 5)
    assert (await okayama.ours.request(NUMBER)).state == "pausing"
    await okayama.do(CAR, "mend_link")
    await okayama.pass_s(20)
    assert await kinds(okayama) == ["switched_on", "paused", "paused"]
    view = await okayama.ours.request(NUMBER)
    assert (view.state, view.pauses, okayama.face(CAR)[0]) == ("paused", 2, "open")
    await okayama.ours.resume(NUMBER, 2)
    await okayama.look()
    assert (await okayama.ours.request(NUMBER)).state == "on"


@pytest.mark.parametrize("state", ["pausing", "resuming"])
async def test_a_link_lost_on_the_way_ends_by_the_fail_safe(
    okayama: Neighbourhood, state: str
) -> None:
    if state == "resuming":
        await a_pause(okayama)
        okayama.driver.faults.replies["close"] = 1_000
        okayama.driver.faults.replies["read"] = 1_000
        await okayama.do(CAR, "plug_car")
        await okayama.ours.resume(NUMBER, 1)
        await okayama.look()
        await okayama.street.cut_link(SMIDS[CAR], "relay", "down")
        assert okayama.face(CAR)[0] == "closed"
    else:
        await okayama.do(CAR, "plug_car")
        await okayama.start()
        await okayama.pass_s(60)
        okayama.driver.faults.requests["open"] = 1_000
        await okayama.do(CAR, "unplug")
        await okayama.pass_s(15)
        assert (await okayama.ours.request(NUMBER)).state == "pausing"
        await okayama.do(CAR, "cut_link")
    await okayama.pass_s(150)
    view = await okayama.ours.request(NUMBER)
    assert (view.state, view.reason, okayama.face(CAR)[0]) == ("off_unread", "link_lost", "open")
    okayama.driver.faults.replies.clear()
    okayama.driver.faults.requests.clear()
    await okayama.do(CAR, "mend_link")
    await okayama.pass_s(30)
    view = await okayama.ours.request(NUMBER)
    assert (view.state, view.used_wh) == ("closed", okayama.face(CAR)[1] - OPENING_WH)


async def test_a_switch_that_refuses_to_close_again_stays_paused(okayama: Neighbourhood) -> None:
    await a_pause(okayama)
    okayama.driver.faults.refusals["close"] = 1
    await okayama.do(CAR, "plug_bike")
    await okayama.ours.resume(NUMBER, 1)
    await okayama.look()
    view = await okayama.ours.request(NUMBER)
    assert (view.state, view.pauses) == ("paused", 2)
    await okayama.ours.resume(NUMBER, 2)
    await okayama.look()
    assert (await okayama.ours.request(NUMBER)).state == "on"


async def test_a_switch_found_closed_in_a_pause_is_opened_again(okayama: Neighbourhood) -> None:
    await a_pause(okayama)
    meter = okayama.street.meter(SMIDS[CAR])
    order, now_ms = meter.order, okayama.clock.now_ms()
    assert order is not None
    await okayama.street.change(
        SMIDS[CAR], lambda known: obey_close(known, meter.generation + 5, order, now_ms)
    )
    await okayama.pass_s(20)
    view = await okayama.ours.request(NUMBER)
    assert (view.state, view.pauses, okayama.face(CAR)[0]) == ("paused", 2, "open")
