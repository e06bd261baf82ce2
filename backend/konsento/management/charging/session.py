"""What a charging session may become, and by when. Pure: no clock, no database, no await."""

from enum import StrEnum

import msgspec

from konsento.foundation.problems import Refusal


class State(StrEnum):
    AUTHORISING = "authorising"
    STARTING = "starting"
    CHARGING = "charging"
    IDLE = "idle"
    PAUSED = "paused"
    RESUMING = "resuming"
    INTERRUPTED = "interrupted"
    LINK_LOST = "link_lost"
    STOPPING = "stopping"
    SETTLING = "settling"
    SETTLED = "settled"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    START_FAILED = "start_failed"


class Event(StrEnum):
    AUTHORISED = "authorised"
    NOT_AUTHORISED = "not authorised in time"
    STOP_WANTED = "stop wanted"
    ORDER_REJECTED = "order rejected"
    SWITCHED_ON = "switched on"
    FLOWING = "power flows"
    NOT_FLOWING = "no power flows"
    PAUSED = "switched off for now"
    RESUME_WANTED = "resumption wanted"
    RESUMED = "switched on again"
    POWER_LOST = "power lost"
    LINK_LOST = "link lost"
    LINK_BACK = "link back"
    NEVER_STARTED = "never started"
    SWITCHED_OFF = "switched off"
    SETTLED = "settled"


class Reason(StrEnum):
    """Why it ended."""

    ENERGY_LIMIT = "energy_limit"
    TIME_LIMIT = "time_limit"
    MONEY_LIMIT = "money_limit"
    DRIVER = "driver"
    OPERATOR = "operator"
    NO_LOAD = "no_load"
    LOAD_GONE = "load_gone"
    LINK_LOST = "link_lost"
    POWER_LOST = "power_lost"
    START_FAILED = "start_failed"
    PAYMENT_EXPIRED = "payment_expired"


S, E = State, Event
AT_REST = frozenset({S.PAUSED, S.RESUMING})
RUNNING = frozenset({S.CHARGING, S.IDLE, S.LINK_LOST, S.INTERRUPTED, *AT_REST})
HOLDS_OUTLET = frozenset({S.STARTING, *RUNNING, S.STOPPING})
OVER = frozenset({S.SETTLED, S.CANCELLED, S.REFUSED, S.START_FAILED})

NEXT: dict[tuple[State, Event], State] = {
    (S.AUTHORISING, E.AUTHORISED): S.STARTING,
    (S.AUTHORISING, E.NOT_AUTHORISED): S.REFUSED,
    (S.AUTHORISING, E.STOP_WANTED): S.CANCELLED,
    (S.STARTING, E.STOP_WANTED): S.STOPPING,
    (S.STARTING, E.ORDER_REJECTED): S.START_FAILED,
    (S.STARTING, E.NEVER_STARTED): S.START_FAILED,
    (S.STARTING, E.SWITCHED_ON): S.CHARGING,
    (S.STARTING, E.SWITCHED_OFF): S.SETTLING,
    (S.CHARGING, E.STOP_WANTED): S.STOPPING,
    (S.CHARGING, E.FLOWING): S.CHARGING,
    (S.CHARGING, E.NOT_FLOWING): S.IDLE,
    (S.CHARGING, E.PAUSED): S.PAUSED,
    (S.CHARGING, E.POWER_LOST): S.INTERRUPTED,
    (S.CHARGING, E.LINK_LOST): S.LINK_LOST,
    (S.CHARGING, E.SWITCHED_OFF): S.SETTLING,
    (S.IDLE, E.STOP_WANTED): S.STOPPING,
    (S.IDLE, E.FLOWING): S.CHARGING,
    (S.IDLE, E.NOT_FLOWING): S.IDLE,
    (S.IDLE, E.PAUSED): S.PAUSED,
    (S.IDLE, E.POWER_LOST): S.INTERRUPTED,
    (S.IDLE, E.LINK_LOST): S.LINK_LOST,
    (S.IDLE, E.SWITCHED_OFF): S.SETTLING,
    (S.LINK_LOST, E.STOP_WANTED): S.STOPPING,
    (S.LINK_LOST, E.LINK_BACK): S.CHARGING,
    (S.LINK_LOST, E.FLOWING): S.CHARGING,
    (S.LINK_LOST, E.NOT_FLOWING): S.IDLE,
    (S.LINK_LOST, E.PAUSED): S.PAUSED,
    (S.LINK_LOST, E.POWER_LOST): S.INTERRUPTED,
    (S.LINK_LOST, E.SWITCHED_OFF): S.SETTLING,
    (S.INTERRUPTED, E.STOP_WANTED): S.STOPPING,
    (S.INTERRUPTED, E.POWER_LOST): S.INTERRUPTED,
    (S.INTERRUPTED, E.PAUSED): S.PAUSED,
    (S.INTERRUPTED, E.SWITCHED_OFF): S.SETTLING,
    (S.PAUSED, E.STOP_WANTED): S.STOPPING,
    (S.PAUSED, E.RESUME_WANTED): S.RESUMING,
    (S.PAUSED, E.RESUMED): S.CHARGING,
    (S.PAUSED, E.PAUSED): S.PAUSED,
    (S.PAUSED, E.POWER_LOST): S.INTERRUPTED,
    (S.PAUSED, E.SWITCHED_OFF): S.SETTLING,
    (S.RESUMING, E.STOP_WANTED): S.STOPPING,
    (S.RESUMING, E.RESUME_WANTED): S.RESUMING,
    (S.RESUMING, E.RESUMED): S.CHARGING,
    (S.RESUMING, E.PAUSED): S.PAUSED,
    (S.RESUMING, E.POWER_LOST): S.INTERRUPTED,
    (S.RESUMING, E.SWITCHED_OFF): S.SETTLING,
    (S.STOPPING, E.STOP_WANTED): S.STOPPING,
    (S.STOPPING, E.ORDER_REJECTED): S.CANCELLED,
    (S.STOPPING, E.NEVER_STARTED): S.CANCELLED,
    (S.STOPPING, E.SWITCHED_ON): S.STOPPING,
    (S.STOPPING, E.FLOWING): S.STOPPING,
    (S.STOPPING, E.NOT_FLOWING): S.STOPPING,
    (S.STOPPING, E.PAUSED): S.STOPPING,
    (S.STOPPING, E.RESUMED): S.STOPPING,
    (S.STOPPING, E.POWER_LOST): S.STOPPING,
    (S.STOPPING, E.LINK_LOST): S.STOPPING,
    (S.STOPPING, E.LINK_BACK): S.STOPPING,
    (S.STOPPING, E.SWITCHED_OFF): S.SETTLING,
    (S.SETTLING, E.STOP_WANTED): S.SETTLING,
    (S.SETTLING, E.SWITCHED_OFF): S.SETTLING,
    (S.SETTLING, E.SETTLED): S.SETTLED,
    **{(state, E.STOP_WANTED): state for state in OVER},
}


