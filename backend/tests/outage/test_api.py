"""The HTTP door: keys, roles, forms and problems."""

from typing import Any

import msgspec
import pytest

from konsento.foundation.databases import GRID
from konsento.outage.neighbours import Role
from konsento.outage.outage_views import OutageDetail, OutageEvents, OutageList, Quarantine
from konsento.outage.readings.decode import ARROW, JSON, MSGPACK
from tests.outage.quarter import METERS, NODES, SMIDS, Quarter
from tests.outage.readings.written import as_arrow, as_json, as_msgpack

MINUTE = 60_000
DOORS = [
    ("POST", "/outage/v1/readings"),
    ("POST", "/outage/v1/meter-events"),
    ("PUT", "/outage/v1/tables"),
    ("PUT", "/outage/v1/entries/e-1"),
    ("GET", "/outage/v1/outages"),
    ("GET", "/outage/v1/outages/no-such"),
    ("GET", "/outage/v1/meters/SM-33-1001/state"),
    ("POST", "/outage/v1/meters/states"),
    ("POST", "/outage/v1/meters/awaited"),
    ("POST", "/outage/v1/meters/SM-33-1001/doubt"),
    ("PUT", "/outage/v1/registrations"),
    ("GET", "/outage/v1/registrations"),
    ("GET", "/outage/v1/areas"),
    ("GET", "/outage/v1/events"),
    ("GET", "/outage/v1/quarantine"),
]
MAY = {
    "/outage/v1/meters/states": {Role.READER},
    "/outage/v1/meters/awaited": {Role.READER},
    "/outage/v1/meters/SM-33-1001/doubt": {Role.READER},
    "/outage/v1/readings": {Role.COLLECTOR},
    "/outage/v1/meter-events": {Role.COLLECTOR},
    "/outage/v1/tables": {Role.REGISTRAR},
    "/outage/v1/entries/e-1": {Role.OFFICE, Role.AUTOMATION},
    "/outage/v1/quarantine": {Role.COLLECTOR, Role.REGISTRAR, Role.OFFICE},
}

COUNTS = ("PUT", "/outage/v1/registrations")
BODIES = {
    "/outage/v1/meter-events": b'{"batch": "b", "events": []}',
    "/outage/v1/meters/states": b'{"smids": []}',
    "/outage/v1/meters/awaited": b'{"smids": []}',
    "/outage/v1/registrations": b'{"as_of_ms": 0, "areas": []}',
}


def batch(quarter: Quarter, name: str = "c-1:1", **more: Any) -> dict[str, Any]:
    """A whole reading of the last slot, unless something else is given."""
    given = {
        "batch": name,
        "concentrator": "C-1",
        "slot_start_ms": quarter.last_slot_start,
        "sent_at_ms": quarter.clock.now_ms(),
        "smid": SMIDS,
        "energy_wh": [100] * len(SMIDS),
        "status": [0] * len(SMIDS),
    }
    return {**given, **more}


def said(quarter: Quarter, **facts: Any) -> bytes:
    return msgspec.json.encode({"said_at_ms": quarter.clock.now_ms(), "facts": facts})


def slug(answer: Any) -> str:
    return str(answer.json()["type"]).rpartition("/")[2]


@pytest.mark.parametrize(("method", "path"), DOORS)
async def test_no_door_opens_without_a_key_or_to_another_role(
    quarter: Quarter, method: str, path: str
) -> None:
    may = {Role.READER} if (method, path) == COUNTS else MAY.get(path, set(Role))
    for role in (None, *sorted(set(Role) - may)):
        more: dict[str, Any] = {"content": b"{}"} if method != "GET" else {}
        if path.endswith("tables"):
            answer = (
                await quarter.load("other", role)
                if role
                else await quarter.ask(method, path, None, content=b"")
            )
        else:
            if method != "GET" and path in BODIES:
                more["content"] = BODIES[path]
            if "entries" in path:
                more["content"] = said(quarter)
            answer = await quarter.ask(method, path, role, **more)
        assert (answer.status_code, slug(answer)) == (
            (401, "wrong-api-key") if role is None else (403, "not-for-this-role")
        )


