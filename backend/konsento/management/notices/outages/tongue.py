"""What a language must have to tell customers of outages: every sentence, by name. Pure."""

from collections.abc import Mapping

import msgspec

from konsento.management.notices.outages.told import Kind


class Tongue(msgspec.Struct, frozen=True, kw_only=True):
    """Sentences with named places in braces.

    `says`: what is said first. `lead`: what is said next. `glance`: the text of a locked screen
    beneath a title. `short`: one line of the history. `todo`: what its reader can do.
    """

    title: str
    works_title: str
    meter_title: str
    subject: str
    says: Mapping[Kind, str]
    lead: Mapping[Kind, tuple[str, ...]]
    glance: Mapping[Kind, str]
    short: Mapping[Kind, str]
    todo: Mapping[Kind, tuple[str, ...]]
    digest: str
    fact: Mapping[str, str]
    cause: Mapping[str, str]
    status: Mapping[str, str]
    breaker: str
    likely: str
    indoor: str
    expected_at: str
    expected_unknown: str
    expected_none: str
    next_word: str
    about_time: str
    households: str
    more_areas: str
    area_and_households: str
    area_gap: str
    because: str
    from_time: str
    between: str
    not_known: str
    open_power: str
    written: str
    call: str
    meter: str
    no_replies: str
    stop: str
