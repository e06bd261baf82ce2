"""Rows of the operators room: who may sit at the desk, and who sits there now."""

from piccolo.columns import BigInt, Text
from piccolo.table import Table

from konsento.foundation.databases import PEOPLE
from konsento.foundation.migrations import Step


class OperatorRow(Table, tablename="operator_account"):
    """One account of one facility's staff; `name` is what is typed to sign in, normalised."""

    id = Text(primary_key=True)
    facility = Text()
    name = Text()
    password_hash = Text()
    created_at_ms = BigInt()


class OperatorSessionRow(Table, tablename="operator_session"):
    """One signed-in browser; of its secret only a digest is kept."""

    digest = Text(primary_key=True)
    operator_id = Text()
    created_at_ms = BigInt()
    seen_at_ms = BigInt()
    expires_at_ms = BigInt()


PEOPLE.owns(OperatorRow, OperatorSessionRow)

STEPS = (
    Step(
        "operators-1",
        (
            "CREATE TABLE operator_account (id TEXT PRIMARY KEY, facility TEXT NOT NULL, "
            "name TEXT NOT NULL, password_hash TEXT NOT NULL, created_at_ms BIGINT NOT NULL)",
            "CREATE UNIQUE INDEX operator_account_name ON operator_account (name)",
            "CREATE TABLE operator_session (digest TEXT PRIMARY KEY, operator_id TEXT NOT NULL, "
            "created_at_ms BIGINT NOT NULL, seen_at_ms BIGINT NOT NULL, "
            "expires_at_ms BIGINT NOT NULL)",
            "CREATE INDEX operator_session_of ON operator_session (operator_id)",
        ),
    ),
)
