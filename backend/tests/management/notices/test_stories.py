"""A driver who looked away is told what became of the charge: each thing once, and in time."""

import msgspec
import pytest

from konsento.foundation.databases import PEOPLE
from konsento.management.charging.session import Reason
from konsento.management.charging.stop import stop
from tests.management.charges import begun, charging, paced
from tests.management.killed import Stubborn, passes
from tests.management.notices.conftest import beside
from tests.management.notices.phones import Told
from tests.management.world import Killed, World
from tests.push.pushbox import PushBox
from tests.town import CAR, HOUR_MS, MINUTE_MS, ORIGIN, Driver


async def nothing_is_owed() -> None:
    assert await PEOPLE.ask("SELECT kind FROM outbox") == []


async def test_a_finished_charge_is_told_with_its_sum_in_each_browsers_language(
    house: World, told: Told
) -> None:
    english = await told.subscribes("en")
    japanese = await told.subscribes("ja")
    await house.do(CAR, "plug_car")
    session = await charging(house, told, energy_wh=2_000)
    await house.let_pass(45 * MINUTE_MS)
    (ja,), (en,) = told.shown(japanese), told.shown(english)
    assert (ja["title"], ja["body"]) == ("充電が終わりました　84 円", "選んだ量に達しました。")
    assert (en["title"], en["lang"]) == ("Charging finished · ¥84", "en")
    assert ja["navigate"] == f"{ORIGIN}/s/{session['session_id']}"
    assert ja["tag"] == f"session:{session['session_id']}"
    assert told.box.taken[0].payload["konsento"]["session_id"] == session["session_id"]
    await nothing_is_owed()


async def test_a_passer_by_reads_neither_place_nor_supplier_nor_name(
    house: World, told: Told
) -> None:
    await house.do(CAR, "plug_car")
    session = await charging(house, told, energy_wh=2_000)
    await house.let_pass(45 * MINUTE_MS)
    said = str(told.shown())
    outlet, retailer = session["outlet"], session["retailer"]
    for secret in (*outlet["place"].values(), *retailer.values(), outlet["label"], CAR):
        assert secret not in said


async def test_each_pause_is_told_once(house: World, told: Told) -> None:
    await house.do(CAR, "plug_car")
    session = await charging(house, told)
    for pause in (1, 2):
        await house.let_pass(5 * MINUTE_MS)
        await house.do(CAR, "unplug")
        await house.let_pass(3 * MINUTE_MS)
        await house.do(CAR, "cut_link")
        await house.let_pass(130_000)
        await house.do(CAR, "mend_link")
        await house.let_pass(2 * MINUTE_MS)
        assert told.kinds() == ["paused"] * pause
        await house.do(CAR, "plug_car")
        await told.resumes(session, pause)
    (first, _) = told.shown()
    assert first["title"] == "充電が止まりました"
    assert "つづけるには『再開する』を押してください。" in first["body"]
    assert "に終わります。" in first["body"]
    urgency = {push.headers["urgency"] for push in told.box.taken}
    assert urgency == {"high"}


async def test_where_nothing_is_paused_each_idling_is_told_once(house: World, told: Told) -> None:
    paced(house, pause_after_ms=0)
    await house.do(CAR, "plug_car")
    await charging(house, told)
    for pause in (1, 2):
        await house.let_pass(5 * MINUTE_MS)
        await house.do(CAR, "unplug")
        await house.let_pass(4 * MINUTE_MS)
        assert told.kinds() == ["idle"] * pause
        await house.do(CAR, "plug_car")
    assert told.shown()[0]["title"] == "電気が流れていません"


async def test_a_battery_that_tops_itself_up_is_no_news_each_time(house: World, told: Told) -> None:
    paced(house, pause_after_ms=0)
    await house.do(CAR, "plug_car")
    await charging(house, told)
    for _ in range(6):
        await house.let_pass(2 * MINUTE_MS)
        await house.do(CAR, "unplug")
        await house.let_pass(90_000)
        await house.do(CAR, "plug_car")
    assert told.kinds() == ["idle"] * 4


async def test_an_empty_outlet_is_told_while_there_is_time_and_then_that_it_is_over(
    house: World, told: Told
) -> None:
    await charging(house, told)
    await house.let_pass(50_000)
    assert told.kinds() == []
    await house.let_pass(20_000)
    assert told.kinds() == ["not_drawing"]
    await house.let_pass(3 * MINUTE_MS)
    assert told.kinds() == ["not_drawing", "done"]
    assert told.shown()[1]["title"] == "充電が終わりました　請求はありません"
    await nothing_is_owed()


async def test_nobody_who_charges_is_told_that_nothing_is_drawn(house: World, told: Told) -> None:
    await house.do(CAR, "plug_car")
    await charging(house, told)
    await house.let_pass(10 * MINUTE_MS)
    assert told.kinds() == []


async def test_a_cut_off_charge_is_told_before_the_bill_can_be_made_and_then_with_it(
    house: World, told: Told
) -> None:
    await house.do(CAR, "plug_car")
    await charging(house, told)
    await house.let_pass(30 * MINUTE_MS)
    await house.do(CAR, "cut_link")
    await house.let_pass(8 * MINUTE_MS)
    assert told.kinds() == ["link_lost", "interrupted"]
    first = told.shown()[-1]
    assert first["title"] == "充電が途中で終わりました"
    assert first["body"].startswith("メーターの返事が途絶え、安全のため止まりました。")
    assert first["body"].endswith("金額は計算しています。")
    await house.do(CAR, "mend_link")
    await house.let_pass(2 * MINUTE_MS)
    assert told.kinds() == ["link_lost", "interrupted", "interrupted"]
    assert told.shown()[-1]["title"].startswith("充電が途中で終わりました　7")


