"""Stripe's nested form: `a[b][0]=c` in pairs becomes a tree of text."""

import re
from typing import TypeAlias
from urllib.parse import parse_qsl

from konsento.twin.limits import DEPTH_MAX, PAIRS_MAX
from konsento.twin.refusals import WireError

Tree: TypeAlias = "dict[str, str | Tree]"
Value: TypeAlias = "str | Tree"
NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")


def read_form(raw: bytes) -> Tree:
    """The tree of an urlencoded body or query. Raises WireError on anything ambiguous."""
    try:
        pairs = parse_qsl(
            raw.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(raw),
            max_num_fields=PAIRS_MAX,
            errors="strict",
        )
    except ValueError as error:
        raise WireError("Invalid request: the form cannot be read.") from error
    root: Tree = {}
    for name, value in pairs:
        _hang(root, name, value)
    return root


def _hang(root: Tree, name: str, value: str) -> None:
    steps = _steps(name)
    here = root
    for step in steps[:-1]:
        below = here.setdefault(step, {})
        if isinstance(below, str):
            raise WireError(f"Invalid hash: {name}", param=name)
        here = below
    last = steps[-1] or str(len(here))
    if last in here:
        raise WireError(f"Parameter given twice: {name}", param=name)
    here[last] = value


def _steps(name: str) -> list[str]:
    match = NAME.fullmatch(name)
    if match is None:
        raise WireError(f"Invalid parameter name: {name}", param=name)
    steps = [match[1], *match[2][1:-1].split("][")] if match[2] else [match[1]]
    if len(steps) > DEPTH_MAX or "" in steps[:-1]:
        raise WireError(f"Invalid parameter name: {name}", param=name)
    return steps
