"""Municipalities and districts of Chūgoku by name, as read from the two tables beside this."""

import csv
import functools
from collections.abc import Iterator
from importlib.resources import files

import msgspec

FOLDER = "names"


class Municipality(msgspec.Struct, frozen=True, kw_only=True):
    """One of the 107; `column` and `row` are its place on a map of tiles."""

    code: str
    prefecture_ja: str
    prefecture_en: str
    municipality_ja: str
    municipality_en: str
    column: int
    row: int


class Area(msgspec.Struct, frozen=True, kw_only=True):
    """A district with all that stands above it in an address."""

    area: str
    municipality: str
    prefecture_ja: str
    municipality_ja: str
    district_ja: str
    prefecture_en: str
    municipality_en: str
    district_en: str


def _rows(table: str) -> Iterator[dict[str, str]]:
    text = (files(__package__) / FOLDER / table).read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines())


@functools.cache
def municipalities() -> dict[str, Municipality]:
    """All of them by code."""
    return {
        row["code"]: msgspec.convert(row, Municipality, strict=False)
        for row in _rows("municipalities.csv")
    }


@functools.cache
def districts() -> dict[str, tuple[Area, ...]]:
    """The districts of each municipality by its code, in the order of the table."""
    found: dict[str, list[Area]] = {code: [] for code in municipalities()}
    for row in _rows("districts.csv"):
        above = municipalities()[row["municipality"]]
        found[above.code].append(
            Area(
                area=row["area"],
                municipality=above.code,
                prefecture_ja=above.prefecture_ja,
                municipality_ja=above.municipality_ja,
                district_ja=row["district_ja"],
                prefecture_en=above.prefecture_en,
                municipality_en=above.municipality_en,
                district_en=row["district_en"],
            )
        )
    return {code: tuple(areas) for code, areas in found.items()}


def neighbours(home: str) -> list[Municipality]:
    """All municipalities, those nearest to `home` first, itself the very first.

    Raises KeyError when there is no such code.
    """
    here = municipalities()[home]
    return sorted(
        municipalities().values(),
        key=lambda each: (
            (each.column - here.column) ** 2 + (each.row - here.row) ** 2,
            each.code,
        ),
    )