async def test_a_stop_by_the_staff_is_told_once_with_the_sum(house: World, told: Told) -> None:
    await house.do(CAR, "plug_car")
    session = await charging(house, told)
    await house.let_pass(30 * MINUTE_MS)
    await stop(session["session_id"], Reason.OPERATOR, house.house.till.charging)
    await house.let_pass(2 * MINUTE_MS)
    (only,) = told.shown()
    assert told.kinds() == ["interrupted"]
    assert only["title"].startswith("充電が途中で終わりました　")
    assert only["body"].startswith("施設の担当者が止めました。")


async def test_a_start_that_fails_is_told_to_who_had_paid(house: World, told: Told) -> None:
    session = await begun(house, told)
    await house.do(CAR, "cut_power")
    await house.let_pass(2 * MINUTE_MS)
    await told.pays(session)
    await house.let_pass(2 * MINUTE_MS)
    assert told.kinds() == ["start_failed"]
    assert told.shown()[0]["body"] == "請求はありません。"


async def test_what_the_driver_ended_before_it_began_is_no_news(house: World, told: Told) -> None:
    session = await begun(house, told)
    await told.wants(session, "stop")
    await house.let_pass(HOUR_MS)
    assert told.kinds() == []
    await nothing_is_owed()


async def test_a_neighbour_hears_nothing_of_it(house: World, told: Told) -> None:
    neighbour = house.person_as(Told, "192.0.2.2")
    neighbour.box = told.box
    await neighbour.subscribes()
    await house.do(CAR, "plug_car")
    await charging(house, told, energy_wh=1_300)
    await house.let_pass(45 * MINUTE_MS)
    assert (told.kinds(), neighbour.kinds()) == (["done"], [])


async def test_older_news_that_was_held_up_does_not_replace_newer_news(
    house: World, told: Told
) -> None:
    await house.do(CAR, "plug_car")
    session = await charging(house, told)
    await house.let_pass(30 * MINUTE_MS)
    told.box.mood, told.box.retry_after = 429, "300"
    await house.do(CAR, "unplug")
    await house.let_pass(MINUTE_MS)
    assert len(told.box.asked) == 1
    await told.wants(session, "stop")
    await house.let_pass(MINUTE_MS)
    assert len(told.box.asked) == 1  # nobody asks before the time that was named
    told.box.mood, told.box.retry_after = 201, None
    await house.let_pass(2 * HOUR_MS)
    assert told.kinds() == ["done"]
    await nothing_is_owed()


async def test_what_nobody_wants_to_hear_any_more_is_dropped(house: World, told: Told) -> None:
    await house.do(CAR, "plug_car")
    session = await charging(house, told)
    await house.let_pass(5 * MINUTE_MS)
    told.box.mood = 503
    await house.do(CAR, "unplug")
    await house.let_pass(2 * MINUTE_MS)
    await house.do(CAR, "plug_car")
    await told.resumes(session)
    await house.let_pass(12 * MINUTE_MS)
    told.box.mood = 201
    await house.let_pass(HOUR_MS)
    assert "paused" not in told.kinds()


async def test_without_a_key_nothing_is_offered_and_charges_go_as_ever(
    house: World, driver: Driver
) -> None:
    house.house = msgspec.structs.replace(
        house.house, herald=msgspec.structs.replace(house.house.herald, pusher=None)
    )
    await house.do(CAR, "plug_car")
    await charging(house, driver, energy_wh=1_300)
    await house.let_pass(45 * MINUTE_MS)
    assert await PEOPLE.ask("SELECT id FROM notice") == []
    await nothing_is_owed()


class StubbornTold(Told, Stubborn):
    """Told, and does not give up when the house does not answer."""


async def one_told_charge(house: World, box: PushBox) -> StubbornTold:
    who = house.person_as(StubbornTold)
    who.world, who.box = house, box
    await who.subscribes()
    await house.do(CAR, "plug_car", wanted_wh=9_000)
    await who.charges(house.codes[CAR])
    return who


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_killed_on_the_way_to_the_push_service_it_is_told_all_the_same(
    moment: str, brisk: World, pushbox: PushBox
) -> None:
    beside(brisk, pushbox)
    await brisk.new_price("harukaze", "solar", 99_000)
    who = await one_told_charge(brisk, pushbox)
    await brisk.let_pass(5 * MINUTE_MS)
    killed = 0
    for crossing in range(1, 4):  # the capture, what became of it, the push
        brisk.fate.crossings.clear()
        brisk.fate.kill_at = (crossing, moment)  # type: ignore[assignment]
        try:
            await brisk.let_pass(20 * MINUTE_MS)
        except Killed:
            killed += 1
    await passes(brisk, 10 * MINUTE_MS)
    assert killed
    assert set(who.kinds()) == {"done"}
    assert len(who.kinds()) <= 1 + killed
    assert await PEOPLE.ask("SELECT COUNT(*) AS n FROM notice") == [{"n": 1}]
    await nothing_is_owed()


async def test_started_anew_before_every_single_step_it_is_told_once(
    brisk: World, pushbox: PushBox
) -> None:
    beside(brisk, pushbox)
    await brisk.new_price("harukaze", "solar", 99_000)
    brisk.forgetful = True
    who = await one_told_charge(brisk, pushbox)
    await brisk.let_pass(25 * MINUTE_MS)
    assert who.kinds() == ["done"]
    await nothing_is_owed()
