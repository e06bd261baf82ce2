"""Which districts the town takes in, how many meters each has, and where each meter stands."""

from dataclasses import dataclass

import numpy as np

from konsento.mdms.fleet.town.arrays import Chance, Ints, Reals
from konsento.mdms.fleet.town.gazetteer import Area, Municipality, districts, neighbours

METERS_PER_MUNICIPALITY = 1_000
METERS_PER_AREA = 180
HAMLET_SHARE = 0.04
"""Districts of one to five meters: there the own breaker and the area's outage are hard to tell."""
HAMLET_METERS_MAX = 5
SIZE_SPREAD = 0.6
TILE_KM = 10.0
DISTRICT_KM = 4.5
MEANDER_KM = 0.3
CURVE_BITS = 16


@dataclass(frozen=True, eq=False)
class Ground:
    """Meters stand district by district, as they do in a register of addresses."""

    areas: tuple[Area, ...]
    area_of_meter: Ints
    x_km: Reals
    y_km: Reals


def apportioned(total: int, weights: Reals, least: int) -> Ints:
    """Whole numbers of at least `least` that sum to `total`, the rest by weight."""
    rest = total - least * len(weights)
    if rest < 0:
        raise ValueError(f"{total} is too few for {len(weights)} of at least {least}")
    marks = np.floor(np.cumsum(weights) / np.sum(weights) * rest + 0.5).astype(np.int32)
    return np.diff(marks, prepend=np.int32(0)).astype(np.int32) + np.int32(least)


def _chosen(meters: int, home: str, chance: Chance) -> list[tuple[Municipality, Area]]:
    """Districts of the nearest municipalities; the first of the home is always among them."""
    near = neighbours(home)[: max(2, round(meters / METERS_PER_MUNICIPALITY))]
    there = np.array([len(districts()[each.code]) for each in near], dtype=np.float64)
    wanted = min(max(4, round(meters / METERS_PER_AREA)), int(there.sum()))
    shares = apportioned(wanted, there, 1)
    found: list[tuple[Municipality, Area]] = []
    for each, share in zip(near, shares, strict=True):
        of_it = districts()[each.code]
        order = chance.permutation(len(of_it))
        if each.code == home:
            order = np.concatenate(([0], order[order != 0]))
        found += [(each, of_it[at]) for at in sorted(order[:share].tolist())]
    return found


def _sizes(meters: int, areas: int, chance: Chance) -> Ints:
    """Meters in each district: most some hundreds, a few only a handful; the first no hamlet."""
    hamlet = chance.random(areas) < HAMLET_SHARE
    hamlet[0] = False
    few = chance.integers(1, HAMLET_METERS_MAX + 1, areas, dtype=np.int32)
    weights = chance.lognormal(0.0, SIZE_SPREAD, areas)
    sizes = np.where(hamlet, few, np.int32(0)).astype(np.int32)
    left = meters - int(sizes.sum())
    sizes[~hamlet] = apportioned(left, weights[~hamlet], HAMLET_METERS_MAX + 1)
    return sizes


def lay_out(meters: int, home: str, chance: Chance) -> Ground:
    """`meters` of them over districts around the municipality `home`."""
    chosen = _chosen(meters, home, chance)
    sizes = _sizes(meters, len(chosen), chance)
    tiles = np.array([(each.column, each.row) for each, _ in chosen], dtype=np.float64)
    centres = tiles * TILE_KM + chance.uniform(-DISTRICT_KM, DISTRICT_KM, tiles.shape)
    area_of_meter = np.repeat(np.arange(len(chosen), dtype=np.int32), sizes)
    strewn = chance.normal(0.0, MEANDER_KM, (meters, 2))
    at_km = centres[area_of_meter] + strewn
    return Ground(tuple(area for _, area in chosen), area_of_meter, at_km[:, 0], at_km[:, 1])


def along_a_curve(x_km: Reals, y_km: Reals) -> Ints:
    """The order in which a curve that keeps neighbours together visits the places (Morton)."""
    key = np.zeros(len(x_km), dtype=np.uint64)
    for axis, values in enumerate((x_km, y_km)):
        low, high = float(values.min()), float(values.max())
        steps = (values - low) / max(high - low, 1e-9) * (2**CURVE_BITS - 1)
        whole = steps.astype(np.uint64)
        for bit in range(CURVE_BITS):
            bit_here = (whole >> np.uint64(bit)) & np.uint64(1)
            key |= bit_here << np.uint64(2 * bit + axis)
    return np.argsort(key, kind="stable").astype(np.int32)


def turned(x_km: Reals, y_km: Reals) -> tuple[Reals, Reals]:
    """The same places seen askew, so that a curve over them runs along other neighbours."""
    angle = 0.61
    return (
        x_km * np.cos(angle) - y_km * np.sin(angle) + 1.7,
        x_km * np.sin(angle) + y_km * np.cos(angle) + 0.9,
    )
