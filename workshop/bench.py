"""Runs the benchmarks one after the other: `bench.py [NAME]...`"""

from __future__ import annotations

import subprocess
import sys

from places import ROOT, say

BACKEND = ROOT / "backend"


def main(names: list[str]) -> int:
    """Run those named, or all; 1 when one failed, 2 for an unknown name."""
    there = sorted(path.stem for path in (BACKEND / "benchmarks").glob("[a-z]*.py"))
    unknown = sorted(set(names) - set(there))
    if unknown:
        say(f"no such benchmark: {' '.join(unknown)}; there are: {' '.join(there)}")
        return 2
    failed = 0
    for name in names or there:
        say(f"\n== {name} ==")
        command = [sys.executable, "-m", f"benchmarks.{name}"]
        failed |= subprocess.run(command, cwd=BACKEND, check=False).returncode
    return int(failed != 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
