"""A request's life: one outlet held, switched on, switched off, and read open.

The table is the whole rule. A pair that is not in it changes nothing: what arrives late or
twice finds the request where it is. The outlet is held by every live state, so that nobody
else gets it before its switch has been read open.
"""

from enum import StrEnum

from msgspec import Struct

from konsento.mdms.contract import CountedFrom, EndReason, EventKind, LimitState, Reason


class State(StrEnum):
    """As in the contract."""

    REJECTED = "rejected"
    HELD = "held"
    SWITCHING_ON = "switching_on"
    ON = "on"
    LINK_LOST = "link_lost"
    PAUSING = "pausing"
    PAUSED = "paused"
    RESUMING = "resuming"
    DARK = "dark"
    SWITCHING_OFF = "switching_off"
    OFF_UNREAD = "off_unread"
    CLOSED = "closed"
    FAILED = "failed"


class Happening(StrEnum):
    """What can happen to a request."""

    OPENING_READ = "opening_read"  # a believable register before the first command
    READ_CLOSED = "read_closed"  # under our generation
    READ_OPEN = "read_open"  # under our generation, with a believable register
    READ_ASTRAY = "read_astray"  # answers, but not as we told it last, or not believably
    STOP_WANTED = "stop_wanted"
    LIMIT_PASSED = "limit_passed"  # seen by us; the meter should have opened
    SILENT = "silent"
    PRESUMED_OPEN = "presumed_open"  # fail-safe run out, or no power
    REFUSED = "refused"  # the meter would not close
    GAVE_UP = "gave_up"  # start patience over
    LOAD_GONE = "load_gone"  # power had flowed, and for a while none does
    RESUME_WANTED = "resume_wanted"
    POWER_LOST = "power_lost"  # known, so that its switch has opened by itself
    POWER_BACK = "power_back"  # its meter speaks again
    WRITTEN_OFF = "written_off"  # open for long, but no closing register to be believed


S, H = State, Happening

NEXT: dict[tuple[State, Happening], State] = {
    (S.HELD, H.OPENING_READ): S.SWITCHING_ON,
    (S.HELD, H.STOP_WANTED): S.CLOSED,
    (S.HELD, H.GAVE_UP): S.FAILED,
    (S.SWITCHING_ON, H.READ_CLOSED): S.ON,
    (S.SWITCHING_ON, H.READ_OPEN): S.CLOSED,
    (S.SWITCHING_ON, H.STOP_WANTED): S.SWITCHING_OFF,
    (S.SWITCHING_ON, H.REFUSED): S.SWITCHING_OFF,
    (S.SWITCHING_ON, H.GAVE_UP): S.SWITCHING_OFF,
    (S.SWITCHING_ON, H.PRESUMED_OPEN): S.OFF_UNREAD,
    (S.SWITCHING_ON, H.READ_ASTRAY): S.SWITCHING_OFF,
    (S.ON, H.READ_OPEN): S.CLOSED,
    (S.ON, H.READ_ASTRAY): S.SWITCHING_OFF,
    (S.ON, H.STOP_WANTED): S.SWITCHING_OFF,
    (S.ON, H.LIMIT_PASSED): S.SWITCHING_OFF,
    (S.ON, H.SILENT): S.LINK_LOST,
    (S.ON, H.PRESUMED_OPEN): S.OFF_UNREAD,
    (S.ON, H.LOAD_GONE): S.PAUSING,
    (S.ON, H.POWER_LOST): S.DARK,
    (S.LINK_LOST, H.READ_CLOSED): S.ON,
    (S.LINK_LOST, H.READ_OPEN): S.CLOSED,
    (S.LINK_LOST, H.READ_ASTRAY): S.SWITCHING_OFF,
    (S.LINK_LOST, H.STOP_WANTED): S.SWITCHING_OFF,
    (S.LINK_LOST, H.LIMIT_PASSED): S.SWITCHING_OFF,
    (S.LINK_LOST, H.PRESUMED_OPEN): S.OFF_UNREAD,
    (S.LINK_LOST, H.POWER_LOST): S.DARK,
    (S.PAUSING, H.READ_OPEN): S.PAUSED,
    (S.PAUSING, H.READ_ASTRAY): S.SWITCHING_OFF,
    (S.PAUSING, H.STOP_WANTED): S.SWITCHING_OFF,
    (S.PAUSING, H.LIMIT_PASSED): S.SWITCHING_OFF,
    (S.PAUSING, H.PRESUMED_OPEN): S.OFF_UNREAD,
    (S.PAUSING, H.POWER_LOST): S.DARK,
    (S.PAUSED, H.READ_CLOSED): S.PAUSING,
    (S.PAUSED, H.STOP_WANTED): S.SWITCHING_OFF,
    (S.PAUSED, H.LIMIT_PASSED): S.SWITCHING_OFF,
    (S.PAUSED, H.POWER_LOST): S.DARK,
    (S.PAUSED, H.RESUME_WANTED): S.RESUMING,
    (S.RESUMING, H.READ_CLOSED): S.ON,
    (S.RESUMING, H.READ_OPEN): S.CLOSED,
    (S.RESUMING, H.READ_ASTRAY): S.SWITCHING_OFF,
    (S.RESUMING, H.STOP_WANTED): S.SWITCHING_OFF,
    (S.RESUMING, H.REFUSED): S.PAUSING,
    (S.RESUMING, H.GAVE_UP): S.PAUSING,
    (S.RESUMING, H.PRESUMED_OPEN): S.OFF_UNREAD,
    (S.RESUMING, H.POWER_LOST): S.DARK,
    (S.DARK, H.POWER_BACK): S.PAUSING,
    (S.DARK, H.STOP_WANTED): S.OFF_UNREAD,
    (S.DARK, H.LIMIT_PASSED): S.OFF_UNREAD,
    (S.DARK, H.WRITTEN_OFF): S.CLOSED,
    (S.SWITCHING_OFF, H.READ_OPEN): S.CLOSED,
    (S.SWITCHING_OFF, H.PRESUMED_OPEN): S.OFF_UNREAD,
    (S.SWITCHING_OFF, H.WRITTEN_OFF): S.CLOSED,
    (S.OFF_UNREAD, H.READ_OPEN): S.CLOSED,
    (S.OFF_UNREAD, H.READ_CLOSED): S.SWITCHING_OFF,
    (S.OFF_UNREAD, H.READ_ASTRAY): S.SWITCHING_OFF,
    (S.OFF_UNREAD, H.WRITTEN_OFF): S.CLOSED,
}
FINAL = frozenset({S.REJECTED, S.CLOSED, S.FAILED})
WANTED_OFF = frozenset({S.SWITCHING_OFF, S.OFF_UNREAD})
IN_USE = frozenset({S.ON, S.LINK_LOST})
AT_REST = frozenset({S.PAUSING, S.PAUSED})
SWITCHED_ON = frozenset({*IN_USE, *AT_REST, S.RESUMING, S.DARK})  # once, and it goes on
WANTED_CLOSED = frozenset({S.SWITCHING_ON, S.RESUMING})
WANTED_OPEN = frozenset({S.PAUSING, S.DARK, *WANTED_OFF})
LIVE_SQL = "state NOT IN ('rejected', 'closed', 'failed')"


