"""Slot after slot in the quarter: what is judged, asked, told, and taken back."""

from collections.abc import Iterable, Sequence

import msgspec
import pytest
import pytest_asyncio

from konsento.outage.neighbours import Role
from konsento.outage.outage_views import MeterState, OutageView
from konsento.outage.readings.decode import JSON
from konsento.outage.record.said import Cause, Facts, Grade, Kind, Scope, Source, SwitchOut
from konsento.outage.record.say import say
from konsento.outage.rounds.asking import Reply
from konsento.outage.slots import SLOT_MS
from konsento.outage.take_in import take_readings
from konsento.outage.views import outage_list
from tests.outage.quarter import SMIDS, Quarter
from tests.outage.readings.written import as_json
from tests.outage.record.told import entry

MINUTE = 60_000
T_1 = SMIDS[:3]
LONE = SMIDS[4]


class Meters:
    """Who is asked, and answers unless it is named here."""

    def __init__(self) -> None:
        self.answers: dict[str, str] = {}
        self.loads: dict[str, str] = {}
        self.asked: list[str] = []

    async def ping(self, smids: Sequence[str]) -> Sequence[Reply]:
        self.asked += smids
        return [
            Reply(
                smid=smid,
                answer=self.answers.get(smid, "powered"),
                load=self.loads.get(smid, "drawn"),
            )
            for smid in smids
        ]


class Days:
    """The quarter through its slots: who is read, and what is judged of it."""

    def __init__(self, quarter: Quarter) -> None:
        self.quarter = quarter
        self.meters = Meters()
        self.rounds = quarter.rounds
        self.rounds.pinger = self.meters
        self.batches = 0

    async def read(self, smids: Iterable[str], *, slots_ago: int = 0, energy_wh: int = 100) -> None:
        """The concentrator sends the readings of the last slot, or of an earlier one."""
        read = list(smids)
        self.batches += 1
        body = as_json(
            batch=f"b-{self.batches}",
            concentrator="C-1",
            slot_start_ms=self.quarter.last_slot_start - slots_ago * SLOT_MS,
            sent_at_ms=self.quarter.clock.now_ms(),
            smid=read,
            energy_wh=[energy_wh] * len(read),
            status=[0] * len(read),
        )
        await take_readings(self.quarter.system, body, JSON)

    async def slot(self, *silent: str, sent: bool = True) -> None:
        """The next half hour: all but these are read, and the slot is judged to its end."""
        clock = self.quarter.clock
        to_next = SLOT_MS - clock.now_ms() % SLOT_MS + 2 * MINUTE
        await clock.advance(to_next)
        if sent:
            await self.read(smid for smid in SMIDS if smid not in silent)
        for _ in range(10):
            await clock.advance(150_000)
            await self.rounds.step()

    async def state(self, smid: str) -> MeterState:
        answer = await self.quarter.ask("GET", f"/outage/v1/meters/{smid}/state")
        return msgspec.json.decode(answer.content, type=MeterState)

    async def told(self, ended_hours: int = 48) -> list[OutageView]:
        now_ms = self.quarter.clock.now_ms()
        since_ms = now_ms - ended_hours * 3_600_000
        system = self.quarter.system
        listed = await outage_list(
            system.watch.register, now_ms, ended_after_ms=since_ms, area=None
        )
        return list(listed.outages)

    async def restarted(self) -> None:
        """The process is killed; another one wakes up over the same database."""
        self.quarter.restarted()
        await self.quarter.wake_up()
        self.rounds = self.quarter.rounds
        self.rounds.pinger = self.meters
        await self.rounds.wake_up()


@pytest_asyncio.fixture
async def days(quarter: Quarter) -> Days:
    """Two slots in which every meter was heard."""
    made = Days(quarter)
    await made.slot()
    await made.slot()
    return made


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
