"""Runs the benchmarks one after the other: `bench.py [NAME]...`"""

from __future__ import annotations

import subprocess
import sys

from frontend import bring_node, node_environment
from once import Stamp, alone, digest
from places import ROOT, VENV, CannotPrepare, run, say
from prepare import PIP

BACKEND = ROOT / "backend"
PEERS = BACKEND / "benchmarks" / "requirements.lock"
NODE_PEERS = BACKEND / "benchmarks" / "node"
PEERS_STAMP = Stamp(VENV / "konsento-benchmarks")


def bring_peers() -> None:
    """The engines that ours are measured beside; nothing else of the house needs them.

    Raises CannotPrepare when they cannot be installed.
    """
    locked = digest([PEERS, NODE_PEERS / "package-lock.json"])
    with alone():
        if not PEERS_STAMP.says(locked):
            say("benchmarks: installing the peers they are measured beside (once)")
            PEERS_STAMP.forget()
            run(*PIP, "--require-hashes", "-r", PEERS)
            bring_node()
            words = ("npm", "ci", "--ignore-scripts", "--silent")
            run(*words, cwd=NODE_PEERS, env=node_environment())
            PEERS_STAMP.set(locked)


def main(names: list[str]) -> int:
    """Run those named, or all; 1 when one failed, 2 for an unknown name."""
    there = sorted(path.stem for path in (BACKEND / "benchmarks").glob("[a-z]*.py"))
    unknown = sorted(set(names) - set(there))
    if unknown:
        say(f"no such benchmark: {' '.join(unknown)}; there are: {' '.join(there)}")
        return 2
    try:
        bring_peers()
    except CannotPrepare as missing:
        say(f"not ready: {missing}")
        return 1
    failed = 0
    for name in names or there:
        say(f"\n== {name} ==")
        command = [sys.executable, "-m", f"benchmarks.{name}"]
        failed |= subprocess.run(command, cwd=BACKEND, check=False).returncode
    return int(failed != 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
