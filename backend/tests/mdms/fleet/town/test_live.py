"""The town in the demo: cut and mended by hand, its head-end never in a hurry."""

import asyncio

import pytest

from konsento.foundation.clock import TestClock
from konsento.foundation.database import Database
from konsento.mdms.fleet.town.cuts import Kind
from konsento.mdms.fleet.town.directory import NodeUnknown
from konsento.mdms.fleet.town.distribution_automation import SwitchingEvent
from konsento.mdms.fleet.town.hand_cuts import HandCuts, TooManyCuts
from konsento.mdms.fleet.town.last_gasp import PowerEvent
from konsento.mdms.fleet.town.limits import (
    CUTS_IN_FORCE_MAX,
    CUTS_KEPT_MS,
    HAND_ATTEMPTS,
    SLOT_MS,
)
from konsento.mdms.fleet.town.live import Life
from konsento.mdms.fleet.town.ping import Pinging
from tests.mdms.fleet.town.desks import DIRECTORY, FEEDER, PLAN, Desk, awake, pass_slots
from tests.mdms.fleet.town.towns import OUTLETS, beneath


async def test_each_slot_is_handed_on_within_minutes_of_its_end(
    database: Database, clock: TestClock
) -> None:
    desk, live, slot = Desk(), await awake(database, clock), clock.now_ms() // SLOT_MS
    standing = int(PLAN.stands(clock.now_ms()).sum())
    await live.hand_on(desk, clock.now_ms())
    # From its first minute on the town is one of which something was heard.
    assert len(desk.heard(slot - 2)) > 0.99 * standing
    assert desk.heard(slot - 1) == set()
    await pass_slots(live, desk, clock, 2)
    assert len(desk.heard(slot - 1)) > 0.99 * standing
    assert len(desk.heard(slot)) > 0.99 * standing
    assert set(OUTLETS) <= desk.heard(slot)
    at_once = [batch for batch in desk.batches() if batch.batch.count(".") == 2]
    for batch in at_once:
        assert batch.sent_at_ms - batch.slot_start_ms - SLOT_MS <= 10 * 60_000


async def test_a_cut_feeder_is_told_of_silences_its_meters_and_comes_back(
    database: Database, clock: TestClock
) -> None:
    desk, live = Desk(), await awake(database, clock)
    await live.cut("feeder", FEEDER, clock.now_ms())
    under = {PLAN.smids[row].decode() for row in beneath(PLAN, Kind.FEEDER, 0)}
    assert live.face(clock.now_ms()).dark == len(
        [row for row in beneath(PLAN, Kind.FEEDER, 0) if PLAN.stands(clock.now_ms())[row]]
    )
    slot = clock.now_ms() // SLOT_MS
    await pass_slots(live, desk, clock, 2)
    assert not desk.heard(slot) & under
    switched = [news for news in desk.taken if isinstance(news, SwitchingEvent)]
    assert {(news.feeder, news.change) for news in switched} == {(FEEDER, "opened")}
    await live.mend("feeder", FEEDER, clock.now_ms())
    await pass_slots(live, desk, clock, 2)
    assert len(desk.heard(slot + 2) & under) > 0.9 * len(under)
    assert live.face(clock.now_ms()).dark == 0
    switched = [news for news in desk.taken if isinstance(news, SwitchingEvent)]
    assert {news.change for news in switched} == {"opened", "restored"}


async def test_cutting_and_mending_twice_is_doing_it_once(
    database: Database, clock: TestClock
) -> None:
    live = await awake(database, clock)
    await live.cut("concentrator", "C-0001", clock.now_ms())
    await clock.advance(1_000)
    await live.cut("concentrator", "C-0001", clock.now_ms())
    (cut,) = live.face(clock.now_ms()).cuts
    assert (cut.code, cut.from_ms) == ("C-0001", clock.now_ms() - 1_000)
    assert live.face(clock.now_ms()).unheard > 0
    for _ in range(2):
        await live.mend("concentrator", "C-0001", clock.now_ms())
        assert live.face(clock.now_ms()).cuts == ()
    await live.cut("relay", "R-00001", clock.now_ms())
    await live.cut("drop", OUTLETS[0], clock.now_ms())
    await live.mend_all(clock.now_ms())
    assert live.face(clock.now_ms()).cuts == ()


