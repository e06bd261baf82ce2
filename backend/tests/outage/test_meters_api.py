"""The doors of those who speak with customers: many meters' states, doubts, counts by area."""

from typing import Any

import msgspec
import numpy as np
import pytest

from konsento.outage.contract import (
    METER_STATES_MAX,
    AreaRegistered,
    MeterStates,
    OutageClient,
    OutageRefused,
    Registrations,
)
from konsento.outage.record.said import Cause, Facts, Kind, Source
from konsento.outage.record.say import say
from konsento.outage.slots import SLOT_MS
from tests.outage.days import MINUTE, T_1, Days
from tests.outage.quarter import METERS, SMIDS
from tests.outage.record.told import entry


async def announce(days: Days, place: str, begins_in_ms: int, name: str = "o:1") -> str:
    """A sales office announces works at a place; the outage's id."""
    quarter, now_ms = days.quarter, days.quarter.clock.now_ms()
    begins_ms = now_ms + begins_in_ms
    works = Facts(
        kind=Kind.PLANNED, started_at_ms=begins_ms, planned_until_ms=begins_ms + 2 * SLOT_MS,
        places=(place,), cause=Cause.WORKS,
    )  # fmt: skip
    word = entry(
        name, Source.SALES_OFFICE, works, "okayama", said_at_ms=now_ms, received_at_ms=now_ms
    )
    return (await say(word, quarter.system.places, quarter.ids)).outage


async def test_many_meters_are_answered_in_their_order_as_each_is_alone(
    days: Days, reader: OutageClient
) -> None:
    days.meters.answers = dict.fromkeys((*T_1, SMIDS[5]), "unknown")
    await days.slot(*T_1, SMIDS[5])
    asked = (SMIDS[5], "SM-99-0000", SMIDS[0], SMIDS[7], SMIDS[0], "NO-SUCH")
    found = await reader.meter_states(asked)
    assert found.unknown == ("SM-99-0000", "NO-SUCH")
    assert [each.smid for each in found.states] == [SMIDS[5], SMIDS[0], SMIDS[7], SMIDS[0]]
    assert [each.judgement for each in found.states] == [
        "own_premises", "area", "powered", "area",
    ]  # fmt: skip
    assert list(found.states) == [await reader.meter(each.smid) for each in found.states]
    (outage,) = await days.told()
    assert found.states[1].outage == outage.outage


async def test_nobody_asked_after_is_answered_with_nobody(reader: OutageClient) -> None:
    assert (await reader.meter_states(())).states == ()


@pytest.mark.parametrize(
    "smids", [[""], ["sm-33-1001"], ["SM-33-1001\n"], [7], ["A"] * (METER_STATES_MAX + 1), "A"]
)
async def test_what_is_no_list_of_meters_is_refused(days: Days, smids: Any) -> None:
    body = msgspec.json.encode({"smids": smids})
    answer = await days.quarter.ask("POST", "/outage/v1/meters/states", content=body)
    assert answer.status_code == 400


async def test_works_are_known_before_they_begin_and_until_they_are_over(
    days: Days, reader: OutageClient
) -> None:
    later = await announce(days, "S-1", 6 * SLOT_MS)
    sooner = await announce(days, "T-2", 2 * SLOT_MS, name="o:2")
    of_one = await announce(days, SMIDS[7], 4 * SLOT_MS, name="o:3")

    async def planned() -> list[str | None]:
        states = (await reader.meter_states(SMIDS)).states
        return [each.planned for each in states]

    assert await planned() == [later] * 3 + [sooner] * 2 + [None, None, of_one]
    await days.quarter.clock.advance(4 * SLOT_MS)
    assert await planned() == [later] * 5 + [None, None, of_one]
    await days.quarter.clock.advance(4 * SLOT_MS)
    assert await planned() == [None] * 8


async def test_works_that_were_called_off_concern_nobody(days: Days, reader: OutageClient) -> None:
    outage = await announce(days, "S-1", 6 * SLOT_MS)
    quarter, now_ms = days.quarter, days.quarter.clock.now_ms()
    word = entry(
        "o:2", Source.SALES_OFFICE, Facts(retracted=True), "okayama",
        said_at_ms=now_ms, received_at_ms=now_ms,
    )  # fmt: skip
    await say(word, quarter.system.places, quarter.ids, outage=outage)
    assert (await reader.meter(SMIDS[0])).planned is None


