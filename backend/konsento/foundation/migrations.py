"""How a database grows: named steps, applied once, in order, never edited afterwards.

The statements are the common ground of SQLite and PostgreSQL (TEXT, BIGINT, BOOLEAN, CREATE
UNIQUE INDEX, additive ALTER TABLE), so that one list serves both.
"""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec

Ask = Callable[..., Awaitable[list[dict[str, Any]]]]

TABLE = (
    "CREATE TABLE IF NOT EXISTS migration "
    "(name TEXT PRIMARY KEY, digest TEXT NOT NULL, applied_at_ms BIGINT NOT NULL)"
)


class Step(msgspec.Struct, frozen=True):
    """One addition to the schema."""

    name: str
    statements: tuple[str, ...]

    @property
    def digest(self) -> str:
        return hashlib.sha256("\n".join(self.statements).encode()).hexdigest()


class StepChanged(Exception):
    """A step that was applied here reads differently now: add a new step instead."""


class StepsMissing(Exception):
    """The database is older than the program: `konsento migrate` comes first."""


def missing(steps: Sequence[Step], applied: Sequence[str]) -> list[str]:
    """The names of the steps not yet applied, in order."""
    return [step.name for step in steps if step.name not in applied]


async def outstanding(steps: Sequence[Step], now_ms: int, ask: Ask) -> list[str]:
    """Apply what is missing, inside the caller's transaction."""
    await ask(TABLE)
    applied = {
        row["name"]: row["digest"] for row in await ask("SELECT name, digest FROM migration")
    }
    added = []
    for step in steps:
        if step.name in applied:
            if applied[step.name] != step.digest:
                raise StepChanged(step.name)
            continue
        for statement in step.statements:
            await ask(statement)
        await ask("INSERT INTO migration VALUES ({}, {}, {})", step.name, step.digest, now_ms)
        added.append(step.name)
    return added