class Forbidden(Refusal):
    """The event has no meaning in the state; nothing changes."""

    status = 409
    slug = "not-in-this-state"
    title = "This is not possible now."


def after(state: State, event: Event) -> State:
    """The state that follows. Raises Forbidden where the table has none."""
    try:
        return NEXT[state, event]
    except KeyError:
        raise Forbidden(f"a session that is {state} cannot take '{event}'") from None


class Patience(msgspec.Struct, frozen=True):
    """How long each state may last by itself; milliseconds."""

    payment_within_ms: int = 1_800_000
    start_within_ms: int = 90_000
    no_load_within_ms: int = 180_000
    idle_within_ms: int = 600_000
    resume_within_ms: int = 3_600_000  # of a pause after an outage: its driver has gone away
    dark_within_ms: int = 86_400_000  # as long as the control system waits for power at most
    dark_bill_within_ms: int = 60_000  # of one ended in the dark: its register may take hours
    link_within_ms: int = 600_000
    link_told_after_ms: int = 60_000  # of a lost link; a shorter loss is told to nobody
    stop_within_ms: int = 300_000
    settle_within_ms: int = 1_800_000
    charge_within_ms: int = 90_000_000  # a day and an hour: the control system ends it at a day


class RestBecause(StrEnum):
    """Why a session is paused."""

    NO_LOAD = "no_load"
    POWER_LOST = "power_lost"


def deadline_ms(
    state: State,
    now_ms: int,
    patience: Patience,
    *,
    drew: bool,
    rests: RestBecause | None = None,
) -> int | None:
    """When the state, entered now, is ended by us; None only for what is over.

    `drew`: power has flowed in this session, so that an empty outlet is no longer "no load".
    `rests`: why it is paused, where it is.
    """
    after_outage = rests is RestBecause.POWER_LOST
    rest_ms = patience.resume_within_ms if after_outage else patience.idle_within_ms
    charging_ms = patience.charge_within_ms if drew else patience.no_load_within_ms
    lasts = {
        S.AUTHORISING: patience.payment_within_ms,
        S.STARTING: patience.start_within_ms,
        S.CHARGING: charging_ms,
        S.IDLE: patience.idle_within_ms,
        S.PAUSED: rest_ms,
        S.INTERRUPTED: patience.dark_within_ms,
        S.RESUMING: patience.start_within_ms,
        S.LINK_LOST: patience.link_within_ms,
        S.STOPPING: patience.stop_within_ms,
        S.SETTLING: patience.settle_within_ms,
    }
    return now_ms + lasts[state] if state in lasts else None
