"""JSON that means one thing: no name twice, no number that is none, no nesting without end.

Parsers disagree on a name given twice, and whoever checks one value may act on the other.
"""

import json
import re
from typing import Any, NoReturn

from konsento.foundation.limits import JSON_DEPTH
from konsento.foundation.problems import Refusal

# One pass and no way back: a string, closed or not, or a bracket outside of strings.
PART = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{}]', re.DOTALL)
STEP = {"[": 1, "{": 1, "]": -1, "}": -1}


class NotPlainJson(Refusal):
    status = 400
    slug = "invalid-json"
    title = "The request is not plain JSON."


def check(body: bytes) -> None:
    """Raises NotPlainJson, saying why. An empty body is none."""
    if not body:
        return
    try:
        text = body.decode()
        _shallow(text)
        json.loads(text, object_pairs_hook=_each_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as wrong:
        raise NotPlainJson(str(wrong)[:200]) from None


def _shallow(text: str) -> None:
    if text.count("[") + text.count("{") <= JSON_DEPTH:
        return
    depth = 0
    for part in PART.finditer(text):
        depth += STEP.get(part[0], 0)
        if depth > JSON_DEPTH:
            raise ValueError("nested too deeply")


def _each_once(pairs: list[tuple[str, Any]]) -> None:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a name is given twice")


def _no_number(said: str) -> NoReturn:
    raise ValueError(f"{said} is not a number")
