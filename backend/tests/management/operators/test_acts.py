"""What operators do is noted once, with who, when and why, and shown where it was done."""

from typing import Any

import httpx

from konsento.foundation.databases import PEOPLE
from tests.management.operators.front_desk import (
    BAY_1,
    BAY_2,
    HANA,
    TARO,
    TAROS_REPORT,
    FrontDesk,
)


async def trail(front: FrontDesk, browser: httpx.AsyncClient, code: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await front.ask(browser, "GET", f"/outlets/{code}/acts")).json()[
        "acts"
    ]
    return found


async def test_a_lock_and_an_unlock_are_noted_with_their_reasons(front: FrontDesk) -> None:
    hana = await front.sit_down(HANA)
    begun_ms = front.clock.now_ms()
    for locked, why in ((True, " the cable is torn "), (True, "again"), (False, "mended")):
        await front.clock.advance(1_000)
        wish = {"locked": locked, "why": why}
        await front.ask(hana, "PUT", f"/outlets/{BAY_2}/lock", wish)
    assert await trail(front, hana, BAY_2) == [
        {"kind": "unlock", "by": "hana", "number": None, "why": "mended",
         "at_ms": begun_ms + 3_000},
        {"kind": "lock", "by": "hana", "number": None, "why": "the cable is torn",
         "at_ms": begun_ms + 1_000},
    ]  # fmt: skip
    assert await trail(front, hana, BAY_1) == []


async def test_a_stop_is_noted_once_however_often_it_is_asked(front: FrontDesk) -> None:
    hana = await front.sit_down(HANA)
    for why in ("smoke", "still smoke"):
        await front.ask(hana, "POST", f"/sessions/{TARO}/stop", {"why": why})
    (noted,) = await trail(front, hana, BAY_1)
    assert (noted["kind"], noted["why"], noted["number"]) == ("stop", "smoke", "0SES-SION")


async def test_a_stop_of_what_is_over_is_not_noted(front: FrontDesk) -> None:
    hana = await front.sit_down(HANA)
    async with PEOPLE.writing():
        await PEOPLE.ask("UPDATE session SET state = 'settled' WHERE id = {}", TARO)
    answer = await front.ask(hana, "POST", f"/sessions/{TARO}/stop", {})
    assert (answer.status_code, answer.json()["state"]) == (200, "settled")
    assert await trail(front, hana, BAY_1) == []


async def test_an_answered_report_is_noted_at_its_outlet(front: FrontDesk) -> None:
    hana = await front.sit_down(HANA)
    await front.ask(hana, "PUT", f"/reports/{TAROS_REPORT}/answer", {"note": "new cable"})
    (noted,) = await trail(front, hana, BAY_1)
    assert (noted["kind"], noted["why"]) == ("answer_report", "new cable")
