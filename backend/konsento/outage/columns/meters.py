"""What each meter last said: the only state of the engine that every reading changes.

A row holds the last slot heard (2 bytes), its area (4) and one bit for each slot in question.
With transformer and relay (4 each, beside it in the trees) and the bit that it is expected to
speak, a meter takes 15.2 bytes.

The bit of slot s says "heard of s or of a later slot", which is the same as "the last slot heard
is not before s". So nothing depends on the order in which readings come, and the same reading
twice is the same as once. How many were heard in each area is kept as readings come, so that a
sweep counts nothing.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from konsento.foundation.problems import Refusal
from konsento.outage.columns import bits
from konsento.outage.limits import OFFSETS, REBASE_BY, SLOTS_KEPT

Rows: TypeAlias = NDArray[np.int32]
NEVER = -1


class SlotForgotten(Refusal):
    status, slug = 422, "slot-forgotten"
    title = "Who was heard of this slot is no longer kept, or not yet."


class RowUnknown(Refusal):
    status, slug = 422, "row-unknown"
    title = "There is no meter with this row."


@dataclass(frozen=True, eq=False)
class Applied:
    """What a batch was: rows heard later than before, and how many of it said nothing new."""

    newer: Rows
    not_newer: int
    unknown: int
    future: int


class Columns:
    """Who was last heard when, and how many of each area."""

    def __init__(self, area_of_meter: NDArray[np.int32], areas: int, top_slot: int) -> None:
        """All meters of these areas (0 to `areas`), expected to speak and never yet heard."""
        meters = len(area_of_meter)
        if meters and not 0 <= int(area_of_meter.min()) <= int(area_of_meter.max()) < areas:
            raise RowUnknown("an area is out of its range")
        self.area = np.ascontiguousarray(area_of_meter, np.int32)
        self.base_slot = top_slot - REBASE_BY  # offset 0 is never; offset 1 is base + 1
        self.top_slot = top_slot
        self.last = np.zeros(meters, np.uint16)
        self.expected = bits.of_mask(np.ones(meters, np.bool_))
        self.expected_by_area = np.bincount(self.area, minlength=areas).astype(np.int32)
        self._heard = np.zeros((SLOTS_KEPT, bits.words_for(meters)), np.uint64)
        self._heard_by_area = np.zeros((SLOTS_KEPT, areas), np.int32)

    def __len__(self) -> int:
        return len(self.last)

    @property
    def oldest_slot(self) -> int:
        """The first slot in question."""
        return self.top_slot - SLOTS_KEPT + 1

    def heard(self, slot: int) -> bits.Words:
        """The rows heard of the slot or later. Raises SlotForgotten."""
        words: bits.Words = self._heard[self._line(slot)]
        return words

    def heard_by_area(self, slot: int) -> NDArray[np.int32]:
        """How many expected meters of each area are among them. Raises SlotForgotten."""
        counts: NDArray[np.int32] = self._heard_by_area[self._line(slot)]
        return counts

    def last_slots(self, rows: Rows) -> NDArray[np.int32]:
        """The last slot heard of each, NEVER where there is none."""
        offsets = self.last[rows].astype(np.int32)
        return np.where(offsets > 0, offsets + np.int32(self.base_slot), np.int32(NEVER))

    def advance(self, top_slot: int) -> None:
        """Let slots up to this one be heard of; the oldest are no longer in question."""
        for slot in range(max(self.top_slot + 1, top_slot - SLOTS_KEPT + 1), top_slot + 1):
            self._heard[slot % SLOTS_KEPT] = 0
            self._heard_by_area[slot % SLOTS_KEPT] = 0
        self.top_slot = max(self.top_slot, top_slot)
        while self.top_slot - self.base_slot >= OFFSETS:
            self.last = np.where(self.last > REBASE_BY, self.last - REBASE_BY, 0).astype(np.uint16)
            self.base_slot += REBASE_BY

    def apply(self, rows: Rows, slots: NDArray[np.int32] | int) -> Applied:
        """Take readings of these rows (-1 for an unknown meter), of one slot or of one each.

        Readings of a slot after the top one are left out. Raises RowUnknown.
        """
        if len(rows) and int(rows.max()) >= len(self):
            raise RowUnknown(f"row {int(rows.max())} of {len(self)}")
        known = rows >= 0
        if isinstance(slots, int):
            future = int(known.sum()) if slots > self.top_slot else 0
            there = np.sort(rows[known]) if not future else rows[:0]
            there = there[_first_of_each(there)]
            offsets = np.full(len(there), max(slots - self.base_slot, 0), np.int64)
        else:
            late = known & (slots <= self.top_slot)
            future = int(known.sum() - late.sum())
            there, offsets = _latest_of_each(rows[late], slots[late] - np.int64(self.base_slot))
        newer = self._hear(there, offsets)
        said = len(rows) - int((~known).sum()) - future
        return Applied(newer, said - len(newer), len(rows) - int(known.sum()), future)

    def expect(self, rows: Rows, *, wanted: bool) -> Rows:
        """Count on these meters, or no longer; answers with those for which that is a change."""
        ordered = np.sort(rows)
        each = ordered[_first_of_each(ordered)]
        changed: Rows = each[bits.has(self.expected, each) != wanted]
        change, sign = (bits.put, 1) if wanted else (bits.take_out, -1)
        change(self.expected, changed)
        np.add.at(self.expected_by_area, self.area[changed], sign)
        for line in range(SLOTS_KEPT):
            heard = changed[bits.has(self._heard[line], changed)]
            np.add.at(self._heard_by_area[line], self.area[heard], sign)
        return changed

    def _line(self, slot: int) -> int:
        if not self.oldest_slot <= slot <= self.top_slot:
            raise SlotForgotten(f"slot {slot}; kept are {self.oldest_slot} to {self.top_slot}")
        return slot % SLOTS_KEPT

    def _hear(self, rows: Rows, offsets: NDArray[np.int64]) -> Rows:
        """Raise the last slot of rows (each once) and keep bits and counts in step with it."""
        before = self.last[rows]
        later = offsets > before
        if not later.all():
            rows, before, offsets = rows[later], before[later], offsets[later]
        self.last[rows] = offsets
        oldest = self.oldest_slot - self.base_slot
        since = np.maximum(before, oldest - 1) + np.int64(1 - oldest)
        till = offsets - oldest
        # Nearly always one way: from the slot before. After a silence another one, over all slots.
        ways = np.where(since <= till, since * SLOTS_KEPT + till, SLOTS_KEPT * SLOTS_KEPT)
        found = np.flatnonzero(np.bincount(ways, minlength=1)).tolist()
        for way in found:
            if way < SLOTS_KEPT * SLOTS_KEPT:
                these = rows if len(found) == 1 else rows[ways == way]
                first, last = divmod(way, SLOTS_KEPT)
                self._heard_of(these, range(self.oldest_slot + first, self.oldest_slot + last + 1))
        return rows

    def _heard_of(self, rows: Rows, slots: range) -> None:
        """Rows, in order and each once, that were not known to be heard of these slots."""
        words, masks = bits.gathered(rows)
        areas = np.sort(self.area[rows[bits.has(self.expected, rows)]])
        begin = np.flatnonzero(_first_of_each(areas))
        counts = np.diff(begin, append=len(areas)).astype(np.int32)
        areas = areas[begin]
        for slot in slots:
            self._heard[slot % SLOTS_KEPT][words] |= masks
            self._heard_by_area[slot % SLOTS_KEPT][areas] += counts


def restored(
    area_of_meter: NDArray[np.int32], last: NDArray[np.uint16], expected: bits.Words,
    areas: int, slots: tuple[int, int],
) -> Columns:  # fmt: skip
    """Columns as they were kept: all but these follows from them. `slots`: base and top."""
    columns = Columns(area_of_meter, areas, slots[1])
    if len(last) != len(columns) or len(expected) != len(columns.expected):
        raise ValueError("columns of different lengths")
    columns.base_slot = slots[0]
    columns.last, columns.expected = last.copy(), expected.copy()
    wanted = bits.to_mask(expected, len(columns))
    columns.expected_by_area[:] = np.bincount(columns.area[wanted], minlength=areas)
    for slot in range(columns.oldest_slot, columns.top_slot + 1):
        heard = columns.last >= max(slot - columns.base_slot, 1)
        columns.heard(slot)[:] = bits.of_mask(heard)
        by_area = np.bincount(columns.area[heard & wanted], minlength=areas)
        columns.heard_by_area(slot)[:] = by_area
    return columns


def _first_of_each(ordered: Rows) -> NDArray[np.bool_]:
    """Of rows in their order, the first of every run of the same."""
    first = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return first


def _latest_of_each(rows: Rows, offsets: NDArray[np.int64]) -> tuple[Rows, NDArray[np.int64]]:
    """Each row once, in order, with the latest of its offsets (0 for one before the base)."""
    both = np.sort((rows.astype(np.int64) << 16) | np.maximum(offsets, 0))
    last = np.ones(len(both), np.bool_)
    np.not_equal(both[1:] >> 16, both[:-1] >> 16, out=last[:-1])
    return (both[last] >> 16).astype(np.int32), both[last] & (OFFSETS - 1)
