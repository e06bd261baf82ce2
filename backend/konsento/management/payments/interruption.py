"""An outage at the outlet of a session, as its driver and the desk see it. Pure."""

import msgspec

from konsento.management.charging.record import DarkBecause, Session
from konsento.management.charging.session import AT_REST, RestBecause, State
from konsento.outage.contract import Expected, ExpectedAt, ExpectedUnknown


class Interruption(msgspec.Struct, frozen=True, kw_only=True):
    """Since when there is no power; epoch ms.

    `because`: the area's outage, or the outlet alone; null while that cannot be told. `expected`
    is what the outage room says of its end, null where it says nothing.
    """

    since_ms: int
    because: DarkBecause | None
    expected: Expected | None


IN_THE_DARK = frozenset({State.INTERRUPTED, State.STOPPING, State.SETTLING})


def interruption_of(session: Session) -> Interruption | None:
    """None unless it is interrupted now, or was ended so and its register is not yet known."""
    if session.state not in IN_THE_DARK or session.final or session.dark_since_ms is None:
        return None
    return Interruption(
        since_ms=session.dark_since_ms, because=session.dark_because, expected=_expected(session)
    )


def dark_ms_of(session: Session) -> int:
    """How long there was no power between its beginning and its end, in all its outages."""
    since_ms, ended_ms = session.dark_since_ms, session.ended_at_ms
    if since_ms is None or ended_ms is None:
        return session.dark_ms
    return session.dark_ms + max(0, ended_ms - since_ms)


def rest_of(session: Session) -> RestBecause | None:
    """Why it is paused, while it is."""
    return session.rest_because if session.state in AT_REST else None


def resume_by_ms(session: Session) -> int | None:
    """Until when it can be resumed; None unless it is paused."""
    return session.deadline_ms if session.state is State.PAUSED else None


def _expected(session: Session) -> Expected | None:
    if session.dark_expected_at_ms is not None:
        return ExpectedAt(at_ms=session.dark_expected_at_ms)
    if session.dark_next_word_at_ms is not None:
        return ExpectedUnknown(next_word_at_ms=session.dark_next_word_at_ms)
    return None
