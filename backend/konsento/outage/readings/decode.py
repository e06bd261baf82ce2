"""From the wire to a batch: JSON, msgpack or an Arrow IPC stream, all with the same columns.

JSON and msgpack carry the heading and three lists of one length. Arrow carries the heading as
metadata of its schema, and the columns smid (utf8), energy_wh and status (whole numbers) in any
number of record batches, uncompressed.
"""

import io
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
import nanoarrow
import numpy as np
from msgspec import Meta, Struct
from nanoarrow.ipc import InputStream
from numpy.typing import NDArray

from konsento.foundation.problems import Refusal
from konsento.outage.columns.keys import SMID_CHARS, Keys, keys_of, keys_of_text
from konsento.outage.readings.arrow_messages import rows_said
from konsento.outage.readings.batch import (
    ROWS_MAX,
    Batch,
    BatchTooLarge,
    Heading,
    RowWrong,
    check_rows,
)

JSON = "application/json"
MSGPACK = "application/vnd.msgpack"
MSGPACK_BEFORE = "application/msgpack"  # in use before RFC 9694 registered the other
ARROW = "application/vnd.apache.arrow.stream"
COLUMNS = ("smid", "energy_wh", "status")
WHOLE = frozenset({"int8", "int16", "int32", "int64", "uint8", "uint16", "uint32"})


class EncodingUnknown(Refusal):
    status, slug = 415, "unsupported-media-type"
    title = f"Send {JSON}, {MSGPACK} or {ARROW}."


class BatchNotOfForm(Refusal):
    status, slug = 400, "invalid-request"
    title = "The batch is not of the stated form."


# Bounded so far that it fits a column; what a meter may say is told with the row's number.
Whole = Annotated[int, Meta(ge=-(2**62), le=2**62)]


