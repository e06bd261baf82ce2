"""One SQLite connection on a thread of its own: a call is one hop there and one back.

A hop costs some 0.1 ms of processor, ten times what it takes to find a row by its key; so what
is known to be short can be done at once, in the caller's thread, while the lane is idle.

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
            check_same_thread=False,
        )
        self._conn._thread.daemon = True
        self._asked = 0  # counted by the loop's thread
        self._done = 0  # counted by the lane's: also what nobody waits for any more is counted

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
        self._asked += 1
        self._conn._tx.put_nowait((done, partial(self._do, work, *args)))
        return done

    def at_once(
        self,
        work: Callable[Concatenate[sqlite3.Connection, P], T],
        *args: P.args,
        **named: P.kwargs,
    ) -> T:
        """Do `work(connection, *args)` here and now: what is short, and on an idle lane alone."""
        if not self.idle:
            raise RuntimeError("the lane is at work")
        return work(self._connection, *args, **named)

    @property
    def idle(self) -> bool:
        """Whether all that was called is done."""
        return self._asked == self._done

    @property
    def _connection(self) -> sqlite3.Connection:
        assert self._conn._conn is not None
        return self._conn._conn

    def _do(self, work: Callable[..., T], *args: object) -> T:
        try:
            return work(self._connection, *args)
        finally:
            self._done += 1

    async def close(self) -> None:
        """Close the connection after all that was called before, and end the thread."""
        await self._conn.close()
        self._conn._thread.join(timeout=1)
