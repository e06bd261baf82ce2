"""PostgreSQL behind a pool whose connections always come back.

Stock Piccolo leaks the connection when BEGIN, COMMIT or the caller is cut short. Here a
connection whose end is unknown is thrown away, never lent again.
"""

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

import asyncpg

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
from konsento.foundation.limits import POSTGRES_CONNECTIONS

SETTINGS = {
    # Only a transaction that says so may write, whatever the statement begins with.
    "default_transaction_read_only": "on",
    "statement_timeout": "15s",
    "idle_in_transaction_session_timeout": "20s",
    "application_name": "konsento",
    "jit": "off",
}
BUSY = (
    asyncpg.LockNotAvailableError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.QueryCanceledError,
)
# Before COMMIT, none of these can have changed anything. At COMMIT nobody knows.
AWAY = (
    TimeoutError,
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InternalClientError,
    asyncpg.AdminShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
)


class PostgresHeld(Held):
    """A connection of the pool, begun."""

    __slots__ = ("conn",)

    def __init__(self, conn: Any, *, writes: bool) -> None:
        super().__init__(writes=writes)
        self.conn = conn


@contextlib.contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except asyncpg.UniqueViolationError as refused:
        raise RowExists(str(refused)) from refused
    except asyncpg.IntegrityConstraintViolationError as refused:
        raise RowRefused(str(refused)) from refused
    except BUSY as busy:
        raise DatabaseBusy(str(busy)) from busy
    except asyncpg.ReadOnlySQLTransactionError as outside:
        raise WriteOutsideTransaction(str(outside)) from outside


async def _on(conn: Any, sql: str, args: list[Any]) -> list[Row]:
    try:
        with _in_our_words():
            return [dict(record) for record in await conn.fetch(sql, *args)]
    except (*AWAY, asyncpg.InterfaceError) as away:
        if isinstance(away, asyncpg.InterfaceError) and not conn.is_closed():
            raise
        raise DatabaseBusy("the connection was lost") from away


async def _as_it_is(_: Any) -> None:
    """Nothing to reset: no session state is ever set, and a reset costs a round trip a query."""


def _throw_away(conn: Any) -> None:
    with contextlib.suppress(asyncpg.InterfaceError):  # it has gone by itself already
        conn.terminate()


class PostgresEngine(HouseEngine):
    """One database by its URL (postgresql://…)."""

    __slots__ = ("_pool", "_url")

    TABLES = "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = current_schema()"

    def __init__(self, url: str, *, wait_s: float) -> None:
        super().__init__("postgres", wait_s=wait_s)
        self._url = url

    async def open(self) -> None:
        self._pool: asyncpg.Pool[asyncpg.Record] = await asyncpg.create_pool(
            self._url,
            min_size=1,
            max_size=POSTGRES_CONNECTIONS,
            timeout=self.wait_s,
            reset=_as_it_is,
            server_settings={**SETTINGS, "lock_timeout": f"{int(self.wait_s * 1000)}ms"},
        )

    async def close(self) -> None:
        try:
            async with asyncio.timeout(self.wait_s):
                await self._pool.close()
        except TimeoutError:
            self._pool.terminate()

    async def _take(self) -> Any:
        try:
            return await self._pool.acquire(timeout=self.wait_s)
        except (*AWAY, asyncpg.InterfaceError) as away:
            raise DatabaseBusy("no connection") from away

    @contextlib.asynccontextmanager
    async def _within(self, begin: str, *, writes: bool) -> AsyncIterator[PostgresHeld]:
        held = await self._begin(begin, writes=writes)
        try:
            yield held
            with _in_our_words():
                await finish(self._commit(held))
        finally:
            await finish(self._give_back(held))

    async def _begin(self, begin: str, *, writes: bool) -> PostgresHeld:
        """A connection inside a transaction.

        One that was cut while it lay idle is thrown away for the next: nothing was begun on it.
        """
        cut: Exception | None = None
        for _ in range(POSTGRES_CONNECTIONS + 1):
            held = PostgresHeld(await self._take(), writes=writes)
            try:
                await held.conn.execute(begin)
            except (*AWAY, asyncpg.InterfaceError) as away:
                cut = away
                _throw_away(held.conn)
                await finish(self._pool.release(held.conn))
            except BaseException:
                await finish(self._give_back(held))
                raise
            else:
                return held
        raise DatabaseBusy("every connection was lost") from cut

    async def _commit(self, held: PostgresHeld) -> None:
        # A transaction that an earlier statement broke answers COMMIT with ROLLBACK, politely.
        if await held.conn.execute("COMMIT") != "COMMIT":
            raise RowRefused("an earlier statement failed; nothing was changed")
        held.committed = True

    async def _give_back(self, held: PostgresHeld) -> None:
        try:
            if not held.committed:
                await held.conn.execute("ROLLBACK", timeout=self.wait_s)
        except Exception:  # noqa: BLE001 -- its end is unknown, whatever the reason
            _throw_away(held.conn)
        finally:
            await self._pool.release(held.conn)

    def hold_for_writing(self) -> contextlib.AbstractAsyncContextManager[PostgresHeld]:
        return self._within("BEGIN READ WRITE", writes=True)

    def hold_for_reading(self) -> contextlib.AbstractAsyncContextManager[PostgresHeld]:
        return self._within("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", writes=False)

    async def lock(self, held: Held, name: str) -> None:
        number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
        await self.fetch(held, "SELECT pg_advisory_xact_lock($1)", [number])

    async def fetch(self, held: Held | None, sql: str, args: list[Any]) -> list[Row]:
        if isinstance(held, PostgresHeld):
            return await _on(held.conn, sql, args)
        conn = await self._take()
        try:
            return await _on(conn, sql, args)
        finally:
            await finish(self._pool.release(conn))
