"""A phone: one browser context that reads a language and remembers every complaint it made."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    WebError,
)

from e2e.people.speech import SPEECH, Language
from e2e.world import chromium

HEIGHT = 844
WIDTH = 390
PATIENCE_MS = 15_000


class Phone:
    """One visitor's browser; nothing in it is shared with another phone."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.context = context
        self.page = page
        self._complaints: list[str] = []
        self._forgiven: list[re.Pattern[str]] = []
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            where = message.location.get("url", "")
            self._complaints.append(f"console: {message.text} ({where})")

    def _on_error(self, error: WebError) -> None:
        self._complaints.append(f"script: {error.error}")

    def forgives(self, pattern: str) -> None:
        """Complaints with this in them belong to the story; all others fail the test."""
        self._forgiven.append(re.compile(pattern))

    def complaints(self) -> list[str]:
        """What the browser complained of and nobody forgave, content policy included."""
        return [
            said
            for said in self._complaints
            if not any(pattern.search(said) for pattern in self._forgiven)
        ]

    def log(self) -> str:
        """All that the browser complained of, forgiven or not, a line each."""
        return "".join(f"{said}\n" for said in self._complaints)

    async def keep_evidence(self, path: Path) -> None:
        """A picture of the screen, for people who look into a failure."""
        path.parent.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(path=path.with_suffix(".png"), full_page=True)
        await self.context.tracing.stop(path=path.with_suffix(".zip"))


@asynccontextmanager
async def phone(
    browser: Browser,
    *,
    language: Language = "ja",
    camera: bool = False,
    scheme: Literal["light", "dark"] = "light",
    width: int = WIDTH,
    still: bool = False,
) -> AsyncIterator[Phone]:
    """Take a fresh phone in hand; `camera` says whether the site may use its camera.

    `still`: its owner asked for less motion. What moves is drawn sixty times a second, which
    costs three times what the page itself does while a charge is watched.
    """
    context = await browser.new_context(
        viewport={"width": width, "height": HEIGHT},
        color_scheme=scheme,
        permissions=["camera"] if camera else [],
        reduced_motion="reduce" if still else "no-preference",
        **_made_for(language),
    )
    context.set_default_timeout(PATIENCE_MS)
    await context.tracing.start(snapshots=True)
    try:
        yield Phone(context, await context.new_page())
    finally:
        await context.close()


@asynccontextmanager
async def phone_of_ones_own(
    playwright: Playwright, profile: Path, *, film: Path | None = None, port: int = 0
) -> AsyncIterator[Phone]:
    """Open a browser that keeps all it knows in `profile`, and so finds it again; then close it.

    Its camera shows `film`, and the site may use it. Others may steer it by `port`.
    """
    context = await playwright.chromium.launch_persistent_context(
        profile,
        executable_path=chromium.found(),
        args=[*chromium.words(film), *([f"--remote-debugging-port={port}"] if port else [])],
        viewport={"width": WIDTH, "height": HEIGHT},
        permissions=["camera"],
        **_made_for("ja"),
    )
    context.set_default_timeout(PATIENCE_MS)
    await context.tracing.start(snapshots=True)
    try:
        yield Phone(context, context.pages[0])
    finally:
        await context.close()


def _made_for(language: Language) -> dict[str, Any]:
    """What every phone is, whoever holds it."""
    return {
        "locale": SPEECH[language].locale,
        "timezone_id": "Asia/Tokyo",
        "has_touch": True,
        "is_mobile": True,
    }
