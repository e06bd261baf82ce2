"""A driver: what they do with their thumbs and see with their eyes, by role and visible name."""

import re

from playwright.async_api import Locator, expect

from e2e.people.phone import Phone
from e2e.people.receipt import Receipt, read_receipt
from e2e.people.speech import SPEECH, Language

GOOD_CARD = "4242 4242 4242 4242"
DECLINED_CARD = "4000 0000 0000 0002"
SECURED_CARD = "4000 0025 0000 3155"
# Its bank asks for a proof each time, and so also when the card comes back remembered.
ALWAYS_SECURED_CARD = "4000 0027 6000 3184"
# Good when its number is typed; refused by its bank when it comes back remembered.
LATER_DECLINED_CARD = "4000 0000 0000 0341"
PROVIDER_ADDRESS = re.compile(r"/sandbox/pay/")
SESSION_ADDRESS = re.compile(r"/s/[0-9a-z]+$")
STATE_MS = 20_000
CHARGE_MS = 75_000


class Driver:
    """Verbs, in the order of a charge. Every wait is for something that can be seen."""

    def __init__(self, phone: Phone, house_url: str, language: Language = "ja") -> None:
        self.phone = phone
        self.page = phone.page
        self.house_url = house_url
        self.says = SPEECH[language]

    # Finding the outlet

    async def opens(self, path: str = "/") -> None:
        await self.page.goto(f"{self.house_url}{path}")

    async def taps_scan(self) -> None:
        await self.page.get_by_role("link", name=self.says.scan).click()

    async def wants_to_type(self) -> None:
        await self.page.get_by_role("link", name=self.says.type_code).click()

    async def types_code(self, code: str) -> None:
        """Letter by letter, as a thumb does it."""
        field = self.page.get_by_role("textbox", name=self.says.code_field)
        await field.clear()
        await field.press_sequentially(code)

    async def checks_code(self) -> None:
        await self.presses(self.says.check)

    # Choosing and paying

    async def chooses_kwh(self, kwh: str) -> None:
        await self._chooses(self.says.by_energy, self.says.energy_field, kwh)

    async def chooses_minutes(self, minutes: str) -> None:
        await self._chooses(self.says.by_time, self.says.time_field, minutes)

    async def chooses_yen(self, price_yen: str) -> None:
        await self._chooses(self.says.by_money, self.says.money_field, price_yen)

    async def _chooses(self, way: str, field: str, amount: str) -> None:
        # The radio lies under its label: one taps what one sees.
        await self.page.locator("fieldset").get_by_text(way, exact=True).click()
        await expect(self.page.get_by_role("radio", name=way, exact=True)).to_be_checked()
        box = self.page.get_by_role("textbox", name=field)
        await box.fill(amount)
        await box.press("Enter")
        await expect(box).to_have_value(amount)

    async def chooses_power(self, power: str, take: str) -> None:
        """Opens the sheet of powers, picks one, and takes it by the button that names it."""
        await self.page.get_by_role("button", name=self.says.per_kwh).click()
        sheet = self.page.get_by_role("dialog", name=self.says.which_power)
        await sheet.get_by_role("radio", name=re.compile(f"^{power}")).check()
        await sheet.get_by_role("button", name=take).click()
        await expect(sheet).to_be_hidden()

    async def opens_payment(self) -> Locator:
        """Opens the payment sheet, which says what is held and how it is paid."""
        await self.presses(self.says.to_payment)
        sheet = self.page.get_by_role("dialog")
        await expect(sheet).to_be_visible()
        return sheet

    async def goes_to_payment(self, email: str = "", *, remember: bool = False) -> None:
        """Perhaps gives an address, perhaps has the card remembered; is led to the provider."""
        sheet = await self.opens_payment()
        if email:
            await sheet.get_by_label(self.says.email_field).fill(email)
        if remember:
            await sheet.get_by_role("checkbox", name=self.says.remember).check()
        await sheet.get_by_role("button", name=self.says.hold).click()
        await self.page.wait_for_url(PROVIDER_ADDRESS)

    async def starts_with_remembered_card(self) -> None:
        """Takes the card that the payment sheet has chosen already."""
        sheet = await self.opens_payment()
        await sheet.get_by_role("button", name=self.says.hold).click()

    async def offers_card(self, number: str) -> None:
        """Types a card on the provider's page and presses its button."""
        await self.page.get_by_label(self.says.card_field).fill(number)
        await self.presses(self.says.pay)

    async def pays_with_card(self, number: str = GOOD_CARD) -> None:
        """A card that is good: the browser comes back to the session."""
        await self.offers_card(number)
        await self.page.wait_for_url(SESSION_ADDRESS)

    async def proves_it_is_them(self) -> None:
        await self.presses(self.says.approve)
        await self.page.wait_for_url(SESSION_ADDRESS)

    async def leaves_payment(self) -> None:
        await self.presses(self.says.leave_payment)
        await self.page.wait_for_url(SESSION_ADDRESS)

    async def pays_for(
        self, code: str, *, kwh: str, card: str = GOOD_CARD, remember: bool = False
    ) -> None:
        """From the outlet's address to the session, without a hitch; geothermal, at 44 yen."""
        await self.chooses_at(code, kwh=kwh)
        await self.goes_to_payment(remember=remember)
        await self.pays_with_card(card)

    async def chooses_at(self, code: str, *, kwh: str) -> None:
        """Geothermal, at 44 yen, at the outlet with this code."""
        await self.opens(f"/o/{code}")
        await self.chooses_power("地熱", take="地熱・はるかぜ電力にする")
        await self.chooses_kwh(kwh)

    async def adds(self, amount: str) -> None:
        """More for the charge that runs, held on the card that the sheet has chosen already."""
        await self.presses(self.says.add_more)
        sheet = self.page.get_by_role("dialog")
        await sheet.get_by_text(amount, exact=True).click()
        await sheet.get_by_role("button", name=self.says.hold_more).click()

    # Watching and ending

    async def watches_it_flow(self) -> None:
        """Sees the ring, and a power that is not nought."""
        await expect(self.ring()).to_be_visible(timeout=STATE_MS)
        await expect(self.figure("いまの電力", "Power now")).to_have_text(
            re.compile(r"^[1-3]\.\d\d ?kW$"), timeout=STATE_MS
        )

    async def watches_until(self, *labels: str, least: str) -> None:
        """Watches one figure until its text matches."""
        await expect(self.figure(*labels)).to_have_text(re.compile(least), timeout=CHARGE_MS)

    async def progress(self) -> str:
        """What the ring says of the energy so far: "0.12 / 1.20 kWh"."""
        return await self._progress().inner_text()

    async def watches_progress_past(self, before: str) -> None:
        """Sees a newer figure in the ring than the one remembered."""
        await expect(self._progress()).not_to_have_text(before, timeout=STATE_MS * 2)

    def _progress(self) -> Locator:
        return self.ring().get_by_text(re.compile(r"\d / \d"))

    async def stops(self) -> None:
        """Presses stop, is asked once, and says yes."""
        await self.presses(self.says.stop)
        await (
            self.page.get_by_role("dialog")
            .get_by_role("button", name=self.says.stop_for_sure)
            .click()
        )

    async def finishes(self) -> None:
        """Ends a charge in which nothing flows any more; nobody asks twice."""
        await self.page.get_by_role("button", name=self.says.finish).click()

    async def resumes(self) -> None:
        """Says that power may flow again after a pause."""
        await self.presses(self.says.resume)

    async def goes_on(self) -> None:
        """Says that the charge shall go on, now that power is back."""
        await self.presses(self.says.go_on_charging)

    async def asks_to_be_told(self) -> None:
        """Taps the row that explains it, and the phone says that it is on."""
        row = self.page.get_by_role("button", name=self.says.tell_me)
        await row.click()
        await expect(row).to_have_attribute("aria-pressed", "true")

    async def reads_receipt(self) -> Receipt:
        """Opens the receipt and reads it."""
        await self.page.get_by_role("link", name=self.says.receipt).click()
        return await self.reads_paper()

    async def reads_paper(self) -> Receipt:
        """Reads the receipt that is open already."""
        await self.sees_title(self.says.receipt_title)
        await expect(self.page.get_by_role("term").first).to_be_visible()
        terms = await self.page.get_by_role("term").all_inner_texts()
        figures = await self.page.get_by_role("definition").all_inner_texts()
        text = await self.page.get_by_role("main").inner_text()
        return read_receipt(dict(zip(terms, figures, strict=True)), text)

    # Eyes and thumbs

    def ring(self) -> Locator:
        return self.page.get_by_role("progressbar", name=self.says.live)

    def figure(self, *labels: str) -> Locator:
        """The figure that stands under one of these labels."""
        named = self.page.get_by_text(re.compile(f"^(?:{'|'.join(labels)})$"))
        return named.locator("xpath=..").locator(".num")

    async def presses(self, name: str) -> None:
        await self.page.get_by_role("button", name=name).click()

    async def sees(self, text: str, *, within_ms: int = STATE_MS) -> None:
        """Something with this text is on the screen, in full view of the driver."""
        said = self.page.get_by_text(text).filter(visible=True).first
        await expect(said).to_be_visible(timeout=within_ms)

    async def sees_button(self, name: str) -> None:
        await expect(self.page.get_by_role("button", name=name)).to_be_visible(timeout=STATE_MS)

    async def sees_not(self, text: str) -> None:
        await expect(self.page.get_by_text(text).filter(visible=True)).to_have_count(
            0, timeout=STATE_MS
        )

    async def sees_heading(self, text: str, *, within_ms: int = STATE_MS) -> None:
        """The sentence that says how it stands."""
        said = self.page.get_by_role("heading", level=2, name=text)
        await expect(said).to_be_visible(timeout=within_ms)

    async def sees_title(self, text: str) -> None:
        title = self.page.get_by_role("heading", level=1)
        await expect(title).to_have_text(text, timeout=STATE_MS)

    async def has_meter(self, digits: str) -> None:
        """The meter's face shows these six digits, as on the wall."""
        face = self.page.get_by_role("img", name=re.compile(f"{int(digits)}。|Meter {int(digits)}"))
        await expect(face).to_be_visible(timeout=STATE_MS)
