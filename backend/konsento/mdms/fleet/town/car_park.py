"""Puts a car park's outlets into the plan: a transformer and a relay of their own."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from konsento.mdms.fleet.town.limits import NEVER_MS
from konsento.mdms.fleet.town.plan import TownPlan

CAR_PARK_TRANSFORMER = "T-PARK"
CAR_PARK_RELAY = "R-PARK"

Number = TypeVar("Number", bound=np.generic)


def with_car_park(plan: TownPlan, smids: Sequence[str]) -> TownPlan:
    """The plan with these meters as its last rows, in the first area.

    They hang on the section and the concentrator of that area's first meter. Raises ValueError
    for a smid that the town has already, or that has more than 16 characters.
    """
    given = np.array([smid.encode() for smid in smids])
    if given.dtype.itemsize > 16 or len(np.unique(given)) != len(given):
        raise ValueError("a smid has at most 16 characters, and no two are the same")
    if np.isin(given, plan.smids).any():
        raise ValueError("a meter of this smid stands in the town already")
    count = len(smids)
    transformer, relay = plan.transformers, plan.relays

    def more(column: npt.NDArray[Number], value: int, times: int = count) -> npt.NDArray[Number]:
        return np.concatenate((column, np.full(times, value, dtype=column.dtype)))

    section = int(plan.section_of_transformer[plan.transformer_of_meter[0]])
    concentrator = int(plan.concentrator_of_relay[plan.relay_of_meter[0]])
    return replace(
        plan,
        smids=np.concatenate((plan.smids, given.astype("S16"))),
        transformer_of_meter=more(plan.transformer_of_meter, transformer),
        section_of_transformer=more(plan.section_of_transformer, section, 1),
        relay_of_meter=more(plan.relay_of_meter, relay),
        concentrator_of_relay=more(plan.concentrator_of_relay, concentrator, 1),
        feed_of_relay=more(plan.feed_of_relay, transformer, 1),
        relay_is_direct=more(plan.relay_is_direct, False, 1),
        area_of_meter=more(plan.area_of_meter, 0),
        vacant=more(plan.vacant, False),
        speaks=more(plan.speaks, True),
        in_service_from_ms=more(plan.in_service_from_ms, 0),
        in_service_to_ms=more(plan.in_service_to_ms, NEVER_MS),
        clock_error_s=more(plan.clock_error_s, 0),
        size_1024ths=more(plan.size_1024ths, 0),
        transformer_codes=(*plan.transformer_codes, CAR_PARK_TRANSFORMER),
        relay_codes=(*plan.relay_codes, CAR_PARK_RELAY),
    )