def after(state: State, happening: Happening) -> State:
    """The state that follows; the same one when the happening means nothing here."""
    return NEXT.get((state, happening), state)


class Request(Struct, frozen=True, kw_only=True):
    """One request as it is kept; `generation` is that of the last command it stands behind.

    `limit_*` is the last limit asked for: its generation is the asker's, `limit_command` that of
    the command to the meter. It becomes the request's own when it is read back.

    `pauses` counts how often it was read open because nothing drew; `idle_since_ms` is since when
    nothing draws. `resumed_at_ms` and `resumed_used_wh` are when the switch was last closed again
    and what had been used by then: a meter counts its end anew with each closing. `dark_since_ms`
    is since when it has no power, until it is closed again. `closes_from_ms` is its turn to be
    closed, where power came back lately.
    """

    request_number: str
    server: str
    outlet: str
    energy_wh_max: int | None
    duration_s_max: int | None
    counted_from: CountedFrom
    power_type: str
    retailer: str
    state: State
    reason: Reason | None = None
    generation: int = 0
    asked_at_ms: int
    commanded_at_ms: int | None = None
    switched_on_at_ms: int | None = None
    first_use_at_ms: int | None = None
    ended_at_ms: int | None = None
    unbelieved_since_ms: int | None = None
    measured_at_ms: int | None = None
    opening_register_wh: int | None = None
    register_wh: int | None = None
    closing_register_wh: int | None = None
    used_wh: int = 0
    power_w: int | None = None
    limit_generation: int = 0
    limit_state: LimitState | None = None
    limit_energy_wh_max: int | None = None
    limit_duration_s_max: int | None = None
    limit_command: int = 0
    pauses: int = 0
    idle_since_ms: int | None = None
    resumed_at_ms: int | None = None
    resumed_used_wh: int = 0
    dark_since_ms: int | None = None
    closes_from_ms: int | None = None
    next_look_at_ms: int
    look: int = 0

    @property
    def is_live(self) -> bool:
        return self.state not in FINAL


class Told(Struct, frozen=True, kw_only=True):
    """An event before it has its cursor."""

    kind: EventKind
    at_ms: int
    reason: EndReason | None = None
    opening_register_wh: int | None = None
    register_wh: int | None = None
    closing_register_wh: int | None = None
    used_wh: int | None = None
    power_w: int | None = None
    limit_generation: int | None = None
    energy_wh_max: int | None = None
    duration_s_max: int | None = None
    pause: int | None = None
    final: bool = False
