"""Meters find themselves another relay: the radio mesh changes, the wires do not. Pure."""

from dataclasses import replace

import numpy as np

from konsento.mdms.fleet.town.arrays import Chance, Ints
from konsento.mdms.fleet.town.plan import TownPlan

NEAR = 40


def rehung(plan: TownPlan, share_permille: int, chance: Chance) -> tuple[TownPlan, Ints]:
    """The town with some meters on a relay of a near one, under the same concentrator.

    Returns the new plan and the rows that hang elsewhere than before. The old plan stays as it
    was, so both can be asked about the time each held.
    """
    concentrator = plan.concentrator_of_meter()
    order = np.lexsort((plan.relay_of_meter, concentrator)).astype(np.int32)
    restless = np.flatnonzero(chance.random(plan.meters) < share_permille / 1_000)
    place = np.empty(plan.meters, dtype=np.int32)
    place[order] = np.arange(plan.meters, dtype=np.int32)
    away = chance.integers(-NEAR, NEAR + 1, len(restless))
    other = order[np.clip(place[restless] + away, 0, plan.meters - 1)]
    same = concentrator[other] == concentrator[restless]
    relay_of_meter = plan.relay_of_meter.copy()
    relay_of_meter[restless[same]] = plan.relay_of_meter[other[same]]
    moved = np.flatnonzero(relay_of_meter != plan.relay_of_meter).astype(np.int32)
    return replace(plan, relay_of_meter=relay_of_meter), moved
