"""What is answered about outages and meters; part of the contract."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from konsento.outage.record.said import (
    Cause,
    Expected,
    Facts,
    Grade,
    Instant,
    Kind,
    Name,
    ResponseStatus,
    Scope,
)

AREAS_COUNTED_MAX = 10_000
Meters = Annotated[int, Meta(ge=0, le=100_000_000)]

MeterJudgement = Literal[
    "powered",  # heard, and nothing speaks against it
    "checking",  # silent, and being asked
    "area",  # part of an outage
    "own_premises",  # alone in its area; `grade` says how sure
    "planned",  # under works that have begun
    "unknown",  # communication lost, or never heard: it need not be an outage
    "not_in_service",  # vacant, retired, not yet connected, or its switch was opened by order
]


class AreaView(Struct, frozen=True, kw_only=True):
    """An area with its names, and its households out now and at most."""

    area: str
    prefecture_ja: str
    municipality_ja: str
    district_ja: str
    prefecture_en: str
    municipality_en: str
    district_en: str
    households: int
    households_out: int
    households_out_max: int


class OutageView(Struct, frozen=True, kw_only=True):
    """An outage as believed now. `overdue`: an estimate or a promised word has passed.

    `verified`: people may be told; not so long as a switch alone says it and no meter was asked.
    `sentence_*` say on what evidence the engine judges; empty when it did not.
    """

    outage: str
    version: int
    kind: Kind
    scope: Scope
    grade: Grade | None
    opened_at_ms: int
    started_at_ms: int | None
    restored_at_ms: int | None
    planned_until_ms: int | None
    places: tuple[str, ...]
    areas: tuple[AreaView, ...]
    households_out: int
    households_out_max: int
    response_status: ResponseStatus
    expected: Expected | None
    overdue: bool
    cause: Cause
    cause_text: str
    retracted: bool
    verified: bool
    parent: str | None
    sentence_ja: str
    sentence_en: str
    now_ms: int


class EntryView(Struct, frozen=True, kw_only=True):
    """What was said of it, by which system or office, when it was said and when it came."""

    entry: str
    source: str
    author: str
    said_at_ms: int
    received_at_ms: int
    facts: Facts


class ChangeView(Struct, frozen=True, kw_only=True):
    """A version and what it changed; `absorbed` are records that became part of this one."""

    version: int
    at_ms: int
    entry: str
    source: str
    author: str
    fields: tuple[str, ...]
    absorbed: tuple[str, ...]


class OutageDetail(Struct, frozen=True, kw_only=True):
    """An outage with everything said of it and every change."""

    outage: OutageView
    entries: tuple[EntryView, ...]
    changes: tuple[ChangeView, ...]


class OutageList(Struct, frozen=True, kw_only=True):
    """Outages, the latest begun first."""

    outages: tuple[OutageView, ...]
    now_ms: int


class MeterState(Struct, frozen=True, kw_only=True):
    """What is believed of one meter's power and why.

    `heard_until_ms`: the end of the last half hour of which a reading came. `planned`: announced
    works that concern it and are not over. `restored_at_ms`: it was in an outage that was told
    and spoke again within the last half day; power was back by then.
    """

    smid: str
    judgement: MeterJudgement
    grade: Grade | None
    area: str
    since_ms: int | None
    heard_until_ms: int | None
    outage: str | None
    sentence_ja: str
    sentence_en: str
    now_ms: int
    planned: str | None = None
    restored_at_ms: int | None = None


class MeterStates(Struct, frozen=True, kw_only=True):
    """One state for each known meter that was asked after, in that order; the others by id."""

    states: tuple[MeterState, ...]
    unknown: tuple[str, ...]
    now_ms: int


class MetersAwaited(Struct, frozen=True, kw_only=True):
    """How many of them were not awaited yet; they are asked in the next minutes."""

    new: int


class AreaCalled(Struct, frozen=True, kw_only=True):
    """An area and what it is called."""

    area: str
    prefecture_ja: str
    municipality_ja: str
    district_ja: str
    prefecture_en: str
    municipality_en: str
    district_en: str


class AreasCalled(Struct, frozen=True, kw_only=True):
    """All areas of the tables."""

    areas: tuple[AreaCalled, ...]


class AreaRegistered(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many meters of an area somebody is registered for, of how many: never which."""

    area: Name
    meters: Meters
    registered: Meters

    def __post_init__(self) -> None:
        if self.registered > self.meters:
            raise ValueError("registered are more than there are meters")


class Registrations(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The counts of a management server at an instant, in the place of those before."""

    as_of_ms: Instant
    areas: Annotated[tuple[AreaRegistered, ...], Meta(max_length=AREAS_COUNTED_MAX)]


class RegistrationsTaken(Struct, frozen=True, kw_only=True):
    """Which counts stand now: those sent, unless later ones had come; areas not in the tables."""

    as_of_ms: int
    areas: int
    unknown: tuple[str, ...]


class RegistrationsView(Struct, frozen=True, kw_only=True):
    """The counts that stand; none were sent yet where `as_of_ms` is null."""

    as_of_ms: int | None
    areas: tuple[AreaRegistered, ...]
    now_ms: int


class OutageEvent(Struct, frozen=True, kw_only=True):
    """A record changed: cursors run 1, 2, 3 ... and become visible in that order."""

    cursor: int
    at_ms: int
    outage: str
    version: int
    source: str
    fields: tuple[str, ...]
    absorbed: tuple[str, ...]


class OutageEvents(Struct, frozen=True, kw_only=True):
    """Events after the cursor asked for, oldest first; ask next after `cursor`."""

    events: tuple[OutageEvent, ...]
    cursor: int


class Aside(Struct, frozen=True, kw_only=True):
    """Something that came in and was not believed: a row of a batch, or a whole one (row -1)."""

    aside: str
    piece: str
    row: int
    said: str
    reason: str
    received_at_ms: int


class Quarantine(Struct, frozen=True, kw_only=True):
    """The latest first."""

    aside: tuple[Aside, ...]
