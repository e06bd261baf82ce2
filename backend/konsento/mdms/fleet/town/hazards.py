"""How often each thing in the town fails and for how long, as a table with its reasons.

The figures are assumptions of ours, in the order of what a Japanese utility lives through: a
meter without power about once in four years, a meter out of hearing far more often. Storms
come besides. Whoever judges a judgement turns them up with `scaled`.
"""

import msgspec

from konsento.mdms.fleet.town.cuts import TOTAL, Kind
from konsento.mdms.fleet.town.limits import DAY_MS, HOUR_MS

MINUTE_MS = 60_000


class Hazard(msgspec.Struct, frozen=True, kw_only=True):
    """`per_year` failures of each node; lasting log-normally around a median.

    `spread` is the standard deviation of the logarithm. `in_a_storm` is the number expected of
    each node that stands under one storm, from its beginning to its end.
    """

    kind: Kind
    per_year: float
    median_ms: int
    spread: float
    longest_ms: int
    in_a_storm: float
    why: str
    loss_permille: int = TOTAL


HAZARDS: tuple[Hazard, ...] = (
    Hazard(
        kind=Kind.FEEDER, per_year=0.5, median_ms=20_000, spread=0.7, longest_ms=MINUTE_MS,
        in_a_storm=1.0,
        why="a branch or a stroke of lightning: the breaker recloses within the minute",
    ),
    Hazard(
        kind=Kind.FEEDER, per_year=0.06, median_ms=25 * MINUTE_MS, spread=0.8,
        longest_ms=6 * HOUR_MS, in_a_storm=0.05,
        why="the rare fault at the substation's end, mended by switching",
    ),
    Hazard(
        kind=Kind.SECTION, per_year=0.08, median_ms=60 * MINUTE_MS, spread=0.8,
        longest_ms=12 * HOUR_MS, in_a_storm=0.12,
        why="a fault that the switches shut in: somebody has to drive there",
    ),
    Hazard(
        kind=Kind.TRANSFORMER, per_year=0.01, median_ms=90 * MINUTE_MS, spread=0.6,
        longest_ms=DAY_MS, in_a_storm=0.01,
        why="a blown cut-out fuse, a crow, a lorry against the pole",
    ),
    Hazard(
        kind=Kind.DROP, per_year=0.004, median_ms=150 * MINUTE_MS, spread=0.6,
        longest_ms=DAY_MS, in_a_storm=0.002,
        why="the wire from the pole to one house torn",
    ),
    Hazard(
        kind=Kind.HOUSE_BREAKER, per_year=0.3, median_ms=5 * MINUTE_MS, spread=1.2,
        longest_ms=12 * HOUR_MS, in_a_storm=0.001,
        why="kettle and air conditioner at once; long where nobody is at home",
    ),
    Hazard(
        kind=Kind.RADIO, per_year=0.4, median_ms=3 * HOUR_MS, spread=1.0,
        longest_ms=3 * DAY_MS, in_a_storm=0.01,
        why="rain, leaves or a parked lorry in the way of one meter",
    ),
    Hazard(
        kind=Kind.RELAY, per_year=0.3, median_ms=2 * HOUR_MS, spread=1.0,
        longest_ms=2 * DAY_MS, in_a_storm=0.02,
        why="a relay hangs or loses its own way",
    ),
    Hazard(
        kind=Kind.RELAY, per_year=0.3, median_ms=2 * HOUR_MS, spread=0.8,
        longest_ms=DAY_MS, in_a_storm=0.02, loss_permille=600,
        why="interference: more than half of what passes is lost",
    ),
    Hazard(
        kind=Kind.CONCENTRATOR, per_year=0.5, median_ms=90 * MINUTE_MS, spread=1.0,
        longest_ms=DAY_MS, in_a_storm=0.05,
        why="its line to the head-end is down, or it is being renewed",
    ),
    Hazard(
        kind=Kind.CONCENTRATOR, per_year=0.5, median_ms=2 * HOUR_MS, spread=0.8,
        longest_ms=DAY_MS, in_a_storm=0.05, loss_permille=500,
        why="a weak mobile line, half of it comes through",
    ),
    Hazard(
        kind=Kind.HEAD_END, per_year=2.0, median_ms=20 * MINUTE_MS, spread=0.8,
        longest_ms=4 * HOUR_MS, in_a_storm=0.0,
        why="a failover or an update that went wrong",
    ),
)  # fmt: skip

SERVICE_BREAKER_PER_YEAR = 0.2
SERVICE_BREAKER_LOCKS = 0.3
"""The share of trips that end in a lock, until the utility unlocks it the same day."""

WORKS_PER_YEAR = {Kind.TRANSFORMER: 0.05, Kind.SECTION: 0.02}
"""Announced works, by day and for some hours."""

STORMS_PER_YEAR = 10.0
STORM_MEDIAN_MS = 4 * HOUR_MS
STORM_LONGEST_MS = 14 * HOUR_MS
STORM_FEEDERS_SHARE = 0.3
"""A storm stands over this share of the feeders, neighbours all."""
STORM_DURATION_TIMES = 3
"""Crews are few: what a storm breaks takes so much longer to mend."""
STORM_CONGESTION_SHARE = 0.5
STORM_CONGESTION_PERMILLE = (350, 600)
"""Half of the storms drown the head-end, which then loses so much of all that passes."""

NESTED_SHARE = 0.5
"""Of the lasting cuts in a storm, those under which one transformer is broken as well."""
TRIP_BEFORE_SECTION_MS = MINUTE_MS
"""The whole feeder is dark until the switches have found the section."""


class Climate(msgspec.Struct, frozen=True, kw_only=True):
    """All rates of a run."""

    hazards: tuple[Hazard, ...] = HAZARDS
    storms_per_year: float = STORMS_PER_YEAR
    works_times: float = 1.0
    breakers_times: float = 1.0


def scaled(times: float, *, storms_times: float = 1.0) -> Climate:
    """Everything that fails by itself, so many times as often; storms by a factor of their own."""
    return Climate(
        hazards=tuple(
            msgspec.structs.replace(each, per_year=each.per_year * times) for each in HAZARDS
        ),
        storms_per_year=STORMS_PER_YEAR * storms_times,
        works_times=times,
        breakers_times=times,
    )


CALM = Climate(hazards=(), storms_per_year=0.0, works_times=0.0, breakers_times=0.0)
"""Nothing ever happens."""
