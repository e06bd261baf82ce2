"""Writes the lock files anew from what is asked for; UPGRADE=1 takes the newest of everything."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib

from frontend import NODE_LOCK, node_environment
from places import FRONTEND, ROOT, CannotPrepare, run, say

# Locks name no registry host and no command line: only packages, versions and hashes.
COMPILE = (
    *("uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"),
    *("--generate-hashes", "--no-header", "--no-annotate"),
)


def lock_python(upgrade: list[str]) -> None:
    """requirements.lock from pyproject.toml, node.lock from its extra `node`, the benchmarks'."""
    run(*COMPILE, *upgrade, "pyproject.toml", "--extra", "dev", "-o", "requirements.lock")
    peers = "backend/benchmarks/requirements"
    run(*COMPILE, *upgrade, f"{peers}.in", "-o", f"{peers}.lock")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = "\n".join(project["optional-dependencies"]["node"])
    subprocess.run(
        [*COMPILE, *upgrade, "-", "-o", NODE_LOCK],
        input=asked,
        stdout=subprocess.DEVNULL,
        text=True,
        check=True,
    )


def main() -> int:
    """Lock Python's and the front end's packages; 1 with a reason when that cannot be done."""
    if shutil.which("uv") is None:
        say("`make lock` needs uv, which reads all platforms at once: pip install uv")
        return 1
    upgrade = ["--upgrade"] if os.environ.get("UPGRADE") else []
    try:
        lock_python(upgrade)
        verb = "update" if upgrade else "install"
        words = ("npm", verb, "--package-lock-only", "--ignore-scripts", "--silent")
        run(*words, cwd=FRONTEND, env=node_environment())
    except (CannotPrepare, subprocess.CalledProcessError) as failed:
        say(f"not locked: {failed}")
        return 1
    say("locked; `make check` installs what changed and tries it")
    return 0


if __name__ == "__main__":
    sys.exit(main())
