"""Continuity tests from the desk, IEEE 802.1ag: loopback (LB) and link trace (LT) to a meter.

The last answer of each kind is kept with its time, so that a second look shows what the first
one found.
"""

from typing import Literal

import msgspec

from konsento.foundation.clock import Clock
from konsento.foundation.databases import PEOPLE
from konsento.foundation.problems import Refusal
from konsento.management.charging.store import Outlet
from konsento.mdms.contract import (
    Hop,
    LinkTraceView,
    LoopbackView,
    MdmsClient,
    MdmsRefused,
    MdmsUnreachable,
)

Kind = Literal["loopback", "link_trace"]
HopName = Literal["head_end", "concentrator", "relay", "meter"]


class ControlSystemAway(Refusal):
    status = 503
    slug = "control-system-away"
    title = "The control system did not answer. Nothing was found out about the meter."


class HopFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One point on the way; `round_trip_ms` only where it answered."""

    name: HopName
    answered: bool
    round_trip_ms: int | None


class LinkTest(msgspec.Struct, frozen=True, kw_only=True):
    """What a test found, and when (epoch ms).

    `hops` are empty for a loopback. `broken_before` is the first hop that was silent: the way is
    broken between it and the one before.
    """

    answered: bool
    round_trip_ms: int | None
    hops: list[HopFacts]
    broken_before: HopName | None
    at_ms: int


class LinkTests(msgspec.Struct, frozen=True, kw_only=True):
    """The last test of each kind."""

    loopback: LinkTest | None = None
    link_trace: LinkTest | None = None


UNTESTED = LinkTests()


def looped_back(said: LoopbackView, at_ms: int) -> LinkTest:
    return LinkTest(
        answered=said.answered, round_trip_ms=said.round_trip_ms, hops=[], broken_before=None,
        at_ms=at_ms,
    )  # fmt: skip


def traced(said: LinkTraceView, at_ms: int) -> LinkTest:
    """Whether the whole way answered, and the time that the furthest hop took."""
    hops = [_facts(hop) for hop in said.hops]
    silent = next((hop.name for hop in hops if not hop.answered), None)
    last_ms = hops[-1].round_trip_ms if hops and silent is None else None
    return LinkTest(
        answered=bool(hops) and silent is None, round_trip_ms=last_ms, hops=hops,
        broken_before=silent, at_ms=at_ms,
    )  # fmt: skip


def _facts(hop: Hop) -> HopFacts:
    return HopFacts(
        name=hop.name,
        answered=hop.answered,
        round_trip_ms=hop.round_trip_ms if hop.answered else None,
    )


async def run(outlet: Outlet, kind: Kind, *, mdms: MdmsClient, clock: Clock) -> LinkTest:
    """Send it now and keep what it found. Raises ControlSystemAway."""
    try:
        if kind == "loopback":
            found = looped_back(await mdms.loopback(outlet.outlet), clock.now_ms())
        else:
            found = traced(await mdms.link_trace(outlet.outlet), clock.now_ms())
    except (MdmsUnreachable, MdmsRefused):
        raise ControlSystemAway(retry_after_s=2) from None
    kept = msgspec.json.encode(found).decode()
    async with PEOPLE.writing():
        await PEOPLE.ask(
            "INSERT INTO outlet_link_test (code, kind, at_ms, found) VALUES ({}, {}, {}, {}) "
            "ON CONFLICT (code, kind) DO UPDATE SET at_ms = {}, found = {}",
            outlet.code, kind, found.at_ms, kept, found.at_ms, kept,
        )  # fmt: skip
    return found


async def last_tests(facility: str) -> dict[str, LinkTests]:
    """The last test of each kind, by outlet code."""
    rows = await PEOPLE.ask(
        "SELECT t.code, t.kind, t.found FROM outlet_link_test t "
        "JOIN outlet o ON o.code = t.code WHERE o.facility = {}",
        facility,
    )
    found: dict[str, LinkTests] = {}
    for row in rows:
        kept = {row["kind"]: msgspec.json.decode(row["found"], type=LinkTest)}
        found[row["code"]] = msgspec.structs.replace(found.get(row["code"], UNTESTED), **kept)
    return found
