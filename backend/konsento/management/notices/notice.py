"""What may be told of a session to a phone that is not looked at, and how long it is news. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

import msgspec

from konsento.management.charging.record import Session
from konsento.management.charging.session import Patience, Reason, RestBecause, State


class Kind(StrEnum):
    NOT_DRAWING = "not_drawing"  # switched on, and nothing draws power yet
    IDLE = "idle"  # no power is drawn any more
    PAUSED = "paused"  # none was drawn: off until the driver says go on
    LINK_LOST = "link_lost"  # the meter has been silent for a while
    LINK_BACK = "link_back"  # it speaks again: takes the one before back
    POWER_LOST = "power_lost"  # interrupted: no power at the outlet
    POWER_BACK = "power_back"  # it is back, and the driver may go on: takes that one back
    INTERRUPTED = "interrupted"  # ended by neither its driver nor its limit
    START_FAILED = "start_failed"  # it never began
    DONE = "done"  # ended, and the bill is made
    TEST = "test"  # the driver asked for one to see that they come


Urgency = Literal["very-low", "low", "normal", "high"]
MINUTE_S, HOUR_S = 60, 3_600
# After this nobody wants to hear it; a phone that was off so long sees it in the app.
TTL_S: Mapping[Kind, int] = {
    Kind.NOT_DRAWING: 10 * MINUTE_S,
    Kind.IDLE: 30 * MINUTE_S,
    Kind.PAUSED: 30 * MINUTE_S,
    Kind.LINK_LOST: 30 * MINUTE_S,
    Kind.LINK_BACK: 10 * MINUTE_S,
    Kind.POWER_LOST: 6 * HOUR_S,
    Kind.POWER_BACK: 24 * HOUR_S,
    Kind.INTERRUPTED: 24 * HOUR_S,
    Kind.START_FAILED: HOUR_S,
    Kind.DONE: 24 * HOUR_S,
    Kind.TEST: 5 * MINUTE_S,
}
URGENCY: Mapping[Kind, Urgency] = {
    Kind.NOT_DRAWING: "high",
    Kind.IDLE: "high",
    Kind.PAUSED: "high",
    Kind.LINK_LOST: "high",
    Kind.LINK_BACK: "normal",
    Kind.POWER_LOST: "high",
    Kind.POWER_BACK: "high",
    Kind.INTERRUPTED: "high",
    Kind.START_FAILED: "high",
    Kind.DONE: "normal",
    Kind.TEST: "high",
}
CUT_OFF_BY = frozenset({Reason.OPERATOR, Reason.LINK_LOST, Reason.POWER_LOST})
AT_ONCE, AT_THE_BILL = "at once", "with the bill"


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """One thing told to one visitor. Yen; instants epoch ms.

    `occasion` tells two of a kind in one session apart. `price_yen` is what is asked for, None
    while the bill is not made. `until_ms`: when the house goes on by itself.
    """

    kind: Kind
    visitor: str
    session_id: str
    occasion: str
    at_ms: int
    reason: str | None = None
    price_yen: int | None = None
    waived_yen: int = 0
    unpaid_yen: int = 0
    until_ms: int | None = None

    @property
    def tag(self) -> str:
        """All that is told of one session replaces what was told before."""
        return f"session:{self.session_id}" if self.session_id else "test"


def left_s(notice: Notice, now_ms: int) -> int:
    """Seconds for which it is still news; nought or less: drop it."""
    until_ms = notice.at_ms + TTL_S[notice.kind] * 1000
    if notice.until_ms is not None:
        until_ms = min(until_ms, notice.until_ms)
    return (until_ms - now_ms) // 1000


def not_drawing(session: Session, now_ms: int) -> Notice | None:
    """On for a while, and no power has flowed yet; None when that is over."""
    if session.state is not State.CHARGING or session.drew:
        return None
    return _of(session, Kind.NOT_DRAWING, "", now_ms, until_ms=session.deadline_ms)


def idle(session: Session, now_ms: int) -> Notice | None:
    """Power flowed and flows no more; None when that is over.

    The energy so far names the occasion: while nothing is drawn it stays the same, also when the
    link was lost in between, so that each pause is told once.
    """
    if session.state is not State.IDLE:
        return None
    return _of(session, Kind.IDLE, str(session.used_wh), now_ms, until_ms=session.deadline_ms)


def paused(session: Session, now_ms: int) -> Notice | None:
    """It waits for its driver's word, until when; each pause is told once."""
    if session.state is not State.PAUSED or session.rest_because is RestBecause.POWER_LOST:
        return None
    return _of(session, Kind.PAUSED, str(session.pause), now_ms, until_ms=session.deadline_ms)