@pytest.mark.parametrize(
    ("write", "media_type"), [(as_json, JSON), (as_msgpack, MSGPACK), (as_arrow, ARROW)]
)
async def test_readings_come_in_by_every_encoding_and_twice_is_once(
    quarter: Quarter, write: Any, media_type: str
) -> None:
    body = write(**batch(quarter))
    path = "/outage/v1/readings"
    first = await quarter.ask("POST", path, Role.COLLECTOR, content=body, media_type=media_type)
    assert first.json() == {"batch": "c-1:1", "applied": 8, "aside": 0, "new": True}
    again = await quarter.ask(
        "POST", path, Role.COLLECTOR, content=as_json(**batch(quarter)), media_type=JSON
    )
    assert again.json() == {"batch": "c-1:1", "applied": 0, "aside": 0, "new": False}
    heard = quarter.system.watch.columns.heard_by_area(quarter.last_slot_start // 1_800_000)
    assert heard.tolist() == [5, 3]


async def test_a_batch_that_contradicts_itself_is_refused_and_can_be_read_in_the_quarantine(
    quarter: Quarter,
) -> None:
    path = "/outage/v1/readings"
    await quarter.ask("POST", path, Role.COLLECTOR, content=as_json(**batch(quarter)))
    other = as_json(**batch(quarter, energy_wh=[1] * 8))
    answer = await quarter.ask("POST", path, Role.COLLECTOR, content=other)
    assert (answer.status_code, slug(answer)) == (409, "id-taken")
    aside = await quarter.ask("GET", "/outage/v1/quarantine", Role.OFFICE)
    held = msgspec.json.decode(aside.content, type=Quarantine).aside
    assert [(each.piece, each.row, each.reason) for each in held] == [
        ("readings:c-1:1", -1, "contradicts itself")
    ]


async def test_strangers_are_set_aside_by_row_and_the_rest_is_believed(quarter: Quarter) -> None:
    smids = [*SMIDS[:2], "SM-99-0000", SMIDS[0]]
    body = as_json(**batch(quarter, smid=smids, energy_wh=[1, 2, 3, 4], status=[0] * 4))
    answer = await quarter.ask("POST", "/outage/v1/readings", Role.COLLECTOR, content=body)
    assert answer.json() == {"batch": "c-1:1", "applied": 2, "aside": 2, "new": True}
    aside = await quarter.ask("GET", "/outage/v1/quarantine", Role.COLLECTOR)
    held = msgspec.json.decode(aside.content, type=Quarantine).aside
    assert [(each.row, each.said) for each in held] == [(2, "SM-99-0000"), (3, "SM-33-1001: 4")]


@pytest.mark.parametrize(
    ("change", "status", "named"),
    [
        ({"concentrator": "C-9"}, 422, "unknown-concentrator"),
        ({"slot_start_ms": 0}, 422, "reading-too-old"),
        ({"energy_wh": [1] * 7 + [-1]}, 422, "row-wrong"),
        ({"energy_wh": [1] * 7 + ["x"]}, 400, "invalid-request"),
        ({"energy_wh": [1] * 7}, 400, "invalid-request"),
    ],
)
async def test_a_batch_that_cannot_be_changes_nothing(
    quarter: Quarter, change: dict[str, Any], status: int, named: str
) -> None:
    body = as_json(**batch(quarter, **change))
    answer = await quarter.ask("POST", "/outage/v1/readings", Role.COLLECTOR, content=body)
    assert (answer.status_code, slug(answer)) == (status, named)
    assert quarter.system.watch.seq == 1  # the tables alone


async def test_readings_of_a_slot_that_is_not_over_are_refused(quarter: Quarter) -> None:
    ahead = quarter.last_slot_start + 2 * 1_800_000
    body = as_json(**batch(quarter, slot_start_ms=ahead))
    answer = await quarter.ask("POST", "/outage/v1/readings", Role.COLLECTOR, content=body)
    assert (answer.status_code, slug(answer)) == (422, "reading-of-the-future")


async def test_tables_are_loaded_whole_or_not_at_all(quarter: Quarter) -> None:
    wrong = await quarter.load("second", nodes=f"{NODES}S-9,section,F-9,,,\n")
    assert (wrong.status_code, slug(wrong)) == (422, "tables-refused")
    assert wrong.json()["wrong"] == [
        {"table": "nodes", "line": 12, "reason": "S-9 is an orphan: there is no F-9"}
    ]
    assert quarter.system.watch.seq == 1
    again = await quarter.load("first")
    assert (again.json()["new"], again.json()["meters"]) == (False, 8)
    taken = await quarter.load("first", meters=METERS.replace("33101-2", "33101-1"))
    assert (taken.status_code, slug(taken)) == (409, "id-taken")
    unreadable = await quarter.ask(
        "PUT", "/outage/v1/tables", Role.REGISTRAR, data={"load": "third"},
        files={name: (name, b"\xff\xfe", "text/csv") for name in ("areas", "nodes", "meters")},
    )  # fmt: skip
    assert (unreadable.status_code, slug(unreadable)) == (422, "tables-refused")


async def test_a_new_register_keeps_what_was_heard_of_the_meters_it_knows(
    quarter: Quarter,
) -> None:
    await quarter.ask(
        "POST", "/outage/v1/readings", Role.COLLECTOR, content=as_json(**batch(quarter))
    )
    fewer = "".join(line for line in METERS.splitlines(keepends=True) if "SM-33-1001" not in line)
    assert (await quarter.load("second", meters=fewer)).json()["meters"] == 7
    heard = quarter.system.watch.columns.heard_by_area(quarter.last_slot_start // 1_800_000)
    assert heard.tolist() == [4, 3]


async def test_office_and_automation_speak_of_one_outage_and_a_reader_follows_it(
    quarter: Quarter,
) -> None:
    now_ms = quarter.clock.now_ms()
    switch = said(quarter, switches=[{"place": "S-1", "opened_at_ms": now_ms - MINUTE}])
    first = await quarter.ask("PUT", "/outage/v1/entries/e-1", Role.AUTOMATION, content=switch)
    assert (first.status_code, first.json()["new"]) == (201, True)
    repeated = await quarter.ask("PUT", "/outage/v1/entries/e-1", Role.AUTOMATION, content=switch)
    assert (repeated.status_code, repeated.json()["new"]) == (200, False)
    outage = first.json()["outage"]
    word = said(quarter, cause="tree", expected={"is": "unknown", "next_word_at_ms": now_ms + 1})
    body = msgspec.json.encode({**msgspec.json.decode(word), "outage": outage})
    by_office = await quarter.ask("PUT", "/outage/v1/entries/e-1", Role.OFFICE, content=body)
    assert (by_office.status_code, by_office.json()["version"]) == (201, 2)
    answer = await quarter.ask("GET", f"/outage/v1/outages/{outage}")
    detail = msgspec.json.decode(answer.content, type=OutageDetail)
    assert detail.outage.cause == "tree"
    assert detail.outage.started_at_ms == now_ms - MINUTE
    assert [entry.author for entry in detail.entries] == ["da-1", "okayama"]
    assert [change.version for change in detail.changes] == [1, 2]
    followed = await quarter.ask("GET", "/outage/v1/events?after=1")
    events = msgspec.json.decode(followed.content, type=OutageEvents)
    assert [(event.cursor, event.fields) for event in events.events] == [
        (2, ("expected", "cause", "borne_out", "verified"))
    ]
    listed = await quarter.ask("GET", "/outage/v1/outages")
    shown = msgspec.json.decode(listed.content, type=OutageList).outages
    assert [view.outage for view in shown] == [outage]


@pytest.mark.parametrize(
    ("facts", "status", "said_of"),
    [
        ({"cause_text": "<b>木</b>"}, 400, "cause_text"),
        ({"cause_text": "木\n"}, 400, "cause_text"),
        ({"started_at_ms": -1}, 400, "started_at_ms"),
        ({"expected": {"is": "at", "at_ms": 1}}, 422, "expected"),
        ({"areas": [{"area": "33101-1", "households_out": 2, "households": 1}]}, 422, "areas"),
        ({"places": ["T-99"]}, 422, "T-99"),
        ({"places": ["T-1"], "checked": True}, 422, "checked"),
        ({"places": ["T-1"], "checked_places": ["S-1"]}, 422, "checked_places"),
        ({"colour": "red"}, 400, "colour"),
        ({}, 422, "place or an area"),
    ],
)
async def test_a_word_that_cannot_be_is_refused_by_its_field(
    quarter: Quarter, facts: dict[str, Any], status: int, said_of: str
) -> None:
    answer = await quarter.ask(
        "PUT", "/outage/v1/entries/e-1", Role.OFFICE, content=said(quarter, **facts)
    )
    assert answer.status_code == status, answer.text
    assert said_of in answer.text
    assert not await GRID.ask("SELECT entry FROM outage_entry")


async def test_a_meter_s_own_word_is_taken_once_and_strangers_are_set_aside(
    quarter: Quarter,
) -> None:
    now_ms = quarter.clock.now_ms()
    event: dict[str, Any] = {"smid": SMIDS[0], "code": "3.26.9.216", "at_ms": now_ms}
    body = msgspec.json.encode({"batch": "e-1", "events": [event, {**event, "smid": "SM-0"}]})
    path = "/outage/v1/meter-events"
    first = await quarter.ask("POST", path, Role.COLLECTOR, content=body)
    assert first.json() == {"batch": "e-1", "applied": 1, "aside": 1, "new": True}
    again = await quarter.ask("POST", path, Role.COLLECTOR, content=body)
    assert again.json()["new"] is False
    ahead = msgspec.json.encode(
        {"batch": "e-2", "events": [{**event, "at_ms": event["at_ms"] + 10 * MINUTE}]}
    )
    refused = await quarter.ask("POST", path, Role.COLLECTOR, content=ahead)
    assert (refused.status_code, refused.json()["field"]) == (422, "at_ms")


async def test_after_a_kill_everything_is_known_again(quarter: Quarter) -> None:
    await quarter.ask(
        "POST", "/outage/v1/readings", Role.COLLECTOR, content=as_json(**batch(quarter))
    )
    quarter.restarted()
    assert await quarter.wake_up() == 2
    heard = quarter.system.watch.columns.heard_by_area(quarter.last_slot_start // 1_800_000)
    assert heard.tolist() == [5, 3]
    assert await quarter.wake_up() == 0
