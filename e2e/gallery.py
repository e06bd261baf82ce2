"""Pictures of every main state of the phone, for people to look at: `python -m e2e.gallery FOLDER`.

One house is opened and walked through once in Japanese and once in English. Each state is drawn
light, dark, and on the narrowest phone that is served (320 px, the whole page).
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, async_playwright

from e2e.people.driver import CHARGE_MS, DECLINED_CARD, SECURED_CARD, Driver
from e2e.people.phone import HEIGHT, WIDTH, phone
from e2e.people.speech import Language
from e2e.world import chromium, film
from e2e.world.house import House
from e2e.world.street import Street

NARROW = 320
PACES = {"measure_every_ms": 5_000, "continuity_every_ms": 10_000}
SHEET_COLUMNS = 6


class Gallery:
    """Draws what a driver sees, under a name and a number, in three ways."""

    def __init__(self, folder: Path, language: Language) -> None:
        self._folder = folder / language
        self._folder.mkdir(parents=True, exist_ok=True)
        self._count = 0

    async def hang(self, driver: Driver, name: str) -> None:
        """Three pictures of the screen as it is now."""
        self._count += 1
        title = f"{self._count:02d}-{name}"
        page = driver.page
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme)
            await page.screenshot(path=self._picture(title, scheme), animations="disabled")
        await page.emulate_media(color_scheme="light")
        await page.set_viewport_size({"width": NARROW, "height": HEIGHT})
        path = self._picture(title, str(NARROW))
        await page.screenshot(path=path, full_page=True, animations="disabled")
        await page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        sys.stdout.write(f"{self._folder.name} {title}\n")

    def _picture(self, title: str, way: str) -> Path:
        return self._folder / f"{title}-{way}.png"

    def bind(self) -> None:
        """All pictures of one way side by side on one sheet."""
        for way in ("light", "dark", str(NARROW)):
            pictures = [Image.open(path) for path in sorted(self._folder.glob(f"*-{way}.png"))]
            wide, high = pictures[0].width + 12, max(p.height for p in pictures) + 12
            rows = -(-len(pictures) // SHEET_COLUMNS)
            sheet = Image.new("RGB", (wide * SHEET_COLUMNS, high * rows), (128, 128, 128))
            for at, picture in enumerate(pictures):
                sheet.paste(picture, (at % SHEET_COLUMNS * wide, at // SHEET_COLUMNS * high))
            sheet.save(self._folder.parent / f"{self._folder.name}-{way}.png")


class Walk:
    """One walk through the states in one language; outlets go by their number."""

    def __init__(self, gallery: Gallery, street: Street, house: House, browser: Browser) -> None:
        self.gallery = gallery
        self.street = street
        self.house = house
        self.browser = browser

    async def finds(self, driver: Driver) -> None:
        """Home, the number, and outlets that cannot be used."""
        hang = self.gallery.hang
        await driver.opens()
        await driver.page.get_by_role("list").first.wait_for()
        await hang(driver, "home")
        await driver.opens("/history")
        await driver.page.get_by_role("heading", level=2).first.wait_for()
        await hang(driver, "history-empty")
        code = (await self.street.outlet(1)).code
        await driver.opens("/enter")
        await driver.types_code(code[:9] + ("7" if code[9] != "7" else "8"))
        await hang(driver, "mistyped")
        await driver.types_code(code)
        await hang(driver, "typed")
        await self.street.do(2, "cut_power")
        await self.street.do(3, "cut_link")
        await self.street.runs(60)
        for number, state in ((2, "no_power"), (3, "unreachable")):
            outlet = await self.street.until_said(number, state)
            await driver.opens(f"/o/{outlet.code}")
            await driver.page.get_by_role("alert").wait_for()
            await hang(driver, state)
        await self.street.runs(1)
        await driver.opens("/o/0000000000")
        await driver.page.get_by_role("alert").wait_for()
        await hang(driver, "unknown-outlet")

    async def scans(self, driver: Driver) -> None:
        """The scanner over a foreign label, and a camera that is refused."""
        await driver.opens("/scan")
        await driver.page.get_by_role("status").filter(has_text="QR").wait_for()
        await self.gallery.hang(driver, "scan")
        await driver.phone.context.clear_permissions()
        await driver.opens("/scan")
        await driver.page.get_by_role("alert").wait_for()
        await self.gallery.hang(driver, "camera-refused")

    async def pays(self, driver: Driver, number: int) -> None:
        """The choice and its sheets, the provider's page, a refusal, and another card."""
        hang, page = self.gallery.hang, driver.page
        await driver.opens(f"/o/{(await self.street.outlet(number)).code}")
        await driver.chooses_minutes("120")
        await hang(driver, "choose-time")
        await driver.chooses_yen("300")
        await hang(driver, "choose-yen")
        await page.get_by_role("button", name=driver.says.per_kwh).click()
        await page.get_by_role("dialog").get_by_role("radio").nth(3).check()
        await hang(driver, "choose-power")
        await page.get_by_role("dialog").get_by_role("button").last.click()
        await page.get_by_role("dialog").wait_for(state="hidden")
        await driver.chooses_kwh("1.2")
        await hang(driver, "choose-kwh")
        await driver.presses(driver.says.to_payment)
        await hang(driver, "pay")
        await page.get_by_role("dialog").get_by_role("button").first.click()
        await driver.goes_to_payment()
        await hang(driver, "provider")
        await driver.leaves_payment()
        await page.get_by_role("heading", level=2).wait_for()
        await hang(driver, "unpaid")
        await page.get_by_role("button", name=driver.says.pay_now).click()
        await driver.offers_card(DECLINED_CARD)
        await page.get_by_role("alert").wait_for()
        await hang(driver, "provider-declined")
        await driver.leaves_payment()
        await driver.sees_button(driver.says.another_card)
        await hang(driver, "declined")
        await driver.presses(driver.says.another_card)
        await driver.offers_card(SECURED_CARD)
        await hang(driver, "provider-proof")

    async def charges(self, driver: Driver, number: int) -> None:
        """Plug, flow, stop, idle, and the paper at the end."""
        hang, page = self.gallery.hang, driver.page
        await driver.proves_it_is_them()
        await driver.sees_button(driver.says.stop)
        await hang(driver, "plug")
        await self.street.do(number, "plug_car")
        await driver.watches_it_flow()
        await self.street.runs(60)
        await driver.watches_until("ここまで", "So far", least=r"[1-3]\d")
        await self.street.runs(1)
        await hang(driver, "live")
        await driver.presses(driver.says.stop)
        await hang(driver, "stop")
        await page.get_by_role("dialog").get_by_role("button").last.click()
        await driver.opens()
        await page.get_by_role("link").first.wait_for()
        await hang(driver, "home-running")
        await page.go_back()
        await self.street.do(number, "unplug")
        await page.get_by_role("button", name=driver.says.finish).wait_for()
        await hang(driver, "idle")
        await self.street.do(number, "plug_car")
        await self.street.runs(60)
        await page.get_by_role("link", name=driver.says.receipt).wait_for(timeout=CHARGE_MS)
        await self.street.runs(1)
        await hang(driver, "result")
        await driver.reads_receipt()
        await hang(driver, "receipt")
        await driver.opens()
        await page.get_by_role("link", name="1.20 kWh").wait_for()
        await hang(driver, "home-last")

    async def loses_link(self, driver: Driver, number: int) -> None:
        """A silent meter: before it started, while it charges, while it is to stop."""
        hang, page = self.gallery.hang, driver.page
        await self.street.do(number, "plug_car")
        await driver.opens(f"/o/{(await self.street.outlet(number)).code}")
        await driver.chooses_kwh("2.0")
        await driver.goes_to_payment()
        await self.street.do(number, "cut_link")
        await driver.pays_with_card()
        await page.get_by_role("listitem").nth(2).wait_for()
        await hang(driver, "starting")
        await self.street.do(number, "mend_link")
        await driver.watches_it_flow()
        await self.street.do(number, "cut_link")
        await page.get_by_role("button", name=driver.says.finish).wait_for(timeout=CHARGE_MS)
        await hang(driver, "link-lost")
        await driver.finishes()
        await page.get_by_role("button", name=driver.says.finish).wait_for(state="detached")
        await hang(driver, "stopping")
        await self.street.runs(60)
        await self.street.until_switched(number, "open")
        await self.street.do(number, "mend_link")
        await page.get_by_role("link", name=driver.says.receipt).wait_for(timeout=CHARGE_MS)
        await self.street.runs(1)
        await hang(driver, "result-waived")

    async def fails(self, driver: Driver, other: Driver, number: int) -> None:
        """An outlet that another has, a start that fails, and a server that is gone."""
        hang, page = self.gallery.hang, driver.page
        code = (await self.street.outlet(number)).code
        await driver.opens(f"/o/{code}")
        await driver.chooses_kwh("2.0")
        await driver.goes_to_payment()
        await self.street.do(number, "cut_link")
        await driver.pays_with_card()
        await page.get_by_role("listitem").nth(2).wait_for()
        await other.opens(f"/o/{code}")
        await other.page.get_by_role("alert").wait_for()
        await hang(other, "busy")
        await self.street.runs(60)
        await page.get_by_role("alert").wait_for(timeout=CHARGE_MS)
        await self.street.runs(1)
        await hang(driver, "start-failed")
        await driver.opens("/history")
        await page.get_by_role("listitem").first.wait_for()
        await hang(driver, "history")
        await self.street.do(number, "mend_link")
        await self.house.kill()
        await page.get_by_role("listitem").first.click()
        await page.get_by_role("alert").wait_for()
        await hang(driver, "no-answer")


