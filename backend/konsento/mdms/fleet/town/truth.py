"""What is true in the town at an instant, for every meter at once. Pure.

The wires decide who has power; power and the radios decide who can be heard.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from konsento.mdms.fleet.town.arrays import Flags, Ints, Millis, Reals
from konsento.mdms.fleet.town.cuts import BREAKERS, ELECTRICAL, TOTAL, Cuts, Kind
from konsento.mdms.fleet.town.plan import TownPlan


@dataclass(frozen=True, eq=False)
class Truth:
    """One flag per meter, concentrator, relay or transformer.

    `powered`: the wire before the meter is live. `loaded`: and both breakers behind it are
    closed. `path_alive`: relay, concentrator, head-end and its own radio work.
    """

    transformer_live: Flags
    concentrator_up: Flags
    relay_up: Flags
    powered: Flags
    loaded: Flags
    path_alive: Flags

    @property
    def reachable(self) -> Flags:
        """Who would be heard, if it stands."""
        return self.powered & self.path_alive


def _cut(count: int, nodes: Ints) -> Flags:
    flags = np.zeros(count, dtype=np.bool_)
    flags[nodes] = True
    return flags


def _whole(cuts: Cuts) -> Cuts:
    return cuts.where(cuts.loss_permille >= TOTAL)


def transformers_live(plan: TownPlan, here: Cuts) -> Flags:
    """Of cuts in force: which transformers have power."""
    feeder_dead = _cut(plan.feeders, here.nodes(Kind.FEEDER))
    section_dead = feeder_dead[plan.feeder_of_section]
    section_dead[here.nodes(Kind.SECTION)] = True
    dead = section_dead[plan.section_of_transformer]
    dead[here.nodes(Kind.TRANSFORMER)] = True
    return ~dead


def _fed(live: Flags, feed: Ints) -> Flags:
    """Whoever has a battery (-1) lives on."""
    return (feed < 0) | live[feed]


def truth_at(plan: TownPlan, cuts: Cuts, at_ms: int) -> Truth:
    """Everything at `at_ms`."""
    here = _whole(cuts.at(at_ms))
    live = transformers_live(plan, here)
    powered = live[plan.transformer_of_meter]
    powered[here.nodes(Kind.DROP)] = False
    loaded = powered.copy()
    for breaker in BREAKERS:
        loaded[here.nodes(breaker)] = False
    head_end_up = ~_cut(plan.head_ends, here.nodes(Kind.HEAD_END))
    concentrator_up = head_end_up[plan.head_end_of_concentrator]
    concentrator_up &= _fed(live, plan.feed_of_concentrator)
    concentrator_up[here.nodes(Kind.CONCENTRATOR)] = False
    relay_up = concentrator_up[plan.concentrator_of_relay] & _fed(live, plan.feed_of_relay)
    relay_up[here.nodes(Kind.RELAY)] = False
    path_alive = relay_up[plan.relay_of_meter]
    path_alive[here.nodes(Kind.RADIO)] = False
    return Truth(live, concentrator_up, relay_up, powered, loaded, path_alive)


def loss_share(plan: TownPlan, cuts: Cuts, at_ms: int) -> Reals | None:
    """How likely a message of each meter is dropped on its way, 0..1; None: nowhere any."""
    here = cuts.at(at_ms)
    here = here.where(here.loss_permille < TOTAL)
    if not len(here):
        return None
    lost = {
        kind: np.zeros(count, dtype=np.float64)
        for kind, count in (
            (Kind.HEAD_END, plan.head_ends),
            (Kind.CONCENTRATOR, plan.concentrators),
            (Kind.RELAY, plan.relays),
            (Kind.RADIO, plan.meters),
        )
    }
    for kind, share in lost.items():
        mine = here.kind == kind
        np.maximum.at(share, here.node[mine], here.loss_permille[mine] / TOTAL)
    concentrator = np.maximum(
        lost[Kind.CONCENTRATOR], lost[Kind.HEAD_END][plan.head_end_of_concentrator]
    )
    relay = np.maximum(lost[Kind.RELAY], concentrator[plan.concentrator_of_relay])
    return np.maximum(lost[Kind.RADIO], relay[plan.relay_of_meter])


@dataclass(frozen=True, eq=False)
class Lit:
    """Milliseconds of a period for which each of some rows had power, and had its load."""

    powered_ms: Millis
    loaded_ms: Millis


def touched(plan: TownPlan, cuts: Cuts, from_ms: int, to_ms: int, rows: Ints) -> Ints:
    """The places within `rows` of those that any cut darkens at some time in [from_ms, to_ms)."""
    here = _whole(cuts.during(from_ms, to_ms)).of(*ELECTRICAL, *BREAKERS)
    if not len(here):
        return np.zeros(0, dtype=np.int32)
    flags = ~transformers_live(plan, here)[plan.transformer_of_meter[rows]]
    alone = np.zeros(plan.meters, dtype=np.bool_)
    for kind in (Kind.DROP, *BREAKERS):
        alone[here.nodes(kind)] = True
    return np.flatnonzero(flags | alone[rows]).astype(np.int32)


def lit(plan: TownPlan, cuts: Cuts, from_ms: int, to_ms: int, rows: Ints) -> Lit:
    """How much of [from_ms, to_ms) each of `rows` was lit: between two edges nothing changes."""
    here = _whole(cuts.during(from_ms, to_ms)).of(*ELECTRICAL, *BREAKERS)
    transformer = plan.transformer_of_meter[rows]
    place = np.full(plan.meters, -1, dtype=np.int32)
    place[rows] = np.arange(len(rows), dtype=np.int32)
    # What befalls other meters alone is no edge for these.
    alone = here.of_kinds(Kind.DROP, *BREAKERS)
    here = here.where(~alone | (place[np.where(alone, here.node, 0)] >= 0))
    powered_ms = np.zeros(len(rows), dtype=np.int64)
    loaded_ms = np.zeros(len(rows), dtype=np.int64)
    for since_ms, until_ms in pairwise(here.edges(from_ms, to_ms)):
        now = here.at(since_ms)
        powered = transformers_live(plan, now)[transformer]
        powered[place[now.nodes(Kind.DROP)]] = False
        powered_ms[powered] += until_ms - since_ms
        for breaker in BREAKERS:
            powered[place[now.nodes(breaker)]] = False
        loaded_ms[powered] += until_ms - since_ms
    return Lit(powered_ms, loaded_ms)
