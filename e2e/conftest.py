"""The journeys' fixtures: one house and one browser for all, a fresh phone for each driver.

All asynchronous fixtures and tests share one event loop, because a browser lives as long as the
run. A test fails when a phone complained (console, script, content policy) or the house did.
Run in several processes, each has a browser and a house of its own, and nothing in common but the
folder of evidence, in which a failure lies under its own name.
"""

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Playwright, async_playwright

from e2e.people.cast import FILMED, NewDriver, WithFilm
from e2e.people.driver import Driver
from e2e.people.inspector import Inspector
from e2e.people.phone import Phone, phone
from e2e.people.speech import Language
from e2e.world import chromium, film
from e2e.world.house import House
from e2e.world.street import Street

HERE = Path(__file__).parent
EVIDENCE = HERE / "evidence"
FAILED = pytest.StashKey[bool]()
# A bound for what hangs: a busy machine may need a minute to open a house, and a journey two.
TEST_S_MAX = 240
# Everything the journeys do at 120 times the wall's pace shall last a busy machine's pauses:
# a minute of fail-safe would be half a second.
PACES = {
    "measure_every_ms": 10_000,
    "continuity_every_ms": 20_000,
    "failsafe_after_ms": 600_000,
}


def pytest_sessionstart(session: pytest.Session) -> None:
    """What is left of the run before is no evidence of this one."""
    if not hasattr(session.config, "workerinput"):  # none but the process that leads the others
        shutil.rmtree(EVIDENCE, ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One event loop for the whole run; journeys may take longer than a backend test."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
            item.add_marker(pytest.mark.timeout(TEST_S_MAX))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Remember a failure, so that the phone's fixture can keep evidence of it."""
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def playwright() -> AsyncIterator[Playwright]:
    async with async_playwright() as driver:
        yield driver


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """The house that most journeys share, each at outlets of its own."""
    async with House(tmp_path_factory.mktemp("house"), **PACES).opened() as shared:
        yield shared


@pytest_asyncio.fixture(loop_scope="session")
async def own_house(tmp_path: Path) -> AsyncIterator[House]:
    """A house of the journey's own, which may be taken away."""
    async with House(tmp_path, **(PACES | {"measure_every_ms": 5_000})).opened() as own:
        yield own


@pytest_asyncio.fixture(loop_scope="session")
async def street(house: House) -> AsyncIterator[Street]:
    """The shared house's street: empty and whole, and time runs as on the wall.

    What a journey leaves plugged in would draw on the next driver's charge.
    """
    async with Street(house.url) as outside:
        await outside.runs(1)
        await outside.is_cleared()
        yield outside
        await outside.runs(1)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def with_film(playwright: Playwright) -> AsyncIterator[WithFilm]:
    """A browser whose camera shows a film."""
    async with AsyncExitStack() as started:

        async def start(film: Path) -> Browser:
            browser = await chromium.start(playwright, film=film)
            started.push_async_callback(browser.close)
            return browser

        yield start


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def label_film(house: House, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of the printed label of one outlet."""
    async with Street(house.url) as outside:
        outlet = await outside.outlet(FILMED)
        label = film.label(await outside.qr_png(outlet.code), outlet.label, "200 V")
    return film.write_film(tmp_path_factory.mktemp("film") / "label.mjpeg", label)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(with_film: WithFilm, label_film: Path) -> Browser:
    """The browser of all journeys; before its camera hangs the printed label of one outlet."""
    return await with_film(label_film)


@pytest_asyncio.fixture(loop_scope="session")
async def driver(
    house: House, browser: Browser, request: pytest.FixtureRequest
) -> AsyncIterator[NewDriver]:
    """Takes a fresh phone in hand: `await driver()`, as often as the journey has drivers."""
    phones: list[Phone] = []
    async with AsyncExitStack() as hands:

        async def take(
            language: Language = "ja",
            *,
            at: House | None = None,
            of: Browser | None = None,
            camera: bool = False,
            still: bool = True,
        ) -> Driver:
            fresh = phone(of or browser, language=language, camera=camera, still=still)
            held = await hands.enter_async_context(fresh)
            phones.append(held)
            return Driver(held, (at or house).url, language)

        yield take
        if request.node.stash.get(FAILED, False):
            for number, held in enumerate(phones, 1):
                name = re.sub(r"\W+", "_", request.node.name)
                await held.keep_evidence(EVIDENCE / f"{name}-{number}")
                (EVIDENCE / f"{name}-{number}.log").write_text(held.log() + house.log_end())
    assert [said for held in phones for said in held.complaints()] == []


@pytest_asyncio.fixture(loop_scope="session")
async def inspector() -> AsyncIterator[Inspector]:
    """Somebody who looks for barriers; what they found fails the journey at its end."""
    somebody = Inspector()
    yield somebody
    assert somebody.found == []
