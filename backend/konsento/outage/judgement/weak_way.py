"""Ways that lose some of what passes: below them a silent meter alone says next to nothing.

A relay in interference or a mobile line that is weak lets half through. Then meters fall silent
by the dozen, each by itself, two of one transformer in one slot among them, and a ping that fails
is no wonder either.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from konsento.outage.judgement.view import Silent
from konsento.outage.limits import (
    WEAK_CONCENTRATOR_METERS_MIN,
    WEAK_CONCENTRATOR_PERCENT,
    WEAK_RELAY_METERS_MIN,
    WEAK_RELAY_PERCENT,
)
from konsento.outage.topology.totals import Totals

Ints: TypeAlias = NDArray[np.int32]
Flags: TypeAlias = NDArray[np.bool_]


def weak_way(silent: Silent, alone: Flags, speaking: Silent, totals: Totals) -> Flags:
    """By silent meter: whether its relay or its concentrator loses readings of many.

    Counted are those below it that no dark node explains (`alone`), and those whose reading was
    missed though they answered that they have power (`speaking`).
    """
    by_relay = _loses(
        silent.relay[alone], speaking.relay, totals.meters_of_relay,
        WEAK_RELAY_PERCENT, WEAK_RELAY_METERS_MIN,
    )  # fmt: skip
    by_concentrator = _loses(
        silent.concentrator[alone], speaking.concentrator, totals.meters_of_concentrator,
        WEAK_CONCENTRATOR_PERCENT, WEAK_CONCENTRATOR_METERS_MIN,
    )  # fmt: skip
    return np.asarray(by_relay[silent.relay] | by_concentrator[silent.concentrator])


def _loses(alone: Ints, speaking: Ints, meters: Ints, percent: int, least: int) -> Flags:
    """By node."""
    lost = np.bincount(alone, minlength=len(meters))
    lost += np.bincount(speaking, minlength=len(meters))
    return np.asarray((lost >= least) & (lost * 100 >= meters.astype(np.int64) * percent))
