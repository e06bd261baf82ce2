"""A storm for the demo: what it breaks and when that is mended, believable and always the same.

A feeder trips and comes back without one of its transformers; a section and two transformers of
another feeder go down; a concentrator falls silent over homes that have power; a switch opens for
three minutes; and one house loses its own wire.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from konsento.mdms.fleet.town.directory import Breakable
from konsento.mdms.fleet.town.hand_cuts import HandCut
from konsento.mdms.fleet.town.plan import TownPlan

MINUTE_MS = 60_000
BREAKS_AFTER_MS = MINUTE_MS
LASTS_MS = 180 * MINUTE_MS  # till the last repair, and a little


class _Places(NamedTuple):
    """Numbers of a plan's nodes, the widest first; below which node each lies."""

    feeders: list[int]
    sections: list[int]
    transformers: list[int]


def storm(plan: TownPlan, now_ms: int) -> tuple[HandCut, ...]:
    """All of it, from a minute after `now_ms` on."""
    places = _by_size(plan)
    struck, other = places.feeders[0], places.feeders[-1]
    nested = _transformers(plan, places, [s for s in places.sections if _of(plan, s) == struck])[0]
    sections = [section for section in places.sections if _of(plan, section) == other]
    alone = _transformers(plan, places, sections[1:])
    house = int(np.flatnonzero(plan.transformer_of_meter == alone[2])[0])
    deaf = _concentrator_over(plan, sections[1:])
    from_to: Sequence[tuple[Breakable, str, int, int]] = (
        ("feeder", plan.feeder_codes[struck], 0, 40),
        ("transformer", plan.transformer_codes[nested], 1, 165),
        ("section", plan.section_codes[sections[0]], 6, 75),
        ("transformer", plan.transformer_codes[alone[0]], 10, 100),
        ("transformer", plan.transformer_codes[alone[1]], 14, 130),
        ("concentrator", plan.concentrator_codes[deaf], 20, 85),
        ("drop", bytes(plan.smids[house]).decode(), 25, 120),
        ("section", plan.section_codes[sections[-1]], 32, 35),
    )
    began_ms = now_ms + BREAKS_AFTER_MS
    return tuple(
        HandCut(
            what=what, code=code, storm_ms=began_ms,
            from_ms=began_ms + begins * MINUTE_MS, to_ms=began_ms + ends * MINUTE_MS,
        )
        for what, code, begins, ends in from_to
    )  # fmt: skip


def _of(plan: TownPlan, section: int) -> int:
    return int(plan.feeder_of_section[section])


def _by_size(plan: TownPlan) -> _Places:
    transformer = plan.transformer_of_meter
    section = plan.section_of_transformer[transformer]
    counted = (
        np.bincount(plan.feeder_of_section[section], minlength=plan.feeders),
        np.bincount(section, minlength=plan.sections),
        np.bincount(transformer, minlength=plan.transformers),
    )
    return _Places(*(np.argsort(-meters, kind="stable").tolist() for meters in counted))


def _transformers(plan: TownPlan, places: _Places, sections: Sequence[int]) -> list[int]:
    """Of these sections, the widest first, none that feeds a device on the readings' way."""
    feeding = {*plan.feed_of_concentrator.tolist(), *plan.feed_of_relay.tolist()}
    return [
        number
        for number in places.transformers
        if int(plan.section_of_transformer[number]) in sections and number not in feeding
    ]


def _concentrator_over(plan: TownPlan, sections: Sequence[int]) -> int:
    """The one with the largest part of its meters below these sections."""
    section = plan.section_of_transformer[plan.transformer_of_meter]
    box = plan.concentrator_of_meter()
    inside = np.bincount(box[np.isin(section, sections)], minlength=plan.concentrators)
    every = np.bincount(box, minlength=plan.concentrators)
    return int(np.argmax(inside / np.maximum(every, 1)))
