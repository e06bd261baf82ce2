"""What the engine knows, in memory: the register, the columns, and who was heard of.

It changes by pieces of the journal alone, one after the other; applied anew in the same order
they make the same state, and a piece applied twice changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from konsento.outage.columns.meters import NEVER, Columns
from konsento.outage.contract import MeterEvents
from konsento.outage.journal import Piece, PieceKind
from konsento.outage.quarantine import Doubt
from konsento.outage.readings.batch import Batch, contradicting, present, unpress
from konsento.outage.slots import slot_of
from konsento.outage.topology.register import Register, Tables, register_of

Rows: TypeAlias = NDArray[np.int32]

ROWS_AT_ONCE = 500_000  # of batches that are replayed together
LATE_MAX = 10_000  # batches; more than that in one round is a back-fill after a storm

UNKNOWN_METER = "unknown meter"
UNKNOWN_CONCENTRATOR = "unknown concentrator"
CONTRADICTS = "the same meter stands in the batch with another number"


@dataclass(frozen=True)
class PowerWord:
    """A meter's own word that its power went or came."""

    row: int
    up: bool
    at_ms: int


@dataclass(frozen=True, eq=False)
class Late:
    """Readings of a slot that had been judged when they came: they may prove it wrong."""

    slot: int
    rows: Rows
    energy_wh: NDArray[np.int32]
    status: NDArray[np.uint8]


