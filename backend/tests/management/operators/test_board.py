"""The board shows every outlet of the facility, its meter and its charge, and nobody's name."""

from typing import Any

import pytest
from msgspec.structs import replace

from konsento.foundation.databases import PEOPLE
from konsento.management.charging import events
from konsento.management.charging.darkness import Darkness
from konsento.management.charging.session import State
from konsento.management.operators.board import ends_about_ms
from konsento.management.retail.tables import RetailerRow
from tests.management.operators.front_desk import (
    BAY_1,
    BAY_2,
    HANA,
    SHOP,
    TARO,
    TARO_VISITOR,
    FrontDesk,
)
from tests.management.outage_room import OutageRoom

LOCK = {"locked": True, "why": "the cable is torn"}


async def owed() -> list[tuple[str, str]]:
    return [(r["kind"], r["subject"]) for r in await PEOPLE.ask("SELECT * FROM outbox")]


async def test_the_board_shows_the_facilitys_outlets(front: FrontDesk) -> None:
    hana = await front.sit_down(HANA)
    board = (await front.ask(hana, "GET", "/outlets")).json()
    assert [line["code"] for line in board["outlets"]] == [BAY_1, BAY_2]
    bay_1, bay_2 = board["outlets"]
    assert bay_1["place"] == {"ja": "みどり町駐車場 1番", "en": "Midori-cho car park, bay 1"}
    assert bay_1["label"] == f"{BAY_1[:5]}-{BAY_1[5:]}"
    assert (bay_1["state"], bay_2["state"]) == ("busy", "free")
    assert bay_1["session"]["session_id"] == TARO
    assert bay_1["session"]["used_wh"] == 1_200
    assert bay_2["session"] is None
    assert bay_2["meter"] == {
        "state": "available", "switch": "open", "link": "up", "power": "on",
        "register_wh": 12_340, "heard_at_ms": 5,
    }  # fmt: skip
    assert board["now_ms"] == front.clock.now_ms()
    assert f"OUT-{SHOP}" not in front.mdms.asked


async def test_an_outlet_in_the_dark_says_whose_outage_it_is_and_so_does_its_charge(
    front: FrontDesk,
) -> None:
    room = OutageRoom()
    room.says("area")
    front.desk.darkness = Darkness(room.client(), front.mdms.client(), front.clock)
    front.mdms.states[f"OUT-{BAY_2}"] = "no_power"
    async with PEOPLE.writing():
        await PEOPLE.ask(
            "UPDATE session SET state = 'interrupted', dark_since_ms = 7, dark_because = 'outlet' "
            "WHERE id = {}",
            TARO,
        )
    hana = await front.sit_down(HANA)
    bay_1, bay_2 = (await front.ask(hana, "GET", "/outlets")).json()["outlets"]
    assert (bay_2["state"], bay_2["dark_because"]) == ("no_power", "area")
    assert (bay_1["state"], bay_1["dark_because"]) == ("busy", "outlet")
    assert bay_1["session"]["interrupted"] == {
        "since_ms": 7, "because": "outlet", "expected": None,
    }  # fmt: skip
    assert bay_1["session"]["resume_by_ms"] is None
    picture = front.desk.pictures.of("midori", front.clock)
    await picture.look(front.mdms.client(), front.desk.darkness)
    change = picture.since(0)
    assert change is not None
    assert [line.dark_because for line in change.lines] == ["outlet", "area"]


async def test_the_board_names_no_driver(front: FrontDesk) -> None:
    hana = await front.sit_down(HANA)
    said = (await front.ask(hana, "GET", "/outlets")).text
    for personal in (TARO_VISITOR, "visitor", "email", "card", "request_number", f"r{TARO}"):
        assert personal not in said


@pytest.mark.parametrize(
    ("heard", "told"),
    [("available", "free"), ("charging", "busy"), ("no_power", "no_power"),
     ("inoperative", "faulty"), ("unknown", "unreachable")],
)  # fmt: skip
async def test_the_state_is_the_one_a_driver_is_told(
    front: FrontDesk, heard: str, told: str
) -> None:
    front.mdms.states[f"OUT-{BAY_2}"] = heard
    hana = await front.sit_down(HANA)
    board = (await front.ask(hana, "GET", "/outlets")).json()
    assert board["outlets"][1]["state"] == told
    assert board["outlets"][1]["meter"]["state"] == heard


async def test_a_control_system_that_is_away_leaves_the_board_standing(front: FrontDesk) -> None:
    front.mdms.silent = True
    hana = await front.sit_down(HANA)
    bay_1, bay_2 = (await front.ask(hana, "GET", "/outlets")).json()["outlets"]
    assert (bay_1["state"], bay_2["state"]) == ("busy", "unreachable")
    assert bay_1["meter"] is None
    assert bay_1["session"]["power_w"] == 2_900


