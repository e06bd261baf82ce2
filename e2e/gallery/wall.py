"""Where the pictures hang: each state light, dark, narrow, low, and in letters twice as large."""

import sys
from pathlib import Path

from PIL import Image
from playwright.async_api import Page

from e2e.people.phone import HEIGHT, WIDTH

NARROW = 320
MAIL = 600
DESK = (1280, 800)
SHEET_COLUMNS = 6
LARGER = "(size) => document.documentElement.style.setProperty('font-size', size)"


class Gallery:
    """Draws what somebody sees, under a name and a number."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder / name
        self._folder.mkdir(parents=True, exist_ok=True)
        self._count = 0

    async def hang(self, page: Page, name: str) -> None:
        """The phone's screen as it is now, in five ways."""
        title = self._title(name)
        await self._schemes(page, title)
        await self._draw(page, title, "narrow", (NARROW, HEIGHT), whole=True)
        await self._draw(page, title, "low", (HEIGHT, WIDTH))
        await page.evaluate(LARGER, "200%")
        await self._draw(page, title, "large", (WIDTH, HEIGHT), whole=True)
        await page.evaluate(LARGER, "")

    async def hang_wide(self, page: Page, name: str) -> None:
        """The screen of a desk as it is now, and the same page on a phone."""
        title = self._title(name)
        await self._schemes(page, title)
        await self._draw(page, title, "narrow", (WIDTH, HEIGHT), whole=True)
        await page.set_viewport_size({"width": DESK[0], "height": DESK[1]})

    async def hang_mail(self, page: Page, name: str) -> None:
        """A mail in a mail program: on a phone and on a desk, by day and by night."""
        title = self._title(name)
        await page.emulate_media(color_scheme="light")
        await self._draw(page, title, "narrow", (NARROW, HEIGHT), whole=True)
        await self._draw(page, title, "light", (MAIL, HEIGHT), whole=True)
        await page.emulate_media(color_scheme="dark")
        await self._draw(page, title, "night", (NARROW, HEIGHT), whole=True)
        await self._draw(page, title, "dark", (MAIL, HEIGHT), whole=True)

    async def _schemes(self, page: Page, title: str) -> None:
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme)
            await page.screenshot(path=self._path(title, scheme), animations="disabled")
        await page.emulate_media(color_scheme="light")

    async def _draw(
        self, page: Page, title: str, way: str, size: tuple[int, int], *, whole: bool = False
    ) -> None:
        await page.set_viewport_size({"width": size[0], "height": size[1]})
        path = self._path(title, way)
        await page.screenshot(path=path, full_page=whole, animations="disabled")
        await page.set_viewport_size({"width": WIDTH, "height": HEIGHT})

    def _title(self, name: str) -> str:
        self._count += 1
        title = f"{self._count:02d}-{name}"
        sys.stdout.write(f"{self._folder.name} {title}\n")
        return title

    def _path(self, title: str, way: str) -> Path:
        return self._folder / f"{title}-{way}.png"

    def bind(self) -> None:
        """All pictures of one way side by side on one sheet."""
        for way in ("light", "dark", "narrow", "night", "low", "large"):
            pictures = [Image.open(path) for path in sorted(self._folder.glob(f"*-{way}.png"))]
            if not pictures:
                continue
            wide, high = pictures[0].width + 12, max(p.height for p in pictures) + 12
            rows = -(-len(pictures) // SHEET_COLUMNS)
            sheet = Image.new("RGB", (wide * SHEET_COLUMNS, high * rows), (128, 128, 128))
            for at, picture in enumerate(pictures):
                sheet.paste(picture, (at % SHEET_COLUMNS * wide, at // SHEET_COLUMNS * high))
            sheet.save(self._folder.parent / f"{self._folder.name}-{way}.png")
