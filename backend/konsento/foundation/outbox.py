"""What we owe the outside, written down in the transaction that owes it and done after it.

A task is leased with a growing generation: a worker that slept through its lease comes back to
find the generation changed, and its answer changes nothing. The task's id is the key that makes
a repeated effect one effect, so a crash between the call and the tick is only a second call.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
import structlog

from konsento.foundation.clock import Clock
from konsento.foundation.database import Database, Transaction
from konsento.foundation.ids import Ids
from konsento.foundation.limits import (
    OUTBOX_ATTEMPTS,
    OUTBOX_BACKOFF_MS_MAX,
    OUTBOX_BATCH,
    OUTBOX_HANDLER_MS,
    OUTBOX_LEASE_MS,
    OUTBOX_POLL_MS,
)
from konsento.foundation.migrations import Step
from konsento.foundation.wake import Wake

log = structlog.get_logger(__name__)

OUTBOX = Step(
    "foundation-outbox-1",
    (
        "CREATE TABLE outbox (id TEXT PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL, "
        "due_at_ms BIGINT NOT NULL, generation BIGINT NOT NULL, attempts BIGINT NOT NULL, "
        "owed_at_ms BIGINT NOT NULL, given_up_at_ms BIGINT, error TEXT)",
        "CREATE INDEX outbox_due ON outbox (due_at_ms)",
    ),
)

# What is owed at most once is looked up by what it is, among thousands that are owed.
OUTBOX_FRESH = Step(
    "foundation-outbox-2",
    ("CREATE INDEX outbox_fresh ON outbox (kind, subject) WHERE generation = 0",),
)


class Task(msgspec.Struct, frozen=True):
    """One thing owed: what kind, about whom (a row's id), and how often it was tried."""

    id: str
    kind: str
    subject: str
    attempts: int
    generation: int


class TryLater(Exception):
    """Not a failure of ours: try again after `for_ms`, counting as an attempt."""

    def __init__(self, for_ms: int) -> None:
        super().__init__(f"again in {for_ms} ms")
        self.for_ms = for_ms


class WorkerLost(Exception):
    """The task was leased as often as it may be tried, and no worker lived to say how it went."""


Handler = Callable[[Task], Awaitable[None]]


class Outbox:
    """The tasks of one database."""

    def __init__(self, database: Database, ids: Ids, wake: Wake | None = None) -> None:
        self._database = database
        self._ids = ids
        self._wake = wake or Wake()
        self._busy: set[str] = set()
        self._leasing = False
        self._ending = False

    async def owe(
        self, tx: Transaction, kind: str, subject: str, now_ms: int, *, after_ms: int = 0
    ) -> str:
        """Owe one task, within `tx`; it is due `after_ms` from now. Returns the task's id."""
        task_id = self._ids.fresh()
        await self._database.ask(
            "INSERT INTO outbox (id, kind, subject, due_at_ms, generation, attempts, owed_at_ms) "
            "VALUES ({}, {}, {}, {}, 0, 0, {})",
            task_id, kind, subject, now_ms + after_ms, now_ms,
        )  # fmt: skip
        tx.after_commit(self._wake.ring)
        return task_id

    async def owe_once(
        self, tx: Transaction, kind: str, subject: str, now_ms: int, *, after_ms: int = 0
    ) -> None:
        """Owe it, unless the same is owed and nobody has begun with it: that one will see all
        that is so by now.
        """
        rows = await self._database.ask(
            "SELECT id FROM outbox WHERE kind = {} AND subject = {} AND generation = 0 LIMIT 1",
            kind, subject,
        )  # fmt: skip
        if not rows:
            await self.owe(tx, kind, subject, now_ms, after_ms=after_ms)

    async def lease(self, now_ms: int, *, at_most: int = OUTBOX_BATCH) -> list[Task]:
        """Take what is due, for OUTBOX_LEASE_MS; each task goes to one worker."""
        if not await self._any_due(now_ms):
            return []  # most rings are of something that is due later, or leased by now
        skip = " FOR UPDATE SKIP LOCKED" if self._database.engine.engine_type == "postgres" else ""
        # What this process still works on stays its own, however slow: else a fast clock would
        # lease it twice. MATERIALIZED, or PostgreSQL may choose the rows anew for each join.
        busy = tuple(self._busy)
        own = f"AND id NOT IN ({', '.join('{}' for _ in busy)}) " if busy else ""
        async with self._database.writing():
            rows = await self._database.ask(
                "WITH due AS MATERIALIZED (SELECT id FROM outbox "
                f"WHERE due_at_ms <= {{}} AND given_up_at_ms IS NULL {own}"
                f"ORDER BY due_at_ms LIMIT {{}}{skip}) "
                "UPDATE outbox SET due_at_ms = {}, generation = generation + 1, "
                "attempts = attempts + 1 WHERE id IN (SELECT id FROM due) "
                "RETURNING id, kind, subject, attempts, generation",
                now_ms, *busy, at_most, now_ms + OUTBOX_LEASE_MS,
            )  # fmt: skip
        return [Task(**row) for row in rows]

    async def _any_due(self, now_ms: int) -> bool:
        sql = "SELECT id FROM outbox WHERE due_at_ms <= {} AND given_up_at_ms IS NULL LIMIT 1"
        return bool(await self._database.ask(sql, now_ms))

    async def done(self, task: Task) -> None:
        """Strike it off, unless another worker has taken it since."""
        async with self._database.writing():
            await self._database.ask(
                "DELETE FROM outbox WHERE id = {} AND generation = {}", task.id, task.generation
            )

    async def failed(self, task: Task, error: Exception, now_ms: int) -> None:
        """Try again later, further apart each time; give up, visibly, after OUTBOX_ATTEMPTS."""
        backoff_ms = min(OUTBOX_BACKOFF_MS_MAX, 500 * 2**task.attempts)
        jittered_ms = backoff_ms // 2 + self._ids.below(backoff_ms // 2 + 1)
        wait_ms = error.for_ms if isinstance(error, TryLater) else jittered_ms
        gone = task.attempts >= OUTBOX_ATTEMPTS
        async with self._database.writing():
            await self._database.ask(
                "UPDATE outbox SET due_at_ms = {}, error = {}, given_up_at_ms = {} "
                "WHERE id = {} AND generation = {}",
                now_ms + wait_ms, type(error).__name__, now_ms if gone else None,
                task.id, task.generation,
            )  # fmt: skip
        tell = log.error if gone else log.warning
        tell(
            "task given up" if gone else "task failed",
            task=task.id, kind=task.kind, attempt=task.attempts, error=type(error).__name__,
        )  # fmt: skip

    async def work_once(self, handlers: Mapping[str, Handler], clock: Clock) -> int:
        """Lease, handle and strike off what is due now; returns how many were leased."""
        tasks = await self.lease(clock.now_ms())
        await asyncio.gather(*(self._handle(task, handlers, clock) for task in tasks))
        return len(tasks)

    async def _handle(self, task: Task, handlers: Mapping[str, Handler], clock: Clock) -> None:
        """Never raises: what could not even be struck off comes back when its lease ends."""
        self._busy.add(task.id)
        try:
            error = await self._try(task, handlers)
            if error is None:
                await self.done(task)
            else:
                await self.failed(task, error, clock.now_ms())
        except Exception as error:
            log.error("outbox failing", database=self._database.name, exc_info=error)
        finally:
            self._busy.discard(task.id)

    async def _try(self, task: Task, handlers: Mapping[str, Handler]) -> Exception | None:
        if task.attempts > OUTBOX_ATTEMPTS:
            return WorkerLost(task.id)
        try:
            async with asyncio.timeout(OUTBOX_HANDLER_MS / 1000):
                await handlers[task.kind](task)
        except Exception as error:  # noqa: BLE001 -- any failure is tried again
            return error
        return None

    async def work(self, handlers: Mapping[str, Handler], clock: Clock) -> None:
        """Work for ever: at once when rung, else every OUTBOX_POLL_MS.

        Up to OUTBOX_BATCH tasks at a time; a slow one holds up none but itself.
        """
        async with asyncio.TaskGroup() as group:
            while not self._ending:
                heard = self._wake.rings
                free = OUTBOX_BATCH - len(self._busy)
                self._leasing = True
                tasks = await self._lease_or_tell(clock.now_ms(), free) if free else []
                for task in tasks:
                    self._busy.add(task.id)
                    group.create_task(self._handle_and_ring(task, handlers, clock))
                self._leasing = False
                if not tasks or len(tasks) < free:
                    await self._wake.wait(OUTBOX_POLL_MS, since=heard)

    async def finish(self, within_ms: int) -> None:
        """Lease nothing more; wait, at most `within_ms` real time, for what is being done.

        What is not done by then is leased again, by another worker, when its lease runs out.
        """
        self._ending = True
        self._wake.ring_here()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_ms / 1000):
                while self._busy or self._leasing:
                    await self._wake.wait(OUTBOX_POLL_MS, since=self._wake.rings)

    async def _lease_or_tell(self, now_ms: int, free: int) -> list[Task]:
        try:
            return await self.lease(now_ms, at_most=free)
        except Exception as error:  # the database may be away for a while
            log.error("outbox failing", database=self._database.name, exc_info=error)
            await asyncio.sleep(OUTBOX_POLL_MS / 1000)  # whatever rings meanwhile
            return []

    async def _handle_and_ring(
        self, task: Task, handlers: Mapping[str, Handler], clock: Clock
    ) -> None:
        full = len(self._busy) >= OUTBOX_BATCH
        await self._handle(task, handlers, clock)
        if full or self._ending:
            self._wake.ring_here()

    async def given_up(self) -> list[dict[str, Any]]:
        """What needs a person: tasks that failed to the end."""
        return await self._database.ask(
            "SELECT id, kind, subject, error, given_up_at_ms FROM outbox "
            "WHERE given_up_at_ms IS NOT NULL ORDER BY given_up_at_ms"
        )