async def test_a_locked_outlet_is_out_of_use_until_it_is_unlocked(front: FrontDesk) -> None:
    hana = await front.sit_down(HANA)
    for locked, state in ((True, "faulty"), (True, "faulty"), (False, "free"), (False, "free")):
        answer = await front.ask(
            hana, "PUT", f"/outlets/{BAY_2}/lock", {"locked": locked, "why": "mended"}
        )
        assert answer.status_code == 200
        assert (answer.json()["locked"], answer.json()["state"]) == (locked, state)
        rows = await PEOPLE.ask("SELECT locked FROM outlet WHERE code = {}", BAY_2)
        assert bool(rows[0]["locked"]) is locked


async def test_a_lock_leaves_the_charge_that_runs_alone(front: FrontDesk) -> None:
    hana = await front.sit_down(HANA)
    answer = await front.ask(hana, "PUT", f"/outlets/{BAY_1}/lock", LOCK)
    assert answer.json()["session"]["state"] == "charging"
    assert await owed() == []


async def test_a_code_may_be_typed_as_it_stands_on_the_label(front: FrontDesk) -> None:
    hana = await front.sit_down(HANA)
    typed = f"{BAY_2[:5]}-{BAY_2[5:]}".lower()
    answer = await front.ask(hana, "PUT", f"/outlets/{typed}/lock", LOCK)
    assert answer.json()["code"] == BAY_2
    wrong = await front.ask(hana, "PUT", "/outlets/0000000001/lock", LOCK)
    assert (wrong.status_code, wrong.json()["type"]) == (422, "/problems/mistyped-code")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"why": "a"},
        {"locked": True},
        {"locked": "yes", "why": "a"},
        LOCK | {"x": 1},
        LOCK | {"why": " "},
        LOCK | {"why": "two\nlines"},
        LOCK | {"why": "a" * 201},
        {"locked": None, "why": "a"},
        {"locked": 1, "why": "a"},
        LOCK | {"why": "a\x00"},
    ],
)
async def test_a_lock_of_another_form_is_refused(front: FrontDesk, body: object) -> None:
    hana = await front.sit_down(HANA)
    assert (await front.ask(hana, "PUT", f"/outlets/{BAY_2}/lock", body)).status_code == 400


async def test_a_stopped_charge_is_ordered_off_once(front: FrontDesk) -> None:
    hana = await front.sit_down(HANA)
    for _ in range(2):
        answer = await front.ask(hana, "POST", f"/sessions/{TARO}/stop", {})
        assert answer.status_code == 200
        assert answer.json()["state"] == "stopping"
        assert answer.json()["end_reason"] == "operator"
        assert "visitor" not in answer.text
    assert await owed() == [(events.SWITCH_OFF, TARO)]


async def test_the_same_request_sent_twice_is_answered_from_the_store(front: FrontDesk) -> None:
    hana = await front.sit_down(HANA)
    path, headers = f"/api/operators/sessions/{TARO}/stop", {"idempotency-key": "one"}
    first = await hana.post(path, headers=headers, json={})
    again = await hana.post(path, headers=headers, json={})
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert (await hana.post(path)).status_code == 400


async def test_a_charge_is_told_with_its_number_its_power_and_when_it_ends(
    front: FrontDesk,
) -> None:
    now_ms = front.clock.now_ms()
    async with PEOPLE.writing():
        await RetailerRow.insert(
            RetailerRow(
                id="midori", name_ja="みどり電力", name_en="Midori Power",
                registration_number="T1234567890123",
            )
        )  # fmt: skip
        await PEOPLE.ask("UPDATE session SET measured_at_ms = {} WHERE id = {}", now_ms, TARO)
    hana = await front.sit_down(HANA)
    bay_1, bay_2 = (await front.ask(hana, "GET", "/outlets")).json()["outlets"]
    assert bay_1["session"]["number"] == "0SES-SION"
    assert bay_1["session"]["power_type"] == "solar"
    assert bay_1["session"]["ends_about_ms"] == now_ms + 2_500 * 3_600_000 // 2_900
    assert bay_1["retailer"] == {"ja": "みどり電力", "en": "Midori Power"}
    assert bay_2["retailer"] is None


@pytest.mark.parametrize(
    ("facts", "ends_ms"),
    [
        ({}, 3_600_000),
        ({"duration_s_max": 600}, 600_000),
        ({"duration_s_max": 600, "counted_from": "first_use", "first_use_at_ms": 60_000}, 660_000),
        ({"duration_s_max": 600, "power_w": None}, 600_000),
        ({"duration_s_max": 36_000}, 3_600_000),
        ({"power_w": 9}, None),
        ({"measured_at_ms": None}, None),
        ({"state": State.IDLE}, None),
    ],
)
def test_a_charge_ends_about_when_its_first_limit_is_reached(
    front: FrontDesk, facts: dict[str, Any], ends_ms: int | None
) -> None:
    plain = {
        "switched_on_at_ms": 0, "measured_at_ms": 0, "power_w": 2_500, "energy_wh_max": 2_500,
        "used_wh": 0,
    }  # fmt: skip
    charge = replace(front.charge(TARO, BAY_1, TARO_VISITOR), **plain | facts)
    assert ends_about_ms(charge) == ends_ms
