"""A judgement and what it rests on, in counts."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from konsento.outage.judgement.terms import Grade, Kind, Node, Proof

Ints: TypeAlias = NDArray[np.int32]


class Evidence(Struct, frozen=True, kw_only=True):
    """Counts of meters. `below`: expected below the node; `silent`: in this judgement.

    `way_lives`: silent on a way that answers for others. `vouched`: silent on a transformer whose
    others speak. `way_is_fed`: silent behind a relay or concentrator that the node itself feeds.
    `asked`, `no_power`: asked by ping, and answered that they have none.
    `batch`: whether the concentrator sent a batch, None where the node is none.
    """

    proof: Proof
    below: int
    silent: int
    way_lives: int = 0
    vouched: int = 0
    way_is_fed: int = 0
    asked: int = 0
    no_power: int = 0
    batch: bool | None = None


@dataclass(frozen=True, eq=False)
class Judgement:
    """One thing that happened, the meters it took, and why we say so.

    `areas` and `meters_out` go together: how many meters of each area. It began after
    `since_from_ms` (None: nobody knows) and not after `since_to_ms`. `tell`: whether people may
    be told. `parent`: the outage whose return left these meters in the dark; `absorbs`: the
    outages that turned out to be a part of this one.
    """

    key: str
    kind: Kind
    node_kind: Node
    node: int
    rows: Ints
    areas: Ints
    meters_out: Ints
    since_from_ms: int | None
    since_to_ms: int
    judged_at_ms: int
    evidence: Evidence
    grade: Grade = Grade.NONE
    tell: bool = False
    parent: str | None = None
    absorbs: tuple[str, ...] = ()
