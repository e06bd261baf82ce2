"""The line of those who write to a SQLite file: one at a time, and one commit for many.

A commit waits for the disk: ten times what most transactions take by themselves. So whoever ends
while others stand in line leaves SQLite's transaction open for the next, who begins within it by a
savepoint of their own; whoever is the last commits for all, and all are told together. Each sees
what those before it did, and each can be undone by itself until its end; also whoever fails
leaves only after the commit of what it saw. When the commit fails it has failed for all; nobody
was told anything before it.
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator

from konsento.foundation.database.engine import DatabaseBusy, finish
from konsento.foundation.database.lane import Lane
from konsento.foundation.database.sqlite_held import (
    OWN,
    SqliteHeld,
    commit,
    commit_shared,
    keep_own,
    roll_back,
    unchanged,
    undo_own,
)
from konsento.foundation.limits import SHARE_A_COMMIT_MAX


class Share:
    """Transactions that end with one commit; `ended` when it is known how."""

    def __init__(self) -> None:
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.count = 0
        self.durable = False

    def end(self, why_not: BaseException | None) -> None:
        if self.ended.done():
            return
        self.durable = why_not is None
        if why_not is None:
            self.ended.set_result(None)
        else:
            self.ended.set_exception(why_not)
            self.ended.exception()  # those who were cancelled meanwhile never ask


class WriteLine:
    """Who may write now. While a share is open, somebody has the turn or stands in line."""

    def __init__(self, lane: Lane, *, wait_s: float) -> None:
        self._lane = lane
        self._wait_s = wait_s
        self._turn = asyncio.Lock()
        self._standing = 0
        self._share: Share | None = None

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[SqliteHeld]:
        """A write transaction, durable at a clean end. Raises DatabaseBusy."""
        held, share = None, None
        try:
            try:
                async with self._in_line():
                    begin = f"SAVEPOINT {OWN}" if self._share else "BEGIN IMMEDIATE"
                    held = SqliteHeld(self._lane, begin, writes=True, wait_s=self._wait_s)
                    try:
                        yield held
                        await self._end(held)
                    finally:
                        share = await self._sharing(held)
            except Exception:
                if share:
                    await finish(share.ended)  # what it saw, and failed by, may be told now
                raise
            if share:
                await finish(share.ended)
        finally:
            if held is not None and held.kept and share:
                held.committed = share.durable  # also for who was cancelled while it was written

    async def _sharing(self, held: SqliteHeld) -> Share | None:
        """The share on which it depends, having been kept for it or having seen what is in it."""
        if held.kept:
            return self._shared()
        share = self._share if held.shares and held.begun else None
        if not held.committed:
            await finish(self._undo(held))
        return share

    @contextlib.asynccontextmanager
    async def last(self) -> AsyncIterator[None]:
        """Till the end of this nobody writes."""
        async with self._turn:
            if self._share:
                await finish(self._commit_shared(self._share))
            yield

    @contextlib.asynccontextmanager
    async def _in_line(self) -> AsyncIterator[None]:
        self._standing += 1
        try:
            await self._wait()
        finally:
            self._standing -= 1
            if not self._standing and self._share and not self._turn.locked():
                await finish(self._commit_left())
        try:
            yield
        finally:
            try:
                await self._pass_on()
            finally:
                self._turn.release()

    async def _wait(self) -> None:
        if not self._turn.locked():
            await self._turn.acquire()
            return
        try:
            async with asyncio.timeout(self._wait_s):
                await self._turn.acquire()
        except TimeoutError as waited:
            raise DatabaseBusy("another transaction goes on for too long") from waited

    async def _commit_left(self) -> None:
        """Whoever should have gone on with an open share gave up waiting, and was the last."""
        async with self.last():
            pass

    async def _pass_on(self) -> None:
        """The share goes on with whoever is next; with nobody next, or long enough, it ends."""
        share = self._share
        if share and (not self._standing or share.count >= SHARE_A_COMMIT_MAX):
            await finish(self._commit_shared(share))

    async def _commit_shared(self, share: Share) -> None:
        """Never raises: each sharer is told by `share.ended`."""
        self._share = None
        try:
            await self._lane.call(commit_shared)
        except sqlite3.Error as failed:
            share.end(failed)
        except BaseException as failed:
            share.end(failed)
            raise
        else:
            share.end(None)

    async def _end(self, held: SqliteHeld) -> None:
        """A clean end: committed, or kept for the commit that is shared."""
        if not held.begun:
            held.committed = True
        elif held.shares:
            await self._keep_own(held)
        elif not self._standing or self._is_unchanged(held):
            await self._commit(held)
        else:
            self._share, held.kept = Share(), True

    def _shared(self) -> Share | None:
        if self._share:
            self._share.count += 1
        return self._share

    async def _commit(self, held: SqliteHeld) -> None:
        """On the thread, since it waits for the disk; where nothing was changed it does not."""
        if self._is_unchanged(held):
            self._lane.at_once(commit, held)
        else:
            await finish(self._lane.call(commit, held))

    def _is_unchanged(self, held: SqliteHeld) -> bool:
        return not held.apart and self._lane.idle and self._lane.at_once(unchanged, held)

    async def _keep_own(self, held: SqliteHeld) -> None:
        if self._lane.idle:
            self._lane.at_once(keep_own, held)
        else:
            await finish(self._lane.call(keep_own, held))

    async def _undo(self, held: SqliteHeld) -> None:
        """Only its own; where that cannot be done, the whole share is undone and told so."""
        share = self._share
        if not held.shares or share is None:
            await self._lane.call(roll_back)
            return
        try:
            await self._lane.call(undo_own, held)
        except sqlite3.Error as lost:
            self._share = None
            share.end(lost)
            await self._lane.call(roll_back)
