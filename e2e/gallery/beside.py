"""What stands beside a charge: sheets, being told, saved cards, no network, another's words."""

from collections.abc import Callable
from typing import Any

from playwright.async_api import Locator, Page, Route

from e2e.gallery.wall import Gallery
from e2e.people.app import App
from e2e.people.driver import CHARGE_MS, GOOD_CARD, PROVIDER_ADDRESS, SESSION_ADDRESS, Driver
from e2e.people.speech import Language
from e2e.world.house import House
from e2e.world.street import Street
from tests.push.pushbox import Browser

NAMES: dict[Language, dict[str, str]] = {
    "ja": {
        "report": "問題を知らせる",
        "damaged": "コンセントが傷んでいる",
        "link": "ほかの端末で見る",
        "tell": "終わったら知らせる",
        "denied": "知らせが止められています",
        "kept": "まだ止まっていません",
        "remember": "このカードを次回も使う",
    },
    "en": {
        "report": "Report a problem",
        "damaged": "damaged",
        "link": "another device",
        "tell": "Tell me",
        "denied": "blocks messages",
        "kept": "Not stopped yet",
        "remember": "Use this card next time too",
    },
}
DENIES = "Object.defineProperty(Notification, 'permission', { get: () => 'denied' })"
LINES = 45
Json = dict[str, Any]


