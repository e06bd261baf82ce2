"""How long the outage engine takes, from its start as a process, till it can be asked again.

`python -m benchmarks.restart [METERS]`: 1,000,000 unless told otherwise. First after an orderly
end, from the snapshot alone. Then a whole slot comes in, batch by batch as concentrators send it,
and the engine is killed: it starts from the same snapshot and replays the slot from the journal,
which is more than the ten minutes between two snapshots bring. Readings of the slot are asked
for again by their batches' ids, so that a faster start that forgets would be found out.
"""

import asyncio
import os
import signal
import statistics
import sys
import tempfile

import uvloop

from benchmarks._engine import Engine, Place
from benchmarks._house import cpu_ms, load
from benchmarks._metered import bodies, smids, tables
from benchmarks._town import verdict
from konsento.foundation.clock import SystemClock
from konsento.outage.slots import slot_of
from konsento.outage.snapshots import NEWER

METERS = 1_000_000
ROWS = 1_000
STARTS = 3
GOAL_S = 5.0


async def tell(engine: Engine, written: list[bytes], *, again: bool) -> None:
    """Every batch, each new or each known. Raises AssertionError."""
    for body in written:
        told = await engine.said(body, "Arrow")
        assert told["new"] is not again, told


async def started(place: Place, known: list[bytes], *, killed: bool = False) -> float:
    """The median of STARTS, in seconds; `killed`: each from the snapshot that there was."""
    took, snapshot = [], (place.snapshots / NEWER).read_bytes()
    for _ in range(STARTS):
        if killed:
            (place.snapshots / NEWER).write_bytes(snapshot)
        async with place.engine(judging=True) as (engine, ready_s):
            print(f"  ready after {ready_s:.1f} s, processor {cpu_ms(engine.pid) / 1000:.1f} s",
                  flush=True)  # fmt: skip
            took.append(ready_s)
            await tell(engine, known, again=True)
            if killed:
                os.kill(engine.pid, signal.SIGKILL)
                await asyncio.sleep(1)
    return statistics.median(took)


async def run(meters: int) -> int:
    print(load(), flush=True)
    names, slot = smids(meters), slot_of(SystemClock().now_ms()) - 4
    first, second = (bodies(names, slot + at, ROWS, "Arrow", "b") for at in (0, 1))
    with tempfile.TemporaryDirectory(dir=".", prefix=".bench-") as folder:
        place = Place(folder)
        async with place.engine() as (engine, _):
            await engine.load(tables(names))
            await tell(engine, first, again=False)
        kept_s = await started(place, first[:1])
        async with place.engine() as (engine, _):
            await tell(engine, second, again=False)
            os.kill(engine.pid, signal.SIGKILL)
            await asyncio.sleep(1)
        replayed_s = await started(place, second[-1:], killed=True)
    print(f"{meters:,} meters, medians; after the snapshot {len(second):,} × {ROWS:,} rows")
    print(load())
    met = [
        verdict(f"from a snapshot {kept_s:.1f} ≤ {GOAL_S} s", met=kept_s <= GOAL_S),
        verdict(f"with a slot's journal {replayed_s:.1f} ≤ {GOAL_S} s", met=replayed_s <= GOAL_S),
    ]
    return int(not all(met))


def main() -> int:
    return uvloop.run(run(int(sys.argv[1]) if len(sys.argv) > 1 else METERS))


if __name__ == "__main__":
    sys.exit(main())
