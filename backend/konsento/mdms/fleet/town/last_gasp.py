"""Meters that tell of power lost and come back, where some have the means. Pure.

In Japan no low-voltage meter of either generation does: the share is a setting, 0 by default.
"""

from typing import Literal

import msgspec
import numpy as np

from konsento.mdms.fleet.town.arrays import Flags, Ints
from konsento.mdms.fleet.town.cuts import ELECTRICAL, Cuts
from konsento.mdms.fleet.town.load_curve import scrambled
from konsento.mdms.fleet.town.plan import TownPlan
from konsento.mdms.fleet.town.truth import truth_at

TOLD_AFTER_MS = (5_000, 45_000)


class PowerEvent(msgspec.Struct, frozen=True, kw_only=True):
    """What a meter says of its own supply; `event` is the same whenever it is told."""

    event: str
    smid: str
    change: Literal["power_down", "power_up"]
    at_ms: int
    told_at_ms: int


def gasping(plan: TownPlan, share_permille: int) -> Flags:
    """Which meters have the means; the same ones at every asking, and more with more."""
    numbers = np.arange(plan.meters, dtype=np.uint64) + np.uint64(plan.seed & 0xFFFF) * np.uint64(
        0x1000003
    )
    return scrambled(numbers) % np.uint64(1_000) < share_permille


def power_events(
    plan: TownPlan, cuts: Cuts, from_ms: int, to_ms: int, share_permille: int
) -> list[PowerEvent]:
    """What is told of changes in [from_ms, to_ms), in order.

    A last gasp is heard only where the path outlives the power: a relay that is fed by the same
    transformer is as dark as the meter.
    """
    if share_permille <= 0:
        return []
    able = gasping(plan, share_permille) & plan.speaks
    near = cuts.of(*ELECTRICAL).during(from_ms, to_ms)
    changes = np.unique(np.concatenate((near.from_ms, near.to_ms)))
    told: list[PowerEvent] = []
    for at_ms in changes[(changes >= from_ms) & (changes < to_ms)].tolist():
        before, after = truth_at(plan, cuts, at_ms - 1), truth_at(plan, cuts, at_ms)
        heard = able & after.path_alive & plan.stands(at_ms)
        down = np.flatnonzero(heard & before.powered & ~after.powered).astype(np.int32)
        up = np.flatnonzero(heard & ~before.powered & after.powered).astype(np.int32)
        told += _events(plan, down, "power_down", at_ms) + _events(plan, up, "power_up", at_ms)
    return sorted(told, key=lambda event: (event.told_at_ms, event.event))


def _events(
    plan: TownPlan, rows: Ints, change: Literal["power_down", "power_up"], at_ms: int
) -> list[PowerEvent]:
    low, high = TOLD_AFTER_MS
    drawn = scrambled(rows.astype(np.uint64) + np.uint64(at_ms)) % np.uint64(high - low)
    return [
        PowerEvent(
            event=f"{smid}.{change}.{at_ms}",
            smid=smid,
            change=change,
            at_ms=at_ms,
            told_at_ms=at_ms + low + after_ms,
        )
        for smid, after_ms in zip(
            plan.smids[rows].astype("U16").tolist(), drawn.tolist(), strict=True
        )
    ]