class Beside:
    """A second walk, in a house of its own that is taken away at the end."""

    def __init__(self, gallery: Gallery, street: Street, house: House, language: Language) -> None:
        self.gallery = gallery
        self.street = street
        self.house = house
        self.names = NAMES[language]

    async def _hang_sheet(self, page: Page, name: str) -> Locator:
        sheet = page.get_by_role("dialog")
        await sheet.get_by_role("button").last.wait_for()
        await self.gallery.hang(page, name)
        return sheet

    async def _close(self, page: Page) -> None:
        await page.keyboard.press("Escape")
        await page.get_by_role("dialog").wait_for(state="hidden")

    async def reports(self, driver: Driver, number: int) -> None:
        """A page that is not there, and a problem reported from the outlet's page."""
        page = driver.page
        await driver.opens("/nowhere")
        await page.get_by_role("alert").wait_for()
        await self.gallery.hang(page, "nowhere")
        await driver.opens(f"/o/{(await self.street.outlet(number)).code}")
        await driver.presses(self.names["report"])
        sheet = await self._hang_sheet(page, "report")
        await sheet.get_by_text(self.names["damaged"]).click()
        await sheet.get_by_role("button").last.click()
        await sheet.get_by_role("status").first.wait_for()
        await self.gallery.hang(page, "reported")

    async def remembers(self, driver: Driver, number: int) -> None:
        """The sheets of a charge that runs, and the card that is kept for the next one."""
        page = driver.page
        await driver.presses(self.names["link"])
        await page.get_by_role("dialog").get_by_role("img").wait_for()
        await self._hang_sheet(page, "link")
        await self._close(page)
        await driver.presses(driver.says.add_more)
        sheet = page.get_by_role("dialog")
        await self.gallery.hang(page, "more-empty")
        await sheet.locator("label").first.click()
        await sheet.get_by_role("button", name=driver.says.hold_more).wait_for()
        await self._hang_sheet(page, "more")
        await sheet.get_by_role("button").last.click()
        await page.get_by_role("dialog").wait_for(state="hidden", timeout=CHARGE_MS)
        await self.gallery.hang(page, "more-applied")
        await self._chooses_again(driver, number - 1)

    async def _chooses_again(self, driver: Driver, number: int) -> None:
        charge = driver.page.url
        await driver.opens(f"/o/{(await self.street.outlet(number)).code}")
        await driver.page.get_by_text("VISA").first.wait_for()
        await self.gallery.hang(driver.page, "choose-card")
        await driver.presses(driver.says.to_payment)
        await self._hang_sheet(driver.page, "pay-card")
        await driver.page.goto(charge)
        await driver.watches_it_flow()

    async def is_told(self, driver: Driver, subscriber: Browser, number: int) -> None:
        """A charge of which this phone is told when it ends."""
        app = App(driver.phone.context, driver.page, self.house.url)
        await app.may_notify(subscriber)
        await self.street.do(number, "plug_car")
        await driver.opens(f"/o/{(await self.street.outlet(number)).code}")
        await driver.chooses_kwh("4.0")
        await driver.presses(driver.says.to_payment)
        sheet = driver.page.get_by_role("dialog")
        await sheet.get_by_role("checkbox", name=self.names["remember"]).check()
        await sheet.get_by_role("button", name=driver.says.hold).click()
        await driver.page.wait_for_url(PROVIDER_ADDRESS)
        await driver.pays_with_card(GOOD_CARD)
        await driver.watches_it_flow()
        await app.is_installed()
        row = driver.page.get_by_role("button", name=self.names["tell"])
        await row.click()
        await row.and_(driver.page.locator("[aria-pressed=true]")).wait_for()
        await row.scroll_into_view_if_needed()
        await self.gallery.hang(driver.page, "told")

    async def is_refused_notices(self, driver: Driver, number: int) -> None:
        """A second charge, on a phone whose browser blocks what it would be told."""
        page = driver.page
        await page.add_init_script(DENIES)
        await self.street.do(number, "plug_car")
        await driver.opens(f"/o/{(await self.street.outlet(number)).code}")
        await driver.presses(driver.says.to_payment)
        await page.get_by_role("dialog").get_by_role("button", name=driver.says.hold).click()
        await page.wait_for_url(SESSION_ADDRESS)
        await driver.watches_it_flow()
        await page.get_by_text(self.names["denied"]).wait_for()
        await self.gallery.hang(page, "told-denied")

    async def ends_so(self, driver: Driver, name: str, ends: Json) -> None:
        """The charge's page, had it ended so."""
        page, charge = driver.page, driver.page.url
        await page.route("**/events*", lambda route: route.abort())
        await page.route("**/api/sessions/*", changed(lambda said: said | ends))
        await page.goto(charge)
        await page.get_by_role("heading", level=2).first.wait_for()
        await self.gallery.hang(page, name)
        await page.unroute_all(behavior="ignoreErrors")
        await page.goto(charge)

    async def reads_long(self, driver: Driver) -> None:
        """A long history, and a receipt that takes another's place."""
        page, charge = driver.page, driver.page.url
        await driver.stops()
        await page.get_by_role("link", name=driver.says.receipt).wait_for(timeout=CHARGE_MS)
        await page.route("**/api/sessions", changed(many))
        await driver.opens("/history")
        await page.get_by_role("listitem").first.wait_for()
        await self.gallery.hang(page, "history-long")
        await page.unroute_all(behavior="ignoreErrors")
        corrects = {"corrects": "K-GZAJ5F8DN8", "refunded_yen": 20}
        await page.route("**/api/sessions/*/receipt", changed(lambda said: said | corrects))
        await page.goto(f"{charge}/receipt")
        await page.get_by_role("term").first.wait_for()
        await self.gallery.hang(page, "receipt-corrected")
        await page.unroute_all(behavior="ignoreErrors")

    async def loses_the_network(self, driver: Driver) -> None:
        """The server goes: while it is watched, after a reload, and under a press."""
        page, hang = driver.page, self.gallery.hang
        await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        await page.reload()
        await driver.watches_it_flow()
        await self.house.kill()
        await driver.phone.context.set_offline(True)
        await page.get_by_role("heading", level=2).first.wait_for()
        await hang(page, "offline-live")
        await page.reload()
        await page.get_by_role("heading", level=2).first.wait_for()
        await hang(page, "offline-past")
        await driver.stops()
        await page.get_by_text(self.names["kept"], exact=True).wait_for()
        await hang(page, "offline-stop-kept")
        await driver.opens("/history")
        await page.get_by_role("listitem").first.wait_for()
        await hang(page, "offline-history")


def many(said: Json) -> Json:
    """The newest charge of the list, so many times."""
    newest = said["sessions"][0]
    return {"sessions": [newest | {"session_id": f"{n:026}"} for n in range(LINES)]}


def changed(change: Callable[[Any], Any]) -> Callable[[Route], Any]:
    """Answers what the house answers, with something of it changed."""

    async def answer(route: Route) -> None:
        heard = await route.fetch()
        await route.fulfill(response=heard, json=change(await heard.json()))

    return answer
