"""What reaches the outage room from the town, in the order in which it arrives."""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from konsento.mdms.fleet.town.collection import FIRST, SECOND, Collector, Round, round_at_ms
from konsento.mdms.fleet.town.cuts import Cuts
from konsento.mdms.fleet.town.distribution_automation import SwitchingEvent
from konsento.mdms.fleet.town.limits import HOUR_MS, NEVER_MS, ON_ITS_WAY_MS_MAX
from konsento.mdms.fleet.town.plan import TownPlan
from konsento.outage.judgement.automation import NOT_YET_MS, SectionOpened

Ints: TypeAlias = NDArray[np.int32]
Millis: TypeAlias = NDArray[np.int64]

SWITCH_KEPT_MS = 86_400_000
"""A section that was never said to be restored is believed open for so long."""


@dataclass(frozen=True, eq=False)
class Heard:
    """Readings, one row each, with the slot each is of and the instant each was sent."""

    rows: Ints
    slots: Ints
    energy_wh: NDArray[np.int32]
    status: NDArray[np.uint8]
    sent_ms: Millis
    arrived_ms: Millis

    def __len__(self) -> int:
        return len(self.rows)

    def where(self, chosen: NDArray[np.bool_]) -> "Heard":
        """Those that are chosen."""
        return Heard(**{name: column[chosen] for name, column in vars(self).items()})


@dataclass(frozen=True, eq=False)
class Batches:
    """Which concentrator sent its batch of a slot, be it empty, and when that arrived."""

    concentrator: NDArray[np.int64]
    slot: Ints
    arrived_ms: Millis


def _joined(left: Any, right: Any) -> dict[str, Any]:
    return {
        name: np.concatenate((column, vars(right)[name])) for name, column in vars(left).items()
    }


class News:
    """The rounds of the town's collector, asked in their time and handed on as they arrive."""

    def __init__(self, plan: TownPlan, collector: Collector, cuts: Cuts, first_slot: int) -> None:
        self._plan = plan
        self._collector = collector
        self._cuts = cuts
        self._next = (first_slot, FIRST)
        none, never = np.empty(0, np.int32), np.empty(0, np.int64)
        self._readings = Heard(none, none, none, np.empty(0, np.uint8), never, never)
        self._batches = Batches(never, none, never)

    def until(self, now_ms: int) -> tuple[Heard, Batches]:
        """All that has arrived by now and was not handed on before."""
        slot, number = self._next
        while round_at_ms(slot, number) <= now_ms:
            self._await(self._collector.ask(slot, number, self._cuts))
            slot, number = (slot, SECOND) if number == FIRST else (slot + 1, FIRST)
        self._next = (slot, number)
        here = self._readings.arrived_ms <= now_ms
        heard, self._readings = self._readings.where(here), self._readings.where(~here)
        sent = self._batches.arrived_ms <= now_ms
        old = self._batches
        self._batches = Batches(old.concentrator[~sent], old.slot[~sent], old.arrived_ms[~sent])
        return heard, Batches(old.concentrator[sent], old.slot[sent], old.arrived_ms[sent])

    def _await(self, found: Round) -> None:
        # As the town's batches have it: what is held up says when it was to be sent.
        held_up = found.arrived_ms - found.at_ms >= HOUR_MS
        sent_ms = np.where(held_up, found.at_ms + ON_ITS_WAY_MS_MAX, found.arrived_ms)
        came = found.arrived_ms < NEVER_MS
        fresh = Heard(
            found.rows, found.slots, found.energy_wh, found.status, sent_ms, found.arrived_ms
        )  # fmt: skip
        self._readings = Heard(**_joined(self._readings, fresh.where(came)))
        alive = np.flatnonzero(found.concentrator_at_ms < NEVER_MS)
        batches = Batches(
            alive,
            np.full(len(alive), found.slot, np.int32),
            found.concentrator_at_ms[alive],
        )
        self._batches = Batches(**_joined(self._batches, batches))


class Words:
    """What distribution automation has told by an instant, of each section."""

    def __init__(self, plan: TownPlan, told: list[SwitchingEvent]) -> None:
        number = {code: at for at, code in enumerate(plan.section_codes)}
        self._told = [
            (event.told_at_ms, number[event.section], event.change == "opened", event.at_ms)
            for event in sorted(told, key=lambda event: (event.told_at_ms, event.event))
        ]
        self._at = 0
        self._standing: dict[int, list[SectionOpened]] = {}

    def until(self, now_ms: int) -> tuple[list[SectionOpened], bool]:
        """The openings of the last day, with their ends as far as told; whether any is new."""
        before = self._at
        while self._at < len(self._told) and self._told[self._at][0] <= now_ms:
            self._take(*self._told[self._at][1:])
            self._at += 1
        since_ms = now_ms - SWITCH_KEPT_MS
        for section, words in list(self._standing.items()):
            self._standing[section] = [
                word for word in words if max(word.opened_ms, word.restored_ms) > since_ms
            ]
            if not self._standing[section]:
                del self._standing[section]
        words = [word for each in self._standing.values() for word in each]
        return words, self._at != before

    def _take(self, section: int, opened: bool, at_ms: int) -> None:
        words = self._standing.setdefault(section, [])
        if opened:
            # As the record has it: of a section that opened twice the last time counts.
            words[:] = [word for word in words if word.restored_ms != NOT_YET_MS]
            words.append(SectionOpened(section, at_ms))
            return
        open_ = [word for word in words if word.restored_ms == NOT_YET_MS]
        for word in open_:
            if word.opened_ms < at_ms:
                words.remove(word)
                words.append(SectionOpened(section, word.opened_ms, at_ms))
