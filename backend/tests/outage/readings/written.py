"""Batches as a head-end would write them, in each encoding."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import nanoarrow
from nanoarrow.ipc import StreamWriter

SLOT_START = 1_700_000_000_000 // 1_800_000 * 1_800_000
HEADING: dict[str, Any] = {
    "batch": "c-7:1",
    "concentrator": "C-007",
    "slot_start_ms": SLOT_START,
    "sent_at_ms": SLOT_START + 1_860_000,
}
SMIDS = ("SM-33-1012", "SM-33-1013", "SM-33-1014")
ENERGY_WH = (120, 0, 431)
STATUS = (0, 1, 0)


def columns(
    smid: Sequence[Any] = SMIDS,
    energy_wh: Sequence[Any] = ENERGY_WH,
    status: Sequence[Any] = STATUS,
    **heading: Any,
) -> dict[str, Any]:
    """Heading and columns; what is given takes the place of what is usual."""
    return {
        **HEADING,
        **heading,
        "smid": list(smid),
        "energy_wh": list(energy_wh),
        "status": list(status),
    }


def as_json(**given: Any) -> bytes:
    return msgspec.json.encode(columns(**given))


def as_msgpack(**given: Any) -> bytes:
    return msgspec.msgpack.encode(columns(**given))


def as_arrow(types: Mapping[str, Any] | None = None, *, chunks: int = 1, **given: Any) -> bytes:
    """An IPC stream; `types` by column in place of string, int32 and uint8."""
    written = columns(**given)
    kinds = {
        "smid": nanoarrow.string(),
        "energy_wh": nanoarrow.int32(),
        "status": nanoarrow.uint8(),
        **(types or {}),
    }
    metadata = {name: str(written[name]) for name in HEADING if written[name] is not None}
    schema = nanoarrow.Schema(
        nanoarrow.struct(kinds, nullable=False), metadata=metadata, nullable=False
    )
    out = io.BytesIO()
    with StreamWriter.from_writable(out) as writer:
        for part in range(chunks):
            arrays = [
                nanoarrow.c_array(written[name][part::chunks], kind) for name, kind in kinds.items()
            ]
            length = len(written["smid"][part::chunks])
            writer.write_array(
                nanoarrow.c_array_from_buffers(schema, length, [None], children=arrays)
            )
    return out.getvalue()


def as_arrow_columns(columns: Sequence[Any]) -> bytes:
    """An IPC stream of one record batch over columns as they are, with the usual heading."""
    kinds = zip(("smid", "energy_wh", "status"), columns, strict=True)
    schema = nanoarrow.Schema(
        nanoarrow.struct({name: nanoarrow.Schema(each.schema) for name, each in kinds}),
        metadata={name: str(value) for name, value in HEADING.items()},
        nullable=False,
    )
    out = io.BytesIO()
    with StreamWriter.from_writable(out) as writer:
        writer.write_array(
            nanoarrow.c_array_from_buffers(schema, len(columns[0]), [None], children=columns)
        )
    return out.getvalue()
