"""A restart forgets nothing, whatever happened to the snapshot."""

from pathlib import Path

import numpy as np
import pytest

from konsento.foundation.databases import GRID
from konsento.outage import journal, snapshots
from konsento.outage.neighbours import Role
from konsento.outage.snapshots import NEWER, OLDER, keep, recall, remember, wake_up
from konsento.outage.watch import Watch
from tests.outage.quarter import CODES, SMIDS, Quarter
from tests.outage.readings.written import as_json

SLOT_MS = 1_800_000


async def read(quarter: Quarter, name: str, *smids: str, slots_ago: int = 0) -> None:
    body = as_json(
        batch=name,
        concentrator="C-1",
        slot_start_ms=quarter.last_slot_start - slots_ago * SLOT_MS,
        sent_at_ms=quarter.clock.now_ms(),
        smid=list(smids),
        energy_wh=[1] * len(smids),
        status=[0] * len(smids),
    )
    answer = await quarter.ask("POST", "/outage/v1/readings", Role.COLLECTOR, content=body)
    assert answer.status_code == 200, answer.text


def known(watch: Watch) -> dict[str, object]:
    """What a watch knows, to be compared."""
    facts, arrays = remember(watch)
    return facts | {name: array.tolist() for name, array in arrays.items()}


async def gasp(quarter: Quarter) -> None:
    event = f'{{"smid":"{SMIDS[1]}","code":"3.26.9.185","at_ms":{quarter.clock.now_ms()}}}'
    body = f'{{"batch":"g-1","events":[{event}]}}'.encode()
    await quarter.ask("POST", "/outage/v1/meter-events", Role.COLLECTOR, content=body)


async def test_a_restart_from_a_snapshot_and_the_journal_after_it_knows_everything(
    quarter: Quarter, tmp_path: Path
) -> None:
    await read(quarter, "b-1", *SMIDS[:5], slots_ago=1)
    await gasp(quarter)
    assert await keep(quarter.system, tmp_path)
    assert not await keep(quarter.system, tmp_path)  # nothing is new
    await read(quarter, "b-2", *SMIDS[2:])
    before = known(quarter.system.watch)
    quarter.restarted()
    assert await wake_up(quarter.system, tmp_path) == 1
    assert known(quarter.system.watch) == before
    register = quarter.system.watch.register
    assert register is not None
    assert register.path("T-1") == ("F-1", "S-1", "T-1")
    assert register.row_of(SMIDS[3]) == 3


@pytest.mark.parametrize("damage", ["cut short", "foreign", "gone"])
async def test_a_damaged_snapshot_costs_a_longer_replay_and_nothing_else(
    quarter: Quarter, tmp_path: Path, damage: str
) -> None:
    for number in range(3):
        await read(quarter, f"b-{number}", SMIDS[number])
        assert await keep(quarter.system, tmp_path)
    before = known(quarter.system.watch)
    newest = tmp_path / NEWER
    if damage == "gone":
        newest.unlink()
    else:
        whole = newest.read_bytes()
        newest.write_bytes(whole[:-9] if damage == "cut short" else b"x" + whole)
    quarter.restarted()
    assert await wake_up(quarter.system, tmp_path) == 1
    assert known(quarter.system.watch) == before


async def test_the_journal_lets_go_of_what_the_older_snapshot_holds_but_knows_it_again(
    quarter: Quarter, tmp_path: Path
) -> None:
    for number in range(3):
        await read(quarter, f"b-{number}", SMIDS[number])
        await keep(quarter.system, tmp_path)
    rows = await GRID.ask("SELECT piece, LENGTH(body) AS size FROM outage_journal ORDER BY seq")
    assert [row["piece"] for row in rows if row["size"] == 0] == ["readings:b-0", "readings:b-1"]
    await read(quarter, "b-0", SMIDS[0])  # twice is still once
    assert sum([len(pieces) async for pieces in journal.replay(0)]) == 4


async def test_without_any_snapshot_the_tables_and_what_is_left_of_the_journal_are_read(
    quarter: Quarter, tmp_path: Path
) -> None:
    for number in range(3):
        await read(quarter, f"b-{number}", SMIDS[number])
        await keep(quarter.system, tmp_path)
    for name in (NEWER, OLDER):
        (tmp_path / name).unlink()
    quarter.restarted()
    assert await wake_up(quarter.system, tmp_path) == 4
    last = quarter.system.watch.columns.last_slots(np.arange(8, dtype=np.int32))
    assert (last > 0).tolist() == [False, False, True, *[False] * 5]


async def test_nothing_is_kept_before_there_are_tables(tmp_path: Path, grid: object) -> None:
    with pytest.raises(ValueError, match="without tables"):
        remember(Watch(CODES))
    with pytest.raises(KeyError):
        recall(Watch(CODES), {}, {})
    assert snapshots._seq_of(tmp_path / NEWER) == 0
