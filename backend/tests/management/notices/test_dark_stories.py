"""A driver whose charge an outage interrupted is told so, and that the power is back; each once."""

from konsento.foundation.databases import PEOPLE
from tests.management.charges import charging
from tests.management.notices.phones import Told
from tests.management.outage_room import OutageRoom
from tests.management.world import World
from tests.town import CAR, MINUTE_MS, ORIGIN, Json


async def a_cut(house: World, told: Told) -> Json:
    await house.do(CAR, "plug_car")
    session = await charging(house, told)
    await house.let_pass(10 * MINUTE_MS)
    await house.do(CAR, "cut_power")
    await house.let_pass(2 * MINUTE_MS)
    return session


async def back(house: World) -> None:
    await house.do(CAR, "restore_power")
    await house.let_pass(2 * MINUTE_MS)


async def test_an_outage_is_told_and_that_the_power_is_back(house: World, told: Told) -> None:
    session = await a_cut(house, told)
    await house.let_pass(10 * MINUTE_MS)
    assert told.kinds() == ["power_lost"]
    await back(house)
    dark, light = told.shown()
    assert (dark["title"], dark["body"]) == (
        "停電で中断しています",
        "停電の範囲は、まだわかりません。電気が戻ったら、お知らせします。",
    )
    assert light["title"] == "電気が戻りました"
    assert light["body"].startswith("続きから充電できます。")
    assert light["body"].endswith("までに『続きから充電』を押してください。")
    assert dark["tag"] == light["tag"] == f"session:{session['session_id']}"
    assert light["navigate"] == f"{ORIGIN}/s/{session['session_id']}"
    assert {push.headers["urgency"] for push in told.box.taken} == {"high"}
    await told.resumes(session)
    await house.let_pass(10 * MINUTE_MS)
    assert told.kinds() == ["power_lost", "power_back"]


async def test_whose_outage_it_is_is_told_where_it_is_known_at_once(
    house: World, told: Told
) -> None:
    room = OutageRoom()
    room.says("area")
    house.outages = room.client()
    house.start_anew()
    told.box.sender = str(house.house.herald.pusher and house.house.herald.pusher.public_key)
    await a_cut(house, told)
    (shown,) = told.shown()
    assert shown["body"].startswith("地域の停電です。あなたの操作やお車のせいではありません。")


async def test_two_outages_are_told_apart(house: World, told: Told) -> None:
    session = await a_cut(house, told)
    await back(house)
    await told.resumes(session)
    await house.let_pass(5 * MINUTE_MS)
    await house.do(CAR, "cut_power")
    await house.let_pass(2 * MINUTE_MS)
    await back(house)
    assert told.kinds() == ["power_lost", "power_back"] * 2


async def test_what_is_true_no_more_is_told_to_nobody(house: World, told: Told) -> None:
    told.box.mood, told.box.retry_after = 429, "120"
    session = await a_cut(house, told)
    await back(house)
    await told.resumes(session)
    told.box.mood, told.box.retry_after = 201, None
    await house.let_pass(5 * MINUTE_MS)
    assert (await told.sees(session))["state"] == "charging"
    assert told.kinds() == []


async def test_nobody_who_comes_back_is_told_what_it_came_to(house: World, told: Told) -> None:
    await a_cut(house, told)
    await back(house)
    await house.let_pass(65 * MINUTE_MS)
    assert told.kinds() == ["power_lost", "power_back", "interrupted"]
    assert "停電で終わりました。" in told.shown()[-1]["body"]
    assert await PEOPLE.ask("SELECT kind FROM outbox") == []
