"""From a meter's id to its row, for a batch of a million ids at a time.

Open addressing over 16-byte keys, written in numpy: every round looks at one more place for the
ids that are not yet found, so that the number of rounds is the longest run of taken places, and
no Python object exists for any meter. 28 bytes a meter at the usual filling.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from konsento.foundation.problems import Refusal
from konsento.outage.columns.keys import SMID_CHARS, Keys, of_form

Rows: TypeAlias = NDArray[np.int32]
Halves: TypeAlias = NDArray[np.uint64]

# Half of the places stay free: runs stay short, an id that is not there is soon known.
PLACES_A_METER = 2
PLACES_MIN = 64


class SmidTwice(Refusal):
    status, slug = 422, "smid-twice"
    title = "A meter's id stands twice in the register."


class SmidNotOfForm(Refusal):
    status, slug = 422, "smid-not-of-form"
    title = "A meter's id is 1 to 16 of A-Z, 0-9 and the hyphen."


class MeterIndex:
    """Which row a meter has. Made once for a register; a longer register makes a new one."""

    def __init__(self, keys: Keys, *, sound: bool = False) -> None:
        """Row i is the meter with key i. Raises SmidNotOfForm or SmidTwice with the first row.

        `sound`: their form was looked at before, and they are kept as they were then.
        """
        wrong = np.empty(0, np.int64) if sound else np.flatnonzero(~of_form(keys))
        if len(wrong):
            raise SmidNotOfForm(f"row {wrong[0]}: {bytes(keys[wrong[0]])!r}", row=int(wrong[0]))
        self._keys = _halves(keys)
        places = PLACES_MIN
        while places < PLACES_A_METER * len(keys):
            places *= 2
        self._last = places - 1
        self._rows = np.full(places, -1, np.int32)
        self._fill()

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def keys(self) -> Keys:
        """The key of every row."""
        return self._keys.view(f"S{SMID_CHARS}").ravel()

    def rows_of(self, keys: Keys) -> Rows:
        """The row of each key, -1 where no meter has it."""
        sought = _halves(keys)
        place = _scatter(sought, self._last)
        rows = self._rows.take(place)
        left = np.flatnonzero((rows >= 0) & ~self._same(rows, sought))
        while len(left):
            place[left] = further = (place[left] + 1) & self._last
            found = self._rows.take(further)
            rows[left] = found
            left = left[(found >= 0) & ~self._same(found, sought[left])]
        return rows

    def _same(self, rows: Rows, sought: Halves) -> NDArray[np.bool_]:
        """Whether the meter in each row (any, where there is none) has the key that is sought."""
        if not len(self._keys):
            return np.zeros(len(rows), np.bool_)
        # Sixteen bytes at once: as numpy sees it, each key is one number of that size.
        there = self._keys.view(np.complex128).ravel().take(rows).view(np.uint64)
        differing = there ^ sought.ravel()
        return np.asarray((differing[0::2] | differing[1::2]) == 0)

    def _fill(self) -> None:
        place = _scatter(self._keys, self._last)
        left = np.arange(len(self._keys), dtype=np.int32)
        while len(left):
            wanted = place[left]
            free = self._rows[wanted] < 0
            # Of several that want one place the last gets it; the others go on to the next.
            self._rows[wanted[free]] = left[free]
            there = self._rows[wanted]
            left, there = left[there != left], there[there != left]
            twice = np.flatnonzero(self._same(there, self._keys[left]))
            if len(twice):
                row = int(left[twice[0]])
                raise SmidTwice(f"row {row}: {bytes(self.keys[row])!r}", row=row)
            place[left] = (place[left] + 1) & self._last


def _halves(keys: Keys) -> Halves:
    return np.ascontiguousarray(keys).view(np.uint64).reshape(len(keys), 2)


def _scatter(halves: Halves, last: int) -> NDArray[np.int64]:
    """The place where the search for a key begins: neighbours' ids must not lie side by side."""
    mixed = halves[:, 0] * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= (halves[:, 1] + np.uint64(0xBF58476D1CE4E5B9)) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(32)
    mixed *= np.uint64(0xD6E8FEB86659FD93)
    mixed ^= mixed >> np.uint64(29)
    mixed &= np.uint64(last)
    return mixed.view(np.int64)
