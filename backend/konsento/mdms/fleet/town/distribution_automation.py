"""What distribution automation tells: a section opened, a section live again. Pure.

It sees switches on the medium-voltage side, so it knows of feeders and sections and of nothing
beneath; it tells with a delay, and now and then not at all.
"""

from itertools import groupby
from typing import Literal

import msgspec
import numpy as np

from konsento.mdms.fleet.town.cuts import Cuts, Kind
from konsento.mdms.fleet.town.limits import NEVER_MS
from konsento.mdms.fleet.town.load_curve import scrambled
from konsento.mdms.fleet.town.plan import TownPlan

Change = Literal["opened", "restored"]


class Automation(msgspec.Struct, frozen=True, kw_only=True):
    """How soon it tells, and how often it fails to."""

    delay_ms_min: int = 20_000
    delay_ms_max: int = 120_000
    missing_permille: int = 20


class SwitchingEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A section's change with the areas it stands in; `event` is the same whenever it is told."""

    event: str
    section: str
    feeder: str
    change: Change
    at_ms: int
    told_at_ms: int
    areas: tuple[str, ...]


def dark_periods(plan: TownPlan, cuts: Cuts, section: int) -> list[tuple[int, int]]:
    """When a section was without power, its own cuts and its feeder's merged."""
    mine = (cuts.kind == Kind.SECTION) & (cuts.node == section)
    mine |= (cuts.kind == Kind.FEEDER) & (cuts.node == plan.feeder_of_section[section])
    here = cuts.where(mine)
    merged: list[tuple[int, int]] = []
    for from_ms, to_ms in sorted(zip(here.from_ms.tolist(), here.to_ms.tolist(), strict=True)):
        if merged and from_ms <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], to_ms))
        else:
            merged.append((from_ms, to_ms))
    return merged


def areas_of_sections(plan: TownPlan) -> dict[int, tuple[str, ...]]:
    """The areas in which each section has meters."""
    section = plan.section_of_transformer[plan.transformer_of_meter]
    pairs = np.unique(np.stack((section, plan.area_of_meter), axis=1), axis=0).tolist()
    return {
        number: tuple(plan.areas[area].area for _, area in group)
        for number, group in groupby(pairs, key=lambda pair: int(pair[0]))
    }


class ControlRoom:
    """Tells of one town's sections; asked twice of the same time, it tells the same."""

    def __init__(self, plan: TownPlan, automation: Automation, seed: int) -> None:
        self._plan = plan
        self._automation = automation
        self._seed = seed
        self._areas = areas_of_sections(plan)

    def tells(self, cuts: Cuts, from_ms: int, to_ms: int) -> list[SwitchingEvent]:
        """What it tells in [from_ms, to_ms), in order."""
        seen = cuts.of(Kind.FEEDER, Kind.SECTION)
        seen = seen.where(seen.to_ms > from_ms - self._automation.delay_ms_max)
        sections = set(seen.nodes(Kind.SECTION).tolist())
        for feeder in set(seen.nodes(Kind.FEEDER).tolist()):
            sections |= set(np.flatnonzero(self._plan.feeder_of_section == feeder).tolist())
        told: list[SwitchingEvent] = []
        for section in sorted(sections):
            for since_ms, until_ms in dark_periods(self._plan, seen, section):
                told += self._events(section, "opened", since_ms)
                told += self._events(section, "restored", until_ms)
        due = [event for event in told if from_ms <= event.told_at_ms < to_ms]
        return sorted(due, key=lambda event: (event.told_at_ms, event.event))

    def _events(self, section: int, change: Change, at_ms: int) -> list[SwitchingEvent]:
        """One, or none when it is missing."""
        if at_ms >= NEVER_MS:
            return []
        number = (self._seed & 0xFFFF) << 48 ^ section << 1 ^ (change == "opened") ^ at_ms << 20
        drawn = int(scrambled(np.array([number & (2**64 - 1)], dtype=np.uint64))[0])
        if drawn % 1_000 < self._automation.missing_permille:
            return []
        low, high = self._automation.delay_ms_min, self._automation.delay_ms_max
        code = self._plan.section_codes[section]
        return [
            SwitchingEvent(
                event=f"{code}.{change}.{at_ms}",
                section=code,
                feeder=self._plan.feeder_codes[self._plan.feeder_of_section[section]],
                change=change,
                at_ms=at_ms,
                told_at_ms=at_ms + low + drawn // 1_000 % (high - low + 1),
                areas=self._areas.get(section, ()),
            )
        ]
