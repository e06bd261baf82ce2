"""A visitor reports a problem; the desk sees it without a name, and closes it with an answer."""

from typing import Any

import httpx
import pytest

from konsento.foundation.databases import PEOPLE
from konsento.management.accounts.visitor import COOKIE as VISITOR
from konsento.management.accounts.visitor import digest
from konsento.management.operators.limits import REPORTS_PER_ASKER, REPORTS_PER_MS
from tests.management.operators.front_desk import (
    BAY_1,
    BAY_2,
    HANA,
    TARO,
    TAROS_REPORT,
    UNKNOWN,
    FrontDesk,
)

TAROS_COOKIE = "0" * 52
AT_BAY_2 = f"/api/outlets/{BAY_2}/reports"


async def with_a_phone(front: FrontDesk, letter: str) -> httpx.AsyncClient:
    """A browser that has been here before."""
    phone = front.browser()
    phone.headers["cookie"] = f"{VISITOR}={letter * 52}"
    return phone


async def reported(front: FrontDesk, browser: httpx.AsyncClient, code: str) -> list[Any]:
    """What the desk sees at the outlet."""
    board = (await front.ask(browser, "GET", "/outlets")).json()
    found: list[Any] = next(each["reports"] for each in board["outlets"] if each["code"] == code)
    return found


async def test_a_report_at_an_outlet_is_shown_to_its_desk(front: FrontDesk) -> None:
    taro = await with_a_phone(front, "1")
    told = {"kind": "slow", "words": "半分しか\n出ません <script>alert(1)</script> "}
    answer = await front.send(taro, "POST", AT_BAY_2, told)
    assert answer.status_code == 201
    hana = await front.sit_down(HANA)
    assert await reported(front, hana, BAY_2) == [
        {"report_id": answer.json()["report_id"], "kind": "slow", "words": told["words"].strip(),
         "session_id": None, "at_ms": front.clock.now_ms()},
    ]  # fmt: skip


async def test_reported_twice_is_reported_once_until_it_is_answered(front: FrontDesk) -> None:
    taro, yuki = await with_a_phone(front, "1"), await with_a_phone(front, "2")
    hana = await front.sit_down(HANA)
    tries = [
        (await front.send(who, "POST", AT_BAY_2, {"kind": kind, "words": words})).json()
        for who, kind, words in (
            (taro, "slow", ""), (taro, "slow", "half"), (taro, "slow", "a third"),
            (taro, "price", ""), (yuki, "slow", ""),
        )
    ]  # fmt: skip
    ids = [each["report_id"] for each in tries]
    assert ids[0] == ids[1] == ids[2]
    assert len(set(ids)) == 3
    shown = {each["report_id"]: each["words"] for each in await reported(front, hana, BAY_2)}
    assert shown == {ids[0]: "half", ids[3]: "", ids[4]: ""}
    await front.ask(hana, "PUT", f"/reports/{ids[0]}/answer", {"note": "mended"})
    anew = await front.send(taro, "POST", AT_BAY_2, {"kind": "slow"})
    assert anew.json()["report_id"] not in ids


async def test_a_report_in_a_session_is_its_driver_s_alone(front: FrontDesk) -> None:
    async with PEOPLE.writing():
        await PEOPLE.ask(
            "UPDATE session SET visitor = {} WHERE id = {}", digest(TAROS_COOKIE), TARO
        )
    path, told = f"/api/sessions/{TARO}/reports", {"kind": "no_power"}
    neighbour = await with_a_phone(front, "2")
    foreign = await front.send(neighbour, "POST", path, told)
    missing = await front.send(neighbour, "POST", "/api/sessions/nosuch/reports", told)
    assert foreign.status_code == missing.status_code == 404
    assert foreign.content == missing.content
    taro = await with_a_phone(front, "0")
    assert (await front.send(taro, "POST", path, told)).status_code == 201
    hana = await front.sit_down(HANA)
    shown = await reported(front, hana, BAY_1)
    assert [(each["kind"], each["session_id"]) for each in shown if each["session_id"]] == [
        ("no_power", TARO)
    ]


async def test_an_answered_report_is_gone_and_the_first_answer_stands(front: FrontDesk) -> None:
    hana = await front.sit_down(HANA)
    for note in ("new cable", "never mind"):
        answer = await front.ask(hana, "PUT", f"/reports/{TAROS_REPORT}/answer", {"note": note})
        assert (answer.status_code, answer.json()["reports"]) == (200, [])
    rows = await PEOPLE.ask("SELECT note FROM outlet_report WHERE id = {}", TAROS_REPORT)
    assert rows[0]["note"] == "new cable"


async def test_the_newest_report_comes_first(front: FrontDesk) -> None:
    taro = await with_a_phone(front, "1")
    for kind in ("slow", "price", "blocked"):
        await front.clock.advance(1_000)
        await front.send(taro, "POST", AT_BAY_2, {"kind": kind})
    hana = await front.sit_down(HANA)
    shown = await reported(front, hana, BAY_2)
    assert [each["kind"] for each in shown] == ["blocked", "price", "slow"]


@pytest.mark.parametrize("body", [
    None, {}, {"kind": "fire"}, {"kind": "slow", "words": "a" * 501}, {"kind": "slow", "x": 1},
    {"kind": "slow", "words": None}, {"kind": "slow", "words": "a\x00b"}, {"words": "slow"},
])  # fmt: skip
async def test_a_report_of_another_form_is_refused(front: FrontDesk, body: object) -> None:
    taro = await with_a_phone(front, "1")
    assert (await front.send(taro, "POST", AT_BAY_2, body)).status_code == 400


async def test_the_longest_words_are_kept_whole(front: FrontDesk) -> None:
    taro = await with_a_phone(front, "1")
    words = "🔌" * 500
    await front.send(taro, "POST", AT_BAY_2, {"kind": "other", "words": words})
    hana = await front.sit_down(HANA)
    assert (await reported(front, hana, BAY_2))[0]["words"] == words


async def test_reports_are_counted_for_the_visitor_and_for_their_address(
    front: FrontDesk,
) -> None:
    for number in range(REPORTS_PER_ASKER):
        phone = await with_a_phone(front, f"{number:x}")  # a cookie thrown away each time
        assert (await front.send(phone, "POST", AT_BAY_2, {"kind": "slow"})).status_code == 201
    one_more = await with_a_phone(front, "z")
    refused = await front.send(one_more, "POST", AT_BAY_2, {"kind": "slow"})
    assert (refused.status_code, refused.json()["type"]) == (429, "/problems/too-many-tries")
    await front.clock.advance(REPORTS_PER_MS)
    assert (await front.send(one_more, "POST", AT_BAY_2, {"kind": "slow"})).status_code == 201


async def test_a_report_does_not_say_which_codes_exist_for_long(front: FrontDesk) -> None:
    taro = await with_a_phone(front, "1")
    path = f"/api/outlets/{UNKNOWN}/reports"
    said = [(await front.send(taro, "POST", path, {"kind": "slow"})).status_code for _ in "a" * 11]
    assert said == [404] * 10 + [429]
