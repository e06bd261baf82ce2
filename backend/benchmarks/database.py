"""Our SQLite engine against Piccolo's own with its default settings: ratios from one run.

The two take turns, round by round, so that whatever else the machine does falls on both. Ours
commits with synchronous=FULL in a transaction of its own; theirs with the defaults of a new file.
Both are warmed up first: a write-ahead log that still grows pays for its growth at every commit.
"""

import asyncio
import platform
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import uvloop
from piccolo.columns import BigInt, Text
from piccolo.engine.sqlite import SQLiteEngine
from piccolo.table import Table

from benchmarks._house import load
from benchmarks._town import verdict
from konsento.foundation.database import Database

ROUNDS = 7
WARM_UP = 600
READS = 300
WRITES = 100
ASKERS = 20
ROWS = 1_000
GOAL = 4
TABLE = "CREATE TABLE {} (id TEXT PRIMARY KEY, payload TEXT NOT NULL, at_ms BIGINT NOT NULL)"
OURS = Database("ours")


class Ours(Table, tablename="ours"):
    id = Text(primary_key=True)
    payload = Text()
    at_ms = BigInt()


class Stock(Table, tablename="stock"):
    id = Text(primary_key=True)
    payload = Text()
    at_ms = BigInt()


OURS.owns(Ours)
T = TypeVar("T", Ours, Stock)
_fresh = iter(range(ROWS, 10**9))


def _row(table: type[T], number: int) -> T:
    return table(id=f"{number:026d}", payload="x" * 80, at_ms=number)


async def _select(table: type[Table], number: int) -> None:
    key = f"{number * 7919 % ROWS:026d}"
    if not await table.select().where(table.id == key).first():  # type: ignore[attr-defined]
        raise RuntimeError(f"row {key} is not there")


async def select_ours(number: int) -> None:
    await _select(Ours, number)


async def select_stock(number: int) -> None:
    await _select(Stock, number)


async def insert_ours(_: int) -> None:
    async with OURS.writing():
        await Ours.insert(_row(Ours, next(_fresh)))


async def insert_stock(_: int) -> None:
    await Stock.insert(_row(Stock, next(_fresh)))


Work = Callable[[int], Awaitable[None]]


async def _rate(work: Work, count: int, askers: int) -> float:
    """How many a second, with so many asking at once."""

    async def ask(share: range) -> None:
        for number in share:
            await work(number)

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for asker in range(askers):
            group.create_task(ask(range(asker, count, askers)))
    return count / (time.perf_counter() - began)


async def compare(name: str, ours: Work, stock: Work, count: int, askers: int) -> float:
    """Print the medians and the ratio of one kind of work; returns the ratio."""
    rates: dict[str, list[float]] = {"ours": [], "stock": []}
    for _ in range(ROUNDS):
        rates["stock"].append(await _rate(stock, count, askers))
        rates["ours"].append(await _rate(ours, count, askers))
    each = [mine / theirs for mine, theirs in zip(rates["ours"], rates["stock"], strict=True)]
    ratio = statistics.median(each)
    mine, theirs = statistics.median(rates["ours"]), statistics.median(rates["stock"])
    print(
        f"{name:<18} ours {mine:8.0f}/s  stock {theirs:8.0f}/s  "
        f"ratio {ratio:5.1f}  (rounds {min(each):.1f} to {max(each):.1f})"
    )
    return ratio


async def _fill(folder: Path) -> None:
    await OURS.open(str(folder / "ours.sqlite"))
    stock = SQLiteEngine(path=str(folder / "stock.sqlite"))
    Stock._meta._db = stock
    async with OURS.writing():
        await OURS.ask(TABLE.format("ours"))
        await Ours.insert(*(_row(Ours, number) for number in range(ROWS)))
    await stock.run_ddl(TABLE.format("stock"))
    await Stock.insert(*(_row(Stock, number) for number in range(ROWS)))


async def run(folder: Path) -> dict[str, float]:
    """All four comparisons in `folder`; ratios by name."""
    works: tuple[tuple[str, Any, Any, int], ...] = (
        ("select by key", select_ours, select_stock, READS),
        ("single insert", insert_ours, insert_stock, WRITES),
    )
    await _fill(folder)
    try:
        await _rate(insert_ours, WARM_UP, 1)
        await _rate(insert_stock, WARM_UP // 10, 1)
        return {
            f"{name}, {askers}": await compare(f"{name} c={askers}", ours, stock, count, askers)
            for name, ours, stock, count in works
            for askers in (1, ASKERS)
        }
    finally:
        await OURS.close()


def main() -> int:
    print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {ROUNDS} rounds")
    # On a real disk beside the caller's files: a folder in memory would make every commit free.
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else ".") as folder:
        ratios = uvloop.run(run(Path(folder)))
    print(load())
    met = [verdict(f"{name}: {ratio:.1f} × (≥ {GOAL})", met=ratio >= GOAL)
           for name, ratio in ratios.items()]  # fmt: skip
    return int(not all(met))


if __name__ == "__main__":
    sys.exit(main())
