"""Outages that are over, for as long as late readings may show that they never were.

A meter whose radio was gone hands in its newest reading first, and what it owes minutes later: by
then its outage is over, and people were told so.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from konsento.outage import slots
from konsento.outage.limits import BACK_KEPT_MS, OVER_KEPT_MAX
from konsento.outage.rounds.back import proven_rows
from konsento.outage.watch import Late

Rows: TypeAlias = NDArray[np.int32]


@dataclass(eq=False)
class _Ended:
    """Its meters, the first and the last slot that were judged dark, and who disproved it."""

    rows: Rows
    slots: tuple[int, int]
    ended_ms: int
    proven: set[int] = field(default_factory=set)


class Over:
    """By key, the latest last. A restart forgets them."""

    def __init__(self) -> None:
        self._ended: dict[str, _Ended] = {}

    def add(self, key: str, rows: Rows, since_to_ms: int, last_slot: int, now_ms: int) -> None:
        """It began not after `since_to_ms`, and its meters were silent up to `last_slot`."""
        first = slots.slot_of(since_to_ms - 1)
        self._ended.pop(key, None)
        self._ended[key] = _Ended(rows, (first, last_slot), now_ms)
        if len(self._ended) > OVER_KEPT_MAX:
            del self._ended[next(iter(self._ended))]

    def proven_wrong(self, late: Sequence[Late], now_ms: int) -> set[str]:
        """The keys of those that at least half of the meters disprove by now; each once."""
        old = [key for key, each in self._ended.items() if each.ended_ms <= now_ms - BACK_KEPT_MS]
        for key in old:
            del self._ended[key]
        wrong = set()
        for key, each in self._ended.items():
            each.proven |= proven_rows(late, each.rows, each.slots)
            if each.proven and 2 * len(each.proven) >= len(each.rows):
                wrong.add(key)
        for key in wrong:
            del self._ended[key]
        return wrong