async def test_news_wait_while_nobody_takes_them(database: Database, clock: TestClock) -> None:
    desk, live = Desk(), await awake(database, clock)
    desk.away = True
    for _ in range(HAND_ATTEMPTS - 1):
        await clock.advance(60_000)
        assert await live.hand_on(desk, clock.now_ms()) == 0
    desk.away = False
    await clock.advance(60_000)
    assert await live.hand_on(desk, clock.now_ms()) > 0
    slot = clock.now_ms() // SLOT_MS
    assert desk.heard(slot - 1)


async def test_it_runs_by_the_clock_it_is_given(database: Database, clock: TestClock) -> None:
    desk, live = Desk(), await awake(database, clock)
    async with asyncio.TaskGroup() as group:
        job = group.create_task(live.run(desk, clock))
        await asyncio.sleep(0)
        while not desk.batches():
            await clock.advance(60_000)
        job.cancel()
    assert clock.now_ms() % SLOT_MS <= 6 * 60_000


async def test_an_outlet_of_the_car_park_is_a_meter_like_any_other(
    database: Database, clock: TestClock
) -> None:
    live, now_ms = await awake(database, clock), clock.now_ms()
    assert live.meter(OUTLETS[0], now_ms).powered
    assert live.ping(OUTLETS[0], now_ms).answer == "powered"
    await live.cut("transformer", "T-PARK", now_ms)
    assert {live.meter(smid, now_ms).powered for smid in OUTLETS} == {False}
    assert live.face(now_ms).dark == 12
    assert live.ping(OUTLETS[0], now_ms).answer in {"unknown", "communication_failure"}


async def test_who_is_not_known_can_be_neither_cut_nor_seen(
    database: Database, clock: TestClock
) -> None:
    live, now_ms = await awake(database, clock), clock.now_ms()
    with pytest.raises(NodeUnknown):
        await live.cut("feeder", "F-99-999", now_ms)
    with pytest.raises(NodeUnknown):
        await live.mend("drop", "SM-99-1", now_ms)
    with pytest.raises(NodeUnknown):
        # It only stands for "no relay".
        await live.cut("relay", "C-0001-D", now_ms)
    with pytest.raises(NodeUnknown):
        live.meter("SM-99-1", now_ms)
    assert live.ping("SM-99-1", now_ms).answer == "unknown_meter"


async def test_nobody_cuts_more_than_the_bound(database: Database, clock: TestClock) -> None:
    cuts, now_ms = HandCuts(database, DIRECTORY), clock.now_ms()
    smids = [smid.decode() for smid in PLAN.smids[: CUTS_IN_FORCE_MAX + 1].tolist()]
    for smid in smids[:CUTS_IN_FORCE_MAX]:
        await cuts.cut("drop", smid, now_ms)
    with pytest.raises(TooManyCuts):
        await cuts.cut("drop", smids[-1], now_ms)


async def test_a_cut_mended_long_ago_is_forgotten(database: Database, clock: TestClock) -> None:
    cuts = HandCuts(database, DIRECTORY)
    await cuts.cut("drop", OUTLETS[0], clock.now_ms())
    await cuts.mend("drop", OUTLETS[0], clock.now_ms() + 1)
    await clock.advance(CUTS_KEPT_MS + 2)
    await cuts.cut("drop", OUTLETS[1], clock.now_ms())
    assert [cut.node for cut in cuts.columns()] == [PLAN.meters - 11]
    again = HandCuts(database, DIRECTORY)
    await again.wake_up()
    assert list(again.columns()) == list(cuts.columns())


async def test_meters_that_can_gasp_are_heard_of_at_once(
    database: Database, clock: TestClock
) -> None:
    gasping = Life(pinging=Pinging(gasping_permille=1_000))
    desk, live = Desk(), await awake(database, clock, gasping)
    await clock.advance(60_000)
    await live.hand_on(desk, clock.now_ms())
    await live.cut("drop", OUTLETS[3], clock.now_ms())
    await clock.advance(60_000)
    await live.hand_on(desk, clock.now_ms())
    (event,) = [news for news in desk.taken if isinstance(news, PowerEvent)]
    assert (event.smid, event.change) == (OUTLETS[3], "power_down")
