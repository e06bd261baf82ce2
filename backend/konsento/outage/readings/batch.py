"""A batch of readings: one concentrator, one slot, a row for each meter that was read.

A batch without rows is a word too: the concentrator is alive. Energy is whole watt-hours over
the slot. Columns, not objects: a batch may have a million rows.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated

import msgspec
import numpy as np
from msgspec import Meta, Struct
from numpy.typing import NDArray

from konsento.foundation.problems import Refusal
from konsento.outage.columns.keys import SMID_CHARS, Keys
from konsento.outage.judgement.retraction import ReadingStatus, shows_presence
from konsento.outage.record.said import NAME_PATTERN
from konsento.outage.slots import SLOT_MS, slot_of

ROWS_MAX = 1_000_000
ENERGY_WH_MAX = 50_000  # of half an hour: 100 kVA, far above what a low-voltage meter may carry
FUTURE_MS_MAX = 5 * 60_000
PAST_MS_MAX = 7 * 86_400_000


ODDS = (np.uint64(0xD6E8FEB86659FD93), np.uint64(0xA0761D6478BD642F))
STATUS_MAX = sum(ReadingStatus)

Name = Annotated[str, Meta(pattern=NAME_PATTERN, max_length=64)]


class BatchOfTheFuture(Refusal):
    status, slug = 422, "reading-of-the-future"
    title = "The slot of these readings is not over."


class BatchTooOld(Refusal):
    status, slug = 422, "reading-too-old"
    title = "The slot of these readings is more than a week ago."


class BatchTooLarge(Refusal):
    status, slug = 413, "batch-too-large"
    title = f"A batch has at most {ROWS_MAX} rows."


class RowWrong(Refusal):
    """`row` counts from 0, `field` is the column."""

    status, slug = 422, "row-wrong"
    title = "A row of the batch cannot be."

    def __init__(self, row: int, field: str, detail: str) -> None:
        super().__init__(f"row {row}, {field}: {detail}", row=row, field=field)


class Heading(Struct, frozen=True, kw_only=True):
    """Of which concentrator and slot a batch is; `batch` is the sender's id for it."""

    batch: Name
    concentrator: Name
    slot_start_ms: Annotated[int, Meta(ge=0, le=2**53, multiple_of=SLOT_MS)]
    sent_at_ms: Annotated[int, Meta(ge=0, le=2**53)]

    @property
    def slot(self) -> int:
        return slot_of(self.slot_start_ms)


@dataclass(frozen=True, eq=False)
class Batch:
    """A heading and its rows: keys as in columns.keys, energy in Wh, bits of ReadingStatus."""

    heading: Heading
    keys: Keys
    energy_wh: NDArray[np.int32]
    status: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.keys)


class _Pressed(Struct, frozen=True, array_like=True):
    heading: Heading
    keys: bytes
    energy_wh: bytes
    status: bytes


def press(batch: Batch) -> bytes:
    """A batch as it is kept."""
    return msgspec.msgpack.encode(
        _Pressed(
            batch.heading,
            batch.keys.tobytes(),
            batch.energy_wh.astype("<i4").tobytes(),
            batch.status.tobytes(),
        )
    )


def unpress(body: bytes) -> Batch:
    """What `press` made."""
    pressed = msgspec.msgpack.decode(body, type=_Pressed)
    return Batch(
        heading=pressed.heading,
        keys=np.frombuffer(pressed.keys, f"S{SMID_CHARS}"),
        energy_wh=np.frombuffer(pressed.energy_wh, "<i4"),
        status=np.frombuffer(pressed.status, np.uint8),
    )


def digest(batch: Batch) -> str:
    """By which a batch that is sent again is known, whatever its encoding and order of rows.

    The rows are mixed into numbers that are added up, so that their order does not count.
    """
    halves = batch.keys.view(np.uint64).reshape(len(batch), 2)
    value = batch.energy_wh.astype(np.uint64) << np.uint64(8) | batch.status.astype(np.uint64)
    sums = [_mixed(halves, value, odd).sum(dtype=np.uint64) for odd in ODDS]
    said = msgspec.msgpack.encode((batch.heading, len(batch), [int(each) for each in sums]))
    return sha256(said).hexdigest()


def _mixed(
    halves: NDArray[np.uint64], value: NDArray[np.uint64], odd: np.uint64
) -> NDArray[np.uint64]:
    mixed = (halves[:, 0] ^ odd) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(29)
    mixed = (mixed + halves[:, 1]) * np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(32)
    mixed = (mixed + value) * odd
    mixed ^= mixed >> np.uint64(31)
    return np.asarray(mixed * np.uint64(0x94D049BB133111EB))


def present(batch: Batch) -> NDArray[np.bool_]:
    """Which readings show that their meters had power at the slot's end.

    A meter whose power failed within the slot and that is heard in the very next half hour had
    it again by then; one that tells of it later was in the dark at the slot's end.
    """
    return present_in(batch.status, batch.heading.slot, batch.heading.sent_at_ms)


def present_in(
    status: NDArray[np.uint8],
    slot: int | NDArray[np.int32],
    sent_at_ms: int | NDArray[np.int64],
) -> NDArray[np.bool_]:
    """The same of readings of several batches: slot and sending of one or of each."""
    timely = np.asarray(sent_at_ms // SLOT_MS <= slot + 1)
    failed = (status & int(ReadingStatus.POWER_FAILED)) != 0
    return np.asarray(shows_presence(status) & ~(failed & ~timely))


def check_time(heading: Heading, now_ms: int) -> None:
    """Raises BatchOfTheFuture, BatchTooOld."""
    if heading.slot_start_ms + SLOT_MS > now_ms + FUTURE_MS_MAX:
        raise BatchOfTheFuture
    if heading.slot_start_ms < now_ms - PAST_MS_MAX:
        raise BatchTooOld


def check_rows(energy_wh: NDArray[np.int64], status: NDArray[np.int64]) -> None:
    """Raises RowWrong for the first number that no meter can have sent."""
    for field, column, most in (
        ("energy_wh", energy_wh, ENERGY_WH_MAX),
        ("status", status, STATUS_MAX),
    ):
        wrong = np.flatnonzero((column < 0) | (column > most))
        if len(wrong):
            row = int(wrong[0])
            raise RowWrong(row, field, f"{int(column[row])} is not within 0 and {most}")


def contradicting(batch: Batch, rows: NDArray[np.int32]) -> list[int]:
    """Which readings are of a meter that stands before with another number: not to be believed.

    `rows` are the meters' rows, -1 for strangers.
    """
    if bool((rows[1:] > rows[:-1]).all()):
        return []
    order = np.argsort(rows, kind="stable")
    sorted_rows, energy = rows[order], batch.energy_wh[order]
    same = (sorted_rows[1:] == sorted_rows[:-1]) & (sorted_rows[1:] >= 0)
    again = np.flatnonzero(same & (energy[1:] != energy[:-1])) + 1
    return sorted(order[again].tolist())
