"""Slot after slot in the quarter: what is judged, asked, told, and taken back."""

from collections.abc import Sequence

import msgspec
import pytest

from konsento.outage.neighbours import Role
from konsento.outage.record.said import Cause, Facts, Grade, Kind, Scope, Source, SwitchOut
from konsento.outage.record.say import say
from konsento.outage.slots import SLOT_MS
from tests.outage.days import LONE, T_1, Days, Meters
from tests.outage.quarter import METERS, SMIDS
from tests.outage.record.told import entry


async def test_a_quarter_in_which_everybody_speaks_is_told_nothing(days: Days) -> None:
    assert await days.told() == []
    assert days.meters.asked == []


async def test_a_dark_transformer_is_asked_told_with_its_reason_and_told_back(days: Days) -> None:
    days.meters.answers = dict.fromkeys(T_1, "unknown")
    await days.slot(*T_1)
    (outage,) = await days.told()
    assert set(days.meters.asked) <= set(T_1)
    assert outage.places == ("T-1",)
    assert (outage.scope, outage.households_out) == (Scope.AREA, 3)
    assert [(area.area, area.households_out, area.households) for area in outage.areas] == [
        ("33101-1", 3, 5)
    ]
    assert "変圧器 T-1の3戸中3戸" in outage.sentence_ja
    assert outage.sentence_en.startswith("3 of 3 meters below transformer T-1")
    assert outage.restored_at_ms is None
    await days.slot()
    (back,) = await days.told()
    assert back.outage == outage.outage
    assert back.restored_at_ms == days.quarter.last_slot_start + SLOT_MS
    assert (back.households_out, back.households_out_max) == (0, 3)


async def test_a_transformer_whose_meter_answers_is_not_told_of(days: Days) -> None:
    await days.slot(*T_1)
    assert days.meters.asked
    assert await days.told() == []


async def test_a_concentrator_that_sends_nothing_is_told_to_nobody(days: Days) -> None:
    days.meters.answers = dict.fromkeys(SMIDS, "communication_failure")
    await days.slot(*SMIDS, sent=False)
    await days.slot(*SMIDS, sent=False)
    assert await days.told() == []


@pytest.mark.parametrize(
    ("answer", "load", "grade"),
    [("no_power", "unseen", Grade.LIKELY), ("powered", "breaker_open", Grade.CONFIRMED)],
)
async def test_one_silent_house_is_its_own_matter_and_worded_by_the_evidence(
    days: Days, answer: str, load: str, grade: Grade
) -> None:
    days.meters.answers, days.meters.loads = {LONE: answer}, {LONE: load}
    await days.slot(LONE)
    (alone,) = await days.told()
    assert (alone.scope, alone.grade) == (Scope.OWN_PREMISES, grade)
    assert alone.places == (LONE,)
    assert alone.households_out == 1
    state = await days.state(LONE)
    assert (state.judgement, state.grade, state.outage) == ("own_premises", grade, alone.outage)
    days.meters.answers, days.meters.loads = {}, {}
    await days.slot()
    assert (await days.told())[0].restored_at_ms is not None


async def test_what_cannot_be_told_is_said_to_who_asks_and_to_nobody_else(days: Days) -> None:
    days.meters.answers = {LONE: "unknown"}
    await days.slot(LONE)
    await days.slot(LONE)
    assert await days.told() == []
    state = await days.state(LONE)
    assert (state.judgement, state.grade) == ("own_premises", Grade.CANNOT_TELL)
    assert "確定はできません" in state.sentence_ja


async def test_a_lone_reading_missed_is_cleared_by_asking(days: Days) -> None:
    await days.slot(LONE)
    assert days.meters.asked == [LONE]
    assert await days.told() == []


async def test_late_readings_of_a_judged_slot_take_the_message_back(days: Days) -> None:
    days.meters.answers = dict.fromkeys(T_1, "unknown")
    await days.slot(*T_1)
    assert len(await days.told()) == 1
    await days.read(T_1)
    await days.rounds.step()
    (wrong,) = await days.told()
    assert wrong.retracted


async def test_a_restart_in_the_dark_goes_on_with_the_same_record(days: Days) -> None:
    days.meters.answers = dict.fromkeys(T_1, "unknown")
    await days.slot(*T_1)
    (before,) = await days.told()
    await days.restarted()
    await days.slot(*T_1)
    (during,) = await days.told()
    assert during.outage == before.outage
    assert during.started_at_ms == before.started_at_ms
    await days.restarted()
    await days.slot()
    (after,) = await days.told()
    assert (after.outage, after.restored_at_ms is None) == (before.outage, False)


