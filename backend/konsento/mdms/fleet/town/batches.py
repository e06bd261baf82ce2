"""Readings as they travel: one batch of one concentrator and one slot, as JSON or msgpack. Pure."""

from typing import TypeAlias

import msgspec
import numpy as np

from konsento.mdms.fleet.town.arrays import Ints
from konsento.mdms.fleet.town.collection import Collection, Round
from konsento.mdms.fleet.town.limits import HOUR_MS, NEVER_MS, ON_ITS_WAY_MS_MAX, SLOT_MS
from konsento.mdms.fleet.town.plan import TownPlan

Columns: TypeAlias = tuple[list[str], list[int], list[int]]
AGAIN_AFTER_MS = (1_000, HOUR_MS // 2)
TWICE = 9


class ReadingBatch(msgspec.Struct, frozen=True, kw_only=True):
    """What one concentrator sends of one slot: three columns of one length, none with no meter.

    `batch` is the same when it is sent twice. `status` holds the bits of measured.Status.
    """

    batch: str
    concentrator: str
    slot_start_ms: int
    sent_at_ms: int
    smid: list[str]
    energy_wh: list[int]
    status: list[int]


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """A batch, and when it is handed over."""

    arrives_ms: int
    batch: ReadingBatch


_json = msgspec.json.Encoder()
_msgpack = msgspec.msgpack.Encoder()


def as_json(batch: ReadingBatch) -> bytes:
    """application/json."""
    return _json.encode(batch)


def as_msgpack(batch: ReadingBatch) -> bytes:
    """application/vnd.msgpack, with the same names."""
    return _msgpack.encode(batch)


def batch_code(concentrator: str, slot: int, asked_in: int, number: int) -> str:
    """C-0012.997344.1; with the slot it was asked for in, when that is a later one."""
    late = f".{asked_in}" if asked_in != slot else ""
    return f"{concentrator}.{slot}{late}.{number}"


def deliveries(plan: TownPlan, collection: Collection, found: Round, seed: int) -> list[Delivery]:
    """All batches of a round in the order in which they arrive, a few of them twice.

    A concentrator that lives sends one for the slot even when none of its meters answered.
    """
    concentrator = plan.concentrator_of_relay[plan.relay_of_meter[found.rows]]
    order = np.lexsort((found.rows, found.slots, concentrator)).astype(np.int32)
    made = _filled(plan, found, concentrator, order)
    have = {(each.batch.concentrator, each.batch.slot_start_ms) for each in made}
    for number in np.flatnonzero(found.concentrator_at_ms < NEVER_MS).tolist():
        if (plan.concentrator_codes[number], found.slot * SLOT_MS) not in have:
            at_ms = int(found.concentrator_at_ms[number])
            made.append(_delivery(plan, found, number, found.slot, at_ms, ([], [], [])))
    made += _twice(made, collection, [seed, found.slot, found.number, TWICE])
    return sorted(made, key=lambda each: (each.arrives_ms, each.batch.batch))


def _filled(plan: TownPlan, found: Round, concentrator: Ints, order: Ints) -> list[Delivery]:
    if not len(order):
        return []
    by, slots = concentrator[order], found.slots[order]
    cuts = np.flatnonzero((np.diff(by) != 0) | (np.diff(slots) != 0)) + 1
    firsts = np.concatenate(([0], cuts)).tolist()
    smid = plan.smids[found.rows[order]].astype("U16").tolist()
    energy_wh, status = found.energy_wh[order].tolist(), found.status[order].tolist()
    at_ms = found.arrived_ms[order]
    return [
        _delivery(
            plan, found, int(by[first]), int(slots[first]), int(at_ms[first]),
            (smid[first:last], energy_wh[first:last], status[first:last]),
        )
        for first, last in zip(firsts, [*firsts[1:], len(smid)], strict=True)
    ]  # fmt: skip


def _delivery(
    plan: TownPlan, found: Round, number: int, slot: int, arrives_ms: int, columns: Columns
) -> Delivery:
    concentrator = plan.concentrator_codes[number]
    held_up = arrives_ms - found.at_ms >= HOUR_MS
    return Delivery(
        arrives_ms=arrives_ms,
        batch=ReadingBatch(
            batch=batch_code(concentrator, slot, found.slot, found.number),
            concentrator=concentrator,
            slot_start_ms=slot * SLOT_MS,
            sent_at_ms=found.at_ms + ON_ITS_WAY_MS_MAX if held_up else arrives_ms,
            smid=columns[0],
            energy_wh=columns[1],
            status=columns[2],
        ),
    )


def _twice(made: list[Delivery], collection: Collection, key: list[int]) -> list[Delivery]:
    """The very same batch once more, some while later."""
    chance = np.random.default_rng(key)
    again = chance.random(len(made)) < collection.twice_permille / 1_000
    return [
        msgspec.structs.replace(
            made[at], arrives_ms=made[at].arrives_ms + int(chance.integers(*AGAIN_AFTER_MS))
        )
        for at in np.flatnonzero(again).tolist()
    ]
