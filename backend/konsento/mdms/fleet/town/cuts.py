"""What can be cut in the town, from when to when; many cuts are columns. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum

import msgspec
import numpy as np
import numpy.typing as npt

from konsento.mdms.fleet.town.arrays import Flags, Ints, Millis
from konsento.mdms.fleet.town.limits import NEVER_MS
from konsento.mdms.fleet.town.plan import TownPlan

TOTAL = 1_000


class Kind(IntEnum):
    """What is cut. The last four of the first eight are of one meter: their node is its row.

    A HOUSE_BREAKER and a SERVICE_BREAKER stand behind the measuring part of the meter: the meter
    lives on and measures nothing.
    """

    FEEDER = 0
    SECTION = 1
    TRANSFORMER = 2
    DROP = 3
    HOUSE_BREAKER = 4
    SERVICE_BREAKER = 5
    RADIO = 6
    RELAY = 7
    CONCENTRATOR = 8
    HEAD_END = 9


ELECTRICAL = (Kind.FEEDER, Kind.SECTION, Kind.TRANSFORMER, Kind.DROP)
BREAKERS = (Kind.HOUSE_BREAKER, Kind.SERVICE_BREAKER)
COMMUNICATION = (Kind.RADIO, Kind.RELAY, Kind.CONCENTRATOR, Kind.HEAD_END)
OF_A_METER = (Kind.DROP, *BREAKERS, Kind.RADIO)


class Cut(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that does not work from one instant to before another.

    `loss_permille` below 1000 makes a communication node drop that share of what passes it.
    `planned`: announced works.
    """

    kind: Kind
    node: int
    from_ms: int
    to_ms: int = NEVER_MS
    loss_permille: int = TOTAL
    planned: bool = False


@dataclass(frozen=True, eq=False)
class Cuts:
    """Many cuts, one a row, ordered by their beginning."""

    kind: npt.NDArray[np.int8]
    node: Ints
    from_ms: Millis
    to_ms: Millis
    loss_permille: npt.NDArray[np.int16]
    planned: Flags

    def __len__(self) -> int:
        return len(self.node)

    def __iter__(self) -> Iterator[Cut]:
        for at in range(len(self)):
            yield Cut(
                kind=Kind(int(self.kind[at])),
                node=int(self.node[at]),
                from_ms=int(self.from_ms[at]),
                to_ms=int(self.to_ms[at]),
                loss_permille=int(self.loss_permille[at]),
                planned=bool(self.planned[at]),
            )

    def where(self, chosen: Flags | Ints) -> "Cuts":
        """Those chosen by flags or by number."""
        return Cuts(
            kind=self.kind[chosen],
            node=self.node[chosen],
            from_ms=self.from_ms[chosen],
            to_ms=self.to_ms[chosen],
            loss_permille=self.loss_permille[chosen],
            planned=self.planned[chosen],
        )

    def during(self, from_ms: int, to_ms: int) -> "Cuts":
        """Those that are in force at some instant of [from_ms, to_ms)."""
        return self.where((self.from_ms < to_ms) & (self.to_ms > from_ms))

    def at(self, at_ms: int) -> "Cuts":
        """Those in force at this instant."""
        return self.where((self.from_ms <= at_ms) & (at_ms < self.to_ms))

    def of(self, *kinds: Kind) -> "Cuts":
        """Those of these kinds."""
        return self.where(self.of_kinds(*kinds))

    def of_kinds(self, *kinds: Kind) -> Flags:
        """Which of them are of these kinds."""
        wanted = np.zeros(len(Kind), dtype=np.bool_)
        wanted[list(kinds)] = True
        return wanted[self.kind]

    def nodes(self, kind: Kind) -> Ints:
        """The nodes of one kind that are cut."""
        found: Ints = self.node[self.kind == kind]
        return found

    def edges(self, from_ms: int, to_ms: int) -> list[int]:
        """The instants in [from_ms, to_ms] at which something changes, both ends included."""
        inside = np.concatenate((self.from_ms, self.to_ms))
        inside = inside[(inside > from_ms) & (inside < to_ms)]
        return [from_ms, *np.unique(inside).tolist(), to_ms]


def cuts_of(cuts: Iterable[Cut]) -> Cuts:
    """Columns of these cuts, in order of their beginning."""
    found = sorted(cuts, key=lambda cut: (cut.from_ms, cut.kind, cut.node, cut.to_ms))
    return Cuts(
        kind=np.array([cut.kind for cut in found], dtype=np.int8),
        node=np.array([cut.node for cut in found], dtype=np.int32),
        from_ms=np.array([cut.from_ms for cut in found], dtype=np.int64),
        to_ms=np.array([cut.to_ms for cut in found], dtype=np.int64),
        loss_permille=np.array([cut.loss_permille for cut in found], dtype=np.int16),
        planned=np.array([cut.planned for cut in found], dtype=np.bool_),
    )


def joined(*parts: Cuts) -> Cuts:
    """All of them together, in order of their beginning."""
    every = Cuts(
        kind=np.concatenate([part.kind for part in parts]),
        node=np.concatenate([part.node for part in parts]),
        from_ms=np.concatenate([part.from_ms for part in parts]),
        to_ms=np.concatenate([part.to_ms for part in parts]),
        loss_permille=np.concatenate([part.loss_permille for part in parts]),
        planned=np.concatenate([part.planned for part in parts]),
    )
    return every.where(np.lexsort((every.node, every.kind, every.from_ms)).astype(np.int32))


NONE = cuts_of(())


def count_of(plan: TownPlan, kind: Kind) -> int:
    """How many nodes of this kind the town has."""
    if kind in OF_A_METER:
        return plan.meters
    return {
        Kind.FEEDER: plan.feeders,
        Kind.SECTION: plan.sections,
        Kind.TRANSFORMER: plan.transformers,
        Kind.RELAY: plan.relays,
        Kind.CONCENTRATOR: plan.concentrators,
        Kind.HEAD_END: plan.head_ends,
    }[kind]


def reclosing(row: int, at_ms: int, pauses_ms: tuple[int, ...], locked_until_ms: int) -> list[Cut]:
    """A service breaker that trips: it recloses after each pause, and locks at its third trip.

    `pauses_ms`: one for each trip that it recloses from (10 to 15 s each), so two before it
    locks; fewer, and it holds the next time. Between two trips it stays closed as long again.
    """
    if len(pauses_ms) > 2:
        raise ValueError("a service breaker locks at its third trip")
    found = []
    for pause_ms in pauses_ms:
        found.append(
            Cut(kind=Kind.SERVICE_BREAKER, node=row, from_ms=at_ms, to_ms=at_ms + pause_ms)
        )
        at_ms += 2 * pause_ms
    if len(pauses_ms) == 2 and locked_until_ms > at_ms:
        found.append(Cut(kind=Kind.SERVICE_BREAKER, node=row, from_ms=at_ms, to_ms=locked_until_ms))
    return found
