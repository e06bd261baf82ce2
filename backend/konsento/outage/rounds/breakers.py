"""Own breakers that were found open: such a meter speaks as ever, so no reading says it closed.

Its home counts as without power from slot to slot, and the meter is asked again, until it says
that its breaker is closed. Meters go by their smid here: other tables change nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from konsento.outage.columns.keys import keys_of
from konsento.outage.judgement.answers import Answers
from konsento.outage.judgement.terms import Answer, Load
from konsento.outage.limits import (
    BREAKER_AGAIN_MS,
    BREAKER_KEPT_MS,
    BREAKERS_AT_ONCE,
    BREAKERS_MAX,
)
from konsento.outage.rounds.asking import ANSWER_OF, LOAD_OF, Reply
from konsento.outage.topology.register import Register

Rows: TypeAlias = NDArray[np.int32]


class Found(msgspec.Struct, frozen=True, array_like=True):
    """`onset`: the last slot that the meter was heard of when its breaker was found open."""

    onset: int
    open_at_ms: int
    asked_at_ms: int


Breakers: TypeAlias = Mapping[str, Found]


@dataclass(frozen=True, eq=False)
class Behind:
    """The meters before open breakers, by row and in order."""

    rows: Rows
    onset: Rows
    open_at_ms: NDArray[np.int64]

    def onsets(self, rows: Rows, last: Rows) -> Rows:
        """`last` of each of the rows, but for these meters their onset."""
        return np.where(self._among(rows), self._of(rows, self.onset), last).astype(np.int32)

    def answering(self, answers: Answers) -> Answers:
        """The answers, with what these said last where nothing newer is known."""
        if not len(self.rows):
            return answers
        own = answers.of(self.rows)
        seen = (own.answer == Answer.POWERED) & (own.load != Load.UNSEEN)
        newer = seen | (own.answer == Answer.NO_POWER)
        rows, at_ms = self.rows[~newer], self.open_at_ms[~newer]
        if not len(rows):
            return answers
        return answers.told(
            rows,
            np.full(len(rows), Answer.POWERED, np.int8),
            at_ms,
            np.full(len(rows), Load.BREAKER_OPEN, np.int8),
        )

    def only(self, keep: NDArray[np.bool_]) -> "Behind":
        return Behind(self.rows[keep], self.onset[keep], self.open_at_ms[keep])

    def _among(self, rows: Rows) -> NDArray[np.bool_]:
        return np.isin(rows, self.rows)

    def _of(self, rows: Rows, column: Rows) -> Rows:
        if not len(self.rows):
            return np.zeros(len(rows), np.int32)
        place = np.minimum(np.searchsorted(self.rows, rows), len(self.rows) - 1)
        return np.asarray(column[place])


NOBODY_BEHIND = Behind(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.int64))


def behind_open(breakers: Breakers, register: Register) -> Behind:
    """Those of them that the tables know."""
    smids = sorted(breakers)
    rows = register.index.rows_of(keys_of(smids)).astype(np.int32)
    order = np.argsort(rows, kind="stable")
    order = order[rows[order] >= 0]
    found = [breakers[smids[at]] for at in order.tolist()]
    return Behind(
        rows[order],
        np.array([each.onset for each in found], np.int32),
        np.array([each.open_at_ms for each in found], np.int64),
    )


def due(breakers: Breakers, now_ms: int) -> list[str]:
    """Whom to ask again by now, those asked longest ago first."""
    waiting = [
        (each.asked_at_ms, smid)
        for smid, each in breakers.items()
        if each.asked_at_ms <= now_ms - BREAKER_AGAIN_MS
    ]
    return [smid for _, smid in sorted(waiting)[:BREAKERS_AT_ONCE]]


def after(
    breakers: Breakers, replies: Sequence[Reply], onsets: Mapping[str, int], now_ms: int
) -> tuple[Breakers, tuple[str, ...]]:
    """How they stand after these replies, and the meters that said that theirs is closed by now.

    An answer that shows nothing of what lies behind the meter leaves it as it was. What nothing
    was heard of for days is forgotten.
    """
    now, closed = dict(breakers), list[str]()
    for reply in replies:
        known = now.get(reply.smid)
        powered = ANSWER_OF.get(reply.answer) == Answer.POWERED
        load = LOAD_OF.get(reply.load, Load.UNSEEN) if powered else Load.UNSEEN
        if load == Load.BREAKER_OPEN and (known is not None or len(now) < BREAKERS_MAX):
            onset = onsets[reply.smid] if known is None else known.onset
            now[reply.smid] = Found(onset, now_ms, now_ms)
        elif known is None:
            continue
        elif load in (Load.DRAWN, Load.NONE):
            del now[reply.smid]
            closed.append(reply.smid)
        elif known.open_at_ms <= now_ms - BREAKER_KEPT_MS:
            del now[reply.smid]
        else:
            now[reply.smid] = msgspec.structs.replace(known, asked_at_ms=now_ms)
    return now, tuple(closed)
