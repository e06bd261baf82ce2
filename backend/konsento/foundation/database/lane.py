"""One SQLite connection on a thread of its own: a call is one hop there and one back.

The thread and its queue are aiosqlite's. Its public methods cost a hop for each of execute,
fetch and close; here a whole piece of work is put on that queue, and makes one hop.

A call that was begun is carried out even if its caller is cancelled meanwhile, and calls run in
the order they were made; so a rollback submitted later always comes after what it rolls back.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import aiosqlite

T = TypeVar("T")
P = ParamSpec("P")


class Lane:
    """The thread is a daemon: a process can always end."""

    def __init__(self, path: Path, *, wait_s: float) -> None:
        self._conn = aiosqlite.connect(
            path,
            timeout=wait_s,
            isolation_level=None,
            cached_statements=512,
            detect_types=sqlite3.PARSE_DECLTYPES,
        )
        self._conn._thread.daemon = True

    async def open(self) -> None:
        await self._conn

    def call(
        self,
        work: Callable[Concatenate[sqlite3.Connection, P], T],
        *args: P.args,
        **_: P.kwargs,
    ) -> asyncio.Future[T]:
        """Have the thread do `work(connection, *args)`."""
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._conn._tx.put_nowait((done, partial(work, self._conn._conn, *args)))
        return done

    async def close(self) -> None:
        """Close the connection after all that was called before, and end the thread."""
        await self._conn.close()
        self._conn._thread.join(timeout=1)
