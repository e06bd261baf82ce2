"""What is answered about outages and meters; part of the contract."""

from typing import Literal

from msgspec import Struct

from konsento.outage.record.said import (
    Cause,
    Expected,
    Facts,
    Grade,
    Kind,
    ResponseStatus,
    Scope,
)

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

    `heard_until_ms`: the end of the last half hour of which a reading came.
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
