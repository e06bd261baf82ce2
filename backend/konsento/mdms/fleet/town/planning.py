"""Draws the plan of a town: a seed and a number of meters give the same one every time."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from konsento.mdms.fleet.town.arrays import Chance, Texts
from konsento.mdms.fleet.town.car_park import with_car_park
from konsento.mdms.fleet.town.ground import Ground, along_a_curve, lay_out, turned
from konsento.mdms.fleet.town.limits import DAY_MS, METERS_MAX, METERS_MIN, NEVER_MS
from konsento.mdms.fleet.town.load_curve import sizes_1024ths
from konsento.mdms.fleet.town.plan import CLOCK_ERROR_S_MAX, TownPlan
from konsento.mdms.fleet.town.radio import Radio, connected
from konsento.mdms.fleet.town.wires import Wires, wired

HOME = "33100"
"""Okayama; its first district is the one west of the station."""
VACANT_SHARE = 0.05
VACANT_SILENT_SHARE = 0.3
"""Of the vacant, those whose wire was taken down: their meters say nothing any more."""
RETIRED_SHARE = 0.002
COMING_SHARE = 0.003
"""Retired before the town's first day, or put into service some days after it."""
COMING_DAYS = 30
CLOCK_WRONG_SHARE = 0.002
CLOCK_ERRORS_S = (-CLOCK_ERROR_S_MAX, -600, -300, -120, 120, 300, 600, CLOCK_ERROR_S_MAX)
ALWAYS_MS = 0


def plan_town(
    meters: int, seed: int, from_ms: int, *, home: str = HOME, outlets: Sequence[str] = ()
) -> TownPlan:
    """A town of so many meters over the municipalities around `home`.

    `outlets`: smids of meters that stand besides on a car park in the home's first district,
    behind a transformer and a relay of their own; they take the last rows. `from_ms`: when the
    town's first day begins. Raises ValueError outside METERS_MIN..METERS_MAX, KeyError for a
    `home` that is none of the municipalities.
    """
    if not METERS_MIN <= meters <= METERS_MAX:
        raise ValueError(f"a town has {METERS_MIN} to {METERS_MAX} meters, not {meters}")
    chance = np.random.default_rng([seed, meters])
    ground = lay_out(meters, home, chance)
    wires = wired(along_a_curve(ground.x_km, ground.y_km), chance)
    askew = along_a_curve(*turned(ground.x_km, ground.y_km))
    radio = connected(askew, wires.transformer_of_meter, chance)
    plan = TownPlan(
        seed=seed,
        from_ms=from_ms,
        areas=ground.areas,
        smids=_smids(ground),
        area_of_meter=ground.area_of_meter,
        **vars(wires),
        **vars(radio),
        **_register(meters, seed, from_ms, chance),
        **_codes(home[:2], wires, radio),
    )
    return with_car_park(plan, outlets) if outlets else plan


def _smids(ground: Ground) -> Texts:
    """The prefecture's number and a running one: SM-33-000123."""
    of_area = [area.area[:2] for area in ground.areas]
    rows = ground.area_of_meter.tolist()
    return np.array([f"SM-{of_area[area]}-{row:06d}" for row, area in enumerate(rows)], dtype="S16")


def _register(meters: int, seed: int, from_ms: int, chance: Chance) -> dict[str, Any]:
    """What the utility's register says of each meter, and what is wrong with a few."""
    vacant = chance.random(meters) < VACANT_SHARE
    wire_gone = vacant & (chance.random(meters) < VACANT_SILENT_SHARE)
    fate = chance.random(meters)
    begins = np.full(meters, ALWAYS_MS, dtype=np.int64)
    ends = np.full(meters, NEVER_MS, dtype=np.int64)
    ends[fate < RETIRED_SHARE] = from_ms
    coming = (fate >= RETIRED_SHARE) & (fate < RETIRED_SHARE + COMING_SHARE)
    days = chance.integers(1, COMING_DAYS + 1, meters, dtype=np.int64)
    begins[coming] = from_ms + days[coming] * DAY_MS
    errors = chance.choice(np.array(CLOCK_ERRORS_S, dtype=np.int32), meters)
    wrong = chance.random(meters) < CLOCK_WRONG_SHARE
    return {
        "vacant": vacant,
        "speaks": ~wire_gone,
        "in_service_from_ms": begins,
        "in_service_to_ms": ends,
        "clock_error_s": np.where(wrong, errors, np.int32(0)).astype(np.int32),
        "size_1024ths": np.where(vacant, np.int32(0), sizes_1024ths(meters, seed)),
    }


def _codes(prefecture: str, wires: Wires, radio: Radio) -> dict[str, Any]:
    """What the nodes are called: F-33-002, F-33-002-3, T-00412, HES-1, C-0012, R-00123."""
    feeders = int(wires.feeder_of_section.max()) + 1
    feeder_codes = tuple(f"F-{prefecture}-{number:03d}" for number in range(1, feeders + 1))
    counted = dict.fromkeys(range(feeders), 0)
    sections = []
    for feeder in wires.feeder_of_section.tolist():
        counted[feeder] += 1
        sections.append(f"{feeder_codes[feeder]}-{counted[feeder]}")
    concentrators = len(radio.head_end_of_concentrator)
    concentrator_codes = tuple(f"C-{number:04d}" for number in range(1, concentrators + 1))
    relays = len(radio.concentrator_of_relay) - concentrators
    direct = tuple(f"{code}-D" for code in concentrator_codes)
    return {
        "feeder_codes": feeder_codes,
        "section_codes": tuple(sections),
        "transformer_codes": tuple(
            f"T-{number:05d}" for number in range(1, len(wires.section_of_transformer) + 1)
        ),
        "head_end_codes": tuple(
            f"HES-{number}" for number in range(1, int(radio.head_end_of_concentrator.max()) + 2)
        ),
        "concentrator_codes": concentrator_codes,
        "relay_codes": direct + tuple(f"R-{number:05d}" for number in range(1, relays + 1)),
    }
