"""What is said of an outage is kept once, in one record, with its author and its time."""

from itertools import permutations

import pytest

from konsento.foundation.database import Database
from konsento.foundation.ids import CountingIds
from konsento.outage.record import store
from konsento.outage.record.fold import Record
from konsento.outage.record.said import (
    AreaOut,
    Cause,
    Entry,
    ExpectedAt,
    ExpectedUnknown,
    Facts,
    Kind,
    Source,
)
from konsento.outage.record.say import (
    EntryTaken,
    Heard,
    NothingSaid,
    UnknownOutage,
    UnknownPlace,
    notice_overdue,
    say,
)
from konsento.outage.record.sound import Unsound
from tests.outage.record.told import HOUR, MINUTE, TEN, SmallNetwork, engine, entry, office, switch

PLACES = SmallNetwork()
AREA = AreaOut(area="33101-1", households_out=0, households=100)


async def hear(ids: CountingIds, said: Entry, **more: object) -> Heard:
    return await say(said, PLACES, ids, **more)  # type: ignore[arg-type]


async def record_of(outage: str) -> Record:
    kept = await store.find(outage)
    assert kept is not None
    return kept.record


async def test_the_first_word_begins_a_record_and_saying_it_twice_changes_nothing(
    grid: Database, ids: CountingIds
) -> None:
    first = await hear(ids, engine("engine:1", "T-1"))
    again = await hear(ids, engine("engine:1", "T-1"))
    assert (first.version, first.new) == (1, True)
    assert (again.outage, again.version, again.new) == (first.outage, 1, False)
    assert len(await store.page(0, 10)) == 1
    assert (await record_of(first.outage)).households_out == 10


async def test_an_id_said_again_with_other_facts_is_refused(
    grid: Database, ids: CountingIds
) -> None:
    await hear(ids, engine("engine:1", "T-1"))
    with pytest.raises(EntryTaken):
        await hear(ids, engine("engine:1", "T-2"))
    assert len(await store.page(0, 10)) == 1


SAID = (
    engine("engine:1", "T-1"),
    engine("engine:2", "T-2"),
    switch("da:1", "S-1", opened=TEN + 7 * MINUTE),
    office("o:1", Facts(cause=Cause.TREE, areas=(AREA,), started_at_ms=TEN)),
)


@pytest.mark.parametrize("order", list(permutations(range(len(SAID)))))
async def test_engine_switch_and_office_meet_in_one_record_in_whatever_order(
    grid: Database, ids: CountingIds, order: tuple[int, ...]
) -> None:
    last = [await hear(ids, SAID[number]) for number in order][-1]
    record = await record_of(last.outage)
    everything = [kept.record for kept in await store.since(0)]
    assert len(everything) == 1
    assert record.started_at_ms == TEN + 7 * MINUTE
    assert record.cause is Cause.TREE
    assert record.places == ("S-1",)


async def test_records_that_turn_out_to_be_one_outage_go_on_under_the_oldest(
    grid: Database, ids: CountingIds
) -> None:
    first = await hear(ids, engine("engine:1", "T-1"))
    second = await hear(ids, engine("engine:2", "T-2"))
    assert second.outage != first.outage
    union = await hear(ids, switch("da:1", "S-1", opened=TEN))
    assert union.outage == first.outage
    assert (await store.find(second.outage)) == (await store.find(first.outage))
    changes = await store.changes_of(first.outage)
    assert changes[-1][2].absorbed == (second.outage,)
    assert len(await store.entries_of(first.outage)) == 3


async def test_every_change_is_kept_with_its_time_and_author(
    grid: Database, ids: CountingIds
) -> None:
    heard = await hear(ids, engine("engine:1", "T-1"))
    word = office(
        "o:1", Facts(cause=Cause.ANIMAL), said_at_ms=TEN + MINUTE, received_at_ms=TEN + 2 * MINUTE
    )
    await hear(ids, word, outage=heard.outage)
    version, at_ms, change = (await store.changes_of(heard.outage))[-1]
    assert (version, at_ms) == (2, TEN + 2 * MINUTE)
    assert (change.source, change.author, change.fields) == ("sales_office", "okayama", ("cause",))


async def test_a_word_that_changes_nothing_is_kept_but_not_told(
    grid: Database, ids: CountingIds
) -> None:
    heard = await hear(ids, engine("engine:1", "T-1"))
    await hear(ids, engine("engine:2", "T-1"))
    assert len(await store.entries_of(heard.outage)) == 2
    assert len(await store.page(0, 10)) == 1


