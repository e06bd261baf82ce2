"""The truth that a judgement is measured by: each meter's times without power."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from konsento.mdms.fleet.town.collection import FIRST, SECOND, round_at_ms
from konsento.mdms.fleet.town.cuts import ELECTRICAL, Cut, Cuts, Kind
from konsento.mdms.fleet.town.limits import SLOT_MS
from konsento.mdms.fleet.town.plan import TownPlan
from konsento.outage.limits import MOMENTARY_MS

Ints: TypeAlias = NDArray[np.int32]
Millis: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Episodes:
    """One line for each meter and time without power, in order of both.

    `seen`: the cut took away a slot's reading and still stood when that slot was judged, so that
    readings could tell of it. `shared`: not of the meter's own line alone.
    """

    rows: Ints
    from_ms: Millis
    to_ms: Millis
    seen: Flags
    shared: Flags

    def __len__(self) -> int:
        return len(self.rows)

    def where(self, chosen: Flags) -> "Episodes":
        """Those that are chosen."""
        return Episodes(**{name: column[chosen] for name, column in vars(self).items()})


def below(plan: TownPlan, cut: Cut) -> Ints:
    """The meters that a cut of the wires takes the power from."""
    if cut.kind == Kind.DROP:
        return np.array([cut.node], np.int32)
    transformer = plan.transformer_of_meter
    section = plan.section_of_transformer[transformer]
    column = {
        Kind.TRANSFORMER: transformer,
        Kind.SECTION: section,
        Kind.FEEDER: plan.feeder_of_section[section],
    }[cut.kind]
    return np.flatnonzero(column == cut.node).astype(np.int32)


def episodes(plan: TownPlan, cuts: Cuts, period: tuple[int, int], grace_ms: int) -> Episodes:
    """Of meters that stand and serve somebody: more than five minutes, begun in the period.

    Announced works are no such times, nor what is cut besides while they last.
    """
    faults = cuts.of(*ELECTRICAL)
    rows, from_ms, to_ms, shared = _merged(*_spread(plan, faults.where(~faults.planned)))
    works = _spread(plan, faults.where(faults.planned))
    kept = (to_ms - from_ms > MOMENTARY_MS) & (from_ms >= period[0]) & (from_ms < period[1])
    kept &= ~plan.vacant[rows] & plan.speaks[rows]
    kept &= (plan.in_service_from_ms[rows] <= from_ms) & (plan.in_service_to_ms[rows] > to_ms)
    kept &= ~_touching(rows, from_ms, to_ms, works)
    seen = _seen(from_ms, to_ms, grace_ms)
    return Episodes(rows, from_ms, to_ms, seen, shared).where(kept)


def _spread(plan: TownPlan, cuts: Cuts) -> tuple[Ints, Millis, Millis, Flags]:
    """A line for each meter of each cut, the last column of it whether others are cut with it."""
    every = list(cuts)
    meters = [below(plan, cut) for cut in every]
    counts = [len(rows) for rows in meters]
    return (
        np.concatenate([np.empty(0, np.int32), *meters]),
        np.repeat(cuts.from_ms, counts),
        np.repeat(cuts.to_ms, counts),
        np.repeat(cuts.kind != Kind.DROP, counts),
    )


def _merged(
    rows: Ints, from_ms: Millis, to_ms: Millis, shared: Flags
) -> tuple[Ints, Millis, Millis, Flags]:
    """Times of one meter that touch become one."""
    order = np.lexsort((from_ms, rows))
    rows, from_ms, to_ms, shared = rows[order], from_ms[order], to_ms[order], shared[order]
    if not len(rows):
        return rows, from_ms, to_ms, shared
    # Each meter's times are moved into a stretch of their own: then one pass merges all.
    base = int(from_ms.min())
    stretch = int(to_ms.max()) - base + 1
    offset = rows.astype(np.int64) * stretch - base
    reach = np.maximum.accumulate(to_ms + offset)
    begins = np.ones(len(rows), np.bool_)
    begins[1:] = (from_ms + offset)[1:] > reach[:-1]
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(rows)) - 1
    every = np.logical_or.reduceat(shared, first)
    return rows[first], from_ms[first], reach[last] - offset[last], every


def _touching(
    rows: Ints, from_ms: Millis, to_ms: Millis, other: tuple[Ints, Millis, Millis, Flags]
) -> Flags:
    """Which of the times overlap one of the other's of the same meter."""
    found = np.zeros(len(rows), np.bool_)
    for row, since_ms, until_ms in zip(*(column.tolist() for column in other[:3]), strict=True):
        first, last = np.searchsorted(rows, (row, row + 1))
        here = slice(first, last)
        found[here] |= (from_ms[here] < until_ms) & (to_ms[here] > since_ms)
    return found


def _seen(from_ms: Millis, to_ms: Millis, grace_ms: int) -> Flags:
    """Whether a slot was asked for in vain in both rounds, and judged before the power was back."""
    first_ms = round_at_ms(0, FIRST)
    slot = -((first_ms - from_ms) // SLOT_MS)  # the first whose first round is not before the cut
    due_ms = (slot + 1) * SLOT_MS + grace_ms
    return np.asarray((to_ms > due_ms) & (to_ms > round_at_ms(0, SECOND) + slot * SLOT_MS))
