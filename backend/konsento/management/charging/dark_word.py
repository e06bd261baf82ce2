"""Whose outage it is that an outlet is without power, as the outage room judges its meter. Pure.

That there is no power is the control system's word. Of the outage room is only asked whether the
area is without or this outlet alone; where it cannot tell, nothing is claimed.
"""

from collections.abc import Mapping

import msgspec

from konsento.management.charging.record import DarkBecause, Session
from konsento.outage.contract import ExpectedAt, ExpectedUnknown, Grade, MeterState, OutageView


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """What is said of one outlet; `outage` is the record, the instants are of its end."""

    because: DarkBecause | None = None
    outage: str | None = None
    expected_at_ms: int | None = None
    next_word_at_ms: int | None = None


NOTHING = Word()
SURE = frozenset({Grade.CONFIRMED, Grade.LIKELY})


def word_of(state: MeterState, outages: Mapping[str, OutageView]) -> Word:
    """`outages`: those that are not over, by their names.

    What a switch alone says, and no meter was asked about, is told to nobody yet; nor is a fault
    that may as well be the area's.
    """
    if state.judgement == "own_premises":
        return Word(because="outlet", outage=state.outage) if state.grade in SURE else NOTHING
    if state.judgement not in {"area", "planned"}:
        return NOTHING
    name = state.planned if state.judgement == "planned" else state.outage
    found = outages.get(name or "")
    if found is None:
        return Word(because="area", outage=name)
    if not found.verified and found.kind == "fault":
        return NOTHING
    expected = found.expected
    at_ms = expected.at_ms if isinstance(expected, ExpectedAt) else None
    next_word_at_ms = expected.next_word_at_ms if isinstance(expected, ExpectedUnknown) else None
    if expected is None:
        at_ms = found.planned_until_ms
    return Word(because="area", outage=name, expected_at_ms=at_ms, next_word_at_ms=next_word_at_ms)


def with_word(session: Session, word: Word) -> Session:
    """The session that knows it; itself when it knew."""
    facts = {
        "dark_because": word.because,
        "dark_outage": word.outage,
        "dark_expected_at_ms": word.expected_at_ms,
        "dark_next_word_at_ms": word.next_word_at_ms,
    }
    if all(getattr(session, name) == value for name, value in facts.items()):
        return session
    return session.with_facts(**facts)
