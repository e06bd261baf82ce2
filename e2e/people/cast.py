"""Who and what every journey may ask for by the name of a fixture, and in what shape."""

from pathlib import Path
from typing import Protocol

from playwright.async_api import Browser

from e2e.people.driver import Driver
from e2e.people.speech import Language
from e2e.world.house import House

# The outlet whose printed label hangs before the browser's camera.
FILMED = 12


class NewDriver(Protocol):
    """Takes a fresh phone in hand: in a language, at a house, in a browser, with a camera.

    Nothing moves on it (`still`), unless the journey is about what everybody else sees.
    """

    async def __call__(
        self,
        language: Language = "ja",
        *,
        at: House | None = None,
        of: Browser | None = None,
        camera: bool = False,
        still: bool = True,
    ) -> Driver: ...


class WithFilm(Protocol):
    """Starts a browser before whose camera this film runs."""

    async def __call__(self, film: Path) -> Browser: ...
