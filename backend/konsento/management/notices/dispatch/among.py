"""Rows by a list of names, however long it is: one parameter of a statement, where each its own
would have the statement built and read anew for every list.
"""

from collections.abc import Collection

import msgspec

from konsento.foundation.databases import PEOPLE


def among(column: str) -> str:
    """`column` is one of a list that is handed over as `listed`."""
    if PEOPLE.engine.engine_type == "sqlite":
        return f"{column} IN (SELECT value FROM json_each({{}}))"
    return f"{column} IN (SELECT json_array_elements_text({{}}::json))"


def listed(names: Collection[str]) -> str:
    """The list for `among`."""
    return msgspec.json.encode(sorted(names)).decode()
