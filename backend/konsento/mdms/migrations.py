"""How the control system's part of the grid database grows."""

from konsento.foundation.migrations import Step
from konsento.mdms.request import LIVE_SQL

STEPS: tuple[Step, ...] = (
    Step(
        "mdms-0001",
        (
            "CREATE TABLE mdms_management_server (server TEXT PRIMARY KEY, "
            "key_sha256 TEXT NOT NULL, last_cursor BIGINT NOT NULL)",
            "CREATE UNIQUE INDEX mdms_management_server_key ON mdms_management_server (key_sha256)",
            "CREATE TABLE mdms_outlet (outlet TEXT PRIMARY KEY, smid TEXT NOT NULL, "
            "place TEXT NOT NULL, voltage_v BIGINT NOT NULL, power_w_max BIGINT NOT NULL, "
            "register_modulo_wh BIGINT NOT NULL, register_step_wh BIGINT NOT NULL, "
            "inoperative_because TEXT NOT NULL, switch TEXT NOT NULL, power TEXT NOT NULL, "
            "generation BIGINT NOT NULL, register_wh BIGINT, register_at_ms BIGINT, "
            "power_w BIGINT, heard_at_ms BIGINT, assured_at_ms BIGINT, missed BIGINT NOT NULL, "
            "checked_at_ms BIGINT NOT NULL)",
            "CREATE UNIQUE INDEX mdms_outlet_smid ON mdms_outlet (smid)",
            "CREATE TABLE mdms_request (request_number TEXT PRIMARY KEY, server TEXT NOT NULL, "
            "outlet TEXT NOT NULL, energy_wh_max BIGINT, duration_s_max BIGINT, "
            "counted_from TEXT NOT NULL, power_type TEXT NOT NULL, retailer TEXT NOT NULL, "
            "state TEXT NOT NULL, reason TEXT, generation BIGINT NOT NULL, "
            "asked_at_ms BIGINT NOT NULL, commanded_at_ms BIGINT, switched_on_at_ms BIGINT, "
            "first_use_at_ms BIGINT, ended_at_ms BIGINT, unbelieved_since_ms BIGINT, "
            "measured_at_ms BIGINT, opening_register_wh BIGINT, register_wh BIGINT, "
            "closing_register_wh BIGINT, used_wh BIGINT NOT NULL, power_w BIGINT, "
            "next_look_at_ms BIGINT NOT NULL, look BIGINT NOT NULL)",
            f"CREATE UNIQUE INDEX mdms_request_held ON mdms_request (outlet) WHERE {LIVE_SQL}",
            f"CREATE INDEX mdms_request_due ON mdms_request (next_look_at_ms) WHERE {LIVE_SQL}",
            "CREATE TABLE mdms_event (event TEXT PRIMARY KEY, server TEXT NOT NULL, "
            "cursor BIGINT NOT NULL, at_ms BIGINT NOT NULL, told_at_ms BIGINT NOT NULL, "
            "request_number TEXT NOT NULL, outlet TEXT NOT NULL, body TEXT NOT NULL)",
            "CREATE UNIQUE INDEX mdms_event_cursor ON mdms_event (server, cursor)",
            "CREATE INDEX mdms_event_age ON mdms_event (told_at_ms)",
            "CREATE TABLE mdms_measurement (measurement TEXT PRIMARY KEY, outlet TEXT NOT NULL, "
            "place TEXT NOT NULL, from_ms BIGINT NOT NULL, at_ms BIGINT NOT NULL, "
            "register_wh BIGINT NOT NULL, gained_wh BIGINT NOT NULL, power_w BIGINT NOT NULL, "
            "power_type TEXT NOT NULL, retailer TEXT NOT NULL)",
            "CREATE INDEX mdms_measurement_place ON mdms_measurement (place, at_ms)",
            "CREATE TABLE mdms_reading_aside (reading TEXT PRIMARY KEY, outlet TEXT NOT NULL, "
            "at_ms BIGINT NOT NULL, received_at_ms BIGINT NOT NULL, "
            "register_wh BIGINT NOT NULL, power_w BIGINT NOT NULL, reason TEXT NOT NULL, "
            "last_register_wh BIGINT, last_at_ms BIGINT)",
            "CREATE INDEX mdms_reading_aside_outlet ON mdms_reading_aside (outlet, at_ms)",
        ),
    ),
    Step(
        "mdms-limit-1",
        (
            "ALTER TABLE mdms_request ADD COLUMN limit_generation BIGINT NOT NULL DEFAULT 0",
            "ALTER TABLE mdms_request ADD COLUMN limit_state TEXT",
            "ALTER TABLE mdms_request ADD COLUMN limit_energy_wh_max BIGINT",
            "ALTER TABLE mdms_request ADD COLUMN limit_duration_s_max BIGINT",
            "ALTER TABLE mdms_request ADD COLUMN limit_command BIGINT NOT NULL DEFAULT 0",
        ),
    ),
    Step(
        "mdms-pause-1",
        (
            "ALTER TABLE mdms_request ADD COLUMN pauses BIGINT NOT NULL DEFAULT 0",
            "ALTER TABLE mdms_request ADD COLUMN idle_since_ms BIGINT",
            "ALTER TABLE mdms_request ADD COLUMN resumed_at_ms BIGINT",
            "ALTER TABLE mdms_request ADD COLUMN resumed_used_wh BIGINT NOT NULL DEFAULT 0",
        ),
    ),
    Step(
        "mdms-write-off-1",
        (
            "CREATE TABLE mdms_write_off (request_number TEXT PRIMARY KEY, outlet TEXT NOT NULL, "
            "smid TEXT NOT NULL, register_wh BIGINT, used_wh BIGINT NOT NULL, "
            "why TEXT NOT NULL, at_ms BIGINT NOT NULL)",
        ),
    ),
    Step(
        "mdms-dark-1",
        (
            "ALTER TABLE mdms_request ADD COLUMN dark_since_ms BIGINT",
            "ALTER TABLE mdms_request ADD COLUMN closes_from_ms BIGINT",
            "ALTER TABLE mdms_outlet ADD COLUMN power_back_at_ms BIGINT",
            "CREATE TABLE mdms_closing (place TEXT PRIMARY KEY, last_at_ms BIGINT NOT NULL)",
        ),
    ),
)
