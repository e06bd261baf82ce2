"""Finds a Chromium for the browser tests, and installs Debian's where there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from places import VENV, CannotPrepare, apt_install, say

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def playwrights_own() -> Path | None:
    """The newest Chromium that Playwright has downloaded for this user, if any."""
    kept = os.environ.get("PLAYWRIGHT_BROWSERS_PATH", "~/.cache/ms-playwright")
    found = Path(kept).expanduser().glob("chromium-*/chrome-linux*/chrome")
    return max(found, key=lambda path: path.stat().st_mtime, default=None)


def chromium() -> Path | None:
    """The Chromium to drive: CHROMIUM of the environment, the path's, or Playwright's own.

    Raises CannotPrepare when CHROMIUM is set and names no program: better told than passed over.
    """
    asked = os.environ.get("CHROMIUM")
    if asked:
        program = shutil.which(asked)
        if program is None:
            raise CannotPrepare(f"CHROMIUM={asked} is no program that can be started")
        return Path(program)
    for name in NAMES:
        program = shutil.which(name)
        if program is not None:
            return Path(program)
    return playwrights_own()


def driver_runs() -> bool:
    """Whether the Node that Playwright brings along starts here; true where it brings none."""
    found = VENV.glob("lib/python3*/site-packages/playwright/driver/node")
    asked = [
        subprocess.run([node, "--version"], capture_output=True, check=False) for node in found
    ]
    return all(answer.returncode == 0 for answer in asked)


def bring_browser() -> None:
    """A Chromium and what drives it, in a state to be started."""
    bring_chromium()
    if driver_runs():
        return
    say("browser: a library that Playwright's driver needs is missing; installing Debian's")
    apt_install("libatomic1", without_it="Playwright's driver needs libatomic.so.1")
    if not driver_runs():
        raise CannotPrepare("Playwright's driver (playwright/driver/node) does not start here")


def bring_chromium() -> None:
    """Make sure that there is one, with letters for Japanese beside it."""
    if chromium() is not None:
        return
    say("browser: no Chromium found; installing Debian's")
    apt_install(
        "chromium",
        "fonts-noto-cjk",
        without_it="The browser tests need a Chromium. Set CHROMIUM=/path/to/one",
    )
    if chromium() is None:
        raise CannotPrepare("Debian's chromium is installed but not on the path")
