"""Towns that the tests walk through: drawn once, since they never change."""

import functools

import numpy as np

from konsento.mdms.fleet.town.arrays import Flags, Ints
from konsento.mdms.fleet.town.cuts import Cut, Cuts, Kind, cuts_of
from konsento.mdms.fleet.town.limits import SLOT_MS
from konsento.mdms.fleet.town.plan import TownPlan
from konsento.mdms.fleet.town.planning import plan_town

FROM_MS = 1_795_219_200_000
"""2026-11-21T00:00Z, nine in the morning in Okayama."""
SLOT = FROM_MS // SLOT_MS
OUTLETS = tuple(f"SM-33-{1000 + number}" for number in range(1, 13))


@functools.cache
def town(meters: int = 2_000, seed: int = 7) -> TownPlan:
    return plan_town(meters, seed, FROM_MS, outlets=OUTLETS)


def one(
    kind: Kind,
    node: int,
    from_ms: int = FROM_MS,
    to_ms: int = FROM_MS + SLOT_MS,
    *,
    loss_permille: int = 1_000,
) -> Cuts:
    """A single cut."""
    return cuts_of(
        [Cut(kind=kind, node=node, from_ms=from_ms, to_ms=to_ms, loss_permille=loss_permille)]
    )


def rows_where(flags: Flags) -> set[int]:
    return set(np.flatnonzero(flags).tolist())


def beneath(plan: TownPlan, kind: Kind, node: int) -> set[int]:
    """The meters under a node, found the long way round."""
    section = plan.section_of_transformer[plan.transformer_of_meter]
    concentrator = plan.concentrator_of_relay[plan.relay_of_meter]
    column: Ints = {
        Kind.TRANSFORMER: plan.transformer_of_meter,
        Kind.SECTION: section,
        Kind.FEEDER: plan.feeder_of_section[section],
        Kind.RELAY: plan.relay_of_meter,
        Kind.CONCENTRATOR: concentrator,
        Kind.HEAD_END: plan.head_end_of_concentrator[concentrator],
    }[kind]
    return rows_where(column == node)
