"""What is done already is not done again: a stamp holds the hash of what a thing was made from."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from places import ROOT

NEVER_SOURCES = {"node_modules", "__pycache__", ".svelte-kit", ".vite"}


def files_under(*tops: Path) -> list[Path]:
    """All files under the folders (or files) given, sorted, without what tools leave behind."""
    found: list[Path] = []
    for top in tops:
        if top.is_file():
            found.append(top)
        for folder, folders, names in os.walk(top):
            folders[:] = [name for name in folders if name not in NEVER_SOURCES]
            found += [Path(folder, name) for name in names]
    return sorted(found)


def digest(files: Iterable[Path]) -> str:
    """SHA-256 (hex) over names and contents of the files."""
    whole = hashlib.sha256()
    for path in files:
        name = os.path.relpath(path, ROOT)
        whole.update(f"{name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


class Stamp:
    """A small file beside the thing made, so that whoever deletes the thing deletes its stamp."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def says(self, value: str) -> bool:
        """Whether the thing was made from exactly this."""
        try:
            return self.path.read_text() == value
        except OSError:
            return False

    def forget(self) -> None:
        """To be called before the making starts: half made is not made."""
        self.path.unlink(missing_ok=True)

    def set(self, value: str) -> None:
        """To be called when the making has succeeded."""
        self.path.write_text(value)


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Two `make` at once prepare one after the other; the lock falls with the process."""
    held = os.open(Path(__file__).parent, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)
