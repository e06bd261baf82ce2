"""An outage at an outlet: what its driver, who comes after them, and the desk are shown."""

from typing import Any

from playwright.async_api import Page

from e2e.gallery.beside import Json, changed
from e2e.gallery.wall import Gallery
from e2e.people.driver import Driver
from e2e.world.house import House
from e2e.world.street import Street

MINUTE_MS = 60_000
DAY_MS = 1_440 * MINUTE_MS
AREA, OUTLET, UNKNOWN = "area", "outlet", None
# An outage takes half an hour to be judged: what the house would say of it is put in its mouth.
OUT = {
    "dark-unknown": (UNKNOWN, None),
    "dark-area": (AREA, {"is": "at", "at_ms": 50 * MINUTE_MS}),
    "dark-area-unknown-end": (AREA, {"is": "unknown", "next_word_at_ms": 20 * MINUTE_MS}),
    "dark-area-overdue": (AREA, {"is": "at", "at_ms": -5 * MINUTE_MS}),
    "dark-outlet": (OUTLET, None),
}


def later(expected: dict[str, Any] | None, now_ms: int) -> dict[str, Any] | None:
    """Instants that stand in OUT as so much from now."""
    if expected is None:
        return None
    return {name: at if name == "is" else now_ms + at for name, at in expected.items()}


def interrupted(said: Json, because: str | None, expected: dict[str, Any] | None) -> Json:
    """The charge, had its outlet lost its power 21 minutes ago."""
    now_ms = said["now_ms"]
    known = {
        "since_ms": now_ms - 21 * MINUTE_MS,
        "because": because,
        "expected": later(expected, now_ms),
    }
    return said | {
        "state": "interrupted",
        "interrupted": known,
        "power_w": None,
        "left_s": None,
        "deadline_ms": now_ms + DAY_MS,
    }


def back(said: Json) -> Json:
    """The charge, were power back."""
    until_ms = said["now_ms"] + 55 * MINUTE_MS
    rest = {"rest_because": "power_lost", "deadline_ms": until_ms, "resume_by_ms": until_ms}
    return said | rest | {"state": "paused", "pause": 1, "power_w": 0, "left_s": None}


class Dark:
    """One walk through an outage in one language."""

    def __init__(self, gallery: Gallery, street: Street, house: House) -> None:
        self.gallery, self.street, self.house = gallery, street, house

    async def charges(self, driver: Driver, number: int) -> None:
        """A charge that has delivered a little, and then is heard of no more."""
        await self.street.do(number, "plug_car")
        await driver.opens(f"/o/{(await self.street.outlet(number)).code}")
        await driver.chooses_kwh("4.0")
        await driver.goes_to_payment()
        await driver.pays_with_card()
        await self.street.runs(30)
        await driver.watches_it_flow()
        await driver.watches_until("ここまで", "So far", least=r"[5-9]\d")
        await self.street.runs(1)
        await driver.page.route("**/events*", lambda route: route.abort())

    async def is_interrupted(self, driver: Driver) -> None:
        """Each thing that may be known of the outage, the question, and the bill in the dark."""
        for name, (because, expected) in OUT.items():
            await self._says(driver.page, _interrupting(because, expected))
            await self.gallery.hang(driver.page, name)
        await driver.page.locator(".bar .btn").last.click()
        await driver.page.get_by_role("dialog").get_by_role("button").last.wait_for()
        await self.gallery.hang(driver.page, "dark-asks")
        ended = {"state": "settling", "end_reason": "driver"}
        await self._says(driver.page, lambda said: interrupted(said, AREA, None) | ended)
        await self.gallery.hang(driver.page, "dark-ended")

    async def goes_on(self, driver: Driver) -> None:
        """Power is back, it is asked for, and it flows."""
        await self._says(driver.page, back)
        await self.gallery.hang(driver.page, "power-back")
        await self._says(driver.page, lambda said: back(said) | {"state": "resuming"})
        await self.gallery.hang(driver.page, "power-back-resuming")

    async def comes_too_late(self, other: Driver, number: int) -> None:
        """The outlet's page, with nobody's charge, and with one's own."""
        code = (await self.street.outlet(number)).code
        for name, known in {
            "outlet-dark-area": {"state": "no_power", "dark_because": AREA},
            "outlet-dark-alone": {"state": "no_power", "dark_because": OUTLET},
            "outlet-dark-yours": {"dark_because": AREA, "session_id": "00000000000000000000000001"},
        }.items():
            await other.page.route("**/api/outlets/*", changed(_having(known)))
            await other.opens(f"/o/{code}")
            await other.page.get_by_role("alert").first.wait_for()
            await self.gallery.hang(other.page, name)
            await other.page.unroute("**/api/outlets/*")

    async def _says(self, page: Page, change: Any) -> None:
        await page.unroute("**/api/sessions/*")
        await page.route("**/api/sessions/*", changed(change))
        await page.reload()
        await page.get_by_role("heading", level=2).first.wait_for()


def _interrupting(because: str | None, expected: dict[str, Any] | None) -> Any:
    return lambda said: interrupted(said, because, expected)


def _having(known: Json) -> Any:
    return lambda said: said | known
