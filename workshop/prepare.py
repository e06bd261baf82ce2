"""Makes this machine ready, from nothing but Python, git and make.

`prepare.py [python | node | frontend | browser] ...`: the parts named, or all of them.
"""

from __future__ import annotations

import subprocess
import sys

from browser import bring_browser
from frontend import bring_build, bring_node, bring_packages
from once import Stamp, alone, digest
from places import ROOT, VENV, VENV_BIN, VENV_PYTHON, CannotPrepare, apt_install, run, say

OLDEST = (3, 11)
LOCK = ROOT / "requirements.lock"
PROJECT = ROOT / "pyproject.toml"
LOCK_STAMP = Stamp(VENV / "konsento-lock")
SELF_STAMP = Stamp(VENV / "konsento-self")
PIP = (VENV_PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check")


def venv_is_sound() -> bool:
    """Whether .venv starts, has pip, and was made here and not copied from another place."""
    if not VENV_PYTHON.exists():
        return False
    asked = "import pip, sys; print(sys.prefix, sys.version_info[:2] >= (3, 11))"
    told = subprocess.run(
        [VENV_PYTHON, "-c", asked], capture_output=True, text=True, check=False
    ).stdout
    # A copied environment starts here, but its scripts still name the interpreter over there.
    scripts = [VENV_BIN / name for name in ("pip", "konsento")]
    home = all(str(VENV) in s.read_text()[:1000] for s in scripts if s.exists())
    return told.strip() == f"{VENV} True" and home


def make_venv() -> None:
    """Make .venv anew, with Debian's split-off half of the `venv` module where it is missing."""
    try:
        import ensurepip  # noqa: F401  Debian leaves it out of its python3
    except ImportError:
        apt_install(
            f"python{sys.version_info[0]}.{sys.version_info[1]}-venv",
            without_it="Python's own `venv` is not complete here. Use another PYTHON=/path/to/one",
        )
    say(f"python: making .venv with Python {sys.version.split()[0]}")
    # Inside an active .venv we are that environment, about to be cleared away: ask its parent.
    run(getattr(sys, "_base_executable", sys.executable), "-m", "venv", "--clear", VENV)


def bring_python() -> None:
    """The virtual environment, all of requirements.lock by hash, and the project itself."""
    if not venv_is_sound():
        make_venv()
    locked = digest([LOCK])
    if not LOCK_STAMP.says(locked):
        say("python: installing packages by requirements.lock (a minute or two, once)")
        LOCK_STAMP.forget()
        run(*PIP, "--require-hashes", "-r", LOCK)
        LOCK_STAMP.set(locked)
    project = digest([PROJECT])
    if not SELF_STAMP.says(project) or not (VENV_BIN / "konsento").exists():
        SELF_STAMP.forget()
        run(*PIP, "--no-deps", "--no-build-isolation", "--editable", ROOT)
        SELF_STAMP.set(project)


def bring_frontend() -> None:
    """The front end's packages and its built files."""
    bring_packages()
    bring_build()


# In the order in which one needs the other.
PARTS = {
    "python": bring_python,
    "node": bring_node,
    "frontend": bring_frontend,
    "browser": bring_browser,
}


def main(names: list[str]) -> int:
    """Bring the parts named, or all of them; 0 when all are there, 1 with a reason, 2 misspelt."""
    if sys.version_info[:2] < OLDEST:
        say(f"Konsento needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}.")
        say("Another one can be named: make PYTHON=/usr/bin/python3.12 ...")
        return 1
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        say(f"unknown: {' '.join(unknown)}; there are: {' '.join(PARTS)}")
        return 2
    try:
        with alone():
            for name, bring in PARTS.items():
                if not names or name in names:
                    bring()
    except CannotPrepare as missing:
        say(f"\nNot ready: {missing}")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
