"""What is done on SQLite's connections for a transaction: by the lane's thread, or at once."""

import sqlite3
from typing import Any

from konsento.foundation.database.at_once import rows_of
from konsento.foundation.database.engine import Held, Row
from konsento.foundation.database.lane import Lane

NO_WAITING = "busy_timeout=0"  # but where a transaction begins on the writer's thread
OWN = "own"  # the savepoint of a transaction that shares its commit with those before it
LOST = "the transaction was rolled back by an earlier failure"


class SqliteHeld(Held):
    """`used`: something was asked; `begun`: SQLite has begun; `changes`: all till then.

    `apart`: some of it was done by the lane's thread. `shares`: it began within another's
    transaction, of which it is a savepoint; `kept`: it ended cleanly and waits for the commit.
    """

    __slots__ = ("apart", "begin", "begun", "changes", "kept", "lane", "used", "wait_ms")

    def __init__(self, lane: Lane, begin: str, *, writes: bool, wait_s: float) -> None:
        super().__init__(writes=writes)
        self.lane = lane
        self.begin = begin
        self.wait_ms = int(wait_s * 1000) if writes else 0
        self.changes = 0
        self.apart = False
        self.begun = False
        self.kept = False
        self.used = False

    @property
    def shares(self) -> bool:
        return self.begin == f"SAVEPOINT {OWN}"


def fetch_within(
    conn: sqlite3.Connection, held: SqliteHeld, sql: str, args: list[Any]
) -> list[Row]:
    if not held.begun:
        begin(conn, held, wait_ms=held.wait_ms)
    elif not conn.in_transaction:
        # A full disk rolls back by itself; going on would commit the second half alone.
        raise sqlite3.OperationalError(LOST)
    return rows_of(conn, sql, args)


def begin(conn: sqlite3.Connection, held: SqliteHeld, *, wait_ms: int) -> None:
    if held.shares and not conn.in_transaction:
        raise sqlite3.OperationalError(LOST)
    if wait_ms:
        conn.execute(f"PRAGMA busy_timeout = {wait_ms}")
    try:
        conn.execute(held.begin)
    finally:
        if wait_ms:
            conn.execute(f"PRAGMA {NO_WAITING}")
    held.begun, held.changes = True, conn.total_changes


def begun_at_once(conn: sqlite3.Connection, held: SqliteHeld) -> bool:
    """False when another process has the file just now: a thread may wait for it, not the loop."""
    try:
        begin(conn, held, wait_ms=0)
    except sqlite3.OperationalError:
        return False
    return True


def commit(conn: sqlite3.Connection, held: SqliteHeld) -> None:
    try:
        if held.begun and not conn.in_transaction:
            raise sqlite3.OperationalError(LOST)
        if held.begun:
            conn.execute("COMMIT")
        held.committed = True
    except BaseException:
        roll_back(conn)
        raise


def commit_shared(conn: sqlite3.Connection) -> None:
    """All that the sharers changed, or none of it."""
    try:
        if not conn.in_transaction:
            raise sqlite3.OperationalError(LOST)
        conn.execute("COMMIT")
    except BaseException:
        roll_back(conn)
        raise


def keep_own(conn: sqlite3.Connection, held: SqliteHeld) -> None:
    """What the sharer did becomes the others' too; only together can it be undone from now on."""
    if not conn.in_transaction:
        raise sqlite3.OperationalError(LOST)
    conn.execute(f"RELEASE {OWN}")
    held.kept = True


def undo_own(conn: sqlite3.Connection, held: SqliteHeld) -> None:
    """What the sharer did, and not what those before it did."""
    if not conn.in_transaction:
        raise sqlite3.OperationalError(LOST)
    if held.begun:
        conn.execute(f"ROLLBACK TO {OWN}")
        conn.execute(f"RELEASE {OWN}")


def unchanged(conn: sqlite3.Connection, held: SqliteHeld) -> bool:
    return conn.total_changes == held.changes


def roll_back(conn: sqlite3.Connection) -> None:
    if conn.in_transaction:
        conn.execute("ROLLBACK")
