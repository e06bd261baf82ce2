"""What both engines share: a transaction's connection, and errors told in one language."""

import asyncio
import contextvars
from abc import abstractmethod
from collections.abc import Awaitable
from contextlib import AbstractAsyncContextManager
from typing import Any, ClassVar, TypeVar

from piccolo.engine.base import BaseAtomic, BaseBatch, BaseTransaction, Engine
from piccolo.querystring import QueryString

T = TypeVar("T")
Row = dict[str, Any]

READS = ("SELECT", "WITH")


class RowRefused(Exception):
    """A rule of the table refused the row: a foreign key, a check, a missing value."""


class RowExists(RowRefused):
    """A unique rule refused the row."""


class DatabaseBusy(Exception):
    """No connection or lock within its time; nothing was changed."""


class WriteOutsideTransaction(Exception):
    """A statement that writes was sent outside `Database.writing()`."""


class TransactionOfAnotherTask(Exception):
    """A task was started inside a transaction and used the database before that ended.

    Silently reading beside the transaction would be wrong as often as right, so it is refused.
    """


class Held:
    """What a running transaction holds: it belongs to the task that began it, till it ends."""

    __slots__ = ("committed", "open", "task", "writes")

    def __init__(self, *, writes: bool) -> None:
        self.task = asyncio.current_task()
        self.writes = writes
        self.open = True
        self.committed = False


async def finish(work: Awaitable[T]) -> T:
    """Wait to the end even when cancelled, and be cancelled afterwards.

    A rollback that is half done would keep a lock for ever; so the caller's cancellation waits.
    """
    doing = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not doing.done():
        try:
            await asyncio.shield(doing)
        except asyncio.CancelledError as stop:
            cancelled = stop
        except Exception:  # noqa: BLE001 -- raised below, by `result`
            break
    if cancelled is not None:
        raise cancelled from (None if doing.cancelled() else doing.exception())
    return doing.result()


class HouseEngine(Engine[BaseTransaction]):
    """A Piccolo engine with a pool, and transactions that always give back what they took."""

    __slots__ = ("_held", "wait_s")

    TABLES: ClassVar[str]  # a query for the names of the tables

    def __init__(self, engine_type: str, *, wait_s: float) -> None:
        self.wait_s = wait_s
        self._held: contextvars.ContextVar[Held | None] = contextvars.ContextVar(
            f"{engine_type}-{id(self)}", default=None
        )
        self.engine_type = engine_type
        self.log_queries = False
        self.log_responses = False
        self.query_id = 0

    @abstractmethod
    async def open(self) -> None: ...

    @abstractmethod
    async def close(self) -> None: ...

    @abstractmethod
    def hold_for_writing(self) -> AbstractAsyncContextManager[Held]:
        """A write transaction; committed at a clean end, else rolled back."""

    @abstractmethod
    def hold_for_reading(self) -> AbstractAsyncContextManager[Held]:
        """A transaction that sees one unchanging state."""

    @abstractmethod
    async def fetch(self, held: Held | None, sql: str, args: list[Any]) -> list[Row]:
        """Run within the transaction, or on a connection of the pool when `held` is None."""

    @abstractmethod
    async def lock(self, held: Held, name: str) -> None:
        """Hold `name` till the transaction ends, against other transactions that ask for it."""

    def enter(self, held: Held) -> contextvars.Token[Held | None]:
        return self._held.set(held)

    def leave(self, held: Held, mark: contextvars.Token[Held | None]) -> None:
        held.open = False
        self._held.reset(mark)

    def in_transaction(self) -> bool:
        """Of this task; one that a parent task began is not ours."""
        held = self._held.get()
        return held is not None and held.open and held.task is asyncio.current_task()

    async def run_querystring(self, querystring: QueryString, in_pool: bool = True) -> list[Row]:
        sql, args = querystring.compile_string(engine_type=self.engine_type)
        return await self.run(sql, args)

    async def run_ddl(self, ddl: str, in_pool: bool = True) -> list[Row]:
        return await self.run(ddl, [])

    async def run(self, sql: str, args: list[Any]) -> list[Row]:
        held = self._held.get()
        if held is not None and not held.open:
            held = None  # inherited by a task that outlived the transaction
        elif held is not None and held.task is not asyncio.current_task():
            raise TransactionOfAnotherTask(sql[:80])
        if not (held and held.writes) and not sql.lstrip()[:6].upper().startswith(READS):
            raise WriteOutsideTransaction(sql[:80])
        return await self.fetch(held, sql, args)

    async def get_version(self) -> float:
        return 0.0

    def get_version_sync(self) -> float:
        return 0.0

    async def prep_database(self) -> None:
        return None

    async def batch(self, query: Any, batch_size: int = 100, node: str | None = None) -> BaseBatch:
        raise NotImplementedError("batch() opens a connection of its own; page by key instead")

    def transaction(self, *args: Any, **kwargs: Any) -> BaseTransaction:
        raise NotImplementedError("use Database.writing()")

    def atomic(self) -> BaseAtomic:
        raise NotImplementedError("use Database.writing()")
