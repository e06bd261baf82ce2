"""The outage room's parts in one hand: what it knows, its time, its settings and its bells."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from konsento.foundation.clock import Clock
from konsento.foundation.ids import Ids
from konsento.foundation.wake import Wake
from konsento.outage.record.match import Path
from konsento.outage.record.said import AREAS_MAX, AreaOut
from konsento.outage.watch import Watch


class NetworkPlaces:
    """The electrical tree by name, as far as the tables that are loaded know it."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def path(self, place: str) -> Path | None:
        register = self._watch.register
        return None if register is None else register.path(place)

    def areas(self, place: str) -> frozenset[str]:
        register = self._watch.register
        return frozenset() if register is None else register.areas_under(place)

    def households(self, places: Sequence[str]) -> tuple[AreaOut, ...]:
        register = self._watch.register
        if register is None:
            return ()
        rows = np.unique(np.concatenate([register.rows_under(place) for place in places]))
        living = register.serving(self._watch.columns.top_slot)
        area = register.trees.area_of_meter
        out = np.bincount(area[rows[living[rows]]], minlength=len(register.areas))
        there = np.bincount(area[living], minlength=len(register.areas))
        return tuple(
            AreaOut(
                area=register.areas[at].area,
                households_out=int(out[at]),
                households=int(there[at]),
            )
            for at in np.flatnonzero(out).tolist()[:AREAS_MAX]
        )

    def has_area(self, area: str) -> bool:
        register = self._watch.register
        return register is not None and register.has_area(area)


@dataclass(frozen=True)
class OutageSystem:
    """What every verb here needs. The database is GRID; whoever assembles opens and migrates it.

    `turn` lets one piece of evidence in at a time, so that memory follows the journal. `told`
    rings when a record changed, `ending` once, when the server ends.
    """

    watch: Watch
    clock: Clock
    ids: Ids
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    told: Wake = field(default_factory=Wake)
    ending: Wake = field(default_factory=Wake)

    @property
    def places(self) -> NetworkPlaces:
        return NetworkPlaces(self.watch)
