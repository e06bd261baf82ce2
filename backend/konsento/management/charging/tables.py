"""Rows of the charging room: outlets, sessions, their samples, and how far events were read."""

from piccolo.columns import BigInt, Boolean, Text
from piccolo.table import Table

from konsento.foundation.databases import PEOPLE
from konsento.foundation.migrations import Step


class OutletRow(Table, tablename="outlet"):
    """An outlet that can be charged at; `outlet` is the control system's name for it.

    `plan_x` and `plan_y` are its place on the picture of its facility, in bays: the how many-th
    along its row, and which row from the top, from 1 on.
    """

    code = Text(primary_key=True)
    outlet = Text()
    facility = Text()
    title_ja = Text()
    title_en = Text()
    hint_ja = Text()
    hint_en = Text()
    voltage_v = BigInt()
    power_w_max = BigInt()
    locked = Boolean(default=False)
    plan_x = BigInt(null=True, default=None)
    plan_y = BigInt(null=True, default=None)


class FacilityContactRow(Table, tablename="facility_contact"):
    """How a facility is reached by its drivers; one without a row is not reached by telephone."""

    facility = Text(primary_key=True)
    phone = Text()


class SessionRow(Table, tablename="session"):
    """One charging; the columns are the fields of record.Session."""

    id = Text(primary_key=True)
    request_number = Text()
    visitor = Text()
    code = Text()
    outlet = Text()
    state = Text()
    chosen_by = Text()
    energy_wh_max = BigInt()
    duration_s_max = BigInt(null=True, default=None)
    counted_from = Text()
    power_type = Text()
    retailer_id = Text()
    created_at_ms = BigInt()
    deadline_ms = BigInt(null=True, default=None)
    reason = Text(null=True, default=None)
    authorised_at_ms = BigInt(null=True, default=None)
    accepted_at_ms = BigInt(null=True, default=None)
    switched_on_at_ms = BigInt(null=True, default=None)
    first_use_at_ms = BigInt(null=True, default=None)
    ended_at_ms = BigInt(null=True, default=None)
    measured_at_ms = BigInt(null=True, default=None)
    opening_register_wh = BigInt(null=True, default=None)
    register_wh = BigInt(null=True, default=None)
    closing_register_wh = BigInt(null=True, default=None)
    used_wh = BigInt(default=0)
    power_w = BigInt(null=True, default=None)
    drew = Boolean(default=False)
    final = Boolean(default=False)
    sequence = BigInt(default=1)
    pause = BigInt(default=0)
    rest_because = Text(null=True, default=None)
    dark_ms = BigInt(default=0)
    dark_since_ms = BigInt(null=True, default=None)
    dark_because = Text(null=True, default=None)
    dark_outage = Text(null=True, default=None)
    dark_expected_at_ms = BigInt(null=True, default=None)
    dark_next_word_at_ms = BigInt(null=True, default=None)


class SampleRow(Table, tablename="session_sample"):
    """One measurement of a session, for its curve; `id` is session:sequence."""

    id = Text(primary_key=True)
    session_id = Text()
    sequence = BigInt()
    at_ms = BigInt()
    power_w = BigInt()
    used_wh = BigInt()


class LateRegisterRow(Table, tablename="late_register"):
    """The true closing register of a session that was ended without it. Never changed."""

    session_id = Text(primary_key=True)
    closing_register_wh = BigInt()
    used_wh = BigInt()
    heard_at_ms = BigInt()


class EventCursor(Table, tablename="mdms_cursor"):
    """The last event of a control system that was applied here."""

    id = Text(primary_key=True)
    cursor = BigInt()


PEOPLE.owns(OutletRow, FacilityContactRow, SessionRow, SampleRow, LateRegisterRow, EventCursor)

