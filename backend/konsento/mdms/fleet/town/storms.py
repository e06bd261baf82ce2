"""Storms: many things fail at once under them, and what fails lies together on the map."""

import msgspec
import numpy as np

from konsento.mdms.fleet.town.arrays import Chance, Flags, Ints
from konsento.mdms.fleet.town.cuts import OF_A_METER, Cut, Cuts, Kind, cuts_of, joined
from konsento.mdms.fleet.town.hazards import (
    NESTED_SHARE,
    STORM_CONGESTION_PERMILLE,
    STORM_CONGESTION_SHARE,
    STORM_DURATION_TIMES,
    STORM_FEEDERS_SHARE,
    STORM_LONGEST_MS,
    STORM_MEDIAN_MS,
    Climate,
    Hazard,
)
from konsento.mdms.fleet.town.limits import DAY_MS, HOUR_MS
from konsento.mdms.fleet.town.plan import TownPlan

NESTED_MEDIAN_MS = 90 * 60_000
LASTING_MS = 5 * 60_000
CONGESTION_MS = (HOUR_MS, 3 * HOUR_MS)


class Storm(msgspec.Struct, frozen=True, kw_only=True):
    """From when to when it stands over which feeders."""

    from_ms: int
    to_ms: int
    feeders: tuple[int, ...]


def storms(
    plan: TownPlan, climate: Climate, from_ms: int, to_ms: int, chance: Chance
) -> tuple[Storm, ...]:
    """The storms of a period."""
    count = int(chance.poisson(climate.storms_per_year * (to_ms - from_ms) / (365 * DAY_MS)))
    wide = max(1, round(plan.feeders * STORM_FEEDERS_SHARE))
    found = []
    for _ in range(count):
        first = int(chance.integers(0, plan.feeders - wide + 1))
        begins_ms = int(chance.integers(from_ms, to_ms))
        lasts_ms = min(int(chance.lognormal(np.log(STORM_MEDIAN_MS), 0.6)), STORM_LONGEST_MS)
        found.append(
            Storm(
                from_ms=begins_ms,
                to_ms=begins_ms + lasts_ms,
                feeders=tuple(range(first, first + wide)),
            )
        )
    return tuple(sorted(found, key=lambda storm: storm.from_ms))


class _Under:
    """Which nodes of each kind stand under a storm."""

    def __init__(self, plan: TownPlan, feeders: tuple[int, ...]) -> None:
        self._plan = plan
        hit = np.zeros(plan.feeders, dtype=np.bool_)
        hit[list(feeders)] = True
        self.feeder: Flags = hit
        self.section: Flags = hit[plan.feeder_of_section]
        self.transformer: Flags = self.section[plan.section_of_transformer]
        self.meter: Flags = self.transformer[plan.transformer_of_meter]

    def nodes(self, kind: Kind) -> Ints:
        """A radio node stands under it when one of its meters does."""
        plan = self._plan
        if kind in OF_A_METER:
            return _numbers(self.meter & plan.speaks)
        electrical = {
            Kind.FEEDER: self.feeder,
            Kind.SECTION: self.section,
            Kind.TRANSFORMER: self.transformer,
        }
        if kind in electrical:
            return _numbers(electrical[kind])
        relay = np.zeros(plan.relays, dtype=np.bool_)
        relay[plan.relay_of_meter[self.meter]] = True
        if kind == Kind.RELAY:
            return _numbers(relay & ~plan.relay_is_direct)
        concentrator = np.zeros(plan.concentrators, dtype=np.bool_)
        concentrator[plan.concentrator_of_relay[relay]] = True
        return _numbers(concentrator) if kind == Kind.CONCENTRATOR else _numbers(self.feeder[:0])


def _numbers(flags: Flags) -> Ints:
    return np.flatnonzero(flags).astype(np.int32)


def storm_cuts(plan: TownPlan, climate: Climate, storm: Storm, chance: Chance) -> Cuts:
    """All that one storm breaks, what it breaks beneath, and how it drowns the head-end."""
    under = _Under(plan, storm.feeders)
    parts = [_broken(hazard, under, storm, chance) for hazard in climate.hazards]
    broken = joined(cuts_of(()), *parts)
    more = [*_nested(plan, broken, chance), *_congestion(plan, storm, chance)]
    return joined(broken, cuts_of(more))


def _broken(hazard: Hazard, under: _Under, storm: Storm, chance: Chance) -> Cuts:
    nodes = under.nodes(hazard.kind)
    count = int(chance.poisson(hazard.in_a_storm * len(nodes)))
    times = 1 if hazard.longest_ms <= LASTING_MS else STORM_DURATION_TIMES
    drawn = chance.lognormal(np.log(hazard.median_ms * times), hazard.spread, count)
    lasts_ms = np.clip(drawn, 1_000, hazard.longest_ms * times).astype(np.int64)
    starts_ms = chance.integers(storm.from_ms, storm.to_ms, count, dtype=np.int64)
    return Cuts(
        kind=np.full(count, int(hazard.kind), dtype=np.int8),
        node=chance.choice(nodes, count) if count else nodes[:0],
        from_ms=starts_ms,
        to_ms=starts_ms + lasts_ms,
        loss_permille=np.full(count, hazard.loss_permille, dtype=np.int16),
        planned=np.zeros(count, dtype=np.bool_),
    )


def _nested(plan: TownPlan, broken: Cuts, chance: Chance) -> list[Cut]:
    """Under a lasting cut one transformer is broken too, and stays so when the feeder is back."""
    feeder_of_transformer = plan.feeder_of_section[plan.section_of_transformer]
    found = []
    for cut in broken.of(Kind.FEEDER, Kind.SECTION):
        if cut.to_ms - cut.from_ms <= LASTING_MS or chance.random() >= NESTED_SHARE:
            continue
        parent = feeder_of_transformer if cut.kind == Kind.FEEDER else plan.section_of_transformer
        beneath = np.flatnonzero(parent == cut.node)
        longer_ms = int(chance.lognormal(np.log(NESTED_MEDIAN_MS), 0.5))
        found.append(
            Cut(
                kind=Kind.TRANSFORMER,
                node=int(chance.choice(beneath)),
                from_ms=cut.from_ms,
                to_ms=cut.to_ms + longer_ms,
            )
        )
    return found


def _congestion(plan: TownPlan, storm: Storm, chance: Chance) -> list[Cut]:
    """Too much to carry at once: the head-end loses part of all that passes."""
    if chance.random() >= STORM_CONGESTION_SHARE:
        return []
    loss = int(chance.integers(*STORM_CONGESTION_PERMILLE))
    until_ms = storm.from_ms + int(chance.integers(*CONGESTION_MS))
    return [
        Cut(
            kind=Kind.HEAD_END,
            node=head_end,
            from_ms=storm.from_ms,
            to_ms=until_ms,
            loss_permille=loss,
        )
        for head_end in range(plan.head_ends)
    ]
