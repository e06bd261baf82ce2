"""What the engine knows, on disk from time to time, so that a restart replays little.

Two generations are kept, and the journal keeps the bodies of all that is not in the older one:
a snapshot that is torn costs a longer replay, and nothing else.
"""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import structlog
from numpy.typing import NDArray

from konsento.outage import journal
from konsento.outage.columns.meters import NEVER, Columns, restored
from konsento.outage.columns.snapshot import SnapshotForeign, SnapshotTorn, load, save
from konsento.outage.limits import JOURNAL_KEPT_MS
from konsento.outage.system import OutageSystem
from konsento.outage.take_in import catch_up
from konsento.outage.topology.register_file import from_arrays, to_arrays
from konsento.outage.watch import PowerWord, Watch

log = structlog.get_logger(__name__)

NEWER, OLDER = "watch.columns", "watch.older.columns"
COLUMN_FACTS = ("base_slot", "top_slot")


async def wake_up(system: OutageSystem, folder: Path) -> int:
    """From the newest whole snapshot, and from there by the journal; how much that replayed."""
    for name in (NEWER, OLDER):
        try:
            kept = await asyncio.to_thread(load, folder / name)
            recall(system.watch, *kept)
        except FileNotFoundError:
            continue
        except (SnapshotForeign, SnapshotTorn, KeyError, msgspec.DecodeError) as error:
            log.error("snapshot not used", name=name, exc_info=error)
            continue
        break
    return await catch_up(system)


async def keep(system: OutageSystem, folder: Path) -> bool:
    """Write a snapshot if anything is new, and let the journal forget what the older one holds."""
    async with system.turn:
        watch = system.watch
        seq = watch.seq
        if watch.register is None or seq == await asyncio.to_thread(_seq_of, folder / NEWER):
            return False
        facts, arrays = remember(watch)
    await asyncio.to_thread(_rotate, folder)
    await asyncio.to_thread(save, folder / NEWER, facts, arrays)
    older = await asyncio.to_thread(_seq_of, folder / OLDER)
    if older:
        await journal.empty_until(older)
        await journal.forget_before(system.clock.now_ms() - JOURNAL_KEPT_MS, older)
    return True


def remember(watch: Watch) -> tuple[dict[str, int], dict[str, NDArray[Any]]]:
    """All of it as whole numbers and arrays that no later piece will change."""
    register, columns = watch.register, watch.columns
    if register is None:
        raise ValueError("there is nothing to remember without tables")
    facts, arrays = to_arrays(register)
    facts |= {name: getattr(columns, name) for name in COLUMN_FACTS}
    facts |= {"seq": watch.seq, "tables_seq": watch.tables_seq}
    words = list(watch.power_words.values())
    arrays |= {
        "last": columns.last.copy(),
        "expected": columns.expected.copy(),
        "batch_slots": watch.batch_slots.copy(),
        "word_rows": np.array([word.row for word in words], np.int32),
        "word_ups": np.array([word.up for word in words], np.bool_),
        "word_at_ms": np.array([word.at_ms for word in words], np.int64),
    }
    return facts, arrays


def recall(watch: Watch, facts: Mapping[str, int], arrays: Mapping[str, NDArray[Any]]) -> None:
    """Put it into a watch that knows nothing yet. KeyError when the file is another's."""
    register = from_arrays(facts, arrays)
    areas = max(1, len(register.areas))
    slots = facts["base_slot"], facts["top_slot"]
    columns: Columns = restored(
        register.trees.area_of_meter, arrays["last"], arrays["expected"], areas, slots
    )
    words = zip(
        arrays["word_rows"].tolist(),
        arrays["word_ups"].tolist(),
        arrays["word_at_ms"].tolist(),
        strict=True,
    )
    watch.power_words = {row: PowerWord(row, up, at_ms) for row, up, at_ms in words}
    watch.batch_slots = arrays["batch_slots"]
    watch.register, watch.columns = register, columns
    watch.tables_seq, watch.seq = facts["tables_seq"], facts["seq"]
    watch.judged_slot = NEVER


def _rotate(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / NEWER).exists():
        (folder / NEWER).replace(folder / OLDER)


def _seq_of(path: Path) -> int:
    """How far a snapshot reaches; 0 when there is none that can be used."""
    try:
        return load(path)[0].get("seq", 0)
    except (FileNotFoundError, SnapshotForeign, SnapshotTorn):
        return 0
