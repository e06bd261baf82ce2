"""Outages that are over, for as long as late readings may show that they never were. Pure.

A meter whose radio was gone hands in its newest reading first, and what it owes minutes later: by
then its outage is over, and people were told so.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from konsento.outage.limits import BACK_KEPT_MS, OVER_KEPT_MAX
from konsento.outage.rounds.back import proven_rows
from konsento.outage.watch import Late

Rows: TypeAlias = NDArray[np.int32]
NOBODY: Rows = np.empty(0, np.int32)


class Ended(NamedTuple):
    """Its meters, the first and the last slot that were judged dark, and who disproved it."""

    rows: Rows
    first_slot: int
    last_slot: int
    ended_ms: int
    proven: Rows = NOBODY


Over: TypeAlias = Mapping[str, Ended]  # by key, the latest last


def with_ended(over: Over, key: str, ended: Ended) -> Over:
    """Not without end: the oldest go."""
    others = [(other, each) for other, each in over.items() if other != key]
    return dict([*others, (key, ended)][-OVER_KEPT_MAX:])


def with_late(over: Over, late: Sequence[Late], now_ms: int) -> tuple[Over, set[str]]:
    """What may still prove wrong, and the keys that at least half of the meters disprove by now."""
    left, wrong = {}, set()
    for key, each in over.items():
        if each.ended_ms <= now_ms - BACK_KEPT_MS:
            continue
        found = proven_rows(late, each.rows, (each.first_slot, each.last_slot))
        proven = np.union1d(each.proven, np.array(sorted(found), np.int32)).astype(np.int32)
        if len(proven) and 2 * len(proven) >= len(each.rows):
            wrong.add(key)
        else:
            left[key] = each._replace(proven=proven)
    return left, wrong
