"""Whom the judgement itself does not want asked, but people do; and what their replies change."""

from collections.abc import Sequence
from typing import TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from konsento.outage.columns.keys import keys_of
from konsento.outage.columns.meters import Columns
from konsento.outage.rounds import breakers
from konsento.outage.rounds.asking import Reply
from konsento.outage.rounds.awaited import Awaited
from konsento.outage.rounds.kept import Place
from konsento.outage.rounds.sitting import NOBODY, Sitting
from konsento.outage.slots import slot_of
from konsento.outage.topology.register import Register

Rows: TypeAlias = NDArray[np.int32]


def asked_after(sitting: Sitting, awaited: Awaited, register: Register, now_ms: int) -> Rows:
    """Those whose word somebody waits for, and those whose breaker was open when last asked."""
    place, judged = sitting.place, sitting.judged
    if place is None or judged is None:
        return NOBODY
    trees = register.trees.at(slot_of(now_ms))
    waited = awaited.due(register.index, trees, place.answers, judged.storm.on, now_ms)
    again = register.index.rows_of(keys_of(breakers.due(place.breakers, now_ms)))
    return np.concatenate((waited, again[again >= 0])).astype(np.int32)


def with_words_behind(
    place: Place, replies: Sequence[Reply], rows: Rows, columns: Columns, awaited: Awaited,
    now_ms: int,
) -> Place:  # fmt: skip
    """The open breakers after these replies; who was awaited and has power is back by now.

    `rows` and `replies` go together.
    """
    onsets = columns.last_slots(rows).tolist()
    onset_of = dict(zip((reply.smid for reply in replies), onsets, strict=True))
    found, closed = breakers.after(place.breakers, replies, onset_of, now_ms)
    back = sorted(
        row
        for reply, row in zip(replies, rows.tolist(), strict=True)
        if reply.smid in closed
        or (reply.answer == "powered" and reply.smid in awaited and reply.smid not in found)
    )
    at_ms = np.full(len(back), now_ms, np.int64)
    lately = place.lately.and_now(np.array(back, np.int32), at_ms, now_ms)
    return msgspec.structs.replace(place, breakers=found, lately=lately)
