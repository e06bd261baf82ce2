"""How often what was told was so, how much of what was so was told, and how soon. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from konsento.assembly.rehearsal.episodes import Episodes
from konsento.assembly.rehearsal.told import Tellings
from konsento.mdms.fleet.town.storms import Storm

Flags: TypeAlias = NDArray[np.bool_]
Millis: TypeAlias = NDArray[np.int64]

MINUTE_MS = 60_000
AFTER_STORM_MS = 2 * 60 * MINUTE_MS
LATEST_MS = np.int64(2**42)
"""Later than any day that is lived through: the year 2109."""


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of tellings and of a meter's times without power; minutes from cut to telling.

    `wrong`: told though powered at the time. `found` of `cuts` were told while they lasted;
    `seen` are those that readings could tell of, `shared` those of a transformer or above.
    """

    told: int
    wrong: int
    cuts: int
    found: int
    shared: int
    shared_found: int
    seen: int
    seen_found: int
    minutes: tuple[float, float, float]
    """Median, nine tenths, most; of the cuts found that were not told before they began."""

    @property
    def precision(self) -> float:
        return 1 - self.wrong / self.told if self.told else 1.0

    @property
    def recall(self) -> float:
        return self.found / self.cuts if self.cuts else 1.0

    @property
    def recall_of_shared(self) -> float:
        return self.shared_found / self.shared if self.shared else 1.0

    @property
    def recall_of_seen(self) -> float:
        return self.seen_found / self.seen if self.seen else 1.0


def score(truth: Episodes, told: Tellings) -> Score:
    """Of all that was told."""
    found, after_ms = told_while(truth, told)
    counted = after_ms[found & (after_ms > 0)] / MINUTE_MS
    minutes = (0.0, 0.0, 0.0)
    if len(counted):
        median, most_of = np.percentile(counted, (50, 90))
        minutes = (float(median), float(most_of), float(counted.max()))
    return Score(
        told=len(told),
        wrong=int((~told.right).sum()),
        cuts=len(truth),
        found=int(found.sum()),
        shared=int(truth.shared.sum()),
        shared_found=int((found & truth.shared).sum()),
        seen=int(truth.seen.sum()),
        seen_found=int((found & truth.seen).sum()),
        minutes=minutes,
    )


def told_while(truth: Episodes, told: Tellings) -> tuple[Flags, Millis]:
    """By time without power: whether its meter stood told in it, and how long after the cut.

    Not more than nought where it stood told before: told of an earlier cut and never heard since.
    """
    order = np.lexsort((told.at_ms, told.rows))
    rows, at_ms, until_ms = told.rows[order], told.at_ms[order], told.until_ms[order]
    found = np.zeros(len(truth), np.bool_)
    after_ms = np.zeros(len(truth), np.int64)
    if not len(rows):
        return found, after_ms
    # The first telling of the same meter that had not ended when the cut began.
    code, begin_ms = _in_line(rows, until_ms, truth.rows, truth.from_ms)
    first = np.searchsorted(code, begin_ms, side="right")
    place = np.minimum(first, len(rows) - 1)
    found = (first < len(rows)) & (rows[place] == truth.rows) & (at_ms[place] < truth.to_ms)
    after_ms = np.where(found, at_ms[place] - truth.from_ms, 0)
    return found, after_ms


def _in_line(
    rows: NDArray[np.int32], ends_ms: Millis, wanted: NDArray[np.int32], begins_ms: Millis
) -> tuple[Millis, Millis]:
    """Meter and instant in one number, so that one search serves all meters."""
    return (
        rows * LATEST_MS + ends_ms.clip(max=LATEST_MS - 1),
        wanted * LATEST_MS + begins_ms,
    )


def in_storms(at_ms: Millis, storms: tuple[Storm, ...]) -> Flags:
    """Which instants lie in a storm, or so shortly after it that its readings are still late."""
    found = np.zeros(len(at_ms), np.bool_)
    for storm in storms:
        found |= (at_ms >= storm.from_ms) & (at_ms < storm.to_ms + AFTER_STORM_MS)
    return found


def of_many(scores: Sequence[tuple[Episodes, Tellings]]) -> tuple[Episodes, Tellings]:
    """Several towns as one: the meters of each are moved behind those of the one before."""
    base, truths, tellings = 0, [], []
    for truth, told in scores:
        truths.append(replace(truth, rows=truth.rows + base))
        tellings.append(replace(told, rows=told.rows + base))
        base += max(truth.rows.max(initial=0), told.rows.max(initial=0)) + 1
    return Episodes(**_columns(truths)), Tellings(**_columns(tellings))


def _columns(parts: Sequence[Any]) -> dict[str, Any]:
    names = vars(parts[0])
    return {name: np.concatenate([vars(each)[name] for each in parts]) for name in names}


def part(told: Tellings, chosen: Flags) -> Tellings:
    """Some of them."""
    return Tellings(**{name: column[chosen] for name, column in vars(told).items()})
