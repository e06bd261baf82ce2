"""Databases for tests, migrated once in a process: SQLite's are copied, PostgreSQL's emptied.

Making sixty tables and dropping them takes longer than most tests do. That the steps themselves
work on an empty database is what `foundation/test_migrations.py` and every first test of a kind
say: it begins with one.
"""

import contextlib
import hashlib
import shutil
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path

from msgspec import Struct, field

from konsento.foundation.database import Database, DatabaseBusy
from konsento.foundation.migrations import Step

NewAddress = Callable[[str], Awaitable[str]]
OpenDatabase = Callable[[Database, Sequence[Step]], Awaitable[Database]]

# A relation's columns are counted: a test that changed the shape itself leaves another one behind.
SHAPE = (
    "SELECT string_agg(relname || relnatts, ',' ORDER BY relname) AS shape, "
    # Whatever was written to has pages, also when it was deleted or rolled back.
    "coalesce(array_agg(relname::text) FILTER ("
    "WHERE relkind = 'r' AND relname <> 'migration' AND pg_relation_size(oid) > 0), '{}') AS used "
    "FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
)


def kind_of(database: Database, steps: Sequence[Step]) -> str:
    """What two databases have in common of which one can stand for the other."""
    digests = "".join(step.name + step.digest for step in steps)
    return f"{database.name}-{hashlib.sha256(digests.encode()).hexdigest()}"


def copy_once(model: Path, file: Path) -> None:
    if not file.exists():
        shutil.copyfile(model, file)


class Copied:
    """SQLite files, each the copy of one that was migrated and closed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def open(
        self, database: Database, steps: Sequence[Step], file: Path, now_ms: int
    ) -> None:
        """The database open on `file`, which is made unless it is there already."""
        model = self._folder / f"{kind_of(database, steps)}.sqlite"
        if not model.exists():
            await database.open(str(model))
            await database.migrate(steps, now_ms)
            await database.close()
        copy_once(model, file)
        await database.open(str(file))


class Kind(Struct):
    """How the databases of one kind are when they were migrated: `rows`, as JSON, by table."""

    shape: str
    rows: dict[str, str]
    free: list[str] = field(default_factory=list)


class Emptied:
    """PostgreSQL's schemas, lent to one test after another."""

    def __init__(self) -> None:
        self._kinds: dict[str, Kind] = {}

    async def open(
        self, database: Database, steps: Sequence[Step], fresh: NewAddress, now_ms: int
    ) -> Callable[[], None]:
        """The database open as if just migrated; what is returned gives its schema back."""
        name = kind_of(database, steps)
        kind = self._kinds.get(name)
        address = await _reopened(database, kind) if kind else None
        if kind is None or address is None:
            address = await fresh(database.name)
            await database.open(address)
            await database.migrate(steps, now_ms)
            kind = self._kinds.setdefault(name, await _seen(database))
        return partial(kind.free.append, address)


async def _seen(database: Database) -> Kind:
    found = (await database.ask(SHAPE))[0]
    rows = {}
    for table in found["used"]:
        told = await database.ask(f"SELECT json_agg(kept)::text AS rows FROM {table} kept")
        rows[table] = told[0]["rows"]
    return Kind(found["shape"], rows)


async def _reopened(database: Database, kind: Kind) -> str | None:
    """One that a test before had; those that cannot be as they were are not lent again."""
    while kind.free:
        address = kind.free.pop()
        await database.open(address)
        with contextlib.suppress(DatabaseBusy):
            if await _as_migrated(database, kind):
                return address
        await database.close()
    return None


async def _as_migrated(database: Database, kind: Kind) -> bool:
    found = (await database.ask(SHAPE))[0]
    if found["shape"] != kind.shape:
        return False
    async with database.writing():
        if found["used"]:
            await database.ask(f"TRUNCATE {', '.join(found['used'])} CASCADE")
        for table, rows in kind.rows.items():
            made = f"json_populate_recordset(NULL::{table}, {{}}::json)"
            await database.ask(f"INSERT INTO {table} SELECT * FROM {made}", rows)
    return True
