"""Rules on names and sizes. Each takes one source and tells what is wrong with it."""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.house.tree import Source

FILE_LINES_MAX = 300
FUNCTION_LINES_MAX = 40
LINE_LENGTH_MAX = 100
TOOL_NOTE = re.compile(r"\s+# (?:type: ignore|noqa)\b.*$")
SAY_NOTHING = frozenset({"utils", "util", "helpers", "helper", "common", "misc", "manager"}) | {
    *("service", "services", "core", "base")
}


@dataclass(frozen=True)
class Exemption:
    """A size above the limit that is borne for a reason; it may only shrink."""

    lines: int
    reason: str


def docstring(source: Source) -> list[str]:
    """The first line of a module says what the room is for: a sentence, not a title."""
    text = ast.get_docstring(source.tree())
    if source.stem == "__init__" and not source.text.strip():
        return []
    if not text:
        return [f"{source.name}: say in the first line what this room is for"]
    first = text.split("\n", 1)[0]
    if len(first.split()) < 4:
        return [f"{source.name}: `{first}` does not say what this room is for"]
    return []


def name(source: Source) -> list[str]:
    """No module or folder has a name that would take in anything."""
    words = {part.lower().split(".")[0] for part in source.parts}
    return [
        f"{source.name}: `{word}` says nothing; name it after what it decides or does"
        for word in sorted(words & SAY_NOTHING)
    ]


def _size(what: str, lines: int, most: int, exemptions: Mapping[str, Exemption]) -> list[str]:
    exempt = exemptions.get(what)
    if exempt is None:
        return [f"{what}: {lines} lines, {most} at most"] if lines > most else []
    if lines <= most:
        return [f"{what}: {lines} lines; its exemption is no longer needed, strike it"]
    if lines > exempt.lines:
        return [f"{what}: {lines} lines; its exemption ends at {exempt.lines} and may only shrink"]
    if lines < exempt.lines:
        return [f"{what}: {lines} lines; lower its exemption from {exempt.lines}"]
    return []


def file_size(source: Source, exemptions: Mapping[str, Exemption]) -> list[str]:
    """A file is read in one sitting."""
    return _size(source.name, len(source.text.splitlines()), FILE_LINES_MAX, exemptions)


def function_sizes(source: Source, exemptions: Mapping[str, Exemption]) -> list[str]:
    """A function, its docstring included, fits on one screen."""
    found = []
    for node in ast.walk(source.tree()):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            what = f"{source.name}::{node.name}"
            found += _size(what, lines, FUNCTION_LINES_MAX, exemptions)
    return found


def line_lengths(source: Source) -> list[str]:
    """No line runs out of the window; a note to a tool at its end may, as ruff allows."""
    return [
        f"{source.name}:{number}: {len(line)} characters, {LINE_LENGTH_MAX} at most"
        for number, line in enumerate(source.text.splitlines(), 1)
        if len(TOOL_NOTE.sub("", line)) > LINE_LENGTH_MAX
    ]


def packages(names: list[str]) -> list[str]:
    """Every folder of the import packages is a package: a nameless one escapes the arrows."""
    modules = [Path(n) for n in names if n.endswith(".py")]
    tops = (Path("backend/konsento"), Path("push/konsento_push"))
    folders = {
        folder
        for module in modules
        for folder in module.parents
        if any(folder.is_relative_to(top) for top in tops)
    }
    return [f"{f}: has no __init__.py" for f in sorted(folders) if f"{f}/__init__.py" not in names]