async def test_what_remained_dark_is_an_outage_of_its_own_that_names_its_parent(
    grid: Database, ids: CountingIds
) -> None:
    feeder = await hear(ids, switch("da:1", "F-1", opened=TEN))
    later = TEN + HOUR
    await hear(
        ids,
        switch("da:2", "F-1", restored=TEN + 30 * MINUTE, said_at_ms=later, received_at_ms=later),
    )
    dark = entry(
        "engine:1",
        Source.ENGINE,
        Facts(started_at_ms=TEN, places=("T-1",)),
        said_at_ms=later,
        received_at_ms=later,
    )
    child = await hear(ids, dark, dark_at_ms=TEN + 45 * MINUTE)
    assert child.outage != feeder.outage
    assert (await record_of(child.outage)).parent == feeder.outage
    assert (await record_of(feeder.outage)).restored_at_ms == TEN + 30 * MINUTE
    again = await hear(ids, dark, dark_at_ms=TEN + 45 * MINUTE)
    assert (again.outage, again.new) == (child.outage, False)


async def test_a_restoration_before_the_beginning_that_another_said_changes_nothing(
    grid: Database, ids: CountingIds
) -> None:
    heard = await hear(ids, switch("da:1", "S-1", opened=TEN))
    wrong = office("o:1", Facts(restored_at_ms=TEN - MINUTE))
    with pytest.raises(Unsound, match="restored_at_ms"):
        await hear(ids, wrong, outage=heard.outage)
    assert await store.entry_of("o:1") is None
    assert (await record_of(heard.outage)).restored_at_ms is None


async def test_places_areas_and_outages_that_do_not_exist_are_refused_by_name(
    grid: Database, ids: CountingIds
) -> None:
    with pytest.raises(UnknownPlace, match="T-99"):
        await hear(ids, engine("engine:1", "T-99"))
    nowhere = AreaOut(area="99999-1", households_out=1, households=1)
    with pytest.raises(UnknownPlace, match="99999-1"):
        await hear(ids, office("o:1", Facts(areas=(nowhere,))))
    with pytest.raises(UnknownOutage):
        await hear(ids, office("o:2", Facts(cause=Cause.TREE)), outage="no-such")
    with pytest.raises(NothingSaid):
        await hear(ids, office("o:3", Facts(cause=Cause.TREE)))
    assert await store.page(0, 10) == []


async def test_planned_works_stand_beside_a_fault_at_the_same_place(
    grid: Database, ids: CountingIds
) -> None:
    works = office(
        "works:1",
        Facts(
            kind=Kind.PLANNED,
            started_at_ms=TEN,
            planned_until_ms=TEN + 3 * HOUR,
            places=("S-1",),
            cause=Cause.WORKS,
        ),
    )
    planned = await hear(ids, works)
    fault = await hear(ids, engine("engine:1", "T-1"))
    assert planned.outage != fault.outage


async def test_an_estimate_that_passed_is_told_once_and_again_only_for_another(
    grid: Database, ids: CountingIds
) -> None:
    heard = await hear(ids, engine("engine:1", "T-1"))
    word = office("o:1", Facts(expected=ExpectedUnknown(next_word_at_ms=TEN + HOUR)))
    await hear(ids, word, outage=heard.outage)
    assert await notice_overdue(TEN + HOUR - 1) == 0
    assert await notice_overdue(TEN + HOUR) == 1
    assert await notice_overdue(TEN + 2 * HOUR) == 0
    assert (await store.changes_of(heard.outage))[-1][2].fields == ("overdue",)
    later = TEN + 2 * HOUR
    await hear(
        ids,
        office(
            "o:2",
            Facts(expected=ExpectedAt(at_ms=TEN + 3 * HOUR)),
            said_at_ms=later,
            received_at_ms=later,
        ),
        outage=heard.outage,
    )
    assert await notice_overdue(TEN + 3 * HOUR) == 0
    assert await notice_overdue(TEN + 3 * HOUR + 15 * MINUTE) == 1


async def test_cursors_run_without_a_gap(grid: Database, ids: CountingIds) -> None:
    for number in range(5):
        await hear(ids, engine(f"engine:{number}", "T-1", households_out=number))
    assert [told[0] for told in await store.page(0, 10)] == [1, 2, 3, 4, 5]
    assert [told[0] for told in await store.page(3, 10)] == [4, 5]


async def test_until_the_meters_are_heard_of_all_below_an_open_switch_count_as_out(
    grid: Database, ids: CountingIds
) -> None:
    heard = await hear(ids, switch("da:1", "S-1", opened=TEN))
    assert (await record_of(heard.outage)).households_out == 50
    await hear(ids, engine("engine:1", "T-1", households_out=7))
    assert (await record_of(heard.outage)).households_out == 7
