"""Loopback and link trace from the desk: what was found is shown, kept, and bounded."""

from typing import Any

import httpx

from konsento.management.operators.limits import LINK_TESTS_PER_FACILITY
from tests.management.operators.front_desk import BAY_1, BAY_2, HANA, KEN, SHOP, FrontDesk


async def tried(front: FrontDesk, browser: httpx.AsyncClient, kind: str) -> dict[str, Any]:
    answer = await front.ask(browser, "POST", f"/outlets/{BAY_2}/{kind}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["tests"]
    return found


async def test_a_meter_that_answers_a_loopback_is_said_to(front: FrontDesk) -> None:
    hana = await front.sit_down(HANA)
    assert await tried(front, hana, "loopback") == {
        "loopback": {"answered": True, "round_trip_ms": 80, "hops": [], "broken_before": None,
                     "at_ms": front.clock.now_ms()},
        "link_trace": None,
    }  # fmt: skip


async def test_a_trace_says_how_long_each_hop_took(front: FrontDesk) -> None:
    hana = await front.sit_down(HANA)
    trace = (await tried(front, hana, "link-trace"))["link_trace"]
    assert (trace["answered"], trace["broken_before"], trace["round_trip_ms"]) == (True, None, 40)
    assert [(hop["name"], hop["round_trip_ms"]) for hop in trace["hops"]] == [
        ("head_end", 10), ("concentrator", 20), ("relay", 30), ("meter", 40),
    ]  # fmt: skip


async def test_a_trace_names_the_hop_before_which_the_way_is_broken(front: FrontDesk) -> None:
    front.mdms.cut.add(f"OUT-{BAY_2}")
    hana = await front.sit_down(HANA)
    assert (await tried(front, hana, "loopback"))["loopback"]["answered"] is False
    trace = (await tried(front, hana, "link-trace"))["link_trace"]
    assert (trace["answered"], trace["broken_before"]) == (False, "relay")
    assert [hop["round_trip_ms"] for hop in trace["hops"]] == [10, 20, None, None]


async def test_a_second_look_shows_the_last_of_each(front: FrontDesk) -> None:
    hana = await front.sit_down(HANA)
    first_ms = front.clock.now_ms()
    await tried(front, hana, "link-trace")
    await front.clock.advance(60_000)
    front.mdms.cut.add(f"OUT-{BAY_2}")
    await tried(front, hana, "loopback")
    other = await front.sit_down(HANA)
    one, two = (await front.ask(other, "GET", "/outlets")).json()["outlets"]
    assert one["tests"] == {"loopback": None, "link_trace": None}
    assert two["tests"]["link_trace"]["at_ms"] == first_ms
    assert two["tests"]["loopback"]["at_ms"] == first_ms + 60_000
    assert two["tests"]["loopback"]["answered"] is False


async def test_a_control_system_that_is_away_is_no_silent_meter(front: FrontDesk) -> None:
    hana = await front.sit_down(HANA)
    before = await tried(front, hana, "loopback")
    front.mdms.silent = True
    for kind in ("loopback", "link-trace"):
        answer = await front.ask(hana, "POST", f"/outlets/{BAY_2}/{kind}")
        assert (answer.status_code, answer.json()["type"]) == (
            503, "/problems/control-system-away",
        )  # fmt: skip
    board = (await front.ask(hana, "GET", "/outlets")).json()
    assert board["outlets"][1]["tests"] == before


async def test_each_facility_has_so_many_tests_a_minute(front: FrontDesk) -> None:
    hana, ken = await front.sit_down(HANA), await front.sit_down(KEN)
    for _ in range(LINK_TESTS_PER_FACILITY):
        await tried(front, hana, "loopback")
    refused = await front.ask(hana, "POST", f"/outlets/{BAY_1}/loopback")
    assert (refused.status_code, refused.json()["type"]) == (429, "/problems/too-many-tries")
    assert (await front.ask(ken, "POST", f"/outlets/{SHOP}/loopback")).status_code == 200
