"""One meter's state, or those of many: what is believed of its power, since when, and why."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from konsento.foundation.problems import Refusal
from konsento.outage import slots
from konsento.outage.columns.keys import keys_of
from konsento.outage.columns.meters import NEVER
from konsento.outage.outage_views import MeterState, MeterStates
from konsento.outage.record import store
from konsento.outage.rounds.beliefs import Beliefs
from konsento.outage.rounds.doubts_kept import keep_doubt
from konsento.outage.rounds.kept import outages_of_keys
from konsento.outage.rounds.lately import NOBODY_LATELY
from konsento.outage.rounds.round import Rounds
from konsento.outage.rounds.words import planned_of
from konsento.outage.topology.register import Register

Rows: TypeAlias = NDArray[np.int32]


class UnknownMeter(Refusal):
    status = 404
    slug = "unknown-meter"
    title = "The tables have no meter with this id."


async def meter_state(rounds: Rounds, smid: str) -> MeterState:
    """Raises UnknownMeter."""
    found = await meter_states(rounds, (smid,))
    if found.unknown:
        raise UnknownMeter
    return found.states[0]


async def meter_states(rounds: Rounds, smids: Sequence[str]) -> MeterStates:
    """Of many meters, each as `meter_state` has it."""
    watch, now_ms = rounds.system.watch, rounds.system.clock.now_ms()
    register = watch.register
    if register is None:
        return MeterStates(states=(), unknown=tuple(smids), now_ms=now_ms)
    rows = register.index.rows_of(keys_of(smids))
    known = [smid for smid, row in zip(smids, rows.tolist(), strict=True) if row >= 0]
    unknown = tuple(smid for smid, row in zip(smids, rows.tolist(), strict=True) if row < 0)
    states = await _states(rounds, register, known, rows[rows >= 0], now_ms)
    return MeterStates(states=states, unknown=unknown, now_ms=now_ms)


async def doubt(rounds: Rounds, smid: str) -> MeterState:
    """Somebody says that this meter is without power: it is asked next. Raises UnknownMeter."""
    register = rounds.system.watch.register
    row = None if register is None else register.row_of(smid)
    if row is None:
        raise UnknownMeter
    if rounds.sitting.doubts.raise_for(row):
        await keep_doubt(smid, rounds.system.clock.now_ms())
    return await meter_state(rounds, smid)


async def _states(
    rounds: Rounds, register: Register, smids: Sequence[str], rows: Rows, now_ms: int
) -> tuple[MeterState, ...]:
    last = rounds.system.watch.columns.last_slots(rows).astype(np.int64)
    heard_ms = np.where(last == NEVER, NEVER, (last + 1) * slots.SLOT_MS).tolist()
    believed = Beliefs(rounds, now_ms).of(smids, rows, heard_ms)
    outages = await outages_of_keys({each.key for each in believed if each.key is not None})
    planned = planned_of(await store.planned(now_ms), register, rows, now_ms)
    place = rounds.sitting.place
    back_ms = (NOBODY_LATELY if place is None else place.lately).of(rows).tolist()
    areas = register.trees.area_of_meter[rows].tolist()
    return tuple(
        MeterState(
            smid=smid,
            judgement=each.judgement,
            grade=each.grade,
            area=register.areas[areas[at]].area,
            since_ms=each.since_ms,
            heard_until_ms=_known(heard_ms[at]),
            outage=each.outage if each.key is None else outages.get(each.key),
            sentence_ja=each.words[0],
            sentence_en=each.words[1],
            now_ms=now_ms,
            planned=planned[at],
            restored_at_ms=_known(back_ms[at]) if each.judgement == "powered" else None,
        )
        for at, (smid, each) in enumerate(zip(smids, believed, strict=True))
    )


def _known(at_ms: int) -> int | None:
    return None if at_ms < 0 else at_ms
