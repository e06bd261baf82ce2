"""A real Chromium: found on this machine, and started with or without a camera."""

import os
import shutil
from pathlib import Path

from playwright.async_api import Browser, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Nothing but our own loopback is talked to; a container has no sandbox of its own to give.
WORDS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def found() -> str | None:
    """CHROMIUM of the environment, else the path's; None leaves it to Playwright's own."""
    asked = os.environ.get("CHROMIUM")
    if asked:
        return asked
    return next((path for path in map(shutil.which, NAMES) if path), None)


async def start(playwright: Playwright, *, film: Path | None = None) -> Browser:
    """Start one; its camera shows `film` for ever. A film belongs to a whole browser."""
    return await playwright.chromium.launch(executable_path=found(), args=words(film))


def words(film: Path | None) -> list[str]:
    """What a browser is started with, for one that has a camera or none."""
    if film is None:
        return WORDS
    camera = [
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]
    return WORDS + camera
