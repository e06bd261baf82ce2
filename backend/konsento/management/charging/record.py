"""A session as it stands: every fact of one row, frozen, and how facts change. Pure."""

from typing import Any, Literal

import msgspec

from konsento.management.charging import session
from konsento.management.charging.session import (
    AT_REST,
    Event,
    Patience,
    Reason,
    RestBecause,
    State,
)
from konsento.mdms.contract import CountedFrom

DarkBecause = Literal["area", "outlet"]
FLOWS_FROM_W = 10  # less than this is no load: a meter's own appetite


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """All that charging knows of one session. Energy Wh, power W, instants epoch ms.

    `pause` is the number of its last pause, 0 before the first: it is what is resumed from.
    `rest_because` is why it was paused last. `dark_ms` is how long outages have lasted that it has
    outlived; the other `dark_*` are of the last one at its outlet: since when, whose, and what the
    outage room says of its end.
    """

    id: str
    request_number: str
    visitor: str
    code: str
    outlet: str
    state: State
    chosen_by: str
    energy_wh_max: int
    duration_s_max: int | None
    counted_from: CountedFrom
    power_type: str
    retailer_id: str
    created_at_ms: int
    deadline_ms: int | None
    reason: Reason | None = None
    authorised_at_ms: int | None = None
    accepted_at_ms: int | None = None
    switched_on_at_ms: int | None = None
    first_use_at_ms: int | None = None
    ended_at_ms: int | None = None
    measured_at_ms: int | None = None
    opening_register_wh: int | None = None
    register_wh: int | None = None
    closing_register_wh: int | None = None
    used_wh: int = 0
    power_w: int | None = None
    drew: bool = False
    final: bool = False
    sequence: int = 1
    pause: int = 0
    rest_because: RestBecause | None = None
    dark_ms: int = 0
    dark_since_ms: int | None = None
    dark_because: DarkBecause | None = None
    dark_outage: str | None = None
    dark_expected_at_ms: int | None = None
    dark_next_word_at_ms: int | None = None

    def with_facts(self, **facts: Any) -> "Session":
        """The same session with newer facts; every change counts `sequence` up by one."""
        return msgspec.structs.replace(self, **{"sequence": self.sequence + 1, **facts})

    def on(self, event: Event, now_ms: int, patience: Patience, **facts: Any) -> "Session":
        """The session after the event. Raises session.Forbidden.

        A new state gets its deadline; staying in a state keeps the one it has, unless power has
        flowed for the first time, which ends the wait for a load.
        """
        state = session.after(self.state, event)
        drew = bool(facts.get("drew", self.drew))
        if state != self.state or (drew and not self.drew):
            rests = facts.get("rest_because", self.rest_because)
            facts["deadline_ms"] = session.deadline_ms(
                state, now_ms, patience, drew=drew, rests=rests
            )
        if self.reason is not None:
            facts.pop("reason", None)
        return self.with_facts(state=state, **facts)


def left_s(session: Session, now_ms: int) -> int | None:
    """Seconds to its limit: of time by the clock, of energy by the present power.

    Time that was chosen goes on in a pause and in an outage.
    """
    waits = session.state in AT_REST or session.state is State.INTERRUPTED
    paused = waits and session.duration_s_max is not None
    if session.state is not State.CHARGING and not paused:
        return None
    if session.duration_s_max is not None:
        first_use = session.counted_from == "first_use"
        from_ms = session.first_use_at_ms if first_use else session.switched_on_at_ms
        return max(0, session.duration_s_max - (now_ms - (from_ms or now_ms)) // 1000)
    if session.power_w is None or session.power_w < FLOWS_FROM_W:
        return None
    return max(0, session.energy_wh_max - session.used_wh) * 3600 // session.power_w
