"""What comes back when a meter is pinged, and how little silence proves. Pure."""

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import msgspec
import numpy as np
import numpy.typing as npt

from konsento.mdms.fleet.town.arrays import Chance, Flags, Ints
from konsento.mdms.fleet.town.cuts import Cuts, Kind
from konsento.mdms.fleet.town.last_gasp import gasping
from konsento.mdms.fleet.town.limits import SLOT_MS
from konsento.mdms.fleet.town.load_curve import energy_wh
from konsento.mdms.fleet.town.plan import TownPlan
from konsento.mdms.fleet.town.truth import Truth, loss_share, truth_at

Answer: TypeAlias = Literal[
    "powered", "no_power", "unknown", "communication_failure", "unknown_meter"
]
ANSWERS: tuple[Answer, ...] = get_args(Answer)
POWERED, NO_POWER, UNKNOWN, COMMUNICATION_FAILURE, UNKNOWN_METER = range(5)


class Pinging(msgspec.Struct, frozen=True, kw_only=True):
    """How well pinging works: a living meter answers so often; so many can gasp."""

    success_percent: int = 97
    gasping_permille: int = 0


class PingReply(msgspec.Struct, frozen=True, kw_only=True):
    """The answer; of a meter that spoke also what it draws, and whether its switch is closed."""

    answer: Answer
    at_ms: int
    load_w: int | None = None
    switch: Literal["closed", "open"] | None = None


@dataclass(frozen=True, eq=False)
class PingReplies:
    """Of many meters: places in ANSWERS, watts drawn (-1 where nothing was said), switch open."""

    answer: npt.NDArray[np.int8]
    load_w: Ints
    switch_open: Flags


def ping_all(
    plan: TownPlan, cuts: Cuts, rows: Ints, at_ms: int, chance: Chance, pinging: Pinging
) -> PingReplies:
    """One reply for each of `rows`; a row outside the town is an unknown meter.

    `communication_failure`: relay, concentrator or head-end do not answer either. `unknown`:
    they do, the meter does not, and that may be its power or its radio.
    """
    truth = truth_at(plan, cuts, at_ms)
    answer = _answers(plan, cuts, rows, at_ms, chance, pinging, truth)
    who = np.where((rows >= 0) & (rows < plan.meters), rows, 0).astype(np.int32)
    spoke = answer == POWERED
    usual_wh = energy_wh(who, plan.size_1024ths[who], np.array([at_ms // SLOT_MS]))
    load_w = np.where(truth.loaded[who], 2 * usual_wh, 0)
    tripped = np.isin(who, cuts.at(at_ms).nodes(Kind.SERVICE_BREAKER))
    return PingReplies(
        answer=answer,
        load_w=np.where(spoke, load_w, -1).astype(np.int32),
        switch_open=spoke & tripped,
    )


def ping(
    plan: TownPlan, cuts: Cuts, row: int, at_ms: int, chance: Chance, pinging: Pinging
) -> PingReply:
    """Ask one meter."""
    rows = np.array([row], dtype=np.int32)
    found = ping_all(plan, cuts, rows, at_ms, chance, pinging)
    answer = ANSWERS[int(found.answer[0])]
    if answer != "powered":
        return PingReply(answer=answer, at_ms=at_ms)
    return PingReply(
        answer=answer,
        at_ms=at_ms,
        load_w=int(found.load_w[0]),
        switch="open" if found.switch_open[0] else "closed",
    )


def _answers(
    plan: TownPlan,
    cuts: Cuts,
    rows: Ints,
    at_ms: int,
    chance: Chance,
    pinging: Pinging,
    truth: Truth,
) -> npt.NDArray[np.int8]:
    known = (rows >= 0) & (rows < plan.meters)
    who = np.where(known, rows, 0)
    known &= (plan.in_service_from_ms[who] <= at_ms) & (at_ms < plan.in_service_to_ms[who])
    path: Flags = truth.relay_up[plan.relay_of_meter[who]]
    lost = loss_share(plan, cuts, at_ms)
    if lost is not None:
        path = path & (chance.random(len(rows)) >= lost[who])
    lucky = chance.random(len(rows)) < pinging.success_percent / 100
    speaks = truth.reachable[who] & plan.speaks[who] & lucky
    dark = ~truth.powered[who] & plan.speaks[who] & lucky
    gasped = dark & gasping(plan, pinging.gasping_permille)[who]
    return np.select(
        [~known, ~path, speaks, gasped],
        [UNKNOWN_METER, COMMUNICATION_FAILURE, POWERED, NO_POWER],
        default=UNKNOWN,
    ).astype(np.int8)
