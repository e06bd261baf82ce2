"""Asking many meters at once whether they are there; part of the contract.

A ping is answered with one of five words, after the practice of outage management systems: that
nothing came back proves no outage, so it is told which part of the way was silent.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

PINGS_PATH = "/mdms/v1/pings"
PINGS_MAX = 500
SMID_PATTERN = r"^[A-Z0-9-]{1,16}$(?!\n)"

Smid = Annotated[str, Meta(pattern=SMID_PATTERN, max_length=16)]
PingWord = Literal[
    "powered",  # the meter answered
    "no_power",  # the meter, or a last gasp of it, says that it has none
    "unknown",  # the way to it answers, the meter does not
    "communication_failure",  # the way to it does not answer either
    "unknown_meter",
]
PingLoad = Literal[
    "unseen",  # nothing is known of what lies behind the meter
    "drawn",
    "none",  # it has power, and nothing is drawn
    "breaker_open",  # its own switch is open
]


class PingOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """The meters to ask."""

    smids: Annotated[tuple[Smid, ...], Meta(min_length=1, max_length=PINGS_MAX)]


class PingAnswer(Struct, frozen=True, kw_only=True):
    """What came back from one of them."""

    smid: str
    answer: PingWord
    load: PingLoad = "unseen"


class PingView(Struct, frozen=True, kw_only=True):
    """One answer for each meter asked, in the order asked."""

    answers: tuple[PingAnswer, ...]
    now_ms: int
