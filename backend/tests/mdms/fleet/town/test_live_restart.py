"""The town is the outside world: a restart indoors loses none of it and repeats none of it."""

from pathlib import Path

from konsento.foundation.clock import TestClock
from konsento.foundation.database import Database
from konsento.mdms.fleet.town.batches import ReadingBatch
from konsento.mdms.fleet.town.collection import Collection
from konsento.mdms.fleet.town.hand_cuts import TOWN_STEPS
from konsento.mdms.fleet.town.limits import CATCH_UP_SLOTS, SLOT_MS
from konsento.mdms.fleet.town.live import Life
from tests.mdms.fleet.town.desks import Desk, awake, pass_slots


async def test_a_restart_forgets_no_cut_and_hands_nothing_on_twice(
    database: Database, clock: TestClock
) -> None:
    desk, live = Desk(), await awake(database, clock)
    await live.cut("concentrator", "C-0002", clock.now_ms())
    await pass_slots(live, desk, clock, 3)
    before = [batch.batch for batch in desk.batches()]
    anew = await awake(database, clock)
    assert anew.face(clock.now_ms()) == live.face(clock.now_ms())
    await anew.mend("concentrator", "C-0002", clock.now_ms())
    await pass_slots(anew, desk, clock, 3)
    names = [batch.batch for batch in desk.batches()]
    assert len(set(names)) == len(names)
    assert names[: len(before)] == before
    # What was owed before the restart is given after it.
    late = [batch for batch in desk.batches()[len(before) :] if batch.concentrator == "C-0002"]
    slots = {batch.slot_start_ms for batch in late if batch.smid}
    assert len(slots) >= 6


async def test_a_restart_comes_to_the_same_as_no_restart(
    database: Database, clock: TestClock, tmp_path: Path
) -> None:
    rough = Life(collection=Collection(missed_permyriad=500, twice_permille=0))
    other = Database("street")
    await other.open(str(tmp_path / "other.sqlite"))
    await other.migrate(TOWN_STEPS, clock.now_ms())
    restless, steady = Desk(), Desk()
    live = await awake(other, clock, rough)
    for _ in range(4):
        fresh = await awake(database, clock, rough)
        for _ in range(30):
            await clock.advance(60_000)
            await live.hand_on(steady, clock.now_ms())
            await fresh.hand_on(restless, clock.now_ms())
    await other.close()
    assert len(steady.taken) > 10

    def first_slots(desk: Desk) -> list[ReadingBatch]:
        return sorted(desk.batches(), key=lambda batch: batch.batch)

    # A town that has just been born owes nothing of the time before; after that they agree.
    born_ms = steady.batches()[0].slot_start_ms
    assert [b for b in first_slots(restless) if b.slot_start_ms >= born_ms] == first_slots(steady)


async def test_after_a_long_absence_a_day_is_handed_on(
    database: Database, clock: TestClock
) -> None:
    desk, live = Desk(), await awake(database, clock)
    await pass_slots(live, desk, clock, 1)
    await clock.advance(5 * 86_400_000)
    later = Desk()
    anew = await awake(database, clock)
    await anew.hand_on(later, clock.now_ms())
    own = {batch.slot_start_ms // SLOT_MS for batch in later.batches() if batch.smid}
    this_slot = clock.now_ms() // SLOT_MS
    assert min(own) >= this_slot - CATCH_UP_SLOTS - 1
    assert CATCH_UP_SLOTS - 2 <= len(own) <= CATCH_UP_SLOTS + 1


async def test_what_nobody_took_is_handed_on_after_a_restart(
    database: Database, clock: TestClock
) -> None:
    desk, live = Desk(), await awake(database, clock)
    await pass_slots(live, desk, clock, 1)
    desk.away = True
    slot = clock.now_ms() // SLOT_MS
    await clock.advance(15 * 60_000)
    assert await live.hand_on(desk, clock.now_ms()) == 0
    anew, patient = await awake(database, clock), Desk()
    await anew.hand_on(patient, clock.now_ms())
    assert len(patient.heard(slot - 1)) > 400
