"""The demo's control page of the town: cut its wires and its ways, and see what is judged."""

from collections.abc import Callable
from typing import Annotated

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Meta

from konsento.assembly.demo.households import Households
from konsento.assembly.demo.timeline import Storm, last_storm
from konsento.foundation.clock import RateClock
from konsento.foundation.edge.strict_body import strict_body
from konsento.foundation.problems import Refusal
from konsento.mdms.fleet.town.directory import Breakable, NodeUnknown
from konsento.mdms.fleet.town.hand_cuts import TooManyCuts
from konsento.outage.outage_views import OutageView
from konsento.outage.views import outage_list

SHOWN_MAX = 40
STORM_RATE = 60
SHOWN_HOURS_MS = 12 * 3_600_000


class NoSuchPlace(Refusal):
    status = 404
    slug = "unknown-place"
    title = "The demo's town has no such place."


class EnoughIsCut(Refusal):
    status = 409
    slug = "enough-is-cut"
    title = "So much is cut already: mend something first."


class CutRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    what: Breakable
    code: Annotated[str, Meta(max_length=32, pattern=r"^[A-Z0-9-]+$(?!\n)")]


class CutPlace(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody cut, and when; epoch ms."""

    what: Breakable
    code: str
    from_ms: int


class TownView(msgspec.Struct, frozen=True, kw_only=True):
    """What is true of the town, and what is believed of it.

    `places`: the codes that can be cut, by kind; of the many, the first SHOWN_MAX. `storm`: the
    last one.
    """

    now_ms: int
    meters: int
    dark: int
    unheard: int
    cuts: list[CutPlace]
    places: dict[str, list[str]]
    outages: list[OutageView]
    storm: Storm | None


async def look(households: Households, now_ms: int) -> TownView:
    """The town as it stands."""
    plan = households.live.plan
    face = households.live.face(now_ms)
    register = households.rounds.system.watch.register
    told = await outage_list(register, now_ms, ended_after_ms=now_ms - SHOWN_HOURS_MS, area=None)
    return TownView(
        now_ms=now_ms,
        meters=face.meters,
        dark=face.dark,
        unheard=face.unheard,
        cuts=[CutPlace(what=cut.what, code=cut.code, from_ms=cut.from_ms) for cut in face.cuts],
        places={
            "feeder": list(plan.feeder_codes),
            "section": list(plan.section_codes[:SHOWN_MAX]),
            "transformer": list(plan.transformer_codes[:SHOWN_MAX]),
            "concentrator": list(plan.concentrator_codes),
            "head_end": list(plan.head_end_codes),
            "drop": [bytes(smid).decode() for smid in plan.smids[:SHOWN_MAX]],
            "service_breaker": [bytes(smid).decode() for smid in plan.smids[:SHOWN_MAX]],
        },
        outages=list(told.outages[:SHOWN_MAX]),
        storm=await last_storm(households.live.last_storm(), plan, now_ms),
    )


@get("/demo/api/town", include_in_schema=False)
async def town_now(
    households: NamedDependency[Households], rate_clock: NamedDependency[RateClock]
) -> TownView:
    return await look(households, rate_clock.now_ms())


@post("/demo/api/town/cut", status_code=200, guards=[strict_body], include_in_schema=False)
async def cut(
    data: JSONBody[CutRequest],
    households: NamedDependency[Households],
    rate_clock: NamedDependency[RateClock],
) -> TownView:
    """Cut something; twice is once."""
    try:
        await households.cut(data.what, data.code)
    except NodeUnknown:
        raise NoSuchPlace from None
    except TooManyCuts:
        raise EnoughIsCut from None
    return await look(households, rate_clock.now_ms())


@post("/demo/api/town/mend", status_code=200, guards=[strict_body], include_in_schema=False)
async def mend(
    data: JSONBody[CutRequest],
    households: NamedDependency[Households],
    rate_clock: NamedDependency[RateClock],
) -> TownView:
    """Mend it; twice is once."""
    try:
        await households.mend(data.what, data.code)
    except NodeUnknown:
        raise NoSuchPlace from None
    return await look(households, rate_clock.now_ms())


@post("/demo/api/town/storm", status_code=200, include_in_schema=False)
async def break_loose(
    households: NamedDependency[Households],
    keep_pace: NamedDependency[Callable[[RateClock], None]],
    rate_clock: NamedDependency[RateClock],
) -> TownView:
    """A storm breaks in a minute, and time runs so that it can be watched; one at a time."""
    await households.storm()
    if rate_clock.rate < STORM_RATE:
        rate_clock.set_rate(STORM_RATE)
        keep_pace(rate_clock)
    return await look(households, rate_clock.now_ms())


@post("/demo/api/town/mend-all", status_code=200, include_in_schema=False)
async def mend_all(
    households: NamedDependency[Households], rate_clock: NamedDependency[RateClock]
) -> TownView:
    """Everything as it should be."""
    await households.mend_all()
    return await look(households, rate_clock.now_ms())
