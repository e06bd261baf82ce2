"""Evidence comes in: checked, kept in the journal, and then believed; all of a piece or nothing."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

import msgspec

from konsento.foundation.databases import GRID
from konsento.foundation.problems import Refusal
from konsento.outage import journal, quarantine
from konsento.outage.contract import BatchTaken, MeterEvents, TablesTaken
from konsento.outage.journal import Piece, PieceKind, PieceTaken, digest_of
from konsento.outage.limits import AT_ONCE_BYTES
from konsento.outage.quarantine import Doubt
from konsento.outage.readings.batch import check_time, digest, press
from konsento.outage.readings.decode import decode
from konsento.outage.record.sound import FUTURE_MS_MAX
from konsento.outage.system import OutageSystem
from konsento.outage.topology.register import Register, Tables, register_of

T = TypeVar("T")


class ConcentratorUnknown(Refusal):
    status = 422
    slug = "unknown-concentrator"
    title = "The tables have no such concentrator."


class TablesMissing(Refusal):
    status = 409
    slug = "tables-missing"
    title = "No tables are loaded: load areas, nodes and meters first."


class EventOfTheFuture(Refusal):
    status = 422
    slug = "event-of-the-future"
    title = "An event has not happened yet."


async def take_readings(system: OutageSystem, body: bytes, media_type: str) -> BatchTaken:
    """A batch as it came over the wire. Raises what decode and check_time raise, PieceTaken,
    TablesMissing, ConcentratorUnknown; whatever is refused as a whole is in the quarantine too.
    """
    length = len(body)
    batch = await _worked_out(length, lambda: decode(body, media_type))
    check_time(batch.heading, system.clock.now_ms())
    piece = f"readings:{batch.heading.batch}"
    mark, pressed = await _worked_out(length, lambda: (digest(batch), press(batch)))
    async with system.turn:
        try:
            new = not await journal.known(piece, PieceKind.READINGS, mark)
        except PieceTaken:
            await _refuse(system, piece, Doubt(-1, batch.heading.batch, "contradicts itself"))
            raise
        if not new:
            return BatchTaken(batch=batch.heading.batch, applied=0, aside=0, new=False)
        rows = await _worked_out(length, lambda: system.watch.rows_of(batch))
        doubts = system.watch.doubts_of(batch, rows)
        await _check_whole(system, piece, doubts)
        kept = await _keep(system, piece, PieceKind.READINGS, mark, pressed, doubts)
        system.watch.apply_batch(kept.seq, batch, rows)
    return BatchTaken(
        batch=batch.heading.batch,
        applied=len(batch) - len(doubts),
        aside=len(doubts),
        new=True,
    )


async def take_meter_events(system: OutageSystem, events: MeterEvents) -> BatchTaken:
    """What meters said by themselves. Raises EventOfTheFuture, TablesMissing, PieceTaken."""
    now_ms = system.clock.now_ms()
    for at, event in enumerate(events.events):
        if event.at_ms > now_ms + FUTURE_MS_MAX:
            raise EventOfTheFuture(f"events[{at}].at_ms", row=at, field="at_ms")
    body, piece = msgspec.json.encode(events), f"meter-events:{events.batch}"
    mark = digest_of(body)
    async with system.turn:
        if await journal.known(piece, PieceKind.METER_EVENTS, mark):
            return BatchTaken(batch=events.batch, applied=0, aside=0, new=False)
        if not system.watch.is_ready:
            raise TablesMissing
        doubts = system.watch.doubts_of_events(events)
        kept = await _keep(system, piece, PieceKind.METER_EVENTS, mark, body, doubts)
        system.watch.apply(kept)
    return BatchTaken(
        batch=events.batch,
        applied=len(events.events) - len(doubts),
        aside=len(doubts),
        new=True,
    )


async def take_tables(system: OutageSystem, load: str, tables: Tables) -> TablesTaken:
    """A whole register in the place of the one before. Raises TablesRefused, PieceTaken."""
    register = await asyncio.to_thread(register_of, tables)
    body, piece = msgspec.msgpack.encode(tables), f"tables:{load}"
    mark = digest_of(body)
    async with system.turn:
        new = not await journal.known(piece, PieceKind.TABLES, mark)
        if new:
            kept = await _keep(system, piece, PieceKind.TABLES, mark, body, [])
            system.watch.enter(register, kept)
    return _taken(load, register, new=new)


async def catch_up(system: OutageSystem) -> int:
    """Apply what the journal holds beyond what is in memory; how many pieces that were."""
    applied = 0
    async with system.turn:
        async for pieces in journal.replay(system.watch.seq):
            system.watch.apply_all(pieces)
            applied += len(pieces)
    return applied


async def _worked_out(length: int, work: Callable[[], T]) -> T:
    """A concentrator's batch at once: a thread costs more than its work. A longer one aside."""
    return work() if length <= AT_ONCE_BYTES else await asyncio.to_thread(work)


async def _check_whole(system: OutageSystem, piece: str, doubts: list[Doubt]) -> None:
    if not doubts or doubts[0].row != -1:
        return
    if not system.watch.is_ready:
        raise TablesMissing
    await _refuse(system, piece, doubts[0])
    raise ConcentratorUnknown(doubts[0].said)


async def _refuse(system: OutageSystem, piece: str, doubt: Doubt) -> None:
    async with GRID.writing():
        await quarantine.set_aside(piece, [doubt], system.ids, system.clock.now_ms())


async def _keep(
    system: OutageSystem,
    piece: str,
    kind: PieceKind,
    mark: str,
    body: bytes,
    doubts: list[Doubt],
) -> Piece:
    """On disk; whoever calls takes it into memory next, or `catch_up` does after a crash."""
    now_ms = system.clock.now_ms()
    async with GRID.writing():
        kept = await journal.write_down(piece, kind, mark, body, now_ms)
        await quarantine.set_aside(piece, doubts, system.ids, now_ms)
    return kept


def _taken(load: str, register: Register, *, new: bool) -> TablesTaken:
    nodes = register.nodes
    return TablesTaken(
        load=load,
        areas=len(register.areas),
        feeders=nodes.count("feeder"),
        sections=nodes.count("section"),
        transformers=nodes.count("transformer"),
        concentrators=nodes.count("concentrator"),
        relays=nodes.count("relay"),
        meters=len(register.index),
        new=new,
    )