@pytest.mark.parametrize("restart", [False, True])
async def test_who_spoke_again_after_an_outage_is_known_for_half_a_day(
    days: Days, restart: bool
) -> None:
    days.meters.answers = dict.fromkeys(T_1, "unknown")
    await days.slot(*T_1)
    assert (await days.state(SMIDS[0])).restored_at_ms is None
    days.meters.answers = dict.fromkeys((SMIDS[0],), "unknown")
    await days.slot(SMIDS[0])
    if restart:
        await days.restarted()
        await days.rounds.step()
    back_ms = days.quarter.last_slot_start + SLOT_MS
    assert (await days.state(SMIDS[1])).restored_at_ms == back_ms
    assert (await days.state(SMIDS[0])).restored_at_ms is None
    assert (await days.state(SMIDS[5])).restored_at_ms is None
    for _ in range(24):
        await days.slot()
    assert (await days.state(SMIDS[1])).restored_at_ms is None


async def test_a_lone_house_that_was_told_of_is_known_to_be_back(days: Days) -> None:
    days.meters.answers = {SMIDS[4]: "no_power"}
    await days.slot(SMIDS[4])
    days.meters.answers = {}
    await days.slot()
    assert (await days.state(SMIDS[4])).restored_at_ms == days.quarter.last_slot_start + SLOT_MS


async def test_what_is_taken_back_was_not_restored(days: Days) -> None:
    days.meters.answers = dict.fromkeys(T_1, "unknown")
    await days.slot(*T_1)
    await days.read(T_1)
    await days.rounds.step()
    state = await days.state(SMIDS[0])
    assert (state.judgement, state.restored_at_ms) == ("powered", None)


async def test_a_doubted_meter_is_asked_in_the_next_pass_and_not_again(
    days: Days, reader: OutageClient
) -> None:
    assert (await reader.doubt(SMIDS[4])).judgement == "checking"
    assert days.meters.asked == []
    await days.rounds.step()
    await days.rounds.step()
    assert days.meters.asked == [SMIDS[4]]
    assert (await reader.meter(SMIDS[4])).judgement == "powered"


async def test_a_doubted_meter_without_power_is_told_before_its_next_reading(
    days: Days, reader: OutageClient
) -> None:
    days.meters.answers = {SMIDS[4]: "no_power"}
    await reader.doubt(SMIDS[4])
    await days.rounds.step()
    state = await reader.meter(SMIDS[4])
    (alone,) = await days.told()
    assert (state.judgement, state.outage) == ("own_premises", alone.outage)
    assert alone.started_at_ms == days.quarter.last_slot_start + SLOT_MS


async def test_doubts_of_all_below_a_transformer_make_an_outage_between_two_readings(
    days: Days, reader: OutageClient
) -> None:
    days.meters.answers = dict.fromkeys(T_1, "unknown")
    for smid in T_1:
        await reader.doubt(smid)
    for _ in range(4):
        await days.quarter.clock.advance(150_000)
        await days.rounds.step()
    (outage,) = await days.told()
    assert (outage.places, outage.households_out) == (("T-1",), 3)
    days.meters.answers = {}
    await days.slot()
    assert (await days.told())[0].restored_at_ms is not None


async def test_a_doubted_meter_that_cannot_be_reached_is_unknown_until_it_is_read(
    days: Days, reader: OutageClient
) -> None:
    days.meters.answers = {SMIDS[4]: "communication_failure"}
    await reader.doubt(SMIDS[4])
    await days.rounds.step()
    assert (await reader.meter(SMIDS[4])).judgement in ("checking", "unknown")
    await days.slot()
    assert (await reader.meter(SMIDS[4])).judgement == "powered"
    assert await days.told() == []


async def test_nobody_doubts_a_stranger(reader: OutageClient) -> None:
    with pytest.raises(OutageRefused) as refused:
        await reader.doubt("SM-99-0000")
    assert (refused.value.status, refused.value.slug) == (404, "unknown-meter")


