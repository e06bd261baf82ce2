"""Who says that there is still no power is asked, whatever happens to the process meanwhile."""

from konsento.outage.outage_views import MeterState
from konsento.outage.rounds.state import doubt
from tests.outage.days import LONE, MINUTE, T_1, Days
from tests.outage.quarter import METERS


async def still_out(days: Days, smid: str) -> MeterState:
    return await doubt(days.rounds, smid)


async def test_a_doubt_outlives_a_restart_until_its_meter_was_asked(days: Days) -> None:
    days.meters.out_of_reach = True
    await still_out(days, LONE)
    await days.rounds.step()
    await days.restarted()
    days.meters.out_of_reach = False
    await days.rounds.step()
    assert days.meters.asked == [LONE]
    await days.restarted()
    await days.rounds.step()
    assert days.meters.asked == [LONE]


async def test_a_doubted_meter_stays_silent_over_a_restart_in_its_slot(days: Days) -> None:
    days.meters.answers = {LONE: "no_power"}
    await still_out(days, LONE)
    await days.rounds.step()
    await days.restarted()
    await days.rounds.step()
    assert (await days.state(LONE)).judgement == "own_premises"
    (alone,) = await days.told()
    assert alone.restored_at_ms is None


async def test_a_meter_doubted_anew_after_its_answer_is_asked_anew(days: Days) -> None:
    await still_out(days, LONE)
    await days.rounds.step()
    await days.quarter.clock.advance(MINUTE)
    await still_out(days, LONE)
    await days.restarted()
    await days.rounds.step()
    assert days.meters.asked == [LONE, LONE]


async def test_other_tables_leave_the_doubts_to_their_meters(days: Days) -> None:
    days.meters.out_of_reach = True
    await still_out(days, LONE)
    await days.rounds.step()
    first, *others = METERS.splitlines()
    turned = "\n".join([first, *reversed(others)]) + "\n"
    assert (await days.quarter.load("turned", meters=turned)).status_code == 200
    days.meters.out_of_reach = False
    await days.rounds.step()
    assert days.meters.asked == [LONE]


async def test_what_was_answered_is_no_doubt_any_more(days: Days) -> None:
    for smid in T_1:
        await still_out(days, smid)
    await days.rounds.step()
    assert sorted(days.meters.asked) == list(T_1)
    await days.restarted()
    assert [(await days.state(smid)).judgement for smid in T_1] == ["unknown"] * 3
    await days.rounds.step()
    assert [(await days.state(smid)).judgement for smid in T_1] == ["powered"] * 3
    assert sorted(days.meters.asked) == list(T_1)