async def walk(folder: Path, language: Language, browser: Browser) -> None:
    """One language from the first page to the last, in a house of its own."""
    with tempfile.TemporaryDirectory() as var:
        house = House(Path(var), **PACES)
        await house.open()
        gallery = Gallery(folder, language)
        async with (
            Street(house.url) as street,
            phone(browser, language=language, camera=True) as mine,
            phone(browser, language=language) as theirs,
        ):
            driver = Driver(mine, house.url, language)
            other = Driver(theirs, house.url, language)
            tour = Walk(gallery, street, house, browser)
            rooms: list[Callable[[], Awaitable[None]]] = [
                lambda: tour.finds(driver),
                lambda: tour.scans(driver),
                lambda: tour.pays(driver, 12),
                lambda: tour.charges(driver, 12),
                lambda: tour.loses_link(driver, 11),
                lambda: tour.fails(driver, other, 10),
            ]
            try:
                for room in rooms:
                    await room()
            finally:
                await house.kill()
                gallery.bind()
                sys.stdout.write("".join(f"! {said}\n" for said in mine.complaints()))


async def main(folder: Path, languages: list[Language]) -> None:
    with tempfile.TemporaryDirectory() as reels:
        foreign = film.foreign_label("https://example.com/o/0000000000")
        reel = film.write_film(Path(reels) / "foreign.mjpeg", foreign)
        async with async_playwright() as playwright:
            browser = await chromium.start(playwright, film=reel)
            for language in languages:
                await walk(folder, language, browser)
            await browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--language", action="append", choices=("ja", "en"))
    said = parser.parse_args()
    asyncio.run(main(said.folder, said.language or ["ja", "en"]))
