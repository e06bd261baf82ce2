"""A register of a million meters and what their concentrators send, for measuring the way in."""

import csv
import io
from collections.abc import Mapping
from typing import Any

import msgspec
import nanoarrow
import numpy as np
from nanoarrow.ipc import StreamWriter
from numpy.typing import NDArray

from konsento.outage.readings.decode import ARROW, JSON, MSGPACK
from konsento.outage.slots import SLOT_MS

METERS_A_CONCENTRATOR = 1_000
METERS_A_RELAY = 20
METERS_A_TRANSFORMER = 10
TRANSFORMERS_A_SECTION = 30
SECTIONS_A_FEEDER = 5
METERS_AN_AREA = 500
METER_COLUMNS = (
    "smid", "transformer", "relay", "area", "in_service_from", "in_service_to", "vacant",
    "valid_from",
)  # fmt: skip
NODE_COLUMNS = ("node", "kind", "parent", "fed_by", "valid_from", "valid_to")
AREA_COLUMNS = (
    "area", "prefecture_ja", "municipality_ja", "district_ja", "prefecture_en",
    "municipality_en", "district_en",
)  # fmt: skip
ENCODINGS = ("Arrow", "msgpack", "JSON")
MEDIA_TYPE: Mapping[str, str] = dict(zip(ENCODINGS, (ARROW, MSGPACK, JSON), strict=True))


def smids(meters: int) -> list[str]:
    """Ids as a utility gives them: by district, not one after the other."""
    number = np.random.default_rng(20261122).permutation(meters)
    return [f"SM-33-{each:08}" for each in number.tolist()]


def tables(names: list[str]) -> dict[str, str]:
    """The three tables of a register over these meters."""
    meters = len(names)
    wired = (
        (name, f"T-{row // METERS_A_TRANSFORMER}", f"R-{row // METERS_A_RELAY}",
         f"A-{row // METERS_AN_AREA}", "", "", "0", "")
        for row, name in enumerate(names)
    )  # fmt: skip
    districts = (
        (f"A-{at}", "岡山県", "岡山市", f"{at}番", "Okayama", "Okayama", f"District {at}")
        for at in range(-(-meters // METERS_AN_AREA))
    )
    return {
        "areas": _csv(AREA_COLUMNS, districts),
        "nodes": _csv(NODE_COLUMNS, _nodes(meters)),
        "meters": _csv(METER_COLUMNS, wired),
    }


def _nodes(meters: int) -> list[tuple[str, ...]]:
    transformers = -(-meters // METERS_A_TRANSFORMER)
    sections = -(-transformers // TRANSFORMERS_A_SECTION)
    boxes = -(-meters // METERS_A_CONCENTRATOR)
    a_box = METERS_A_CONCENTRATOR // METERS_A_RELAY
    hung = [("feeder", "F", -(-sections // SECTIONS_A_FEEDER), "", 1),
            ("section", "S", sections, "F", SECTIONS_A_FEEDER),
            ("transformer", "T", transformers, "S", TRANSFORMERS_A_SECTION),
            ("head_end", "H", 1, "", 1),
            ("concentrator", "C", boxes, "H", boxes),
            ("relay", "R", -(-meters // METERS_A_RELAY), "C", a_box)]  # fmt: skip
    return [
        (f"{letter}-{at}", kind, f"{parent}-{at // many}" if parent else "", "", "", "")
        for kind, letter, count, parent, many in hung
        for at in range(count)
    ]


def _csv(header: tuple[str, ...], rows: Any) -> str:
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(header)
    lines.writerows(rows)
    return text.getvalue()


def bodies(names: list[str], slot: int, rows: int, encoding: str, word: str) -> list[bytes]:
    """One slot of all these meters as it goes over the wire, in batches of so many rows.

    `word` sets the batches' ids apart from those of other runs.
    """
    chance = np.random.default_rng(slot)
    written = []
    for at in range(0, len(names), rows):
        part = names[at : at + rows]
        heading = {
            "batch": f"{word}:{slot}:{at}",
            "concentrator": f"C-{at // METERS_A_CONCENTRATOR}",
            "slot_start_ms": slot * SLOT_MS,
            "sent_at_ms": (slot + 1) * SLOT_MS + 60_000,
        }
        energy_wh = chance.integers(0, 900, len(part), np.int32)
        written.append(_written(heading, part, energy_wh, encoding))
    return written


def _written(
    heading: dict[str, Any], part: list[str], energy_wh: NDArray[np.int32], encoding: str
) -> bytes:
    if encoding == "Arrow":
        return _arrow(heading, part, energy_wh)
    lists = {"smid": part, "energy_wh": energy_wh.tolist(), "status": [0] * len(part)}
    encode = msgspec.json.encode if encoding == "JSON" else msgspec.msgpack.encode
    return encode(heading | lists)


def _arrow(heading: dict[str, Any], part: list[str], energy_wh: NDArray[np.int32]) -> bytes:
    kinds = {
        "smid": nanoarrow.string(), "energy_wh": nanoarrow.int32(), "status": nanoarrow.uint8(),
    }  # fmt: skip
    said = {name: str(value) for name, value in heading.items()}
    schema = nanoarrow.Schema(
        nanoarrow.struct(kinds, nullable=False), metadata=said, nullable=False
    )
    columns = [
        nanoarrow.c_array(part, kinds["smid"]),
        nanoarrow.c_array(energy_wh, kinds["energy_wh"]),
        nanoarrow.c_array(np.zeros(len(part), np.uint8), kinds["status"]),
    ]
    out = io.BytesIO()
    with StreamWriter.from_writable(out) as writer:
        writer.write_array(
            nanoarrow.c_array_from_buffers(schema, len(part), [None], children=columns)
        )
    return out.getvalue()
