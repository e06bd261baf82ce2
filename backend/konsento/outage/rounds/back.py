"""What is no longer dark: back, or never out at all."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from konsento.outage import slots
from konsento.outage.columns.meters import Columns
from konsento.outage.judgement.evidence import Judgement
from konsento.outage.judgement.judge import SlotJudgement
from konsento.outage.judgement.memory import Open
from konsento.outage.judgement.retraction import proves_power
from konsento.outage.judgement.terms import Answer, Kind
from konsento.outage.judgement.view import SlotView
from konsento.outage.watch import Late


def had_power_all_along(
    late: list[Late], rows: NDArray[np.int32], since_to_ms: int, judged_slot: int
) -> bool:
    """Whether late readings of judged slots prove power for at least half of an outage's meters."""
    proven = proven_rows(late, rows, (slots.slot_of(since_to_ms - 1), judged_slot))
    return bool(proven) and 2 * len(proven) >= len(rows)


def proven_rows(
    late: Sequence[Late], rows: NDArray[np.int32], outage_slots: tuple[int, int]
) -> set[int]:
    """Those of the rows that late readings prove to have had power, first to last slot."""
    proven: set[int] = set()
    for each in late:
        inside = np.isin(each.rows, rows)
        if not inside.any():
            continue
        slot = np.full(int(inside.sum()), each.slot, np.int32)
        proof = proves_power(slot, each.energy_wh[inside], each.status[inside], outage_slots)
        proven.update(each.rows[inside][proof].tolist())
    return proven


def retracted(late: list[Late], standing: tuple[Open, ...], judged_slot: int) -> set[str]:
    """The keys of open outages that were none."""
    return {
        each.key
        for each in standing
        if had_power_all_along(late, each.rows, each.since_to_ms, judged_slot)
    }


def proven_wrong(
    late: list[Late], standing: tuple[Open, ...], alone: Mapping[str, tuple[int, int]], slot: int
) -> set[str]:
    """The keys of open outages, and of lone meters by row and beginning, that were none."""
    wrong = retracted(late, standing, slot)
    for key, (row, since_to_ms) in alone.items():
        if had_power_all_along(late, np.array([row], np.int32), since_to_ms, slot):
            wrong.add(key)
    return wrong


def dark_at_ms(judgement: Judgement, view: SlotView) -> int:
    """When it was last seen to be out: at the slot's end, or when its meters were asked in vain.

    What answers no ping after its feeder is back is not the feeder's outage any more.
    """
    own = view.answers.of(judgement.rows)
    in_vain = (own.answer == Answer.UNKNOWN) | (own.answer == Answer.NO_POWER)
    asked_ms = own.asked_at_ms[in_vain & ~own.carried & (own.attempts > 0)]
    return max(slots.end_ms(view.slot), int(asked_ms.max(initial=0)))


def spoke_again(
    judged: SlotJudgement, standing: tuple[Open, ...], wrong: Collection[str]
) -> NDArray[np.int32]:
    """The rows that were in an outage of which people were told, and are not silent any more."""
    told = {each.key for each in standing if each.kind == Kind.OUTAGE and each.confirmed}
    rows = [back.rows for back in judged.back if back.key in told and back.key not in wrong]
    return np.unique(np.concatenate([np.empty(0, np.int32), *rows]))


def back_at_ms(columns: Columns, rows: NDArray[np.int32], slot: int, now_ms: int) -> NDArray[Any]:
    """By when the power of each was back: the end of the slot it was read of, or its answer."""
    last = columns.last_slots(rows).astype(np.int64)
    return np.where(last >= slot, (last + 1) * slots.SLOT_MS, np.int64(now_ms))


def ending_now(
    ending: Mapping[str, NDArray[np.int32]], judged: SlotJudgement, standing: tuple[Open, ...]
) -> dict[str, NDArray[np.int32]]:
    """By key the meters of outages that are judged no more, but for what a wider one took in.

    Such an outage is over once most of its meters have spoken: at first the readings of a part
    of them have come, and the others are not known to be out by themselves.
    """
    absorbed = {key for judgement in judged.judgements for key in judgement.absorbs}
    rows = {each.key: each.rows for each in standing if each.kind == Kind.OUTAGE}
    over = {back.key for back in judged.back if back.over} & rows.keys()
    found = {**ending, **{key: rows[key] for key in sorted(over)}}
    return {key: each for key, each in found.items() if key not in absorbed}


def still_silent(view: SlotView, rows: NDArray[np.int32]) -> NDArray[np.bool_]:
    """By row: whether it was not heard of the slot and did not answer that it has power."""
    spoke = view.answers.of(rows).answer == Answer.POWERED
    return np.asarray(np.isin(rows, view.silent) & ~spoke)
