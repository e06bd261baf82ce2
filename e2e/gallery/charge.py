"""One walk of a driver: from home by a refused card to the receipt, and all that goes wrong."""

import re

from e2e.gallery.wall import Gallery
from e2e.people.driver import CHARGE_MS, DECLINED_CARD, SECURED_CARD, Driver
from e2e.world.house import House
from e2e.world.street import Street

NOTHING_CHARGED = re.compile("請求はありません|Nothing is charged")


class Charge:
    """One walk through the states in one language; outlets go by their number."""

    def __init__(self, gallery: Gallery, street: Street, house: House) -> None:
        self.gallery = gallery
        self.street = street
        self.house = house

    async def finds(self, driver: Driver) -> None:
        """Home, the number, and outlets that cannot be used."""
        hang = self.gallery.hang
        await driver.opens()
        await driver.page.get_by_role("list").first.wait_for()
        await hang(driver.page, "home")
        await driver.opens("/history")
        await driver.page.get_by_role("heading", level=2).first.wait_for()
        await hang(driver.page, "history-empty")
        code = (await self.street.outlet(1)).code
        await driver.opens("/enter")
        await driver.types_code(code[:9] + ("7" if code[9] != "7" else "8"))
        await hang(driver.page, "mistyped")
        await driver.types_code(code)
        await hang(driver.page, "typed")
        await self.street.do(2, "cut_power")
        await self.street.do(3, "cut_link")
        await self.street.runs(60)
        for number, state in ((2, "no_power"), (3, "unreachable")):
            outlet = await self.street.until_said(number, state)
            await driver.opens(f"/o/{outlet.code}")
            await driver.page.get_by_role("alert").wait_for()
            await hang(driver.page, state)
        await self.street.runs(1)
        await driver.opens("/o/0000000000")
        await driver.page.get_by_role("alert").wait_for()
        await hang(driver.page, "unknown-outlet")

    async def scans(self, driver: Driver) -> None:
        """The scanner over a foreign label, and a camera that is refused."""
        await driver.opens("/scan")
        await driver.page.get_by_role("status").filter(has_text="QR").wait_for()
        await self.gallery.hang(driver.page, "scan")
        await driver.phone.context.clear_permissions()
        await driver.opens("/scan")
        await driver.page.get_by_role("alert").wait_for()
        await self.gallery.hang(driver.page, "camera-refused")

    async def pays(self, driver: Driver, number: int) -> None:
        """The choice and its sheets, the provider's page, a refusal, and another card."""
        hang, page = self.gallery.hang, driver.page
        await driver.opens(f"/o/{(await self.street.outlet(number)).code}")
        await driver.chooses_minutes("120")
        await hang(driver.page, "choose-time")
        await driver.chooses_yen("300")
        await hang(driver.page, "choose-yen")
        await page.get_by_role("button", name=driver.says.per_kwh).click()
        await page.get_by_role("dialog").get_by_role("radio").nth(3).check()
        await hang(driver.page, "choose-power")
        await page.get_by_role("dialog").get_by_role("button").last.click()
        await page.get_by_role("dialog").wait_for(state="hidden")
        await driver.chooses_kwh("1.2")
        await hang(driver.page, "choose-kwh")
        await driver.presses(driver.says.to_payment)
        await hang(driver.page, "pay")
        await page.get_by_role("dialog").get_by_role("button").first.click()
        await driver.goes_to_payment()
        await hang(driver.page, "provider")
        await driver.leaves_payment()
        await page.get_by_role("heading", level=2).wait_for()
        await hang(driver.page, "unpaid")
        await page.get_by_role("button", name=driver.says.pay_now).click()
        await driver.offers_card(DECLINED_CARD)
        await page.get_by_role("alert").wait_for()
        await hang(driver.page, "provider-declined")
        await driver.leaves_payment()
        await driver.sees_button(driver.says.another_card)
        await hang(driver.page, "declined")
        await driver.presses(driver.says.another_card)
        await driver.offers_card(SECURED_CARD)
        await hang(driver.page, "provider-proof")

    async def charges(self, driver: Driver, number: int) -> None:
        """Plug, flow, stop, idle, and the paper at the end."""
        hang, page = self.gallery.hang, driver.page
        await driver.proves_it_is_them()
        await driver.sees_button(driver.says.stop)
        await hang(driver.page, "plug")
        await self.street.do(number, "plug_car")
        await driver.watches_it_flow()
        await self.street.runs(60)
        await driver.watches_until("ここまで", "So far", least=r"[1-3]\d")
        await self.street.runs(1)
        await hang(driver.page, "live")
        await driver.presses(driver.says.stop)
        await hang(driver.page, "stop")
        await page.get_by_role("dialog").get_by_role("button").last.click()
        await driver.opens()
        await page.get_by_role("link").first.wait_for()
        await hang(driver.page, "home-running")
        await page.go_back()
        await self.street.do(number, "unplug")
        await driver.sees_button(driver.says.resume)
        await hang(driver.page, "paused")
        await driver.resumes()
        await driver.sees_button(driver.says.go_on)
        await hang(driver.page, "idle")
        await self.street.do(number, "plug_car")
        await self.street.runs(60)
        await page.get_by_role("link", name=driver.says.receipt).wait_for(timeout=CHARGE_MS)
        await self.street.runs(1)
        await hang(driver.page, "result")
        await driver.reads_receipt()
        await hang(driver.page, "receipt")
        await driver.opens()
        await page.get_by_role("link", name="1.20 kWh").wait_for()
        await hang(driver.page, "home-last")

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
        await hang(driver.page, "starting")
        await self.street.do(number, "mend_link")
        await driver.watches_it_flow()
        await self.street.do(number, "cut_link")
        await page.get_by_role("button", name=driver.says.finish).wait_for(timeout=CHARGE_MS)
        await hang(driver.page, "link-lost")
        await driver.finishes()
        await page.get_by_role("button", name=driver.says.finish).wait_for(state="detached")
        await hang(driver.page, "stopping")
        await self.street.runs(60)
        await self.street.until_switched(number, "open")
        await self.street.do(number, "mend_link")
        await page.get_by_role("link", name=driver.says.receipt).wait_for(timeout=CHARGE_MS)
        await self.street.runs(1)
        await hang(driver.page, "result-waived")

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
        await hang(other.page, "busy")
        await self.street.runs(60)
        failed = page.get_by_role("heading", name=NOTHING_CHARGED)
        await failed.wait_for(timeout=CHARGE_MS)
        await self.street.runs(1)
        await hang(driver.page, "start-failed")
        await driver.opens("/history")
        await page.get_by_role("listitem").first.wait_for()
        await hang(driver.page, "history")
        await self.street.do(number, "mend_link")
        await self.house.kill()
        await driver.opens(f"/o/{code}")
        await page.get_by_role("alert").wait_for()
        await hang(driver.page, "no-answer")
        await driver.opens()
        await page.get_by_role("main").get_by_role("status").first.wait_for()
        await hang(driver.page, "home-offline")
