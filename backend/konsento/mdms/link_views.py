"""What the contract says of a link: one message returned, and the way traced hop by hop."""

from typing import Literal

from msgspec import Struct


class LoopbackView(Struct, frozen=True, kw_only=True):
    """Whether the meter returned a loopback message (LB), and after how long."""

    outlet: str
    answered: bool
    round_trip_ms: int | None
    now_ms: int


class Hop(Struct, frozen=True, kw_only=True):
    """One maintenance point on the way to the meter: whether it answered, and after how long."""

    name: Literal["head_end", "concentrator", "relay", "meter"]
    answered: bool
    round_trip_ms: int | None = None


class LinkTraceView(Struct, frozen=True, kw_only=True):
    """The way to the meter, hop by hop (LT); the link is broken before the first silent hop."""

    outlet: str
    hops: tuple[Hop, ...]
    now_ms: int
