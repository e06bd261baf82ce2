"""What is no longer dark: back, or never out at all."""

import numpy as np
from numpy.typing import NDArray

from konsento.outage import slots
from konsento.outage.judgement.memory import Open
from konsento.outage.judgement.retraction import proves_power
from konsento.outage.watch import Late


def had_power_all_along(
    late: list[Late], rows: NDArray[np.int32], since_to_ms: int, judged_slot: int
) -> bool:
    """Whether late readings of judged slots prove power for at least half of an outage's meters."""
    first = slots.slot_of(since_to_ms - 1)
    proven: set[int] = set()
    for each in late:
        inside = np.isin(each.rows, rows)
        if not inside.any():
            continue
        slot = np.full(int(inside.sum()), each.slot, np.int32)
        proof = proves_power(
            slot, each.energy_wh[inside], each.status[inside], (first, judged_slot)
        )
        proven.update(each.rows[inside][proof].tolist())
    return bool(proven) and 2 * len(proven) >= len(rows)


def retracted(late: list[Late], standing: tuple[Open, ...], judged_slot: int) -> set[str]:
    """The keys of open outages that were none."""
    return {
        each.key
        for each in standing
        if had_power_all_along(late, each.rows, each.since_to_ms, judged_slot)
    }