@pytest.mark.parametrize("restart", [False, True])
async def test_a_lone_house_stays_one_record_from_slot_to_slot(days: Days, restart: bool) -> None:
    days.meters.answers = {LONE: "no_power"}
    for _ in range(4):
        await days.slot(LONE)
        if restart:
            await days.restarted()
    assert len(await days.told()) == 1
    days.meters.answers = {}
    await days.slot()
    (over,) = await days.told()
    assert over.restored_at_ms is not None


async def test_what_a_switch_said_first_and_the_meters_later_is_one_outage(days: Days) -> None:
    quarter = days.quarter
    days.meters.answers = dict.fromkeys(SMIDS[:5], "unknown")
    now_ms = quarter.clock.now_ms()
    opened = Facts(switches=(SwitchOut(place="S-1", opened_at_ms=now_ms),))
    word = entry(
        "da:1", Source.DISTRIBUTION_AUTOMATION, opened, "da-1",
        said_at_ms=now_ms, received_at_ms=now_ms,
    )  # fmt: skip
    await say(word, quarter.system.places, quarter.ids)
    await days.slot(*SMIDS[:5])
    (outage,) = await days.told()
    assert outage.started_at_ms == now_ms
    assert outage.places == ("S-1",)
    assert outage.households_out == 5


async def test_each_meter_has_its_state_and_a_sentence_why(days: Days) -> None:
    await days.slot()
    quiet = await days.state(SMIDS[0])
    assert (quiet.judgement, quiet.outage, quiet.grade) == ("powered", None, None)
    assert "検針が届いています" in quiet.sentence_ja
    days.meters.answers = dict.fromkeys((*T_1, SMIDS[5]), "unknown")
    await days.slot(*T_1, SMIDS[5])
    dark = await days.state(SMIDS[0])
    (outage,) = await days.told()
    assert (dark.judgement, dark.outage) == ("area", outage.outage)
    assert dark.sentence_en.startswith("3 of 3 meters below transformer T-1")
    assert dark.heard_until_ms == dark.since_ms
    assert (await days.state(SMIDS[4])).judgement == "powered"
    assert (await days.state(SMIDS[5])).grade is Grade.CANNOT_TELL
    await days.quarter.clock.advance(3 * SLOT_MS)
    assert (await days.state(SMIDS[4])).judgement == "unknown"


async def test_a_lost_way_is_unknown_and_a_stranger_is_no_meter(days: Days) -> None:
    days.meters.answers = dict.fromkeys(SMIDS, "communication_failure")
    await days.slot(*SMIDS, sent=False)
    assert (await days.state(SMIDS[0])).judgement in ("checking", "unknown")
    answer = await days.quarter.ask("GET", "/outage/v1/meters/SM-99-0000/state")
    assert answer.status_code == 404


async def test_under_planned_works_nobody_is_out_by_a_fault(days: Days) -> None:
    quarter = days.quarter
    now_ms = quarter.clock.now_ms()
    works = Facts(
        kind=Kind.PLANNED, started_at_ms=now_ms, planned_until_ms=now_ms + 4 * SLOT_MS,
        places=("S-1",), cause=Cause.WORKS,
    )  # fmt: skip
    word = entry(
        "o:1", Source.SALES_OFFICE, works, "okayama", said_at_ms=now_ms, received_at_ms=now_ms
    )
    await say(word, quarter.system.places, quarter.ids)
    await days.slot(*SMIDS[:5])
    (planned,) = await days.told()
    assert planned.kind is Kind.PLANNED
    state = await days.state(SMIDS[0])
    assert (state.judgement, state.sentence_en) == (
        "planned",
        "The power is off for planned works.",
    )


async def test_a_meter_s_last_gasp_tells_of_its_house_without_being_asked(days: Days) -> None:
    quarter = days.quarter
    days.meters.answers = {LONE: "unknown"}
    event = {"smid": LONE, "code": "3.26.9.185", "at_ms": quarter.clock.now_ms()}
    body = msgspec.json.encode({"batch": "g-1", "events": [event]})
    await quarter.ask("POST", "/outage/v1/meter-events", Role.COLLECTOR, content=body)
    await days.slot(LONE)
    (alone,) = await days.told()
    assert (alone.scope, alone.grade) == (Scope.OWN_PREMISES, Grade.LIKELY)


