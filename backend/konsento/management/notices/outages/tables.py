"""Rows of the telling of outages: how each registration stands, what it was told, and the brake."""

from piccolo.columns import BigInt, Text
from piccolo.table import Table

from konsento.foundation.databases import PEOPLE
from konsento.foundation.migrations import Step


class StandingRow(Table, tablename="power_standing"):
    """One registration that was told something: `body` is told.Standing.

    `version` counts its changes: who weighed an older one tells nothing. While `waits` its meter
    is looked at from `look_from_ms` on.
    """

    registration = Text(primary_key=True)
    smid = Text()
    version = BigInt()
    waits = BigInt()
    look_from_ms = BigInt()
    changed_at_ms = BigInt()
    body = Text()


class NoticeRow(Table, tablename="power_notice"):
    """One thing told: `body` is notice.Notice."""

    id = Text(primary_key=True)
    registration = Text()
    thread = Text()
    at_ms = BigInt()
    body = Text()


class CrowdRow(Table, tablename="power_crowd"):
    """Of an outage how many were told or wait to be, on whose word, and whether the brake holds."""

    outage = Text(primary_key=True)
    recipients = BigInt()
    sources = Text()
    at_ms = BigInt()
    held_at_ms = BigInt(null=True, default=None)
    released_at_ms = BigInt(null=True, default=None)


class DoubtRow(Table, tablename="power_doubt"):
    """When somebody said last that they are still without power."""

    registration = Text(primary_key=True)
    at_ms = BigInt()


class CursorRow(Table, tablename="power_cursor"):
    """How far the outage room's events were followed."""

    id = Text(primary_key=True)
    cursor = BigInt()


PEOPLE.owns(StandingRow, NoticeRow, CrowdRow, DoubtRow, CursorRow)

STEPS = (
    Step(
        "power-1",
        (
            "CREATE TABLE power_standing (registration TEXT PRIMARY KEY, smid TEXT NOT NULL, "
            "version BIGINT NOT NULL, waits BIGINT NOT NULL, look_from_ms BIGINT NOT NULL, "
            "changed_at_ms BIGINT NOT NULL, body TEXT NOT NULL)",
            "CREATE INDEX power_standing_waits ON power_standing (registration) WHERE waits = 1",
            "CREATE INDEX power_standing_age ON power_standing (changed_at_ms)",
            "CREATE TABLE power_notice (id TEXT PRIMARY KEY, registration TEXT NOT NULL, "
            "thread TEXT NOT NULL, at_ms BIGINT NOT NULL, body TEXT NOT NULL)",
            "CREATE INDEX power_notice_of ON power_notice (registration, at_ms)",
            "CREATE INDEX power_notice_age ON power_notice (at_ms)",
            "CREATE TABLE power_crowd (outage TEXT PRIMARY KEY, recipients BIGINT NOT NULL, "
            "sources TEXT NOT NULL, at_ms BIGINT NOT NULL, held_at_ms BIGINT, "
            "released_at_ms BIGINT)",
            "CREATE INDEX power_crowd_age ON power_crowd (at_ms)",
            "CREATE TABLE power_doubt (registration TEXT PRIMARY KEY, at_ms BIGINT NOT NULL)",
            "CREATE TABLE power_cursor (id TEXT PRIMARY KEY, cursor BIGINT NOT NULL)",
        ),
    ),
)
