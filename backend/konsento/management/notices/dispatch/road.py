"""How one host may be sent to: how many at once, from when on, or by one probe a minute. Pure.

What a host says of one browser says nothing of the host; that it says nothing, or refuses us, a
few times in a row, does.
"""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from konsento.management.notices.dispatch.limits import (
    AT_ONCE_FIRST,
    AT_ONCE_MAX,
    AT_ONCE_MIN,
    AT_ONCE_MORE,
    FAILURES_IN_A_ROW,
    PAGE,
    PROBE_EVERY_MS,
    REFUSALS_IN_A_ROW,
)
from konsento_push.delivery import Delivery


class RoadState(StrEnum):
    OPEN = "open"
    DOWN = "down"  # it does not answer: one probe a minute
    SHUT = "shut"  # it refuses us, whoever it is for: a person has to look; one probe a minute


class Heard(StrEnum):
    WORD = "word"  # of a browser or a mailbox, whatever it is
    SILENCE = "silence"  # for the last of a number of times
    REFUSAL = "refusal"  # of us, for the last of a number of times


NEXT: Mapping[tuple[RoadState, Heard], RoadState] = {
    (RoadState.OPEN, Heard.WORD): RoadState.OPEN,
    (RoadState.OPEN, Heard.SILENCE): RoadState.DOWN,
    (RoadState.OPEN, Heard.REFUSAL): RoadState.SHUT,
    (RoadState.DOWN, Heard.WORD): RoadState.OPEN,
    (RoadState.DOWN, Heard.SILENCE): RoadState.DOWN,
    (RoadState.DOWN, Heard.REFUSAL): RoadState.SHUT,
    (RoadState.SHUT, Heard.WORD): RoadState.OPEN,
    (RoadState.SHUT, Heard.SILENCE): RoadState.DOWN,
    (RoadState.SHUT, Heard.REFUSAL): RoadState.SHUT,
}


class Road(msgspec.Struct, frozen=True, kw_only=True):
    """What one process knows of one host; `not_before_ms` and `state` are told to the others."""

    host: str
    state: RoadState = RoadState.OPEN
    not_before_ms: int = 0
    failures: int = 0
    refusals: int = 0
    at_once: int = AT_ONCE_FIRST

    @property
    def page(self) -> int:
        """How many may be taken for it together."""
        return PAGE if self.state is RoadState.OPEN else 1


def may_go(road: Road, now_ms: int) -> bool:
    """Whether anything may be sent there now."""
    return now_ms >= road.not_before_ms


def heard(road: Road, became: Delivery, after_ms: int | None, now_ms: int) -> Road:
    """After one answer. `after_ms`: how long the host asks to be left alone, if it does."""
    if became is Delivery.QUARANTINE:
        refusals = road.refusals + 1
        road = msgspec.structs.replace(road, refusals=refusals, failures=0)
        return _held(road, Heard.REFUSAL, now_ms) if refusals >= REFUSALS_IN_A_ROW else road
    if became is not Delivery.LATER:
        return _spoke(road)
    if after_ms is not None and road.state is RoadState.OPEN:
        # It speaks, and says when: that is its pace, and no silence.
        rests_until_ms = max(road.not_before_ms, now_ms + after_ms)
        at_once = max(AT_ONCE_MIN, road.at_once // 2)
        return msgspec.structs.replace(road, not_before_ms=rests_until_ms, at_once=at_once)
    failures = road.failures + 1
    road = msgspec.structs.replace(road, failures=failures)
    if failures >= FAILURES_IN_A_ROW or road.state is not RoadState.OPEN:
        return _held(road, Heard.SILENCE, now_ms)
    return road


def earned(road: Road) -> Road:
    """After a page that was taken whole."""
    at_once = min(AT_ONCE_MAX, road.at_once + AT_ONCE_MORE)
    return msgspec.structs.replace(road, at_once=at_once)


def probing(road: Road, now_ms: int) -> Road:
    """One is sent to see whether it answers; no other until a minute is over."""
    return msgspec.structs.replace(road, not_before_ms=now_ms + PROBE_EVERY_MS)


def _spoke(road: Road) -> Road:
    """It said something of a browser: it is there, and takes us."""
    state = NEXT[road.state, Heard.WORD]
    if (state, road.failures, road.refusals) == (road.state, 0, 0):
        return road
    # A probe's minute is over with its answer; a rest that the host asked for is not.
    not_before_ms = road.not_before_ms if road.state is RoadState.OPEN else 0
    return msgspec.structs.replace(
        road, state=state, not_before_ms=not_before_ms, failures=0, refusals=0
    )


def _held(road: Road, said: Heard, now_ms: int) -> Road:
    return msgspec.structs.replace(
        road,
        state=NEXT[road.state, said],
        not_before_ms=max(road.not_before_ms, now_ms + PROBE_EVERY_MS),
    )
