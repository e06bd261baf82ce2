"""What a management server is told of its requests as it happens; part of the contract."""

from typing import Literal

from msgspec import Struct

RejectedReason = Literal[
    "outlet_unknown", "outlet_busy", "outlet_inoperative", "no_power", "unreachable"
]
EndReason = Literal[
    "energy_limit", "time_limit", "stopped", "power_lost",
    "link_lost",  # the meter opened by itself, having lost the control system
    "no_answer", "switch_refused", "reading_implausible",  # why a start failed
]  # fmt: skip
Reason = RejectedReason | EndReason
EventKind = Literal[
    "switched_on",  # opening_register_wh
    "start_failed",  # reason, used_wh, final
    "measured",  # register_wh, used_wh, power_w
    "link_lost", "link_back", "power_lost", "power_back",
    "switched_off",  # reason, closing_register_wh, used_wh, final
    "paused", "resumed",  # pause, register_wh, used_wh; reason power_lost of a dark one
    "limit_raised", "limit_refused",  # limit_generation, energy_wh_max, duration_s_max
]  # fmt: skip


class Event(Struct, frozen=True, kw_only=True):
    """One thing that happened to one of the asking server's requests.

    Cursors of a server run 1, 2, 3 ... without a gap and become visible in that order.
    A `switched_off` or `start_failed` with `final` false is told as soon as the switch must be
    open though it could not be read (used_wh: up to the last accepted register); the same kind
    follows with `final` true and the true register when the meter speaks again.
    `power_lost` ends nothing: the request is dark, its outlet held. `paused` is told once the
    switch was read open because nothing drew, or, with `reason` power_lost, when a dark one's
    meter speaks again; `pause` is the how many-th. A resumption that fails is told as the next
    pause.
    """

    cursor: int
    at_ms: int
    request_number: str
    outlet: str
    kind: EventKind
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


class EventPage(Struct, frozen=True, kw_only=True):
    """Events after the cursor asked for, oldest first; ask next after `cursor`."""

    events: tuple[Event, ...]
    cursor: int
