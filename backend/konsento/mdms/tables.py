"""The control system's rows. No column here can name a person."""

from piccolo.columns import BigInt, Text
from piccolo.table import Table

from konsento.foundation.databases import GRID


class ManagementServerRow(Table, tablename="mdms_management_server"):
    """Who may ask: known by the hash of its key; its events are counted by `last_cursor`."""

    server = Text(primary_key=True)
    key_sha256 = Text()
    last_cursor = BigInt()


class OutletRow(Table, tablename="mdms_outlet"):
    """An outlet, the meter before it, and what was last believed of both."""

    outlet = Text(primary_key=True)
    smid = Text()
    place = Text()
    voltage_v = BigInt()
    power_w_max = BigInt()
    register_modulo_wh = BigInt()
    register_step_wh = BigInt()
    inoperative_because = Text()
    switch = Text()
    power = Text()
    generation = BigInt()
    register_wh = BigInt(null=True)
    register_at_ms = BigInt(null=True)
    power_w = BigInt(null=True)
    heard_at_ms = BigInt(null=True)
    assured_at_ms = BigInt(null=True)
    missed = BigInt()
    checked_at_ms = BigInt()
    power_back_at_ms = BigInt(null=True)


class ClosingRow(Table, tablename="mdms_closing"):
    """The last turn given to an outlet of this place to close, after an outage."""

    place = Text(primary_key=True)
    last_at_ms = BigInt()


class RequestRow(Table, tablename="mdms_request"):
    """A request by its number; the only live one of its outlet."""

    request_number = Text(primary_key=True)
    server = Text()
    outlet = Text()
    energy_wh_max = BigInt(null=True)
    duration_s_max = BigInt(null=True)
    counted_from = Text()
    power_type = Text()
    retailer = Text()
    state = Text()
    reason = Text(null=True)
    generation = BigInt()
    asked_at_ms = BigInt()
    commanded_at_ms = BigInt(null=True)
    switched_on_at_ms = BigInt(null=True)
    first_use_at_ms = BigInt(null=True)
    ended_at_ms = BigInt(null=True)
    unbelieved_since_ms = BigInt(null=True)
    measured_at_ms = BigInt(null=True)
    opening_register_wh = BigInt(null=True)
    register_wh = BigInt(null=True)
    closing_register_wh = BigInt(null=True)
    used_wh = BigInt()
    power_w = BigInt(null=True)
    limit_generation = BigInt()
    limit_state = Text(null=True)
    limit_energy_wh_max = BigInt(null=True)
    limit_duration_s_max = BigInt(null=True)
    limit_command = BigInt()
    pauses = BigInt()
    idle_since_ms = BigInt(null=True)
    resumed_at_ms = BigInt(null=True)
    resumed_used_wh = BigInt()
    dark_since_ms = BigInt(null=True)
    closes_from_ms = BigInt(null=True)
    next_look_at_ms = BigInt()
    look = BigInt()


class EventRow(Table, tablename="mdms_event"):
    """What a management server is told; `event` is its server and cursor in one."""

    event = Text(primary_key=True)
    server = Text()
    cursor = BigInt()
    at_ms = BigInt()
    told_at_ms = BigInt()
    request_number = Text()
    outlet = Text()
    body = Text()


class MeasurementRow(Table, tablename="mdms_measurement"):
    """Energy by outlet and place, with power type and retailer (C19); of no request, of nobody."""

    measurement = Text(primary_key=True)
    outlet = Text()
    place = Text()
    from_ms = BigInt()
    at_ms = BigInt()
    register_wh = BigInt()
    gained_wh = BigInt()
    power_w = BigInt()
    power_type = Text()
    retailer = Text()


class ReadingAsideRow(Table, tablename="mdms_reading_aside"):
    """Readings that were not believed, with the reason; kept, never billed."""

    reading = Text(primary_key=True)
    outlet = Text()
    at_ms = BigInt()
    received_at_ms = BigInt()
    register_wh = BigInt()
    power_w = BigInt()
    reason = Text()
    last_register_wh = BigInt(null=True)
    last_at_ms = BigInt(null=True)


class WriteOffRow(Table, tablename="mdms_write_off"):
    """A request given up with its dead meter: the last believed register, and why. Kept."""

    request_number = Text(primary_key=True)
    outlet = Text()
    smid = Text()
    register_wh = BigInt(null=True)
    used_wh = BigInt()
    why = Text()
    at_ms = BigInt()


GRID.owns(
    ManagementServerRow,
    OutletRow,
    ClosingRow,
    RequestRow,
    EventRow,
    MeasurementRow,
    ReadingAsideRow,
    WriteOffRow,
)
