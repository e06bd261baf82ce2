"""The utility's customer table as CSV: every wrong row named by its line and why. Pure.

UTF-8 with or without a byte-order mark, a header line, columns in any order. A reason names the
column and never what stands in it: it is read on screens and kept in logs. What belongs into
another column is wrong where it stands: an address of mail among addresses of houses, a postal
code for a customer's number.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice

import msgspec

from konsento.management.customers.limits import JAPAN_AHEAD_MS, LOAD_ROWS_MAX
from konsento.management.customers.typed import plain

COLUMNS = (
    "smid", "customer_number", "postal_code", "area", "address", "holder", "email", "moved_out_on",
)  # fmt: skip
SMID = re.compile(r"[A-Z0-9-]{1,16}")
NUMBER = re.compile(r"[0-9]{8,22}")
POSTAL_CODE = re.compile(r"(?!000)[0-9]{7}")
AREA = re.compile(r"[A-Za-z0-9][A-Za-z0-9_:.-]{0,63}")
EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+"
)
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Controls, what hides or turns the reading direction, half surrogates, and unassigned.
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
MARKUP = frozenset("<>")
ADDRESS_CHARS_MAX, HOLDER_CHARS_MAX, EMAIL_CHARS_MAX = 200, 100, 254
CELL_CHARS_MAX = 1_000


class UsagePoint(msgspec.Struct, frozen=True, kw_only=True):
    """A meter and whose it is; number and code are digits alone."""

    smid: str
    smid_key: str
    customer_number: str
    postal_code: str
    area: str
    address: str
    holder: str | None
    email: str | None
    moved_out_at_ms: int | None


class Wrong(msgspec.Struct, frozen=True, order=True):
    """A row that cannot be taken; the header is line 1."""

    line: int
    why: str


class _Cell(Exception):
    """Why a cell cannot be read."""


def read_table(
    text: Iterable[str], wrong: list[Wrong], *, rows_max: int = LOAD_ROWS_MAX
) -> Iterator[UsagePoint]:
    """Each row that can be; what is wrong is added to `wrong`, the header first of all.

    `text`: the file's lines as a file opened with newline="" gives them.
    """
    table = csv.reader(text, strict=True)
    first: dict[str, int] = {}
    try:
        order = _order(next(table, []))
        for cells in islice(table, rows_max):
            if not cells:
                continue
            line = table.line_num
            try:
                point = _point(dict(zip(COLUMNS, _cells(cells, order), strict=True)))
                _only_once(point, line, first)
            except _Cell as why:
                wrong.append(Wrong(line, str(why)))
            else:
                yield point
        if next(table, None) is not None:
            wrong.append(Wrong(table.line_num, f"more than {rows_max} rows: load them in parts"))
    except _Cell as why:
        wrong.append(Wrong(1, str(why)))
    except csv.Error as error:
        wrong.append(Wrong(table.line_num, f"no CSV: {error}"))


def _order(header: list[str]) -> list[int]:
    names = [name.strip().lower() for name in header]
    if names:
        names[0] = names[0].removeprefix("\ufeff")
    if sorted(names) != sorted(COLUMNS):
        raise _Cell(f"the header must name {', '.join(COLUMNS)}, each once and nothing else")
    return [names.index(name) for name in COLUMNS]


def _cells(cells: list[str], order: list[int]) -> list[str]:
    if len(cells) != len(order):
        raise _Cell(f"{len(cells)} cells, not {len(order)}")
    return [cells[place].strip() for place in order]


def _point(cell: dict[str, str]) -> UsagePoint:
    for name, text in cell.items():
        _readable(name, text)
    number, code = plain(cell["customer_number"]), plain(cell["postal_code"])
    _fits(SMID, cell["smid"], "smid: capitals, digits and hyphens, 16 at most")
    _fits(NUMBER, number, "customer_number: 8 to 22 digits")
    _fits(POSTAL_CODE, code, "postal_code: not one of Japan's, seven digits")
    _fits(AREA, cell["area"], "area: not a code of the outage room's areas")
    if not plain(cell["smid"]):
        raise _Cell("smid: capitals, digits and hyphens, 16 at most")
    return UsagePoint(
        smid=cell["smid"], smid_key=plain(cell["smid"]), customer_number=number,
        postal_code=code, area=cell["area"],
        address=_words("address", cell["address"], ADDRESS_CHARS_MAX),
        holder=(cell["holder"] and _words("holder", cell["holder"], HOLDER_CHARS_MAX)) or None,
        email=_email(cell["email"]), moved_out_at_ms=_left_at_ms(cell["moved_out_on"]),
    )  # fmt: skip


def _readable(name: str, text: str) -> None:
    if len(text) > CELL_CHARS_MAX:
        raise _Cell(f"{name}: longer than anything that belongs here")
    if any(unicodedata.category(each) in UNSEEN for each in text):
        raise _Cell(f"{name}: has characters that cannot be seen")
    if not MARKUP.isdisjoint(text):
        raise _Cell(f"{name}: has < or >")


def _fits(pattern: re.Pattern[str], text: str, otherwise: str) -> None:
    if pattern.fullmatch(text) is None:
        raise _Cell(otherwise)


def _words(name: str, text: str, most: int) -> str:
    if not text:
        raise _Cell(f"{name}: is empty")
    if "@" in text or "＠" in text:
        raise _Cell(f"{name}: a mail address stands here")
    if not any(each.isalpha() for each in text):
        raise _Cell(f"{name}: a number stands here")
    if len(text) > most:
        raise _Cell(f"{name}: {most} characters at most")
    return text


def _email(text: str) -> str | None:
    if not text:
        return None
    if len(text) > EMAIL_CHARS_MAX or EMAIL.fullmatch(text) is None:
        raise _Cell("email: not a mail address")
    return text


def _left_at_ms(text: str) -> int | None:
    """The meter is theirs to the end of that day."""
    if not text:
        return None
    try:
        if DATE.fullmatch(text) is None:
            raise ValueError
        day = date.fromisoformat(text)
        ends = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
    except (ValueError, OverflowError):
        raise _Cell("moved_out_on: not a day as 2026-11-22") from None
    return int(ends.timestamp()) * 1_000 - JAPAN_AHEAD_MS


def _only_once(point: UsagePoint, line: int, first: dict[str, int]) -> None:
    before = first.setdefault(point.smid_key, line)
    if before != line:
        raise _Cell(f"smid: the same as at line {before}, or read as the same")
