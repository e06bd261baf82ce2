"""How readings come in: asked for in two rounds a slot, missed by chance, asked for again. Pure.

Chance is drawn from the seed and the slot, so a town that begins anew somewhere in the past and
lives through the same cuts comes to the same readings.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
import numpy as np
import numpy.typing as npt

from konsento.mdms.fleet.town.arrays import Bytes, Chance, Energies, Flags, Ints, Millis
from konsento.mdms.fleet.town.cuts import Cuts
from konsento.mdms.fleet.town.limits import (
    FIRST_ROUND_MS,
    HOUR_MS,
    NEVER_MS,
    ON_ITS_WAY_MS_MAX,
    OWED_SLOTS,
    SECOND_ROUND_MS,
    SLOT_MS,
)
from konsento.mdms.fleet.town.load_curve import scrambled
from konsento.mdms.fleet.town.measured import measured
from konsento.mdms.fleet.town.plan import TownPlan
from konsento.mdms.fleet.town.truth import Truth, loss_share, truth_at

HELD_UP_MS = (HOUR_MS, 3 * HOUR_MS)
PAST_SLOTS_MS = (2 * 60_000, 12 * 60_000)
"""Readings of past slots come some minutes after the ones of this slot."""
DRAWS, FIRST, SECOND = 0, 1, 2


class Collection(msgspec.Struct, frozen=True, kw_only=True):
    """How well the radio works when nothing is cut.

    `missed_permyriad`: readings not had in either round, each by itself (20 is 0.2 %).
    `second_permille`: had in the second round only. `again_percent`: how likely a past slot is
    had in each later slot. `held_up_permille`: batches that come hours late and out of order.
    `twice_permille`: batches that come twice.
    """

    missed_permyriad: int = 20
    second_permille: int = 30
    again_percent: int = 40
    held_up_permille: int = 1
    twice_permille: int = 5


@dataclass(frozen=True, eq=False)
class Round:
    """What one round of a slot brought: one row a reading, of this slot or of a past one.

    `concentrator_at_ms`: when each concentrator's own batch of this slot arrived, be it empty;
    NEVER_MS where it has sent none in this round.
    """

    slot: int
    number: int
    at_ms: int
    concentrator_at_ms: Millis
    rows: Ints
    slots: Ints
    energy_wh: Energies
    status: Bytes
    arrived_ms: Millis


def end_ms(slot: int) -> int:
    return (slot + 1) * SLOT_MS


def round_at_ms(slot: int, number: int) -> int:
    """When the concentrators ask: `number` is 1 or 2."""
    return end_ms(slot) + (FIRST_ROUND_MS if number == FIRST else SECOND_ROUND_MS)


class Collector:
    """Asks slot after slot, both rounds in order, and knows what every meter still owes.

    What is owed is a bit for each of the last 63 slots, the present one lowest.
    """

    def __init__(self, plan: TownPlan, collection: Collection, seed: int) -> None:
        self._plan = plan
        self._collection = collection
        self._seed = seed
        self._owed = np.zeros(plan.meters, dtype=np.uint64)
        self._sent: Flags = np.zeros(plan.concentrators, dtype=np.bool_)
        self._by_chance: npt.NDArray[np.float32] = np.zeros(plan.meters, dtype=np.float32)

    def owed(self) -> Ints:
        """How many slots each meter owes."""
        bits = self._owed.view(np.uint8).reshape(-1, 8)
        counts: Ints = np.unpackbits(bits, axis=1).sum(axis=1, dtype=np.int32)
        return counts

    def collect(self, slot: int, cuts: Cuts) -> tuple[Round, Round]:
        """Both rounds of a slot of which all cuts are known."""
        return self.ask(slot, FIRST, cuts), self.ask(slot, SECOND, cuts)

    def ask(self, slot: int, number: int, cuts: Cuts) -> Round:
        """One round; `cuts` must be known up to its instant, not beyond."""
        at_ms = round_at_ms(slot, number)
        chance = np.random.default_rng([self._seed, slot, number])
        near = cuts.during(end_ms(slot - OWED_SLOTS - 1), at_ms + 1)
        truth = truth_at(self._plan, near, at_ms)
        if number == FIRST:
            self._begin(slot)
        answering = self._answering(number, near, at_ms, truth, chance)
        # A clock that is slow has not closed its slot yet.
        closed = self._plan.clock_error_s * 1_000 > end_ms(slot) - at_ms
        owed = (self._owed & np.uint64(1)) == 1
        rows = np.flatnonzero(answering & closed & owed).astype(np.int32)
        self._owed[rows] &= ~np.uint64(1)
        sent_ms = self._batches_at(at_ms, truth, chance)
        asked = np.flatnonzero(answering).astype(np.int32) if number == FIRST else rows
        past = self._past(asked, slot, number)
        later_ms = sent_ms + chance.integers(*PAST_SLOTS_MS, len(sent_ms), dtype=np.int64)
        return self._arrived(slot, number, near, rows, past, sent_ms, later_ms)

    def _begin(self, slot: int) -> None:
        """A new slot is owed by every meter that stands; what is too old is forgotten."""
        self._owed <<= np.uint64(1)
        self._owed[self._plan.stands(end_ms(slot))] |= np.uint64(1)
        self._sent[:] = False
        draws = np.random.default_rng([self._seed, slot, DRAWS])
        self._by_chance = draws.random(self._plan.meters, dtype=np.float32)

    def _answering(
        self, number: int, cuts: Cuts, at_ms: int, truth: Truth, chance: Chance
    ) -> Flags:
        missed = self._collection.missed_permyriad / 10_000
        later = self._collection.second_permille / 1_000 if number == FIRST else 0.0
        answering = truth.reachable & (self._by_chance >= missed + later)
        lost = loss_share(self._plan, cuts, at_ms)
        if lost is not None:
            answering &= chance.random(self._plan.meters) >= lost
        return answering

    def _batches_at(self, at_ms: int, truth: Truth, chance: Chance) -> Millis:
        """When what each concentrator sends in this round arrives; NEVER_MS: it cannot send."""
        count = self._plan.concentrators
        on_its_way = chance.integers(1, ON_ITS_WAY_MS_MAX, count, dtype=np.int64)
        held_up = chance.random(count) < self._collection.held_up_permille / 1_000
        longer = chance.integers(*HELD_UP_MS, count, dtype=np.int64)
        arrives = at_ms + on_its_way + np.where(held_up, longer, np.int64(0))
        return np.where(truth.concentrator_up, arrives, np.int64(NEVER_MS))

    def _past(self, rows: Ints, slot: int, number: int) -> Iterator[tuple[int, Ints]]:
        """Of who answers now: how many slots ago, and which rows give that slot too.

        Each meter's chance is its own, whoever else owes something.
        """
        owing = rows[self._owed[rows] > 1]
        slow = self._plan.clock_error_s[owing] < 0
        mark = np.uint64((2 * slot + number << 24) ^ (self._seed & 0xFFFF) << 48)
        drawn = scrambled(owing.astype(np.uint64) ^ mark) % np.uint64(100)
        owing = owing[slow | (drawn < self._collection.again_percent)]
        bits = self._owed[owing]
        every = int(np.bitwise_or.reduce(bits)) if len(bits) else 0
        self._owed[owing] &= np.uint64(1)
        for ago in range(1, OWED_SLOTS + 1):
            if every >> ago & 1:
                yield ago, owing[(bits >> np.uint64(ago)) & np.uint64(1) == 1]

    def _arrived(
        self,
        slot: int,
        number: int,
        cuts: Cuts,
        rows: Ints,
        past: Iterator[tuple[int, Ints]],
        sent_ms: Millis,
        later_ms: Millis,
    ) -> Round:
        plan = self._plan
        first = np.where(self._sent, np.int64(NEVER_MS), sent_ms)
        self._sent |= sent_ms < NEVER_MS
        concentrator = plan.concentrator_of_relay[plan.relay_of_meter]
        others = [(slot - ago, who) for ago, who in past]
        late = np.concatenate([rows[:0], *(who for _, who in others)])
        slots = np.repeat(
            np.array([of for of, _ in others], dtype=np.int32), [len(who) for _, who in others]
        )
        now, then = measured(plan, cuts, slot, rows), measured(plan, cuts, slots, late)
        return Round(
            slot=slot,
            number=number,
            at_ms=round_at_ms(slot, number),
            concentrator_at_ms=first,
            rows=np.concatenate((rows, late)),
            slots=np.concatenate((np.full(len(rows), slot, dtype=np.int32), slots)),
            energy_wh=np.concatenate((now.energy_wh, then.energy_wh)),
            status=np.concatenate((now.status, then.status)),
            arrived_ms=np.concatenate((sent_ms[concentrator[rows]], later_ms[concentrator[late]])),
        )
