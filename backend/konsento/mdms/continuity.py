"""Whether and where the way to a meter is broken: IEEE 802.1ag / ITU-T Y.1731 for meters.

CC: the head-end and the meter send each other a continuity check message at an interval. A
message carries RDI (remote defect indication) when its sender has stopped hearing the other; a
meter takes only messages without RDI as an assurance, so that a link broken in one direction
ends in the fail-safe like one broken in both. LB asks one meter now; LT asks every hop.
"""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from konsento.mdms.contract import Hop
from konsento.mdms.limits import MISSED_MAX, UNDER_WAY_MS

HopName = Literal["head_end", "concentrator", "relay", "meter"]
LinkState = Literal["up", "lost", "unknown"]
HOPS: tuple[HopName, ...] = ("head_end", "concentrator", "relay", "meter")


class Check(Struct, frozen=True):
    """A continuity check message to one meter."""

    smid: str
    rdi: bool


class Heard(Struct, frozen=True, kw_only=True):
    """What came back from one meter since the last check.

    `answered`: its own check message came, with its switch and its RDI (it does not hear us).
    `last_gasp_at_ms`: the word a meter sends as its power fails.
    """

    smid: str
    answered: bool
    rdi: bool = False
    switch: Literal["open", "closed", "unknown"] = "unknown"
    last_gasp_at_ms: int | None = None


def wants_rdi(missed: int) -> bool:
    """Whether the next check message must say that we no longer hear the meter."""
    return missed >= MISSED_MAX


def missed_after(missed: int, *, answered: bool) -> int:
    """Checks in a row without an answer; the count stops where it no longer matters."""
    return 0 if answered else min(missed + 1, MISSED_MAX)


def power_is_lost(heard: Heard, heard_at_ms: int | None) -> bool:
    """A last gasp counts until the meter is heard again.

    A meter may gasp while its last answer is still under way; `heard_at_ms` is when that was
    written down, and so later than the gasp.
    """
    if heard.answered or heard.last_gasp_at_ms is None:
        return False
    return heard_at_ms is None or heard.last_gasp_at_ms >= heard_at_ms - UNDER_WAY_MS


def link_state(heard_at_ms: int | None, missed: int, now_ms: int, lost_after_ms: int) -> LinkState:
    """`lost` after MISSED_MAX checks in a row; `unknown` when nobody has been checking."""
    if missed >= MISSED_MAX:
        return "lost"
    if heard_at_ms is None or now_ms - heard_at_ms > 2 * lost_after_ms:
        return "unknown"
    return "up"


def is_silent(heard_at_ms: int, now_ms: int, lost_after_ms: int) -> bool:
    """Whether a meter in use has been quiet for as long as counts as a lost link."""
    return now_ms - heard_at_ms >= lost_after_ms


def trace(
    answers: Mapping[HopName, bool], took_ms: Mapping[HopName, int] | None = None
) -> tuple[Hop, ...]:
    """The way to the meter, nearest hop first; the time counts only for a hop that answered."""
    times = took_ms or {}
    return tuple(
        Hop(name=name, answered=True, round_trip_ms=times.get(name))
        if answers.get(name)
        else Hop(name=name, answered=False)
        for name in HOPS
    )


def broken_before(hops: tuple[Hop, ...]) -> HopName | None:
    """The first hop that does not answer: the link is broken between it and the one before."""
    return next((hop.name for hop in hops if not hop.answered), None)