class Watch:
    """The engine's memory. Nothing in it is written to but by `apply`."""

    def __init__(self, codes: dict[str, bool]) -> None:
        """`codes`: which code of a meter's event says that power came (True) or went (False)."""
        self._codes = codes
        self.seq = 0
        self.tables_seq = 0
        self.judged_slot = NEVER
        self.late: list[Late] = []
        self.register: Register | None = None
        self.columns = Columns(np.empty(0, np.int32), 1, 0)
        self.batch_slots: NDArray[np.int32] = np.empty(0, np.int32)
        self.power_words: dict[int, PowerWord] = {}

    @property
    def is_ready(self) -> bool:
        """Whether there is a register: without one nothing can be judged."""
        return self.register is not None

    def apply(self, piece: Piece) -> None:
        """Take a piece in; one that was taken in before changes nothing."""
        if piece.seq <= self.seq:
            return
        if not piece.body:  # held by a snapshot that is gone: what it said is not known any more
            self.seq = piece.seq
            return
        if piece.kind is PieceKind.TABLES:
            self.enter(register_of(msgspec.msgpack.decode(piece.body, type=Tables)), piece)
        elif piece.kind is PieceKind.READINGS:
            batch = unpress(piece.body)
            self._hear(batch, self.rows_of(batch))
        else:
            self._note(msgspec.json.decode(piece.body, type=MeterEvents))
        self.seq = piece.seq

    def apply_all(self, pieces: Sequence[Piece], rows_at_once: int = ROWS_AT_ONCE) -> None:
        """The same as `apply` on one after the other; batches that follow each other at once."""
        waiting, rows = list[Batch](), 0
        for piece in pieces:
            batched = piece.kind is PieceKind.READINGS and bool(piece.body)
            if not batched or rows >= rows_at_once:
                self._hear_all(waiting)
                waiting, rows = [], 0
            if not batched:
                self.apply(piece)
            elif piece.seq > self.seq:
                waiting.append(unpress(piece.body))
                rows += len(waiting[-1])
                self.seq = piece.seq
        self._hear_all(waiting)

    def apply_batch(self, seq: int, batch: Batch, rows: Rows) -> None:
        """The same as `apply` for whoever has the batch and its rows at hand."""
        if seq > self.seq:
            self._hear(batch, rows)
            self.seq = seq

    def enter(self, register: Register, piece: Piece) -> None:
        """A new register takes over what was heard of the meters and concentrators it knows."""
        if piece.seq <= self.seq:
            return
        self.seq = self.tables_seq = piece.seq
        self.late = []
        before, columns, batch_slots = self.register, self.columns, self.batch_slots
        top_slot = max(slot_of(piece.received_at_ms), columns.top_slot)
        self.columns = Columns(register.trees.area_of_meter, max(1, len(register.areas)), top_slot)
        self.batch_slots = np.full(register.nodes.count("concentrator"), NEVER, np.int32)
        self.register = register
        self.power_words = {}
        if before is None:
            return
        rows = before.index.rows_of(register.index.keys)
        known = np.flatnonzero(rows >= 0).astype(np.int32)
        last = columns.last_slots(rows[known])
        heard = last != NEVER
        self.columns.apply(known[heard], last[heard])
        for number, name in enumerate(register.nodes.names["concentrator"]):
            kind, old = before.nodes.number.get(name, ("", -1))
            if kind == "concentrator":
                self.batch_slots[number] = batch_slots[old]

    def rows_of(self, batch: Batch) -> Rows:
        """The row of each reading's meter, -1 for strangers."""
        if self.register is None:
            return np.full(len(batch), -1, np.int32)
        return self.register.index.rows_of(batch.keys)

    def doubts_of(self, batch: Batch, rows: Rows) -> list[Doubt]:
        """The readings of a batch that are not believed; row -1 when it is all of it."""
        if self.register is None:
            return [Doubt(-1, batch.heading.concentrator, "no tables are loaded")]
        if self._concentrator(batch.heading.concentrator) is None:
            return [Doubt(-1, batch.heading.concentrator, UNKNOWN_CONCENTRATOR)]
        strangers = np.flatnonzero(rows < 0).tolist()
        return [
            *(Doubt(at, _named(batch, at), UNKNOWN_METER) for at in strangers),
            *(
                Doubt(at, f"{_named(batch, at)}: {batch.energy_wh[at]}", CONTRADICTS)
                for at in contradicting(batch, rows)
            ),
        ]

    def doubts_of_events(self, events: MeterEvents) -> list[Doubt]:
        """Events of meters that nobody knows."""
        return [
            Doubt(at, event.smid, UNKNOWN_METER)
            for at, event in enumerate(events.events)
            if self.register is None or self.register.row_of(event.smid) is None
        ]

    def _concentrator(self, name: str) -> int | None:
        if self.register is None:
            return None
        kind, number = self.register.nodes.number.get(name, ("", -1))
        return number if kind == "concentrator" else None

    def _hear(self, batch: Batch, rows: Rows) -> None:
        concentrator = self._concentrator(batch.heading.concentrator)
        if concentrator is None:
            return
        slot = batch.heading.slot
        self.columns.advance(slot)
        self.batch_slots[concentrator] = max(self.batch_slots[concentrator], slot)
        self._keep_late(batch, rows)
        self.columns.apply(rows[present(batch)], slot)

    def _hear_all(self, batches: Sequence[Batch]) -> None:
        """The order in which batches are heard changes nothing, so ids are looked up together."""
        sent = [self._concentrator(batch.heading.concentrator) for batch in batches]
        known = [batch for batch, box in zip(batches, sent, strict=True) if box is not None]
        if not known or self.register is None:
            return
        slots = np.array([batch.heading.slot for batch in known], np.int32)
        boxes = np.array([box for box in sent if box is not None], np.int64)
        rows = self.register.index.rows_of(np.concatenate([batch.keys for batch in known]))
        of = np.repeat(slots, [len(batch) for batch in known])
        here = np.concatenate([present(batch) for batch in known])
        self.columns.advance(int(slots.max()))
        np.maximum.at(self.batch_slots, boxes, slots)
        ends = np.cumsum([len(batch) for batch in known]).tolist()
        for batch, end in zip(known, ends, strict=True):
            self._keep_late(batch, rows[end - len(batch) : end])
        self.columns.apply(rows[here], of[here])

    def _keep_late(self, batch: Batch, rows: Rows) -> None:
        slot = batch.heading.slot
        if slot <= self.judged_slot and len(rows) and len(self.late) < LATE_MAX:
            self.late.append(Late(slot, rows, batch.energy_wh, batch.status))

    def _note(self, events: MeterEvents) -> None:
        if self.register is None:
            return
        for event in events.events:
            up = self._codes.get(event.code)
            row = self.register.row_of(event.smid)
            if up is None or row is None:
                continue
            known = self.power_words.get(row)
            if known is None or event.at_ms >= known.at_ms:
                self.power_words[row] = PowerWord(row, up, event.at_ms)
            if up:
                slot = slot_of(event.at_ms) - 1
                self.columns.apply(np.array([row], np.int32), slot)


def _named(batch: Batch, at: int) -> str:
    return bytes(batch.keys[at]).decode("ascii", "replace")
