"""What is in the repository: the files git keeps or would keep, and one parsed source."""

import ast
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
BACKEND = ROOT / "backend"


@dataclass(frozen=True)
class Source:
    """A text file by its name within the repository; in a test of a rule, a text made up."""

    name: str
    text: str

    @property
    def parts(self) -> tuple[str, ...]:
        return Path(self.name).parts

    @property
    def stem(self) -> str:
        return Path(self.name).stem

    def tree(self) -> ast.Module:
        return parsed(self)

    def under(self, *folders: str) -> bool:
        return self.name.startswith(tuple(f"{folder}/" for folder in folders))


@cache
def parsed(source: Source) -> ast.Module:
    """Once, however many rules look at it."""
    return ast.parse(source.text, source.name)


def kept_names() -> list[str]:
    """Names of the files that are tracked, or would be by `git add`; the deleted left out."""
    # Whoever runs this need not own the clone: CI often does not.
    command = ["git", "-c", "safe.directory=*", "ls-files", "-coz", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return sorted({name for name in listed.split("\0") if name and (ROOT / name).is_file()})


def kept(*suffixes: str) -> list[Source]:
    """The kept text files with one of these suffixes; all texts when none is given."""
    found = []
    for name in kept_names():
        if suffixes and not name.endswith(suffixes):
            continue
        raw = (ROOT / name).read_bytes()
        if b"\0" not in raw[:4096]:
            found.append(Source(name, raw.decode(errors="replace")))
    return found


def all_of(findings: Iterable[list[str]]) -> list[str]:
    """The findings of many files as one list, to be compared with the empty one."""
    return [line for found in findings for line in found]
