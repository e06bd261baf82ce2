"""What of SQLite may be done in the event loop's own thread, because it is known to be short.

A read is begun at once and broken off when it takes too many steps; whoever asked then has it
done by a thread. A statement of a write transaction cannot be broken off (SQLite would undo all
of the transaction), so what it touches is looked up before: one new row, or the rows of a key.
"""

import re
import sqlite3
from pathlib import Path
from typing import Any

from konsento.foundation.limits import SQLITE_STEPS_AT_ONCE, STATEMENTS_KEPT

# A table searched by equality: `SEARCH session USING INDEX sqlite_autoindex_session_1 (id=?)`.
BY_KEY = re.compile(r"SEARCH \S+ USING [A-Z ]*INDEX[^(]*\((?:\w+=\?(?: AND )?)+\)")
INSERT = re.compile(r"\s*INSERT INTO \S+ \([^()]*\) VALUES \([^()]*\)", re.IGNORECASE)
NOT_NOW = frozenset({sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


class TooLong(Exception):
    """Not to be done at once: a thread has to do it."""


class Glance:
    """A connection for reading that never keeps the loop: few steps, and no waiting for a lock."""

    def __init__(self, path: Path, pragmas: tuple[str, ...]) -> None:
        self._conn = sqlite3.connect(
            path,
            timeout=0,
            isolation_level=None,
            cached_statements=512,
            detect_types=sqlite3.PARSE_DECLTYPES,
        )
        for pragma in pragmas:
            self._conn.execute(f"PRAGMA {pragma}")
        self._called = 0
        self._conn.set_progress_handler(self._go_on, SQLITE_STEPS_AT_ONCE)

    def _go_on(self) -> bool:
        """Called each so many steps, which are counted on from one use of a statement to the next:
        the first call says nothing of this use."""
        self._called += 1
        return self._called > 1

    def read(self, sql: str, args: list[Any]) -> list[dict[str, Any]]:
        """The rows. Raises TooLong."""
        self._called = 0
        try:
            return rows_of(self._conn, sql, args)
        except sqlite3.OperationalError as broken:
            if getattr(broken, "sqlite_errorcode", 0) & 0xFF in NOT_NOW:
                raise TooLong from broken
            raise

    def close(self) -> None:
        self._conn.close()


class Short:
    """Which statements of a write transaction touch few rows, by their text."""

    def __init__(self) -> None:
        self._known: dict[str, bool] = {}

    def is_short(self, conn: sqlite3.Connection, sql: str, args: list[Any]) -> bool:
        """Whether it adds rows that are named in it, or finds all it touches by a whole key."""
        short = self._known.get(sql)
        if short is not None:
            return short
        try:
            plan = conn.execute(f"EXPLAIN QUERY PLAN {sql}", args).fetchall()
        except sqlite3.Error:
            return False  # whatever is wrong with it is said when it is done
        short = _looks_short(sql, plan)
        if len(self._known) < STATEMENTS_KEPT:
            self._known[sql] = short
        return short


def _looks_short(sql: str, plan: list[tuple[Any, ...]]) -> bool:
    if not plan:
        return INSERT.match(sql) is not None
    return all(BY_KEY.fullmatch(str(row[3])) for row in plan)


def rows_of(conn: sqlite3.Connection, sql: str, args: list[Any]) -> list[dict[str, Any]]:
    """Execute, and give all rows as dicts."""
    cursor = conn.execute(sql, args)
    if cursor.description is None:
        return []
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
