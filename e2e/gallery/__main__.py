"""Pictures of every main state: `python -m e2e.gallery FOLDER [--language ja] [--walk desk]`.

Each walk opens a house of its own and goes through it once in each language.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from e2e.gallery.beside import Beside
from e2e.gallery.charge import Charge
from e2e.gallery.dark import Dark
from e2e.gallery.desk import Desk, desk_page
from e2e.gallery.mails import Mails
from e2e.gallery.power import Power
from e2e.gallery.wall import Gallery
from e2e.people.customer import Customer
from e2e.people.driver import Driver
from e2e.people.phone import phone
from e2e.people.speech import Language
from e2e.world import chromium, film
from e2e.world.house import House
from e2e.world.neighbourhood import neighbourhood
from e2e.world.street import Street
from konsento.foundation.clock import SystemClock
from tests.push.pushbox import PushBox

PACES = {"measure_every_ms": 5_000, "continuity_every_ms": 10_000}
# Ends that need an hour of bad luck are told by changing what the house says of a charge.
ENDS = {
    "power-lost": {"state": "settling", "end_reason": "power_lost"},
    "settling": {"state": "settling", "end_reason": "driver"},
    "ended-by-operator": {"state": "settled", "end_reason": "operator"},
    "ended-by-outage": {"state": "settled", "end_reason": "power_lost"},
    "ended-plug-out": {"state": "settled", "end_reason": "no_load"},
    "expired": {"state": "refused", "end_reason": "payment_expired"},
    "cancelled": {"state": "cancelled", "end_reason": "driver"},
}


@asynccontextmanager
async def world(**settings: str) -> AsyncIterator[tuple[House, Street]]:
    """A fresh house and the street before it."""
    with tempfile.TemporaryDirectory() as var:
        house = House(Path(var), **PACES, **settings)
        await house.open()
        try:
            async with Street(house.url) as street:
                yield house, street
        finally:
            await house.kill()


async def charge(gallery: Gallery, language: Language, browser: Browser) -> None:
    """A driver, and another one who comes too late."""
    async with (
        world() as (house, street),
        phone(browser, language=language, camera=True) as mine,
        phone(browser, language=language) as theirs,
    ):
        driver = Driver(mine, house.url, language)
        other = Driver(theirs, house.url, language)
        tour = Charge(gallery, street, house)
        await tour.finds(driver)
        await tour.scans(driver)
        await tour.pays(driver, 12)
        await tour.charges(driver, 12)
        await tour.loses_link(driver, 11)
        await tour.fails(driver, other, 10)
        sys.stdout.write("".join(f"! {said}\n" for said in mine.complaints()))


async def beside(gallery: Gallery, language: Language, browser: Browser) -> None:
    """A driver who opens every sheet, and whose network goes."""
    async with (
        PushBox(SystemClock().now_ms).open() as box,
        world(push_hosts=box.origin) as (house, street),
        phone(browser, language=language) as mine,
    ):
        driver = Driver(mine, house.url, language)
        tour = Beside(gallery, street, house, language)
        await tour.reports(driver, 9)
        await tour.is_told(driver, box.browser(), 12)
        await tour.remembers(driver, 12)
        for name, ends in ENDS.items():
            await tour.ends_so(driver, name, ends)
        await tour.reads_long(driver)
        await tour.is_refused_notices(driver, 7)
        await tour.loses_the_network(driver)


async def dark(gallery: Gallery, language: Language, browser: Browser) -> None:
    """A driver whose charge an outage interrupts, and another one who comes then."""
    async with (
        world() as (house, street),
        phone(browser, language=language) as mine,
        phone(browser, language=language) as theirs,
    ):
        driver = Driver(mine, house.url, language)
        tour = Dark(gallery, street, house)
        await tour.charges(driver, 12)
        await tour.is_interrupted(driver)
        await tour.goes_on(driver)
        await tour.comes_too_late(Driver(theirs, house.url, language), 11)


async def desk(gallery: Gallery, language: Language, browser: Browser) -> None:
    """The car park's desk while cars charge there, and the demo's own page."""
    async with world() as (house, street), phone(browser, language=language) as theirs:
        page = await desk_page(browser, language)
        tour = Desk(gallery, street, house, page)
        await tour.is_busy(Driver(theirs, house.url, language), language)
        await tour.walks()
        await page.context.close()


async def power(gallery: Gallery, language: Language, browser: Browser) -> None:
    """A customer, and every state in which their power can be."""
    async with world() as (house, _), phone(browser, language=language) as mine:
        tour = Power(gallery, house, mine.page)
        await tour.registers()
        await tour.has_every_state()
        await tour.changes()


async def mails(gallery: Gallery, language: Language, browser: Browser) -> None:
    """Every mail of outages, from a mail server to the eye."""
    with tempfile.TemporaryDirectory() as var:
        async with (
            neighbourhood(Path(var)) as around,
            phone(browser, language=language) as mine,
            phone(browser, language=language) as theirs,
            phone(browser, language=language) as program,
        ):
            customer = Customer(mine.page, around.house.url, language)
            tour = Mails(gallery, around, customer, program.page)
            await tour.registers(Customer(theirs.page, around.house.url, language))
            await tour.hears_of_works()
            await tour.is_alone_in_the_dark()
            await tour.is_out_with_the_area()


WALKS: dict[str, Callable[[Gallery, Language, Browser], Awaitable[None]]] = {
    "charge": charge,
    "beside": beside,
    "dark": dark,
    "desk": desk,
    "power": power,
    "mails": mails,
}


async def main(folder: Path, languages: list[Language], walks: list[str]) -> None:
    with tempfile.TemporaryDirectory() as reels:
        foreign = film.foreign_label("https://example.com/o/0000000000")
        reel = film.write_film(Path(reels) / "foreign.mjpeg", foreign)
        async with async_playwright() as playwright:
            browser = await chromium.start(playwright, film=reel)
            for language in languages:
                for walk in walks:
                    gallery = Gallery(folder, f"{language}-{walk}")
                    try:
                        await WALKS[walk](gallery, language, browser)
                    finally:
                        gallery.bind()
            await browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--language", action="append", choices=("ja", "en"))
    parser.add_argument("--walk", action="append", choices=tuple(WALKS))
    said = parser.parse_args()
    asyncio.run(main(said.folder, said.language or ["ja", "en"], said.walk or list(WALKS)))
