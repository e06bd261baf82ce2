"""The utility's tables as CSV: every wrong line named with its reason, and all or nothing taken.

Three tables make a register: areas, nodes of both trees, and meters. UTF-8 with or without a
byte-order mark, a header line, columns in any order. Instants are ISO 8601 with an offset, or
empty. A node or meter may stand on several lines, one for each span of time in which it hung on
something else.
"""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import TypeVar

from msgspec import Struct

from konsento.foundation.problems import Refusal

WRONG_SHOWN = 100
LINES_MAX = 20_000_000
CELL_MAX = 200

Kind = str
TABLES = ("areas", "nodes", "meters")
KINDS = ("feeder", "section", "transformer", "head_end", "concentrator", "relay")
PARENT_KIND: dict[Kind, Kind] = {
    "section": "feeder",
    "transformer": "section",
    "concentrator": "head_end",
    "relay": "concentrator",
}

T = TypeVar("T")


class Wrong(Struct, frozen=True):
    """A line that cannot be taken; the header is line 1."""

    table: str
    line: int
    reason: str


class TablesRefused(Refusal):
    """`wrong` are the first of them, `wrong_lines` how many there are."""

    status, slug = 422, "tables-refused"
    title = "The tables have lines that cannot be; nothing was loaded."

    def __init__(self, wrong: Sequence[Wrong]) -> None:
        first = wrong[0]
        super().__init__(
            f"{first.table}, line {first.line}: {first.reason}",
            wrong=[
                {"table": each.table, "line": each.line, "reason": each.reason}
                for each in wrong[:WRONG_SHOWN]
            ],
            wrong_lines=len(wrong),
        )


class AreaRow(Struct, frozen=True):
    line: int
    area: str
    prefecture_ja: str
    municipality_ja: str
    district_ja: str
    prefecture_en: str
    municipality_en: str
    district_en: str


class NodeRow(Struct, frozen=True):
    line: int
    node: str
    kind: Kind
    parent: str
    fed_by: str
    valid_from_ms: int | None
    valid_to_ms: int | None


class MeterRow(Struct, frozen=True):
    line: int
    smid: str
    transformer: str
    relay: str
    area: str
    in_service_from_ms: int | None
    in_service_to_ms: int | None
    vacant: bool
    valid_from_ms: int | None


class _Cell(Exception):
    """Why a cell cannot be read."""


def read_areas(text: str, wrong: list[Wrong]) -> list[AreaRow]:
    """Rows in their order; what is wrong is added to `wrong`."""
    columns = tuple(AreaRow.__struct_fields__[1:])
    return list(_read("areas", text, columns, AreaRow, wrong))


def read_nodes(text: str, wrong: list[Wrong]) -> list[NodeRow]:
    """Rows in their order; what is wrong is added to `wrong`."""

    def node(
        line: int, name: str, kind: str, parent: str, fed_by: str, since: str, till: str
    ) -> NodeRow:
        if kind not in KINDS:
            raise _Cell(f"kind: {kind or 'nothing'} is none of {', '.join(KINDS)}")
        return NodeRow(line, name, kind, parent, fed_by, *_span(since, till))

    columns = ("node", "kind", "parent", "fed_by", "valid_from", "valid_to")
    return list(_read("nodes", text, columns, node, wrong))


def read_meters(text: str, wrong: list[Wrong]) -> list[MeterRow]:
    """Rows in their order; what is wrong is added to `wrong`."""

    def meter(
        line: int, smid: str, transformer: str, relay: str, area: str,
        since: str, till: str, vacant: str, valid_from: str,
    ) -> MeterRow:  # fmt: skip
        if vacant not in ("", "0", "1"):
            raise _Cell(f"vacant: {vacant} is neither 1 nor 0")
        return MeterRow(
            line, smid, transformer, relay, area, *_span(since, till), vacant == "1",
            _instant("valid_from", valid_from),
        )  # fmt: skip

    columns = (
        "smid", "transformer", "relay", "area",
        "in_service_from", "in_service_to", "vacant", "valid_from",
    )  # fmt: skip
    return list(_read("meters", text, columns, meter, wrong))


def _read(
    table: str,
    text: str,
    columns: tuple[str, ...],
    make: Callable[..., T],
    wrong: list[Wrong],
) -> Iterator[T]:
    lines = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        header = next(lines, [])
        if sorted(header) != sorted(columns):
            wrong.append(Wrong(table, 1, f"the columns must be {', '.join(columns)}"))
            return
        order = [header.index(name) for name in columns]
        for cells in islice(lines, LINES_MAX):
            if not cells:
                continue
            try:
                yield make(lines.line_num, *_cells(cells, order, columns))
            except _Cell as reason:
                wrong.append(Wrong(table, lines.line_num, str(reason)))
    except csv.Error as error:
        wrong.append(Wrong(table, lines.line_num, f"is not CSV: {error}"))


def _cells(cells: list[str], order: list[int], columns: tuple[str, ...]) -> list[str]:
    if len(cells) != len(columns):
        raise _Cell(f"has {len(cells)} cells, not {len(columns)}")
    found = [cells[at] for at in order]
    if not found[0]:
        raise _Cell(f"{columns[0]}: is empty")
    for name, cell in zip(columns, found, strict=True):
        if len(cell) > CELL_MAX or not cell.isprintable() or "<" in cell or ">" in cell:
            raise _Cell(f"{name}: is no plain text of up to {CELL_MAX} characters")
    return found


def _span(since: str, till: str) -> tuple[int | None, int | None]:
    since_ms, till_ms = _instant("from", since), _instant("to", till)
    if since_ms is not None and till_ms is not None and till_ms <= since_ms:
        raise _Cell(f"ends ({till}) before it begins ({since})")
    return since_ms, till_ms


def _instant(name: str, written: str) -> int | None:
    if not written:
        return None
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        raise _Cell(f"{name}: {written} is no instant of ISO 8601") from None
    if at.tzinfo is None:
        raise _Cell(f"{name}: {written} has no offset from UTC")
    return round(at.timestamp() * 1_000)


def refuse_if(wrong: Sequence[Wrong]) -> None:
    """Raises TablesRefused when there is any."""
    if wrong:
        raise TablesRefused(sorted(wrong, key=lambda each: (TABLES.index(each.table), each.line)))
