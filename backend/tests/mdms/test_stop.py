"""A stop is wanted until the switch is read open."""

import pytest
from msgspec.structs import replace

from konsento.mdms.contract import MdmsRefused
from tests.mdms.neighbourhood import CAR, OPENING_WH, Neighbourhood, an_order

NUMBER = "req-00000001"


async def test_a_stop_opens_the_switch_and_closes_on_the_register(okayama: Neighbourhood) -> None:
    await okayama.do(CAR, "plug_car")
    await okayama.start()
    await okayama.pass_s(60)
    assert (await okayama.ours.stop(NUMBER)).state == "switching_off"
    await okayama.look()
    view = await okayama.ours.request(NUMBER)
    assert (view.state, view.reason, view.final) == ("closed", "stopped", True)
    assert okayama.face(CAR) == ("open", OPENING_WH + view.used_wh)


async def test_stopping_twice_is_stopping_once_even_after_the_end(okayama: Neighbourhood) -> None:
    await okayama.start()
    await okayama.ours.stop(NUMBER)
    await okayama.ours.stop(NUMBER)
    await okayama.look()
    ended = await okayama.ours.stop(NUMBER)
    again = await okayama.ours.stop(NUMBER)
    assert replace(ended, now_ms=0) == replace(again, now_ms=0)
    assert [told.kind for told in await okayama.news()] == ["switched_on", "switched_off"]


async def test_a_stop_is_wanted_until_the_switch_is_read_open(okayama: Neighbourhood) -> None:
    await okayama.do(CAR, "plug_car")
    await okayama.start()
    faults = okayama.driver.faults
    faults.requests["open"] = 10
    await okayama.ours.stop(NUMBER)
    await okayama.pass_s(5)
    assert okayama.face(CAR)[0] == "closed"
    assert (await okayama.ours.request(NUMBER)).state == "switching_off"
    await okayama.pass_s(20)
    assert faults.requests["open"] == 0
    assert okayama.face(CAR)[0] == "open"
    assert (await okayama.ours.request(NUMBER)).state == "closed"


async def test_an_open_command_whose_reply_is_lost_is_read_back(okayama: Neighbourhood) -> None:
    await okayama.start()
    okayama.driver.faults.replies["open"] = 1
    await okayama.ours.stop(NUMBER)
    await okayama.look()
    assert (await okayama.ours.request(NUMBER)).state == "closed"


async def test_a_stop_before_anything_was_commanded_ends_it_at_once(
    okayama: Neighbourhood,
) -> None:
    await okayama.ours.order(NUMBER, an_order())
    view = await okayama.ours.stop(NUMBER)
    assert (view.state, view.reason, view.used_wh) == ("closed", "stopped", 0)
    await okayama.pass_s(5)
    assert okayama.street.meter("SM-9001").generation == 0
    (told,) = await okayama.news()
    assert (told.kind, told.reason, told.final) == ("switched_off", "stopped", True)


async def test_a_stop_while_the_link_is_cut_ends_by_the_fail_safe_and_the_true_register(
    okayama: Neighbourhood,
) -> None:
    await okayama.do(CAR, "plug_car")
    await okayama.start(energy_wh_max=5_000)
    await okayama.pass_s(30)
    await okayama.do(CAR, "cut_link")
    await okayama.ours.stop(NUMBER)
    await okayama.pass_s(110)
    news = await okayama.news()
    assert [(told.kind, told.reason, told.final) for told in news[1:]] == [
        ("switched_off", "stopped", False)
    ]
    await okayama.do(CAR, "mend_link")
    await okayama.pass_s(20)
    (told,) = await okayama.news()
    assert (told.kind, told.final) == ("switched_off", True)
    assert told.used_wh == okayama.face(CAR)[1] - OPENING_WH


async def test_stopped_after_it_had_opened_by_itself_the_meter_knows_why(
    okayama: Neighbourhood,
) -> None:
    await okayama.do(CAR, "plug_car")
    await okayama.start(energy_wh_max=10)
    await okayama.clock.advance(30_000)
    await okayama.ours.stop(NUMBER)
    await okayama.look()
    view = await okayama.ours.request(NUMBER)
    assert (view.reason, view.used_wh) == ("energy_limit", 10)


async def test_what_was_never_asked_cannot_be_stopped(okayama: Neighbourhood) -> None:
    with pytest.raises(MdmsRefused) as refused:
        await okayama.ours.stop(NUMBER)
    assert refused.value.slug == "unknown-request"
