"""The brake: very many people are told at once only if two kinds of evidence agree (T23). Pure.

The engine judges from silence alone. A fault of its feed, or somebody who forges it, would look
like a city in the dark; a switch that opened, or an office that says so, does not.
"""

from collections.abc import Collection

import msgspec

from konsento.management.notices.outages.limits import BRAKE_WITHIN_MS

ENGINE = "engine"


class Crowd(msgspec.Struct, frozen=True, kw_only=True):
    """How many were told of an outage, or wait to be, and on whose word."""

    outage: str
    recipients: int
    sources: tuple[str, ...]
    at_ms: int
    released: bool = False

    @property
    def alone(self) -> bool:
        """On the engine's word and nobody else's; a person who let it through is another."""
        return not self.released and not set(self.sources) - {ENGINE}


def held(crowd: Crowd, others: Collection[Crowd], above: int, now_ms: int) -> bool:
    """Whether nobody is told of it yet.

    What the engine alone has told of other outages within the hour counts with it: a false alarm
    may come in many parts.
    """
    if not crowd.alone:
        return False
    lately = [
        each.recipients
        for each in others
        if each.alone and each.outage != crowd.outage and each.at_ms > now_ms - BRAKE_WITHIN_MS
    ]
    return crowd.recipients + sum(lately) > above
