"""Columns on disk and back: whole or not at all.

A file is a magic word, a version, a header that names each array with its type, shape and
checksum, and the arrays as they lie in memory. It is written beside its name, brought to the
disk and then given the name, so that a crash leaves the old file or the new one. What is torn,
foreign or of another version is refused by name and nothing of it is used.
"""

import os
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from konsento.foundation.problems import Refusal
from konsento.outage.columns.meters import Columns, restored
from konsento.outage.limits import SNAPSHOT_HEADER_BYTES_MAX

MAGIC = b"konsento columns"
VERSION = 1
TYPES = frozenset({"|u1", "|i1", "|b1", "<u2", "<i2", "<i4", "<u8", "<i8", "|S16"})


class SnapshotForeign(Refusal):
    status, slug = 422, "snapshot-foreign"
    title = "The file is no snapshot of ours, or one of another version."


class SnapshotTorn(Refusal):
    status, slug = 422, "snapshot-torn"
    title = "The snapshot is not whole."


class _Array(Struct, frozen=True, forbid_unknown_fields=True):
    label: str
    dtype: str
    shape: tuple[int, ...]
    crc32: int


class _Header(Struct, frozen=True, forbid_unknown_fields=True):
    facts: dict[str, int]
    arrays: list[_Array]


def save(path: Path, facts: Mapping[str, int], arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write whole numbers and arrays by their names; at the return they are on the disk."""
    lying = {label: np.ascontiguousarray(array) for label, array in arrays.items()}
    named = [
        _Array(label, array.dtype.str, array.shape, zlib.crc32(_bytes(array)))
        for label, array in lying.items()
    ]
    wrong = [array.label for array in named if array.dtype not in TYPES]
    if wrong:
        raise TypeError(f"of no type that is kept: {', '.join(wrong)}")
    head = msgspec.json.encode(_Header(dict(facts), named))
    beside = path.with_name(f"{path.name}.new")
    with beside.open("wb") as file:
        file.write(MAGIC)
        for number in (VERSION, len(head), zlib.crc32(head)):
            file.write(number.to_bytes(4, "little"))
        file.write(head)
        for array in lying.values():
            file.write(_bytes(array))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    _bring_to_disk(path.parent)


def load(path: Path) -> tuple[dict[str, int], dict[str, NDArray[Any]]]:
    """What `save` wrote. Raises SnapshotForeign, SnapshotTorn, FileNotFoundError."""
    with path.open("rb") as file:
        header = _header(file)
        arrays = {each.label: _array(file, each) for each in header.arrays}
        if file.read(1):
            raise SnapshotTorn("there is more in it than its header says")
    return header.facts, arrays


def save_columns(path: Path, columns: Columns, facts: Mapping[str, int] | None = None) -> None:
    """Write who was last heard when; `facts` go with it, such as how far the journal was read."""
    own = {"base_slot": columns.base_slot, "top_slot": columns.top_slot,
           "areas": len(columns.expected_by_area)}  # fmt: skip
    arrays: dict[str, NDArray[Any]] = {
        "area": columns.area,
        "last": columns.last,
        "expected": columns.expected,
    }
    save(path, {**(facts or {}), **own}, arrays)


def load_columns(path: Path) -> tuple[Columns, dict[str, int]]:
    """Columns as they were, and the facts. Raises SnapshotForeign, SnapshotTorn."""
    facts, arrays = load(path)
    try:
        slots = facts.pop("base_slot"), facts.pop("top_slot")
        area, last, expected = (arrays[label] for label in ("area", "last", "expected"))
        columns = restored(area, last, expected, facts.pop("areas"), slots)
    except (KeyError, ValueError) as missing:
        raise SnapshotForeign(f"no columns of meters: {missing}") from missing
    return columns, facts


def _header(file: BinaryIO) -> _Header:
    if file.read(len(MAGIC)) != MAGIC:
        raise SnapshotForeign("it begins otherwise")
    version, size, crc32 = (int.from_bytes(file.read(4), "little") for _ in range(3))
    if version != VERSION:
        raise SnapshotForeign(f"version {version}, ours is {VERSION}")
    head = file.read(min(size, SNAPSHOT_HEADER_BYTES_MAX))
    if len(head) != size or zlib.crc32(head) != crc32:
        raise SnapshotTorn("its header is not whole")
    try:
        return msgspec.json.decode(head, type=_Header)
    except msgspec.DecodeError as wrong:
        raise SnapshotForeign(str(wrong)) from wrong


def _array(file: BinaryIO, said: _Array) -> NDArray[Any]:
    if said.dtype not in TYPES or min(said.shape, default=0) < 0:
        raise SnapshotForeign(f"{said.label}: {said.dtype} {said.shape}")
    # The header's checksum held, so its sizes are ours: a file cut short is seen by its end.
    there = os.fstat(file.fileno()).st_size - file.tell()
    dtype = np.dtype(said.dtype)
    if int(np.prod(said.shape, dtype=np.int64)) * dtype.itemsize > there:
        raise SnapshotTorn(f"{said.label} is cut short")
    array: NDArray[Any] = np.empty(said.shape, dtype)
    file.readinto(_bytes(array))  # type: ignore[attr-defined]
    if zlib.crc32(_bytes(array)) != said.crc32:
        raise SnapshotTorn(f"{said.label} is not what was written")
    return array


def _bytes(array: NDArray[Any]) -> memoryview:
    return array.reshape(-1).view(np.uint8).data


def _bring_to_disk(folder: Path) -> None:
    """A new name is on the disk only when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
