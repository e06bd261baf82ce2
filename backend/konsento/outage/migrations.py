"""How the outage room's part of the grid database grows."""

from konsento.foundation.migrations import Step

STEPS: tuple[Step, ...] = (
    Step(
        "outage-0001",
        (
            "CREATE TABLE outage_neighbour (neighbour TEXT PRIMARY KEY, key_sha256 TEXT NOT NULL, "
            "role TEXT NOT NULL)",
            "CREATE UNIQUE INDEX outage_neighbour_key ON outage_neighbour (key_sha256)",
            "CREATE TABLE outage_record (outage TEXT PRIMARY KEY, opened_at_ms BIGINT NOT NULL, "
            "version BIGINT NOT NULL, body TEXT NOT NULL, started_at_ms BIGINT, "
            "ended_at_ms BIGINT, merged_into TEXT, told_overdue_ms BIGINT)",
            "CREATE INDEX outage_record_ended ON outage_record (ended_at_ms)",
            "CREATE INDEX outage_record_started ON outage_record (started_at_ms)",
            "CREATE TABLE outage_entry (entry TEXT PRIMARY KEY, outage TEXT NOT NULL, "
            "source TEXT NOT NULL, author TEXT NOT NULL, said_at_ms BIGINT NOT NULL, "
            "received_at_ms BIGINT NOT NULL, facts TEXT NOT NULL)",
            "CREATE INDEX outage_entry_outage ON outage_entry (outage)",
            "CREATE TABLE outage_event (cursor BIGINT PRIMARY KEY, outage TEXT NOT NULL, "
            "version BIGINT NOT NULL, at_ms BIGINT NOT NULL, body TEXT NOT NULL)",
            "CREATE INDEX outage_event_outage ON outage_event (outage)",
            "CREATE TABLE outage_cursor (series TEXT PRIMARY KEY, last BIGINT NOT NULL)",
            "INSERT INTO outage_cursor (series, last) VALUES ('events', 0)",
            "INSERT INTO outage_cursor (series, last) VALUES ('journal', 0)",
            "CREATE TABLE outage_journal (seq BIGINT PRIMARY KEY, piece TEXT NOT NULL, "
            "kind TEXT NOT NULL, received_at_ms BIGINT NOT NULL, digest TEXT NOT NULL, "
            "body BYTEA NOT NULL)",
            "CREATE UNIQUE INDEX outage_journal_piece ON outage_journal (piece)",
            "CREATE TABLE outage_quarantine (aside TEXT PRIMARY KEY, piece TEXT NOT NULL, "
            "row BIGINT NOT NULL, said TEXT NOT NULL, reason TEXT NOT NULL, "
            "received_at_ms BIGINT NOT NULL)",
            "CREATE INDEX outage_quarantine_age ON outage_quarantine (received_at_ms)",
            "CREATE TABLE outage_place (which TEXT PRIMARY KEY, kept_at_ms BIGINT NOT NULL, "
            "body BYTEA NOT NULL)",
            "CREATE TABLE outage_judgement (key TEXT PRIMARY KEY, outage TEXT NOT NULL, "
            "judged_at_ms BIGINT NOT NULL)",
            "CREATE INDEX outage_judgement_outage ON outage_judgement (outage)",
        ),
    ),
    Step(
        "outage-0002-planned-and-counts",
        (
            "ALTER TABLE outage_record ADD COLUMN kind TEXT NOT NULL DEFAULT 'fault'",
            "UPDATE outage_record SET kind = 'planned' WHERE body LIKE '%\"kind\":\"planned\"%'",
            "CREATE INDEX outage_record_kind ON outage_record (kind, ended_at_ms)",
            "CREATE TABLE outage_registrations (which TEXT PRIMARY KEY, as_of_ms BIGINT NOT NULL, "
            "body TEXT NOT NULL)",
        ),
    ),
    Step(
        "outage-0003-doubts",
        (
            "CREATE TABLE outage_doubt (smid TEXT PRIMARY KEY, raised_at_ms BIGINT NOT NULL)",
            "CREATE INDEX outage_doubt_raised ON outage_doubt (raised_at_ms)",
        ),
    ),
)