async def test_a_meter_whose_switch_was_opened_by_order_is_nobody_in_the_dark(days: Days) -> None:
    days.meters.opened = {LONE}
    await days.slot(LONE)
    assert (days.meters.looked_up, days.meters.asked) == ([LONE], [])
    assert await days.told() == []
    state = await days.state(LONE)
    assert (state.judgement, state.sentence_en) == (
        "not_in_service",
        "Its switch was opened by order.",
    )
    days.meters.opened, days.meters.answers = set(), {LONE: "no_power"}
    await days.slot(LONE)
    assert (await days.state(LONE)).judgement == "own_premises"


async def test_switches_opened_by_order_are_no_witnesses_of_an_outage(days: Days) -> None:
    days.meters.opened = set(T_1[:2])
    days.meters.answers = dict.fromkeys(T_1, "unknown")
    await days.slot(*T_1)
    assert await days.told() == []
    assert set(days.meters.asked) == {T_1[2]}


async def test_while_the_control_system_is_out_of_reach_nobody_is_left_out(days: Days) -> None:
    days.meters.opened = None
    days.meters.answers = dict.fromkeys(T_1, "unknown")
    await days.slot(*T_1)
    (outage,) = await days.told()
    assert outage.households_out == 3


async def test_tables_that_change_while_a_slot_is_judged_begin_anew(days: Days) -> None:
    quarter, meters = days.quarter, days.meters

    class Loading(Meters):
        async def open_among(self, smids: Sequence[str]) -> Sequence[str] | None:
            fewer = METERS.splitlines(keepends=True)[:-1]
            assert (await quarter.load("second", meters="".join(fewer))).status_code == 200
            return ()

    days.rounds.switches = Loading()
    meters.answers = dict.fromkeys(T_1, "unknown")
    await days.slot(*T_1)
    days.rounds.switches = meters
    (outage,) = await days.told()
    assert (outage.places, outage.households_out) == (("T-1",), 3)
    assert (await days.state(SMIDS[6])).judgement == "powered"


async def test_what_answers_no_ping_after_its_section_is_back_is_an_outage_of_its_own(
    days: Days,
) -> None:
    """The slot ended in the dark; before it was judged the section came back, but for T-1."""
    quarter = days.quarter

    async def says(name: str, switch: SwitchOut) -> None:
        now_ms = quarter.clock.now_ms()
        word = entry(
            name, Source.DISTRIBUTION_AUTOMATION, Facts(switches=(switch,)), "da-1",
            said_at_ms=now_ms, received_at_ms=now_ms,
        )  # fmt: skip
        await say(word, quarter.system.places, quarter.ids)

    await says("da:1", SwitchOut(place="S-1", opened_at_ms=quarter.clock.now_ms()))
    await quarter.clock.advance(SLOT_MS - quarter.clock.now_ms() % SLOT_MS + 6 * 60_000)
    await says("da:2", SwitchOut(place="S-1", restored_at_ms=quarter.clock.now_ms()))
    days.meters.answers = dict.fromkeys(T_1, "unknown")
    await days.read(SMIDS[3:])
    for _ in range(10):
        await quarter.clock.advance(150_000)
        await days.rounds.step()
    told = {outage.places: outage for outage in await days.told()}
    left = told[("T-1",)]
    assert left.parent == told[("S-1",)].outage
    assert (left.restored_at_ms, left.households_out) == (None, 3)


@pytest.mark.parametrize("restart", [False, True])
async def test_an_outage_whose_meters_come_back_one_after_the_other_is_over(
    days: Days, restart: bool
) -> None:
    quarter = days.quarter
    days.meters.answers = dict.fromkeys(T_1, "unknown")
    await days.slot(*T_1)
    await quarter.clock.advance(SLOT_MS)
    await days.read((T_1[0], *SMIDS[3:]))
    await days.rounds.step()
    (still,) = await days.told()
    assert still.restored_at_ms is None
    assert still.sentence_en.startswith("3 of 3 meters")
    if restart:
        await days.restarted()
    await days.read(T_1[1:2])
    await days.rounds.step()
    (over,) = await days.told()
    assert over.restored_at_ms == quarter.last_slot_start + SLOT_MS
