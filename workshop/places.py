"""Where things lie, and how a command is run and a failure told; nothing needs installing first."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_BIN = VENV / "bin"
VENV_PYTHON = VENV_BIN / "python"
FRONTEND = ROOT / "frontend"
NODE_MODULES = FRONTEND / "node_modules"
WEB = ROOT / "backend" / "konsento" / "web"


class CannotPrepare(Exception):
    """Something is missing that a person has to bring; the text says what and how."""


def say(line: str) -> None:
    """Print one line at once, also into a pipe, so that it stands before what a command prints."""
    print(line, flush=True)


def run(*command: str | Path, cwd: Path = ROOT, env: Mapping[str, str] | None = None) -> None:
    """Run a command to its end with nothing on its input.

    Raises CannotPrepare with the command and its exit status when it fails.
    """
    words = [str(word) for word in command]
    done = subprocess.run(
        words, cwd=cwd, env={**os.environ, **(env or {})}, stdin=subprocess.DEVNULL, check=False
    )
    if done.returncode != 0:
        raise CannotPrepare(f"`{' '.join(words)}` ended with status {done.returncode}")


def apt_install(*packages: str, without_it: str) -> None:
    """Install Debian packages, where this machine is a Debian and we are its root.

    Raises CannotPrepare with `without_it`, what a person can do instead.
    """
    by_hand = f"{without_it}, or as root: apt-get install {' '.join(packages)}"
    if os.geteuid() != 0 or not Path("/usr/bin/apt-get").exists():
        raise CannotPrepare(by_hand)
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        run("apt-get", "update", "-qq", env=quiet)
        run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages, env=quiet)
    except CannotPrepare as failed:
        raise CannotPrepare(f"{failed}\n{by_hand}") from None