def counts(as_of_ms: int, *areas: tuple[str, int, int]) -> Registrations:
    return Registrations(
        as_of_ms=as_of_ms,
        areas=tuple(
            AreaRegistered(area=area, meters=meters, registered=registered)
            for area, meters, registered in areas
        ),
    )


async def test_counts_by_area_are_kept_and_the_latest_stand(
    days: Days, reader: OutageClient
) -> None:
    now_ms = days.quarter.clock.now_ms()
    assert (await reader.registrations()).as_of_ms is None
    first = counts(now_ms - MINUTE, ("33101-1", 5, 2), ("33101-9", 1, 0))
    taken = await reader.put_registrations(first)
    assert (taken.as_of_ms, taken.areas, taken.unknown) == (now_ms - MINUTE, 2, ("33101-9",))
    await reader.put_registrations(counts(now_ms, ("33101-1", 5, 3)))
    late = await reader.put_registrations(first)
    assert (late.as_of_ms, late.areas, late.unknown) == (now_ms, 1, ())
    stand = await reader.registrations()
    assert (stand.as_of_ms, stand.areas) == (now_ms, counts(0, ("33101-1", 5, 3)).areas)


@pytest.mark.parametrize(
    ("change", "status", "said_of"),
    [
        ({"as_of_ms": 2**52}, 422, "as_of_ms"),
        ({"areas": [{"area": "33101-1", "meters": 1, "registered": 2}]}, 400, "registered"),
        ({"areas": [{"area": "<b>", "meters": 1, "registered": 1}]}, 400, "area"),
        ({"areas": [{"area": "A", "meters": 1, "registered": -1}]}, 400, "registered"),
        ({"areas": [{"area": "A", "meters": 1, "registered": 1}] * 2}, 422, "A"),
        ({"holder": "x"}, 400, "holder"),
    ],
)
async def test_counts_that_cannot_be_change_nothing(
    days: Days, reader: OutageClient, change: dict[str, Any], status: int, said_of: str
) -> None:
    body = msgspec.json.encode({"as_of_ms": 0, "areas": [], **change})
    answer = await days.quarter.ask("PUT", "/outage/v1/registrations", content=body)
    assert answer.status_code == status, answer.text
    assert said_of in answer.text
    assert (await reader.registrations()).as_of_ms is None


def many(wires: int) -> str:
    """A table of meters in the quarter, so many below each of its transformers."""
    lines = [METERS.splitlines()[0]]
    for transformer in ("T-1", "T-2", "T-3"):
        lines += [
            f"SM-{transformer[2]}-{number:05d},{transformer},R-{number % 2 + 1},33101-1,,,0,"
            for number in range(wires)
        ]
    return "\n".join(lines) + "\n"


async def test_five_thousand_meters_are_answered_at_once(days: Days) -> None:
    """Through the door, in the order asked; a half of them silent, each with its reason."""
    quarter = days.quarter
    await quarter.load("many", meters=many(2_000))
    register, columns = quarter.system.watch.register, quarter.system.watch.columns
    assert register is not None
    rows, slot = np.arange(6_000, dtype=np.int32), quarter.last_slot_start // SLOT_MS
    columns.apply(rows, slot - 1)
    columns.apply(rows[rows % 4 > 1], slot)
    await quarter.clock.advance(SLOT_MS // 2)
    await days.rounds.step()
    asked = [register.smid(row) for row in range(METER_STATES_MAX)]
    body = msgspec.json.encode({"smids": asked})
    answer = await quarter.ask("POST", "/outage/v1/meters/states", content=body)
    found = msgspec.json.decode(answer.content, type=MeterStates).states
    assert [each.smid for each in found] == asked
    assert len({each.sentence_en for each in found}) > METER_STATES_MAX / 3


async def test_every_area_of_the_tables_has_its_names(days: Days, reader: OutageClient) -> None:
    register = days.quarter.system.watch.register
    assert register is not None
    called = (await reader.areas()).areas
    assert [each.area for each in called] == [each.area for each in register.areas]
    assert called[0].district_ja == register.areas[0].district_ja
