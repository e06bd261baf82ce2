"""SQLite with one writer and a few readers, each a connection kept on a thread of its own.

Stock Piccolo opens a connection for every query and begins DEFERRED; under two writers that
fails at once. Here every write transaction is IMMEDIATE and waits in one queue. The first
statement carries the BEGIN with it, so a one-statement transaction is two hops to the thread.
WAL with synchronous=FULL: an acknowledged commit outlives a power cut.
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

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


class SqliteHeld(Held):
    """`used`: something was sent to the thread; `begun`: the thread has begun (its own view)."""

    __slots__ = ("begin", "begun", "lane", "used")

    def __init__(self, lane: Lane, begin: str, *, writes: bool) -> None:
        super().__init__(writes=writes)
        self.lane = lane
        self.begin = begin
        self.begun = False
        self.used = False


def _fetch(conn: sqlite3.Connection, sql: str, args: list[Any]) -> list[Row]:
    cursor = conn.execute(sql, args)
    if cursor.description is None:
        return []
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _fetch_within(
    conn: sqlite3.Connection, held: SqliteHeld, sql: str, args: list[Any]
) -> list[Row]:
    if not held.begun:
        conn.execute(held.begin)
        held.begun = True
    elif not conn.in_transaction:
        # A full disk rolls back by itself; going on would commit the second half alone.
        raise sqlite3.OperationalError("the transaction was rolled back by an earlier failure")
    return _fetch(conn, sql, args)


def _commit(conn: sqlite3.Connection, held: SqliteHeld) -> None:
    try:
        if held.begun and not conn.in_transaction:
            raise sqlite3.OperationalError("the transaction was rolled back by an earlier failure")
        if held.begun:
            conn.execute("COMMIT")
        held.committed = True
    except BaseException:
        _roll_back(conn)
        raise


def _roll_back(conn: sqlite3.Connection) -> None:
    if conn.in_transaction:
        conn.execute("ROLLBACK")


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

    __slots__ = ("_path", "_pending", "_readers", "_snapshot", "_snapshot_turn", "_turn", "_writer")

    TABLES = "SELECT name FROM sqlite_master WHERE type = 'table'"

    def __init__(self, path: Path, *, wait_s: float) -> None:
        super().__init__("sqlite", wait_s=wait_s)
        self._path = path
        self._readers: list[Lane] = []
        self._pending: list[int] = []

    async def _lane(self, *, reader: bool) -> Lane:
        lane = Lane(self._path, wait_s=self.wait_s)
        try:
            await lane.open()
            pragmas = (*PRAGMAS, "query_only=ON") if reader else PRAGMAS
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
        self._turn = asyncio.Lock()
        self._snapshot_turn = asyncio.Lock()
        async with contextlib.AsyncExitStack() as opened:
            lanes = []
            for at in range(SQLITE_READERS + 2):
                lanes.append(await self._lane(reader=at > 0))
                opened.push_async_callback(lanes[-1].close)
            opened.pop_all()
        self._writer, self._snapshot, *self._readers = lanes
        self._pending = [0] * SQLITE_READERS

    async def close(self) -> None:
        async with self._turn, self._snapshot_turn:
            await finish(self._close_lanes())

    async def _close_lanes(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            await self._writer.call(_fetch, "PRAGMA optimize", [])
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
        async with self._turned(self._turn):
            held = SqliteHeld(self._writer, "BEGIN IMMEDIATE", writes=True)
            try:
                yield held
                if held.used:
                    with _in_our_words():
                        await finish(held.lane.call(_commit, held))
                held.committed = True
            finally:
                if not held.committed:
                    await finish(held.lane.call(_roll_back))

    @contextlib.asynccontextmanager
    async def hold_for_reading(self) -> AsyncIterator[SqliteHeld]:
        async with self._turned(self._snapshot_turn):
            held = SqliteHeld(self._snapshot, "BEGIN DEFERRED", writes=False)
            try:
                yield held
            finally:
                await finish(held.lane.call(_roll_back))

    async def lock(self, held: Held, name: str) -> None:
        """Nothing to do: there is one writer."""

    async def fetch(self, held: Held | None, sql: str, args: list[Any]) -> list[Row]:
        with _in_our_words():
            if isinstance(held, SqliteHeld):
                held.used = True
                return await held.lane.call(_fetch_within, held, sql, args)
            if not self._readers:
                raise RuntimeError("the database is closed")
            at = self._pending.index(min(self._pending))
            self._pending[at] += 1
            try:
                return await self._readers[at].call(_fetch, sql, args)
            finally:
                self._pending[at] -= 1

    def get_version_sync(self) -> float:
        major, minor, _ = sqlite3.sqlite_version_info
        return major + minor / 100
