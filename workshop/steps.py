"""The checks, cheapest first, and how many tests a runner says that it ran."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from places import FRONTEND, ROOT, VENV_BIN

TYPED = ("backend", "push", "workshop", "e2e")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# Closing lines: "== 12 passed, 1 skipped in 0.3s ==" of pytest, "Tests  12 passed (12)" of vitest.
CLOSING = re.compile(r"^(?:=+ (?P<pytest>\d.*) in [\d.]+s.*=+|\s*Tests +(?P<vitest>\d.*) \(\d+\))$")
COUNT = re.compile(r"(\d+) ([a-z]+)")
NOT_RUN = {"skipped", "deselected", "xfailed", "xpassed", "todo"}


@dataclass(frozen=True)
class Step:
    """One check: its name on the command line, its heading, and the command that is it."""

    name: str
    heading: str
    command: tuple[str, ...]
    folder: Path = ROOT
    tests: bool = False


def tool(name: str, *words: str) -> tuple[str, ...]:
    """A program of the virtual environment with its words."""
    return (str(VENV_BIN / name), *words)


def python(*words: str) -> tuple[str, ...]:
    """This very Python with its words."""
    return (sys.executable, *words)


def backend(database: str) -> tuple[str, ...]:
    """The backend's tests on one database; the house's own rules have their own step.

    Which runs the meter's side too, on SQLite and with all else torn away: not once more here.
    They wait for disks and clocks about as long as they work: one process more than two cores.
    """
    elsewhere = ["house", *(("mdms", "outage") if database == "sqlite" else ())]
    ignored = [f"--ignore=backend/tests/{room}" for room in elsewhere]
    beside = ("-n", "3", "--dist", "worksteal")
    return python("-m", "pytest", "backend/tests", *ignored, "--db", database, *beside)


def journeys() -> tuple[str, ...]:
    """All journeys, in two processes: each has a house and a browser of its own.

    They wait for pictures and clocks as long as they work; a file stays in one process, so that
    its journeys follow one another as they do alone. Plugins of which they use nothing would
    take each process four seconds to load.
    """
    idle = ("schemathesis", "faker", "hypothesispytest")
    without = [word for plugin in idle for word in ("-p", f"no:{plugin}")]
    return python("-m", "pytest", "e2e", *without, "-n", "2", "--dist", "loadfile")


def typed_folders() -> list[str]:
    """The folders that hold Python: mypy refuses one that holds none."""
    return [name for name in TYPED if any((ROOT / name).rglob("*.py"))]


def all_steps() -> list[Step]:
    """Every check in the order of its cost."""
    npm = ("npm", "run", "--silent")
    house = python("-m", "pytest", "backend/tests/house")
    return [
        Step("format", "written as ruff writes", tool("ruff", "format", "--check", ".")),
        Step("lint", "ruff's rules", tool("ruff", "check", ".")),
        Step("arrows", "who may import whom", tool("lint-imports", "--no-cache", "--no-logo")),
        Step("types", "mypy, strict", tool("mypy", *typed_folders())),
        Step("house", "the rules of the house", house, tests=True),
        Step("svelte", "the front end's types", (*npm, "check"), FRONTEND),
        Step("vitest", "the front end's tests", (*npm, "test"), FRONTEND, tests=True),
        Step("sqlite", "the backend on SQLite", backend("sqlite"), tests=True),
        Step("postgres", "the backend on PostgreSQL", backend("postgres"), tests=True),
        Step("schema", "the API as committed", python("workshop/schema.py", "check")),
        Step("e2e", "journeys in a browser", journeys(), tests=True),
    ]


def counts(line: str) -> dict[str, int] | None:
    """What a closing line counts, as {"passed": 12, "failed": 1}; None for any other line."""
    closing = CLOSING.match(COLOUR.sub("", line).rstrip())
    if closing is None:
        return None
    said = closing["pytest"] or closing["vitest"]
    return {word: int(number) for number, word in COUNT.findall(said)}


def unsound(counted: dict[str, int] | None) -> str | None:
    """Why a run of tests that ended well is no proof: nothing passed, or something was left out."""
    if counted is None or not counted.get("passed"):
        return "no test is known to have passed"
    left_out = sorted(NOT_RUN & counted.keys())
    return f"tests were left out: {', '.join(left_out)}" if left_out else None