def link_lost(session: Session, now_ms: int, *, patience: Patience) -> Notice | None:
    """The meter has been silent for longer than a blink, and until when that is waited for.

    None when it speaks again, and when it has fallen silent anew: that has a look of its own.
    """
    if session.state is not State.LINK_LOST or session.deadline_ms is None:
        return None
    since_ms = session.deadline_ms - patience.link_within_ms
    if now_ms < since_ms + patience.link_told_after_ms:
        return None
    return _of(session, Kind.LINK_LOST, str(since_ms), now_ms, until_ms=session.deadline_ms)


def link_back(session: Session, now_ms: int, last: Notice | None) -> Notice | None:
    """The charge goes on, for whoever was told last that its meter is silent; once."""
    if session.state is not State.CHARGING or last is None or last.kind is not Kind.LINK_LOST:
        return None
    return _of(session, Kind.LINK_BACK, last.occasion, now_ms)


def power_lost(session: Session, now_ms: int) -> Notice | None:
    """No power at its outlet, and whose outage it is; each is told once."""
    if session.state is not State.INTERRUPTED or session.dark_since_ms is None:
        return None
    told = _of(session, Kind.POWER_LOST, str(session.dark_since_ms), now_ms)
    return msgspec.structs.replace(told, reason=session.dark_because)


def power_back(session: Session, now_ms: int) -> Notice | None:
    """It may go on after an outage, until when; each pause is told once."""
    if session.state is not State.PAUSED or session.rest_because is not RestBecause.POWER_LOST:
        return None
    return _of(session, Kind.POWER_BACK, str(session.pause), now_ms, until_ms=session.deadline_ms)


TRUE_WHILE = {Kind.POWER_LOST: power_lost, Kind.POWER_BACK: power_back}


def still_holds(notice: Notice, session: Session) -> bool:
    """Whether it may be sent now, of those kinds that a change of the session makes untrue."""
    judge = TRUE_WHILE.get(notice.kind)
    if judge is None:
        return True
    now = judge(session, notice.at_ms)
    return now is not None and now.occasion == notice.occasion


def cut_off(session: Session, now_ms: int) -> Notice | None:
    """Ended by neither its driver nor its limit, while the bill takes its time."""
    if session.state is not State.SETTLING or session.reason not in CUT_OFF_BY:
        return None
    return _of(session, Kind.INTERRUPTED, AT_ONCE, now_ms)


def never_began(session: Session, now_ms: int) -> Notice | None:
    """Nothing was delivered, and nothing is charged."""
    if session.state not in {State.START_FAILED, State.CANCELLED}:
        return None
    return _of(session, Kind.START_FAILED, "", now_ms, price_yen=0)


def settled(
    session: Session, now_ms: int, *, price_yen: int, waived_yen: int, unpaid_yen: int
) -> Notice:
    """The bill is made: what is asked for, what of it is not paid, and why it ended."""
    kind = Kind.DONE
    if session.reason is Reason.START_FAILED:
        kind = Kind.INTERRUPTED if session.used_wh else Kind.START_FAILED
    elif session.reason in CUT_OFF_BY:
        kind = Kind.INTERRUPTED
    return _of(
        session, kind, AT_THE_BILL, now_ms,
        price_yen=price_yen, waived_yen=waived_yen, unpaid_yen=unpaid_yen,
    )  # fmt: skip


def trial(visitor: str, occasion: str, now_ms: int) -> Notice:
    """One that is about no session."""
    return Notice(kind=Kind.TEST, visitor=visitor, session_id="", occasion=occasion, at_ms=now_ms)


def _of(
    session: Session,
    kind: Kind,
    occasion: str,
    now_ms: int,
    *,
    price_yen: int | None = None,
    waived_yen: int = 0,
    unpaid_yen: int = 0,
    until_ms: int | None = None,
) -> Notice:
    return Notice(
        kind=kind, visitor=session.visitor, session_id=session.id, occasion=occasion,
        at_ms=now_ms, reason=session.reason, price_yen=price_yen, waived_yen=waived_yen,
        unpaid_yen=unpaid_yen, until_ms=until_ms,
    )  # fmt: skip
