"""The board as a stream: all of it once, then what changes, and nothing after the sign-in ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import httpx
import msgspec
import pytest

from konsento.foundation.databases import PEOPLE
from konsento.foundation.edge.streams import Sse
from konsento.management.charging.store import WATCHERS
from konsento.management.operators.limits import (
    IDLE_MS,
    LOOK_APART_MS,
    SIGNED_IN_EVERY_S,
    STILL_EVERY_S,
)
from konsento.management.operators.sign_in import COOKIE
from konsento.management.operators.watch import ENDED, Watcher, board_news
from tests.management.operators.front_desk import BAY_1, BAY_2, HANA, KEN, SHOP, TARO, FrontDesk

WITHIN_S = 10


class Desk:
    """Somebody who watches a board, one event after another."""

    def __init__(self, source: AsyncIterator[Sse]) -> None:
        self._source = source

    async def hears(self) -> tuple[str, list[dict[str, Any]]]:
        """The name of the next event that brings something, and its outlets."""
        async with asyncio.timeout(WITHIN_S):
            while True:
                event = await anext(self._source)
                self.last = event
                outlets = msgspec.json.decode(event.data).get("outlets", [])
                if outlets or event.event != "lines":
                    return event.event, outlets

    async def ends(self) -> bool:
        async with asyncio.timeout(WITHIN_S):
            return await anext(self._source, None) is None


def news(front: FrontDesk, browser: httpx.AsyncClient, after: int = 0, **more: Any) -> Any:
    watcher = Watcher("midori", browser.cookies[COOKIE], after)
    return board_news(
        watcher, pictures=front.desk.pictures, mdms=front.mdms.client(), clock=front.clock, **more
    )


async def lock(front: FrontDesk, browser: httpx.AsyncClient, code: str) -> None:
    body = {"locked": True, "why": "torn"}
    assert (await front.ask(browser, "PUT", f"/outlets/{code}/lock", body)).status_code == 200


async def test_the_whole_board_comes_first_and_then_only_what_changes(front: FrontDesk) -> None:
    hana = await front.sit_down(HANA)
    async with aclosing(news(front, hana)) as source:
        desk = Desk(source)
        name, outlets = await desk.hears()
        assert (name, [line["code"] for line in outlets]) == ("board", [BAY_1, BAY_2])
        await lock(front, hana, BAY_2)
        name, outlets = await desk.hears()
        assert (name, [line["code"] for line in outlets]) == ("lines", [BAY_2])
        assert outlets[0]["locked"] is True


async def test_what_nobody_rang_for_is_told_within_two_seconds(front: FrontDesk) -> None:
    hana = await front.sit_down(HANA)
    async with aclosing(news(front, hana)) as source:
        desk = Desk(source)
        await desk.hears()
        # Straight into the database, as by a process whose ring was lost.
        async with PEOPLE.writing():
            await PEOPLE.ask("UPDATE session SET used_wh = 1300 WHERE code = {}", BAY_1)
        began_s = asyncio.get_running_loop().time()
        _, outlets = await desk.hears()
        assert asyncio.get_running_loop().time() - began_s < 2
        assert [line["session"]["used_wh"] for line in outlets] == [1_300]


async def test_a_ring_is_followed_at_once_and_many_by_few_looks(front: FrontDesk) -> None:
    hana = await front.sit_down(HANA)
    now_s = asyncio.get_running_loop().time
    async with aclosing(news(front, hana, every_ms=60_000)) as source:
        desk = Desk(source)
        await desk.hears()
        first_id, began_s = desk.last.id or 0, now_s()
        for used_wh in range(1_201, 1_221):
            async with PEOPLE.writing():
                await PEOPLE.ask("UPDATE session SET used_wh = {} WHERE id = {}", used_wh, TARO)
            WATCHERS.tell_here(TARO)
        while (await desk.hears())[1][0]["session"]["used_wh"] < 1_220:
            pass
        looks = (desk.last.id or 0) - first_id
        assert looks <= 2 + (now_s() - began_s) * 1_000 // LOOK_APART_MS


async def test_a_desk_that_comes_back_is_told_what_it_missed_and_nothing_else(
    front: FrontDesk,
) -> None:
    hana = await front.sit_down(HANA)
    async with aclosing(news(front, hana)) as source:
        desk = Desk(source)
        await desk.hears()
        last_id = desk.last.id or 0
    await lock(front, hana, BAY_1)
    async with aclosing(news(front, hana, last_id)) as source:
        name, outlets = await Desk(source).hears()
        assert (name, [line["code"] for line in outlets]) == ("lines", [BAY_1])


@pytest.mark.parametrize("id_", [1, 999_999_999_999_999])
async def test_an_id_that_was_never_given_out_begins_anew(front: FrontDesk, id_: int) -> None:
    hana = await front.sit_down(HANA)
    async with aclosing(news(front, hana, id_)) as source:
        name, outlets = await Desk(source).hears()
        assert (name, len(outlets)) == ("board", 2)


async def test_an_outlet_that_is_gone_brings_the_whole_board(front: FrontDesk) -> None:
    hana = await front.sit_down(HANA)
    async with aclosing(news(front, hana)) as source:
        desk = Desk(source)
        await desk.hears()
        async with PEOPLE.writing():
            await PEOPLE.ask("UPDATE outlet SET facility = 'aoba' WHERE code = {}", BAY_2)
        name, outlets = await desk.hears()
        assert (name, [line["code"] for line in outlets]) == ("board", [BAY_1])


async def test_where_nothing_changes_the_desk_hears_that_it_is_so(front: FrontDesk) -> None:
    hana = await front.sit_down(HANA)
    async with aclosing(news(front, hana)) as source:
        await Desk(source).hears()
        began_s = asyncio.get_running_loop().time()
        still = await anext(source)
        assert asyncio.get_running_loop().time() - began_s < STILL_EVERY_S + 2
        assert (still.event, still.id) == ("lines", None)
        assert msgspec.json.decode(still.data)["outlets"] == []


async def test_a_stream_ends_with_its_sign_in(front: FrontDesk) -> None:
    hana = await front.sit_down(HANA)
    async with aclosing(news(front, hana)) as source:
        desk = Desk(source)
        await desk.hears()
        await front.clock.advance(IDLE_MS)
        async with asyncio.timeout(SIGNED_IN_EVERY_S + WITHIN_S):
            while await anext(source) != ENDED:
                pass
        assert await desk.ends()


async def test_the_stream_shows_one_facility_and_nobody_s_name(front: FrontDesk) -> None:
    ken = await front.sit_down(KEN)
    watcher = Watcher("aoba", ken.cookies[COOKIE], 0)
    source = board_news(
        watcher, pictures=front.desk.pictures, mdms=front.mdms.client(), clock=front.clock
    )
    async with aclosing(source):  # type: ignore[type-var]
        event = await anext(source)
    assert SHOP.encode() in event.data
    assert BAY_1.encode() not in event.data
    assert b"visitor" not in event.data


async def test_a_silent_control_system_holds_nothing_up(front: FrontDesk) -> None:
    front.mdms.silent = True
    hana = await front.sit_down(HANA)
    async with aclosing(news(front, hana)) as source:
        desk = Desk(source)
        _, outlets = await desk.hears()
        assert [line["meter"] for line in outlets] == [None, None]
        await lock(front, hana, BAY_2)
        _, outlets = await desk.hears()
        assert outlets[0]["locked"] is True


async def test_many_desks_of_a_facility_are_served_by_one_look(front: FrontDesk) -> None:
    picture = front.desk.pictures.of("midori", front.clock)
    await asyncio.gather(*(picture.look(front.mdms.client()) for _ in range(20)))
    assert front.mdms.asked.count(f"OUT-{BAY_1}") == 1
    assert picture is front.desk.pictures.of("midori", front.clock)


async def test_the_stream_is_closed_to_whoever_is_not_signed_in(front: FrontDesk) -> None:
    answer = await front.ask(front.browser(), "GET", "/board/events")
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/not-signed-in")
