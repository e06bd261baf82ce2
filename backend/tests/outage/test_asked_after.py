"""Meters that are asked because people wait for their word, or look at their breaker box."""

from konsento.outage.contract import OutageClient
from konsento.outage.record.said import Grade
from tests.outage.days import LONE, MINUTE, T_1, Days
from tests.outage.quarter import SMIDS


async def test_a_breaker_found_open_stands_from_slot_to_slot_until_its_meter_says_otherwise(
    days: Days, reader: OutageClient
) -> None:
    """The meter stands before its breaker: it is read all the time."""
    days.meters.loads = {LONE: "breaker_open"}
    await reader.doubt(LONE)
    await days.rounds.step()
    (alone,) = await days.told()
    for _ in range(2):
        await days.slot()
        await days.restarted()
        await days.rounds.step()
        state = await days.state(LONE)
        assert (state.judgement, state.grade) == ("own_premises", Grade.CONFIRMED)
        assert (state.outage, "応答せず" in state.sentence_ja) == (alone.outage, False)
    days.meters.loads = {LONE: "unseen"}
    await days.slot()
    assert (await days.state(LONE)).judgement == "own_premises"
    days.meters.loads = {}
    await days.quarter.clock.advance(5 * MINUTE)
    await days.rounds.step()
    state = await days.state(LONE)
    (over,) = await days.told()
    assert state.judgement == "powered"
    assert state.restored_at_ms == over.restored_at_ms == days.quarter.clock.now_ms()


async def test_an_open_breaker_behind_a_dead_feeder_does_not_speak_for_its_neighbours(
    days: Days, reader: OutageClient
) -> None:
    days.meters.loads = {SMIDS[0]: "breaker_open"}
    await reader.doubt(SMIDS[0])
    await days.rounds.step()
    days.meters.answers = dict.fromkeys(T_1, "unknown")
    await days.slot(*T_1)
    states = (await reader.meter_states(T_1)).states
    assert {state.judgement for state in states} == {"area"}
    days.meters.answers = {}
    await days.slot()
    states = (await reader.meter_states(T_1)).states
    assert [state.judgement for state in states] == ["own_premises", "powered", "powered"]


async def test_an_awaited_meter_is_asked_at_once_and_back_by_its_own_word(
    days: Days, reader: OutageClient
) -> None:
    days.meters.answers = dict.fromkeys(T_1, "unknown")
    await days.slot(*T_1)
    days.meters.answers = {SMIDS[2]: "unknown"}
    days.meters.asked.clear()
    assert (await reader.await_meters((*T_1, "SM-99-0000"))).new == 4
    assert (await reader.await_meters(T_1)).new == 0
    await days.quarter.clock.advance(MINUTE)
    await days.rounds.step()
    assert set(T_1) <= set(days.meters.asked)
    now_ms = days.quarter.clock.now_ms()
    back = (await reader.meter_states(T_1)).states
    assert [state.restored_at_ms for state in back] == [now_ms, now_ms, None]
    assert [state.judgement for state in back][:2] == ["powered", "powered"]
    assert back[2].judgement != "powered"


async def test_who_does_not_answer_is_asked_three_times_and_then_left_to_the_readings(
    days: Days, reader: OutageClient
) -> None:
    days.meters.answers = {SMIDS[3]: "communication_failure"}
    await reader.await_meters([SMIDS[3]])
    for _ in range(6):
        await days.quarter.clock.advance(150_000)
        await days.rounds.step()
    assert days.meters.asked == [SMIDS[3]] * 3
