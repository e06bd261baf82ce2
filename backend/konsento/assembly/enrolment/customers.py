"""`konsento enrol customers FILE`: the utility's customer table, from CSV, onto the books."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from konsento.assembly.processes.part import CannotStart
from konsento.management.customers.customer_table import UsagePoint, Wrong, read_table
from konsento.management.customers.load import Loaded, ReadsTheSame, load

WRONG_SHOWN = 1_000


async def enrol_customers(file: Path, now_ms: int) -> list[str]:
    """Lines to print. Raises CannotStart, with every wrong row; then nothing was changed."""
    points, wrong = _read(file)
    if wrong:
        raise CannotStart("\n".join(["nothing was enrolled", *_named(file, wrong)]))
    try:
        return _said(await load(points, now_ms))
    except ReadsTheSame as alike:
        what = "nothing was enrolled: another meter's smid, already there, reads the same as"
        raise CannotStart(f"{what} {alike}") from None


def _read(file: Path) -> tuple[list[UsagePoint], list[Wrong]]:
    wrong: list[Wrong] = []
    with _opened(file) as text:
        points = list(read_table(text, wrong))
    return points, sorted(wrong)


@contextlib.contextmanager
def _opened(file: Path) -> Iterator[TextIO]:
    """Raises CannotStart, also for what turns out while it is read."""
    try:
        with file.open(encoding="utf-8", newline="") as text:
            yield text
    except OSError as error:
        raise CannotStart(f"{file} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise CannotStart(f"{file} is not UTF-8") from None


def _named(file: Path, wrong: list[Wrong]) -> list[str]:
    said = [f"  {file.name}:{each.line}: {each.why}" for each in wrong[:WRONG_SHOWN]]
    if len(wrong) > WRONG_SHOWN:
        said.append(f"  and {len(wrong) - WRONG_SHOWN} more rows")
    return said


def _said(done: Loaded) -> list[str]:
    became = ("new", "changed", "same")
    told = [f"{done.counts[each]} {each}" for each in became if done.counts[each]]
    return [f"customers: {', '.join(told) or 'none'}", f"registrations ended: {done.ended}"]
