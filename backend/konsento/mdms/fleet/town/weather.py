"""Draws what befalls a town over some days, by chance from a seed."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from konsento.mdms.fleet.town.arrays import Chance, Ints, Millis
from konsento.mdms.fleet.town.cuts import (
    NONE,
    OF_A_METER,
    Cut,
    Cuts,
    Kind,
    count_of,
    cuts_of,
    joined,
    reclosing,
)
from konsento.mdms.fleet.town.hazards import (
    SERVICE_BREAKER_LOCKS,
    SERVICE_BREAKER_PER_YEAR,
    TRIP_BEFORE_SECTION_MS,
    WORKS_PER_YEAR,
    Climate,
    Hazard,
)
from konsento.mdms.fleet.town.limits import DAY_MS, DAYS_MAX, HOUR_MS
from konsento.mdms.fleet.town.plan import TownPlan
from konsento.mdms.fleet.town.storms import Storm, storm_cuts, storms

YEAR_MS = 365 * DAY_MS
MORNING_UTC_MS = 30 * 60_000
"""09:30 in Japan."""
WORKS_BEGIN_WITHIN_MS = 4 * HOUR_MS
WORKS_MS = (HOUR_MS, 4 * HOUR_MS)
RECLOSE_MS = (10_000, 15_001)
LOCKED_MS = (HOUR_MS, 8 * HOUR_MS)


@dataclass(frozen=True, eq=False)
class Weather:
    """All cuts of the days, and the storms among them."""

    cuts: Cuts
    storms: tuple[Storm, ...]

    @property
    def works(self) -> Cuts:
        """The announced ones."""
        return self.cuts.where(self.cuts.planned)


def draw_weather(plan: TownPlan, climate: Climate, from_ms: int, days: int, seed: int) -> Weather:
    """What happens in `days` from `from_ms`; the same seed brings the same.

    Raises ValueError for more than a year.
    """
    if not 0 < days <= DAYS_MAX:
        raise ValueError(f"1 to {DAYS_MAX} days, not {days}")
    to_ms = from_ms + days * DAY_MS
    chance = np.random.default_rng([seed, days])
    parts = [_by_itself(plan, hazard, from_ms, to_ms, chance) for hazard in climate.hazards]
    parts.append(cuts_of(_tripping(plan, climate, from_ms, to_ms, chance)))
    parts += [_works(plan, kind, climate, from_ms, days, chance) for kind in WORKS_PER_YEAR]
    found = storms(plan, climate, from_ms, to_ms, chance)
    parts += [storm_cuts(plan, climate, storm, chance) for storm in found]
    return Weather(with_trips(plan, joined(NONE, *parts)), found)


def candidates(plan: TownPlan, kind: Kind) -> Ints:
    """The nodes that can fail: what is no device cannot, nor a meter without its wire."""
    if kind == Kind.RELAY:
        return np.flatnonzero(~plan.relay_is_direct).astype(np.int32)
    if kind in OF_A_METER:
        return np.flatnonzero(plan.speaks).astype(np.int32)
    return np.arange(count_of(plan, kind), dtype=np.int32)


def lasting(hazard: Hazard, count: int, chance: Chance) -> Millis:
    """How long so many failures last: log-normal around the median, at least a second."""
    drawn = chance.lognormal(np.log(hazard.median_ms), hazard.spread, count)
    return np.clip(drawn, 1_000, hazard.longest_ms).astype(np.int64)


def failures(hazard: Hazard, nodes: Ints, starts_ms: Millis, lasts_ms: Millis) -> Cuts:
    """A row for each."""
    count = len(nodes)
    return Cuts(
        kind=np.full(count, int(hazard.kind), dtype=np.int8),
        node=nodes,
        from_ms=starts_ms,
        to_ms=starts_ms + lasts_ms,
        loss_permille=np.full(count, hazard.loss_permille, dtype=np.int16),
        planned=np.zeros(count, dtype=np.bool_),
    )


def _by_itself(plan: TownPlan, hazard: Hazard, from_ms: int, to_ms: int, chance: Chance) -> Cuts:
    nodes = candidates(plan, hazard.kind)
    count = int(chance.poisson(hazard.per_year * len(nodes) * (to_ms - from_ms) / YEAR_MS))
    starts_ms = chance.integers(from_ms, to_ms, count, dtype=np.int64)
    return failures(hazard, chance.choice(nodes, count), starts_ms, lasting(hazard, count, chance))


def _tripping(
    plan: TownPlan, climate: Climate, from_ms: int, to_ms: int, chance: Chance
) -> Iterator[Cut]:
    """Service breakers: most hold again after a pause or two, some lock."""
    rate = SERVICE_BREAKER_PER_YEAR * climate.breakers_times
    count = int(chance.poisson(rate * plan.meters * (to_ms - from_ms) / YEAR_MS))
    for row in chance.choice(candidates(plan, Kind.SERVICE_BREAKER), count).tolist():
        at_ms = int(chance.integers(from_ms, to_ms))
        locks = chance.random() < SERVICE_BREAKER_LOCKS
        pauses = chance.integers(*RECLOSE_MS, 2 if locks else 1).tolist()
        until_ms = at_ms + int(chance.integers(*LOCKED_MS))
        yield from reclosing(row, at_ms, tuple(pauses), until_ms)


def _works(
    plan: TownPlan, kind: Kind, climate: Climate, from_ms: int, days: int, chance: Chance
) -> Cuts:
    """Announced works begin between half past nine and half past one."""
    nodes = candidates(plan, kind)
    rate = WORKS_PER_YEAR[kind] * climate.works_times
    count = int(chance.poisson(rate * len(nodes) * days / 365))
    midnight_ms = from_ms - from_ms % DAY_MS
    day = chance.integers(0, days, count, dtype=np.int64) * DAY_MS
    begins = chance.integers(0, WORKS_BEGIN_WITHIN_MS, count, dtype=np.int64)
    lasts = chance.integers(*WORKS_MS, count, dtype=np.int64)
    starts_ms = midnight_ms + day + MORNING_UTC_MS + begins
    return Cuts(
        kind=np.full(count, int(kind), dtype=np.int8),
        node=chance.choice(nodes, count),
        from_ms=starts_ms,
        to_ms=starts_ms + lasts,
        loss_permille=np.full(count, 1_000, dtype=np.int16),
        planned=np.ones(count, dtype=np.bool_),
    )


def with_trips(plan: TownPlan, cuts: Cuts) -> Cuts:
    """Before a fault is shut into its section, the whole feeder is dark for a minute."""
    faults = cuts.where((cuts.kind == Kind.SECTION) & ~cuts.planned)
    trips = Cuts(
        kind=np.full(len(faults), int(Kind.FEEDER), dtype=np.int8),
        node=plan.feeder_of_section[faults.node],
        from_ms=faults.from_ms,
        to_ms=faults.from_ms + TRIP_BEFORE_SECTION_MS,
        loss_permille=faults.loss_permille,
        planned=faults.planned,
    )
    return joined(cuts, trips)
