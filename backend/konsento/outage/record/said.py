"""What somebody said of an outage: an entry, kept for ever and never changed.

An entry states facts, not changes: what it leaves out it says nothing of. Whoever was wrong says
it again with another entry. Instants are epoch milliseconds; households are whole numbers.
Names follow IEC 61968-3 (outage, cause, estimated restoration time) and the sources' terms.
"""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

AREAS_MAX = 2_000
PLACES_MAX = 2_000
TEXT_PATTERN = r"^[^<>\x00-\x1f\x7f]*$(?!\n)"  # one line, and nothing a page could take for a tag
NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_:.-]{0,63}$(?!\n)"

Name = Annotated[str, Meta(pattern=NAME_PATTERN, max_length=64)]
Instant = Annotated[int, Meta(ge=0, le=2**53)]
Households = Annotated[int, Meta(ge=0, le=100_000_000)]
Text = Annotated[str, Meta(pattern=TEXT_PATTERN, max_length=200)]

Sentence = Annotated[str, Meta(pattern=TEXT_PATTERN, max_length=500)]


class Source(StrEnum):
    """Who speaks. Where two speak of the same fact, `fold.TRUST` says who is believed."""

    ENGINE = "engine"
    DISTRIBUTION_AUTOMATION = "distribution_automation"
    SALES_OFFICE = "sales_office"


class Kind(StrEnum):
    FAULT = "fault"
    PLANNED = "planned"


class Scope(StrEnum):
    AREA = "area"
    OWN_PREMISES = "own_premises"


class Grade(StrEnum):
    """How sure it is that the customer's own breaker is the reason (O5)."""

    CONFIRMED = "confirmed"
    LIKELY = "likely"
    CANNOT_TELL = "cannot_tell"


class ResponseStatus(StrEnum):
    """対応状況."""

    INVESTIGATING = "investigating"
    CREW_SENT = "crew_sent"
    REPAIRING = "repairing"
    AWAITING_ACCESS = "awaiting_access"
    RESTORED = "restored"
    INDOOR = "indoor"


class Cause(StrEnum):
    """停電理由."""

    UNDER_INVESTIGATION = "under_investigation"
    LIGHTNING = "lightning"
    WIND = "wind"
    SNOW = "snow"
    FLOOD = "flood"
    LANDSLIDE = "landslide"
    EARTHQUAKE = "earthquake"
    TREE = "tree"
    ANIMAL = "animal"
    TRAFFIC = "traffic"
    EQUIPMENT = "equipment"
    PRIVATE_EQUIPMENT = "private_equipment"
    OWN_BREAKER = "own_breaker"
    WORKS = "works"
    OTHER = "other"


class ExpectedAt(Struct, frozen=True, tag="at", tag_field="is"):
    """Power is expected back at this instant."""

    at_ms: Instant


class ExpectedUnknown(Struct, frozen=True, tag="unknown", tag_field="is"):
    """Nobody knows yet; the next word comes by this instant (X9)."""

    next_word_at_ms: Instant


Expected = ExpectedAt | ExpectedUnknown


class AreaOut(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An area's households without power, of those registered there."""

    area: Name
    households_out: Households
    households: Households


class SwitchOut(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place cut off by a switch of the distribution network, and given back; either alone too."""

    place: Name
    opened_at_ms: Instant | None = None
    restored_at_ms: Instant | None = None


class Facts(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What an entry says; UNSET where it says nothing. `restored_at_ms` null: not back after all.

    `switches` are what distribution automation reports, place by place; beginning and end of
    the outage follow from them. `checked`, said by the engine alone: whether the meters bear out
    what others said, and of which `checked_places`: of all that were open then, where they are not
    named. `places` are names of the electrical tree (feeder, section,
    transformer, or a meter's smid). `parent` is the outage that this one remained of, `sentence_*`
    the engine's reason.
    """

    kind: Kind | UnsetType = UNSET
    scope: Scope | UnsetType = UNSET
    grade: Grade | UnsetType = UNSET
    started_at_ms: Instant | UnsetType = UNSET
    restored_at_ms: Instant | UnsetType | None = UNSET
    planned_until_ms: Instant | UnsetType = UNSET
    places: Annotated[tuple[Name, ...], Meta(max_length=PLACES_MAX)] | UnsetType = UNSET
    switches: Annotated[tuple[SwitchOut, ...], Meta(max_length=PLACES_MAX)] | UnsetType = UNSET
    areas: Annotated[tuple[AreaOut, ...], Meta(max_length=AREAS_MAX)] | UnsetType = UNSET
    response_status: ResponseStatus | UnsetType = UNSET
    expected: Expected | UnsetType | None = UNSET
    cause: Cause | UnsetType = UNSET
    cause_text: Text | UnsetType = UNSET
    retracted: bool | UnsetType = UNSET
    checked: bool | UnsetType = UNSET
    checked_places: Annotated[tuple[Name, ...], Meta(max_length=PLACES_MAX)] | UnsetType = UNSET
    parent: Name | UnsetType = UNSET
    sentence_ja: Sentence | UnsetType = UNSET
    sentence_en: Sentence | UnsetType = UNSET


class Entry(Struct, frozen=True, kw_only=True):
    """Facts with their author: `entry` is the sender's own id, so saying it twice is once.

    `said_at_ms` is when the author says it was said; `author` names an office or a system,
    never a person.
    """

    entry: Name
    source: Source
    author: Name
    said_at_ms: Instant
    received_at_ms: Instant
    facts: Facts


def said(facts: Facts) -> dict[str, object]:
    """The facts that are there, by field."""
    there = {name: getattr(facts, name) for name in facts.__struct_fields__}
    return {name: value for name, value in there.items() if value is not msgspec.UNSET}
