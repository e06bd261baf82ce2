"""SQLite with one writer and a few readers, each a connection kept on a thread of its own.

Stock Piccolo opens a connection for every query and begins DEFERRED; under two writers that
fails at once. Here every write transaction is IMMEDIATE and waits in one queue; the first
statement carries the BEGIN with it. What is short is done at once (decision 12), so that most
reads need no thread, and most transactions one only for the commit.
WAL with synchronous=FULL: an acknowledged commit outlives a power cut.
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from konsento.foundation.database.at_once import Glance, Short, TooLong, rows_of
from konsento.foundation.database.engine import (
    DatabaseBusy,
    Held,
    HouseEngine,
    Row,
    RowExists,
    RowRefused,
    WriteOutsideTransaction,
    finish,
)
from konsento.foundation.database.lane import Lane
from konsento.foundation.database.sqlite_held import (
    NO_WAITING,
    SqliteHeld,
    begun_at_once,
    fetch_within,
    roll_back,
)
from konsento.foundation.database.write_line import WriteLine
from konsento.foundation.limits import SQLITE_READERS

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "temp_store=MEMORY",
    "cache_size=-32768",
    "journal_size_limit=67108864",
)
TWICE = frozenset({sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY})


class NotDurable(Exception):
    """The file refuses WAL or FULL: an acknowledged payment could be lost."""


def _set_up(conn: sqlite3.Connection, pragmas: tuple[str, ...]) -> tuple[str, int]:
    for pragma in pragmas:
        conn.execute(f"PRAGMA {pragma}")
    mode = conn.execute("PRAGMA journal_mode").fetchone()[0]
    return mode, conn.execute("PRAGMA synchronous").fetchone()[0]


@contextlib.contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except sqlite3.IntegrityError as refused:
        kind = RowExists if refused.sqlite_errorcode in TWICE else RowRefused
        raise kind(str(refused)) from refused
    except sqlite3.OperationalError as failed:
        code = getattr(failed, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise DatabaseBusy(str(failed)) from failed
        if code == sqlite3.SQLITE_READONLY:
            raise WriteOutsideTransaction(str(failed)) from failed
        raise


class SqliteEngine(HouseEngine):
    """One file; `path` is created with its folder when it is not there."""

    __slots__ = (
        "_glance", "_line", "_path", "_pending", "_readers", "_short", "_snapshot",
        "_snapshot_turn", "_writer",
    )  # fmt: skip

    TABLES = "SELECT name FROM sqlite_master WHERE type = 'table'"

    def __init__(self, path: Path, *, wait_s: float) -> None:
        super().__init__("sqlite", wait_s=wait_s)
        self._path = path
        self._readers: list[Lane] = []
        self._pending: list[int] = []
        self._short = Short()

    async def _lane(self, *, reader: bool) -> Lane:
        lane = Lane(self._path, wait_s=self.wait_s)
        try:
            await lane.open()
            pragmas = (*PRAGMAS, "query_only=ON" if reader else NO_WAITING)
            mode, sync = await lane.call(_set_up, pragmas)
            if (mode, sync) != ("wal", 2):
                raise NotDurable(f"{self._path}: journal_mode={mode} synchronous={sync}")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                await lane.close()
            raise
        return lane

    async def open(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._snapshot_turn = asyncio.Lock()
        async with contextlib.AsyncExitStack() as opened:
            lanes = []
            for at in range(SQLITE_READERS + 2):
                lanes.append(await self._lane(reader=at > 0))
                opened.push_async_callback(lanes[-1].close)
            opened.pop_all()
        self._writer, self._snapshot, *self._readers = lanes
        self._line = WriteLine(self._writer, wait_s=self.wait_s)
        self._pending = [0] * SQLITE_READERS
        self._glance = Glance(self._path, (*PRAGMAS, "query_only=ON"))

    async def close(self) -> None:
        async with self._line.last(), self._snapshot_turn:
            await finish(self._close_lanes())

    async def _close_lanes(self) -> None:
        self._glance.close()
        with contextlib.suppress(sqlite3.Error):
            await self._writer.call(rows_of, "PRAGMA optimize", [])
        for lane in (*self._readers, self._snapshot, self._writer):
            await lane.close()
        self._readers, self._pending = [], []

    @contextlib.asynccontextmanager
    async def _turned(self, turn: asyncio.Lock) -> AsyncIterator[None]:
        try:
            if turn.locked():
                async with asyncio.timeout(self.wait_s):
                    await turn.acquire()
            else:
                await turn.acquire()
        except TimeoutError as waited:
            raise DatabaseBusy("another transaction goes on for too long") from waited
        try:
            yield
        finally:
            turn.release()

    @contextlib.asynccontextmanager
    async def hold_for_writing(self) -> AsyncIterator[SqliteHeld]:
        with _in_our_words():
            async with self._line.turn() as held:
                yield held

    @contextlib.asynccontextmanager
    async def hold_for_reading(self) -> AsyncIterator[SqliteHeld]:
        async with self._turned(self._snapshot_turn):
            held = SqliteHeld(self._snapshot, "BEGIN DEFERRED", writes=False, wait_s=self.wait_s)
            try:
                yield held
            finally:
                await finish(held.lane.call(roll_back))

    async def lock(self, held: Held, name: str) -> None:
        """Nothing to do: there is one writer."""

    async def fetch(self, held: Held | None, sql: str, args: list[Any]) -> list[Row]:
        with _in_our_words():
            if not isinstance(held, SqliteHeld):
                return await self._read(sql, args)
            held.used = True
            lane = held.lane
            if held.writes and lane.idle and lane.at_once(self._begun_and_short, held, sql, args):
                return lane.at_once(fetch_within, held, sql, args)
            held.apart = True
            return await lane.call(fetch_within, held, sql, args)

    def _begun_and_short(
        self, conn: sqlite3.Connection, held: SqliteHeld, sql: str, args: list[Any]
    ) -> bool:
        return self._short.is_short(conn, sql, args) and (held.begun or begun_at_once(conn, held))

    async def _read(self, sql: str, args: list[Any]) -> list[Row]:
        if not self._readers:
            raise RuntimeError("the database is closed")
        try:
            return self._glance.read(sql, args)
        except TooLong:
            return await self._read_apart(sql, args)

    async def _read_apart(self, sql: str, args: list[Any]) -> list[Row]:
        """By the reader that has least to do."""
        at = self._pending.index(min(self._pending))
        self._pending[at] += 1
        try:
            return await self._readers[at].call(rows_of, sql, args)
        finally:
            self._pending[at] -= 1

    def get_version_sync(self) -> float:
        major, minor, _ = sqlite3.sqlite_version_info
        return major + minor / 100
