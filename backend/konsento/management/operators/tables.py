"""Rows of the operators room: who may sit at the desk, who sits there, and what was done there.

Besides them: facilities' names, the last link test of each outlet, and visitors' reports.
"""

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


class FacilityRow(Table, tablename="operator_facility"):
    """What a facility is called."""

    id = Text(primary_key=True)
    name_ja = Text()
    name_en = Text()


class ActRow(Table, tablename="operator_act"):
    """Who did what to which outlet or session, when and why. Rows are only added."""

    id = Text(primary_key=True)
    facility = Text()
    code = Text()
    session_id = Text(null=True, default=None)
    kind = Text()
    operator_id = Text()
    operator_name = Text()
    why = Text()
    at_ms = BigInt()


class LinkTestRow(Table, tablename="outlet_link_test"):
    """The last test of a kind of the way to an outlet's meter; `found` is a LinkTest as JSON."""

    code = Text(primary_key=True)
    kind = Text()
    at_ms = BigInt()
    found = Text()


class ReportRow(Table, tablename="outlet_report"):
    """A problem that a visitor reported; open until the desk has answered it."""

    id = Text(primary_key=True)
    visitor = Text()
    code = Text()
    session_id = Text(null=True, default=None)
    kind = Text()
    words = Text()
    at_ms = BigInt()
    closed_at_ms = BigInt(null=True, default=None)
    note = Text(null=True, default=None)


PEOPLE.owns(OperatorRow, OperatorSessionRow, FacilityRow, ActRow, LinkTestRow, ReportRow)

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
    Step(
        "operators-2",
        (
            "CREATE TABLE operator_facility (id TEXT PRIMARY KEY, name_ja TEXT NOT NULL, "
            "name_en TEXT NOT NULL)",
            "CREATE TABLE operator_act (id TEXT PRIMARY KEY, facility TEXT NOT NULL, "
            "code TEXT NOT NULL, session_id TEXT, kind TEXT NOT NULL, operator_id TEXT NOT NULL, "
            "operator_name TEXT NOT NULL, why TEXT NOT NULL, at_ms BIGINT NOT NULL)",
            "CREATE INDEX operator_act_of ON operator_act (facility, code, at_ms)",
            "CREATE UNIQUE INDEX operator_act_stop ON operator_act (session_id) "
            "WHERE kind = 'stop'",
            "CREATE TABLE outlet_link_test (code TEXT NOT NULL, kind TEXT NOT NULL, "
            "at_ms BIGINT NOT NULL, found TEXT NOT NULL)",
            "CREATE UNIQUE INDEX outlet_link_test_last ON outlet_link_test (code, kind)",
            "CREATE TABLE outlet_report (id TEXT PRIMARY KEY, visitor TEXT NOT NULL, "
            "code TEXT NOT NULL, session_id TEXT, kind TEXT NOT NULL, words TEXT NOT NULL, "
            "at_ms BIGINT NOT NULL, closed_at_ms BIGINT, note TEXT)",
            "CREATE UNIQUE INDEX outlet_report_open ON outlet_report (visitor, code, kind) "
            "WHERE closed_at_ms IS NULL",
            "CREATE INDEX outlet_report_at ON outlet_report (code, at_ms) "
            "WHERE closed_at_ms IS NULL",
        ),
    ),
)
