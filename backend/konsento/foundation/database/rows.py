"""Statements about one row by its key, made once each: Piccolo builds a query anew every time."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from piccolo.table import Table

from konsento.foundation.limits import STATEMENTS_KEPT


def insertion(table: type[Table], facts: Mapping[str, Any]) -> str:
    """Add a row that has these facts."""
    return _insertion(table._meta.tablename, tuple(facts))


def change(table: type[Table], facts: Mapping[str, Any]) -> str:
    """Change these facts of the row whose key comes after them."""
    return _change(table._meta.tablename, table._meta.primary_key._meta.name, tuple(facts))


@lru_cache(STATEMENTS_KEPT)
def _insertion(table: str, columns: tuple[str, ...]) -> str:
    names = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join("{}" for _ in columns)
    return f'INSERT INTO "{table}" ({names}) VALUES ({marks})'


@lru_cache(STATEMENTS_KEPT)
def _change(table: str, key: str, columns: tuple[str, ...]) -> str:
    facts = ", ".join(f'"{column}" = {{}}' for column in columns)
    return f'UPDATE "{table}" SET {facts} WHERE "{key}" = {{}}'
