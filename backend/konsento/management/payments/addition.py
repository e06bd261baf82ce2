"""More energy, time or money for a charge that runs: its states and what moves it. Pure."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec


class State(StrEnum):
    AUTHORISING = "authorising"  # its own hold is awaited
    APPLYING = "applying"  # held, or free of charge: the control system is asked
    ADDED = "added"
    REFUSED = "refused"  # by the card's issuer, or because the charge was over
    CANCELLED = "cancelled"  # not paid in time, or the charge ended first


class Event(StrEnum):
    HELD = "held"
    DECLINED = "declined"
    NOT_PAID = "not paid in time"
    SESSION_ENDS = "the session ends"
    LIMIT_RAISED = "limit raised"
    LIMIT_REFUSED = "limit refused"


S, E = State, Event
LIVE = frozenset({S.AUTHORISING, S.APPLYING})

NEXT: dict[tuple[State, Event], State] = {
    (S.AUTHORISING, E.HELD): S.APPLYING,
    (S.AUTHORISING, E.DECLINED): S.REFUSED,
    (S.AUTHORISING, E.NOT_PAID): S.CANCELLED,
    (S.AUTHORISING, E.SESSION_ENDS): S.CANCELLED,
    (S.APPLYING, E.LIMIT_RAISED): S.ADDED,
    (S.APPLYING, E.LIMIT_REFUSED): S.REFUSED,
}


class Addition(msgspec.Struct, frozen=True, kw_only=True):
    """The columns of payments.tables.AdditionRow; Wh, s, yen, epoch ms.

    `number` counts the additions of one session, and is the limit's generation to the control
    system. `energy_wh` and `duration_s` are the new totals, `price_yen_max` what it adds.
    """

    id: str
    session_id: str
    number: int
    state: State
    adds_wh: int
    adds_s: int | None
    energy_wh: int
    duration_s: int | None
    price_yen_max: int
    deadline_ms: int
    created_at_ms: int
    reason: str | None = None


def after(state: State, event: Event) -> State:
    """The state that follows; the same one where the event comes late and means nothing."""
    return NEXT.get((state, event), state)


def holds_yen(promised_yen: int, additions: Iterable[Addition]) -> tuple[int, ...]:
    """The most that each hold of a charge may give: what was promised first, and what was added."""
    added = (one.price_yen_max for one in additions if one.state is State.ADDED)
    return (promised_yen, *added)
