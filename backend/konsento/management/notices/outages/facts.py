"""What is known at one moment of one registered meter and of the outages that concern it. Pure.

Instants are epoch milliseconds. Words for judgements, causes and states are those of the outage
room's contract, as text: what is told is kept for longer than any version of that contract.
"""

from typing import Literal

import msgspec

Judgement = Literal[
    "powered", "checking", "area", "own_premises", "planned", "unknown", "not_in_service"
]
Grade = Literal["confirmed", "likely", "cannot_tell"]


class Names(msgspec.Struct, frozen=True):
    """An area as it is called: prefecture, municipality and district in one."""

    ja: str
    en: str


class Expected(msgspec.Struct, frozen=True):
    """When power is expected back; or, where nobody knows, when the next word comes (X9)."""

    at_ms: int
    known: bool


class Meter(msgspec.Struct, frozen=True, kw_only=True):
    """What is believed of one meter.

    `heard_until_ms`: the end of the last half hour it was read of. `restored_at_ms`: when it
    spoke again after a silence. `outage` and `planned`: the records that concern it.
    """

    judgement: Judgement
    grade: Grade | None = None
    since_ms: int | None = None
    heard_until_ms: int | None = None
    restored_at_ms: int | None = None
    outage: str | None = None
    planned: str | None = None


class Outage(msgspec.Struct, frozen=True, kw_only=True):
    """An outage or planned works as far as one customer cares; `areas` begin with their own.

    `area_count` is how many there are in all. `verified`: people may be told of it.
    """

    outage: str
    planned: bool = False
    own: bool = False
    started_at_ms: int | None = None
    restored_at_ms: int | None = None
    planned_until_ms: int | None = None
    expected: Expected | None = None
    overdue: bool = False
    cause: str = "under_investigation"
    cause_text: str = ""
    response_status: str = "investigating"
    households_out: int = 0
    areas: tuple[Names, ...] = ()
    area_count: int = 0
    retracted: bool = False
    verified: bool = True
    parent: str | None = None

    @property
    def stands(self) -> bool:
        """Neither over nor taken back."""
        return not self.retracted and self.restored_at_ms is None


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """One look at one registration.

    `outage`: what the meter is in now. `told_outage`: what its customer was told of last, as it
    is now; the record that absorbed it, where one did. `over_outage`: the same of what they were
    told is over. `works`: planned works that concern it or
    were told. None of them where the outage room no longer knows it.
    """

    meter: Meter
    outage: Outage | None = None
    told_outage: Outage | None = None
    over_outage: Outage | None = None
    works: tuple[Outage, ...] = ()
