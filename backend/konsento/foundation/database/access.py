"""A database by name: which tables live in it, how it is opened, read and written."""

import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from piccolo.table import Table

from konsento.foundation.database.engine import Held, HouseEngine, Row
from konsento.foundation.database.postgres import PostgresEngine
from konsento.foundation.database.rows import change, insertion
from konsento.foundation.database.sqlite import SqliteEngine
from konsento.foundation.limits import DATABASE_WAIT_S, STATEMENTS_KEPT
from konsento.foundation.migrations import Step, StepsMissing, missing, outstanding


@lru_cache(STATEMENTS_KEPT)
def numbered(sql: str, engine_type: str) -> str:
    """SQL with the engine's own marks for its {}: ? in SQLite, $1, $2 … in PostgreSQL."""
    numbers = range(1, sql.count("{}") + 1)
    return sql.format(*("?" if engine_type == "sqlite" else f"${number}" for number in numbers))


class Transaction:
    """The running write transaction."""

    def __init__(self, engine: HouseEngine, held: Held) -> None:
        self._engine = engine
        self._held = held
        self._afterwards: list[Callable[[], None]] = []

    async def lock(self, name: str) -> None:
        """Hold one more name till the end; always take names in the same order."""
        await self._engine.lock(self._held, name)

    def after_commit(self, call: Callable[[], None]) -> None:
        """Call it once the rows are durable; never when the transaction fails."""
        self._afterwards.append(call)

    def _ended(self) -> None:
        if self._held.committed:
            for call in self._afterwards:
                call()


class Database:
    """One of the house's databases. Tables are declared with it, the engine comes at `open`.

    Reads need no ceremony: `await Quote.select()`. Everything that writes happens inside
    `async with DB.writing()`, one use case each, with nothing slow inside.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._tables: list[type[Table]] = []
        self._engine: HouseEngine | None = None

    def owns(self, *tables: type[Table]) -> None:
        self._tables.extend(tables)
        for table in tables:
            table._meta._db = self._engine

    @property
    def tables(self) -> Sequence[type[Table]]:
        return tuple(self._tables)

    @property
    def engine(self) -> HouseEngine:
        if self._engine is None:
            raise RuntimeError(f"the {self.name} database is not open")
        return self._engine

    async def open(self, address: str, *, wait_s: float = DATABASE_WAIT_S) -> None:
        """`address`: a file's path for SQLite, or a postgresql:// URL.

        `wait_s`: how long anyone waits for a connection or a lock, then DatabaseBusy.
        """
        if address.startswith(("postgresql://", "postgres://")):
            engine: HouseEngine = PostgresEngine(address, wait_s=wait_s)
        else:
            engine = SqliteEngine(Path(address), wait_s=wait_s)
        await engine.open()
        self._engine = engine
        for table in self._tables:
            table._meta._db = engine

    async def close(self) -> None:
        if self._engine is not None:
            await self._engine.close()
            self._engine = None

    async def migrate(self, steps: Sequence[Step], now_ms: int) -> list[str]:
        """Apply the steps not yet applied, in order; returns their names. Safe to repeat."""
        async with self.writing("migrations"):
            return await outstanding(steps, now_ms, self.ask)

    async def must_have(self, steps: Sequence[Step]) -> None:
        """Changes nothing. Raises StepsMissing unless all of `steps` were applied."""
        rows = await self.engine.run(self.engine.TABLES, [])
        applied: list[str] = []
        if {"name": "migration"} in rows:
            applied = [row["name"] for row in await self.ask("SELECT name FROM migration")]
        if absent := missing(steps, applied):
            raise StepsMissing(f"the {self.name} database lacks {', '.join(absent)}")

    @contextlib.asynccontextmanager
    async def writing(self, *locks: str) -> AsyncIterator[Transaction]:
        """The one write transaction of a use case.

        `locks`: names held till the end. On SQLite there is one writer anyway; on PostgreSQL
        two transactions with a name in common run one after the other, so that what was read
        under the name still holds at the commit. It belongs to the task that began it: a task
        started inside is refused till the end, and is outside afterwards.
        Raises RowExists, RowRefused, DatabaseBusy.
        """
        engine = self._not_nested()
        transaction: Transaction | None = None
        try:
            async with engine.hold_for_writing() as held:
                transaction = Transaction(engine, held)
                mark = engine.enter(held)
                try:
                    for name in sorted(locks):
                        await transaction.lock(name)
                    yield transaction
                finally:
                    engine.leave(held, mark)
        finally:
            # Also when the caller was cancelled during the commit: the rows are there.
            if transaction is not None:
                transaction._ended()

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[None]:
        """Several reads of one unchanging state. Raises DatabaseBusy."""
        engine = self._not_nested()
        async with engine.hold_for_reading() as held:
            mark = engine.enter(held)
            try:
                yield
            finally:
                engine.leave(held, mark)

    def _not_nested(self) -> HouseEngine:
        if self.engine.in_transaction():
            raise RuntimeError("a use case has one transaction; do not nest")
        return self.engine

    async def ask(self, sql: str, *args: Any) -> list[Row]:
        """Run SQL with {} for each argument; rows as dicts. Without arguments, SQL as it is."""
        if not args:
            return await self.engine.run(sql, [])
        return await self.engine.run(numbered(sql, self.engine.engine_type), list(args))

    async def add(self, table: type[Table], facts: msgspec.Struct) -> None:
        """A new row; `facts` has a field for each column that may not be left to the database.

        Raises RowExists, RowRefused.
        """
        row: dict[str, Any] = msgspec.to_builtins(facts)
        await self.ask(insertion(table, row), *row.values())

    async def change(
        self, table: type[Table], key: str, now: msgspec.Struct, before: msgspec.Struct
    ) -> bool:
        """Write what differs of the row of that key; whether anything does."""
        old: dict[str, Any] = msgspec.to_builtins(before)
        new: dict[str, Any] = msgspec.to_builtins(now)
        facts = {name: value for name, value in new.items() if value != old[name]}
        if facts:
            await self.ask(change(table, facts), *facts.values(), key)
        return bool(facts)
