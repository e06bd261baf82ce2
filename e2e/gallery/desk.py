"""The desk: the door, the board, the place, a link that is traced, reports, labels."""

from playwright.async_api import Browser, Page

from e2e.gallery.beside import NAMES
from e2e.gallery.wall import DESK, Gallery
from e2e.people.driver import Driver
from e2e.people.phone import PATIENCE_MS
from e2e.people.speech import SPEECH, Language
from e2e.world.house import House
from e2e.world.street import Act, Street

NAME = "okayama"
BROKEN = 2
DARK = 5
INTERRUPTED = 9
BACK = 7
REPORTED = 3
# Who charges while the desk is drawn, and with what.
CHARGES: dict[int, Act | None] = {12: "plug_car", 9: "plug_bike", 7: None}
VIEWS = ("board", "plan", "reports", "labels")
LIVE_MS = 20_000


class Desk:
    """Somebody at the car park's desk, in one language."""

    def __init__(self, gallery: Gallery, street: Street, house: House, page: Page) -> None:
        self.gallery, self.street, self.house, self.page = gallery, street, house, page

    async def is_busy(self, driver: Driver, language: Language) -> None:
        """One phone charges at several outlets, one outlet is dark, and one was reported."""
        for number, act in CHARGES.items():
            if act is not None:
                await self.street.do(number, act)
            await driver.opens(f"/o/{(await self.street.outlet(number)).code}")
            await driver.chooses_kwh("4.0")
            await driver.goes_to_payment()
            await driver.pays_with_card()
            await driver.sees_button(driver.says.stop)
        for number in (DARK, INTERRUPTED, BACK):
            await self.street.do(number, "cut_power")
        await driver.page.locator("[data-m=danger]").first.wait_for()
        await self.street.do(BACK, "restore_power")
        await self.street.runs(60)
        await self.street.until_said(DARK, "no_power")
        await self.street.runs(1)
        await driver.opens(f"/o/{(await self.street.outlet(REPORTED)).code}")
        await driver.presses(NAMES[language]["report"])
        sheet = driver.page.get_by_role("dialog")
        await sheet.get_by_text(NAMES[language]["damaged"]).click()
        await sheet.get_by_role("button").last.click()
        await sheet.get_by_role("status").first.wait_for()

    async def walks(self) -> None:
        """From the door through every view."""
        page, hang = self.page, self.gallery.hang_wide
        await page.goto(f"{self.house.url}/desk")
        await page.get_by_role("textbox").first.wait_for()
        await hang(page, "desk-door")
        await page.get_by_role("textbox").first.fill(NAME)
        await page.locator("input[type=password]").fill("wrong")
        await page.get_by_role("button").last.click()
        await page.get_by_role("alert").first.wait_for()
        await hang(page, "desk-refused")
        await page.locator("input[type=password]").fill(self.house.operator_password())
        await page.keyboard.press("Enter")
        await page.get_by_role("navigation").wait_for()
        await page.get_by_role("listitem").nth(8).wait_for()
        for view in VIEWS:
            await page.goto(f"{self.house.url}/desk#{view}")
            await page.get_by_role("heading", level=1).first.wait_for()
            await hang(page, f"desk-{view}")
        await self._is_called_of_an_outage()
        await self._traces()

    async def _is_called_of_an_outage(self) -> None:
        page, hang = self.page, self.gallery.hang_wide
        await page.goto(f"{self.house.url}/desk#plan")
        await page.get_by_role("group").get_by_role("link").nth(INTERRUPTED - 1).click()
        number = await page.locator("section[aria-labelledby^=one-] dd").first.inner_text()
        await hang(page, "desk-interrupted")
        await page.goto(f"{self.house.url}/desk#find")
        await page.get_by_role("textbox").fill(number)
        await page.keyboard.press("Enter")
        await page.locator(".found").first.wait_for()
        await hang(page, "desk-found-interrupted")

    async def _traces(self) -> None:
        page, hang = self.page, self.gallery.hang_wide
        await self.street.do(BROKEN, "cut_link")
        await page.goto(f"{self.house.url}/desk#plan")
        outlets = page.get_by_role("group").get_by_role("link")
        await outlets.nth(BROKEN - 1).click()
        one = page.locator("section[aria-labelledby^=one-]")
        await one.get_by_role("button").last.click()
        await one.locator(".verdict").last.wait_for(timeout=LIVE_MS)
        await hang(page, "desk-traced")
        await one.locator(".acts").first.get_by_role("button").last.click()
        await page.get_by_role("dialog").get_by_role("button").last.wait_for()
        await hang(page, "desk-asks")
        await page.keyboard.press("Escape")
        await page.goto(f"{self.house.url}/demo")
        await page.get_by_role("radio").first.wait_for()
        await hang(page, "demo")


async def desk_page(browser: Browser, language: Language) -> Page:
    """A wide screen that reads this language."""
    context = await browser.new_context(
        locale=SPEECH[language].locale,
        timezone_id="Asia/Tokyo",
        viewport={"width": DESK[0], "height": DESK[1]},
    )
    context.set_default_timeout(PATIENCE_MS)
    return await context.new_page()
