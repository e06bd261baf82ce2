"""What one registration has been told, and by which of it the next word is judged. Pure."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from konsento.management.notices.outages.facts import Expected


class Kind(StrEnum):
    """What a notice says first."""

    AREA = "area"
    OWN_CONFIRMED = "own_confirmed"
    OWN_LIKELY = "own_likely"
    OWN_CANNOT_TELL = "own_cannot_tell"
    EXPECTED_CHANGED = "expected_changed"
    CAUSE_CHANGED = "cause_changed"
    OVERDUE = "overdue"
    AREA_BACK_YOURS_SILENT = "area_back_yours_silent"
    RESTORED = "restored"
    TAKEN_BACK = "taken_back"  # it was wrong, and the meter has power
    TAKEN_BACK_UNSURE = "taken_back_unsure"  # it was wrong, and the meter has not spoken
    PLANNED_AHEAD = "planned_ahead"
    PLANNED_EVE = "planned_eve"  # once more, in the evening before
    PLANNED_MOVED = "planned_moved"
    PLANNED_CANCELLED = "planned_cancelled"
    PLANNED_NOW = "planned_now"
    DIGEST = "digest"  # what changed while the hour's notices were used up
    TRIAL = "trial"
    NEW_REGISTRANT = "new_registrant"  # somebody else is told of the same meter from now on


class Phase(StrEnum):
    """Where a customer was left by what they were told of a fault."""

    AREA = "area"
    OWN = "own"
    WAITING = "waiting"  # the area is back, their own meter has not spoken
    DOUBTFUL = "doubtful"  # taken back, their own meter has not spoken


class WorksPhase(StrEnum):
    """And of planned works."""

    AHEAD = "ahead"
    NOW = "now"


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A fault as its customer knows it, from the first word to the last.

    `thread` is the outage it began with: all that is said of it stands together. `heard_until_ms`
    is what the meter had said when the first word was told, at `first_at_ms`.
    """

    phase: Phase
    outage: str
    thread: str
    first_at_ms: int
    heard_until_ms: int
    since_ms: int | None
    grade: str | None = None
    expected: Expected | None = None
    cause: str = "under_investigation"
    cause_text: str = ""
    overdue: bool = False


class Works(msgspec.Struct, frozen=True, kw_only=True):
    """Planned works as their customer knows them: their beginning since `announced_at_ms`."""

    phase: WorksPhase
    starts_at_ms: int
    until_ms: int | None
    overdue: bool = False
    announced_at_ms: int = 0
    reminded: bool = False


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """All that counts for the next word to one registration.

    `over` is the fault that was told to be over last: it may turn out never to have been one.
    `recent` are the instants of what was told within the hour; `held` that something was not,
    because it was too much.
    """

    fault: Told | None = None
    over: Told | None = None
    works: Mapping[str, Works] = {}
    recent: tuple[int, ...] = ()
    held: bool = False

    @property
    def waits(self) -> bool:
        """Whether there may be more to say without an event of the outage room."""
        return self.fault is not None or bool(self.works) or self.held


class Tell(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to say. `about` is what a digest is about; else the same as `kind`.

    `thread`: the outage or works under which it stands.
    """

    kind: Kind
    about: Kind
    thread: str
    outage: str | None
    since_ms: int | None
    at_ms: int