STEPS = (
    Step(
        "charging-1",
        (
            "CREATE TABLE outlet (code TEXT PRIMARY KEY, outlet TEXT NOT NULL UNIQUE, "
            "facility TEXT NOT NULL, title_ja TEXT NOT NULL, title_en TEXT NOT NULL, "
            "hint_ja TEXT NOT NULL, hint_en TEXT NOT NULL, voltage_v BIGINT NOT NULL, "
            "power_w_max BIGINT NOT NULL, locked BOOLEAN NOT NULL)",
            "CREATE TABLE session (id TEXT PRIMARY KEY, request_number TEXT NOT NULL UNIQUE, "
            "visitor TEXT NOT NULL, code TEXT NOT NULL, outlet TEXT NOT NULL, "
            "state TEXT NOT NULL, chosen_by TEXT NOT NULL, energy_wh_max BIGINT NOT NULL, "
            "duration_s_max BIGINT, counted_from TEXT NOT NULL, power_type TEXT NOT NULL, "
            "retailer_id TEXT NOT NULL, created_at_ms BIGINT NOT NULL, deadline_ms BIGINT, "
            "reason TEXT, authorised_at_ms BIGINT, accepted_at_ms BIGINT, "
            "switched_on_at_ms BIGINT, ended_at_ms BIGINT, measured_at_ms BIGINT, "
            "opening_register_wh BIGINT, register_wh BIGINT, closing_register_wh BIGINT, "
            "used_wh BIGINT NOT NULL, power_w BIGINT, drew BOOLEAN NOT NULL, "
            "final BOOLEAN NOT NULL, sequence BIGINT NOT NULL)",
            "CREATE UNIQUE INDEX session_holds_outlet ON session (outlet) WHERE state IN "
            "('starting', 'charging', 'idle', 'link_lost', 'stopping')",
            "CREATE INDEX session_visitor ON session (visitor, created_at_ms)",
            "CREATE INDEX session_due ON session (deadline_ms) WHERE deadline_ms IS NOT NULL",
            "CREATE TABLE session_sample (id TEXT PRIMARY KEY, session_id TEXT NOT NULL, "
            "sequence BIGINT NOT NULL, at_ms BIGINT NOT NULL, power_w BIGINT NOT NULL, "
            "used_wh BIGINT NOT NULL)",
            "CREATE INDEX session_sample_order ON session_sample (session_id, sequence)",
            "CREATE TABLE mdms_cursor (id TEXT PRIMARY KEY, cursor BIGINT NOT NULL)",
        ),
    ),
    Step("charging-2", ("ALTER TABLE session ADD COLUMN first_use_at_ms BIGINT",)),
    Step(
        "charging-late-register-1",
        (
            "CREATE TABLE late_register (session_id TEXT PRIMARY KEY, "
            "closing_register_wh BIGINT NOT NULL, used_wh BIGINT NOT NULL, "
            "heard_at_ms BIGINT NOT NULL)",
        ),
    ),
    Step(
        "charging-plan-1",
        (
            "ALTER TABLE outlet ADD COLUMN plan_x BIGINT",
            "ALTER TABLE outlet ADD COLUMN plan_y BIGINT",
        ),
    ),
    Step(
        "charging-link-1",
        (
            "CREATE TABLE session_link (digest TEXT PRIMARY KEY, session_id TEXT NOT NULL, "
            "made_at_ms BIGINT NOT NULL)",
            "CREATE INDEX session_link_of ON session_link (session_id, made_at_ms)",
            "CREATE TABLE session_follower (session_id TEXT NOT NULL, visitor TEXT NOT NULL, "
            "made_at_ms BIGINT NOT NULL, PRIMARY KEY (session_id, visitor))",
        ),
    ),
    Step(
        "charging-contact-1",
        ("CREATE TABLE facility_contact (facility TEXT PRIMARY KEY, phone TEXT NOT NULL)",),
    ),
    Step(
        "charging-number-1",
        # The number by which people call a session: the end of its name.
        ("CREATE INDEX session_number ON session (substr(id, length(id) - 7))",),
    ),
    Step(
        "charging-pause-1",
        (
            "ALTER TABLE session ADD COLUMN pause BIGINT NOT NULL DEFAULT 0",
            "DROP INDEX session_holds_outlet",
            "CREATE UNIQUE INDEX session_holds_outlet ON session (outlet) WHERE state IN "
            "('starting', 'charging', 'idle', 'paused', 'resuming', 'link_lost', 'stopping')",
        ),
    ),
    Step(
        "charging-dark-1",
        (
            "ALTER TABLE session ADD COLUMN rest_because TEXT",
            "ALTER TABLE session ADD COLUMN dark_since_ms BIGINT",
            "ALTER TABLE session ADD COLUMN dark_because TEXT",
            "ALTER TABLE session ADD COLUMN dark_outage TEXT",
            "ALTER TABLE session ADD COLUMN dark_expected_at_ms BIGINT",
            "ALTER TABLE session ADD COLUMN dark_next_word_at_ms BIGINT",
            "DROP INDEX session_holds_outlet",
            "CREATE UNIQUE INDEX session_holds_outlet ON session (outlet) WHERE state IN "
            "('starting', 'charging', 'idle', 'paused', 'resuming', 'interrupted', 'link_lost', "
            "'stopping')",
            "CREATE INDEX session_interrupted ON session (dark_since_ms) "
            "WHERE state = 'interrupted'",
        ),
    ),
    Step(
        "charging-dark-2",
        ("ALTER TABLE session ADD COLUMN dark_ms BIGINT NOT NULL DEFAULT 0",),
    ),
)