class _Written(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The heading's fields and the three columns."""

    batch: str
    concentrator: str
    slot_start_ms: int
    sent_at_ms: int
    # Of msgpack's lists the length is known before their rows are made, and one too long refused.
    smid: Annotated[list[str], Meta(max_length=ROWS_MAX)]
    energy_wh: Annotated[list[Whole], Meta(max_length=ROWS_MAX)]
    status: Annotated[list[Whole], Meta(max_length=ROWS_MAX)]


# So many commas stand between the fields and the rows of a batch of ROWS_MAX rows.
COMMAS_MAX = len(Heading.__struct_fields__) + len(COLUMNS) * ROWS_MAX
TOO_LONG = f"`array` of length <= {ROWS_MAX}"

_JSON = msgspec.json.Decoder(_Written)
_MSGPACK = msgspec.msgpack.Decoder(_Written)


def decode(body: bytes, media_type: str) -> Batch:
    """The batch. Raises EncodingUnknown, BatchNotOfForm, BatchTooLarge, RowWrong."""
    named = media_type.partition(";")[0].strip().lower()
    if named == ARROW:
        return _arrow(body)
    if named in (MSGPACK, MSGPACK_BEFORE):
        return _written(_MSGPACK, body)
    if named == JSON:
        if body.count(b",") > COMMAS_MAX:
            raise BatchTooLarge
        return _written(_JSON, body)
    raise EncodingUnknown


def _written(decoder: Any, body: bytes) -> Batch:
    try:
        written: _Written = decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        if TOO_LONG in str(wrong):
            raise BatchTooLarge from None
        raise BatchNotOfForm(errors=[str(wrong)[:200]]) from None
    _check_lengths({name: len(getattr(written, name)) for name in COLUMNS})
    heading = _heading({name: getattr(written, name) for name in Heading.__struct_fields__})
    energy_wh = np.array(written.energy_wh, np.int64)
    status = np.array(written.status, np.int64)
    return _batch(heading, keys_of(written.smid), energy_wh, status)


def _batch(
    heading: Heading, keys: Keys, energy_wh: NDArray[np.int64], status: NDArray[np.int64]
) -> Batch:
    check_rows(energy_wh, status)
    return Batch(
        heading=heading,
        keys=keys,
        energy_wh=energy_wh.astype(np.int32),
        status=status.astype(np.uint8),
    )


def _heading(said: Mapping[str, object], *, strict: bool = True) -> Heading:
    try:
        return msgspec.convert(said, Heading, strict=strict)
    except msgspec.ValidationError as wrong:
        raise BatchNotOfForm(errors=[str(wrong)[:200]]) from None


def _check_lengths(lengths: Mapping[str, int]) -> None:
    if len(set(lengths.values())) > 1:
        said = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise BatchNotOfForm(errors=[f"the columns are of different lengths: {said}"])


def _arrow(body: bytes) -> Batch:
    try:
        if rows_said(body) > ROWS_MAX:
            raise BatchTooLarge
        with InputStream.from_readable(io.BytesIO(body)) as stream:
            arrays = nanoarrow.ArrayStream(stream)
            heading = _arrow_heading(arrays.schema)
            chunks = [_chunk(chunk) for chunk in arrays.iter_chunks()]
    except (RuntimeError, ValueError, OverflowError, KeyError) as wrong:
        raise BatchNotOfForm(errors=[str(wrong).splitlines()[0][:200]]) from None
    none = (np.empty(0, f"S{SMID_CHARS}"), np.empty(0, np.int64), np.empty(0, np.int64))
    parts = list(zip(none, *chunks, strict=True))
    return _batch(heading, *(np.concatenate(part) for part in parts))


def _arrow_heading(schema: Any) -> Heading:
    names = tuple(field.name for field in schema.fields)
    if names != COLUMNS:
        raise ValueError(f"the columns are {', '.join(map(str, names))}, not {', '.join(COLUMNS)}")
    said = {name.decode(): value.decode() for name, value in (schema.metadata or {}).items()}
    return _heading({name: said.get(name) for name in Heading.__struct_fields__}, strict=False)


def _chunk(chunk: Any) -> tuple[Keys, NDArray[np.int64], NDArray[np.int64]]:
    smid, energy, status = (chunk.child(number) for number in range(3))
    _check_lengths({"smid": len(smid), "energy_wh": len(energy), "status": len(status)})
    return _keys(smid), _whole(energy, "energy_wh"), _whole(status, "status")


def _keys(column: Any) -> Keys:
    if column.schema.type.name.lower() != "string":
        raise ValueError("smid is not a column of utf8 strings")
    _no_nulls(column, "smid")
    _, offsets_buffer, text_buffer = column.buffers
    offsets = np.frombuffer(offsets_buffer, np.int32)
    offsets = offsets[column.offset : column.offset + len(column) + 1]
    text = np.frombuffer(text_buffer, np.uint8)
    if not len(column):
        return np.empty(0, f"S{SMID_CHARS}")
    if offsets[0] < 0 or offsets[-1] > len(text) or bool((np.diff(offsets) < 0).any()):
        raise ValueError("the offsets of smid do not lie within its text")
    return keys_of_text(offsets, text)


def _whole(column: Any, name: str) -> NDArray[np.int64]:
    kind = column.schema.type.name.lower()
    if kind not in WHOLE:
        raise ValueError(f"{name} is {kind}, not a column of whole numbers of up to 64 bits")
    _no_nulls(column, name)
    values = np.frombuffer(column.buffers[1], kind)
    return values[column.offset : column.offset + len(column)].astype(np.int64)


def _no_nulls(column: Any, name: str) -> None:
    validity = column.buffers[0]
    if not len(validity):
        return
    bits = np.unpackbits(np.frombuffer(validity, np.uint8), bitorder="little")
    there = bits[column.offset : column.offset + len(column)]
    if not there.all():
        raise RowWrong(int(np.flatnonzero(there == 0)[0]), name, "is missing")
