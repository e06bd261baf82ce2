"""A customer at home: what they do with 'My power', by role and visible name."""

import re
from email.message import EmailMessage
from typing import Any

from playwright.async_api import Locator, Page, expect

from e2e.people.power_speech import POWER_SPEECH
from e2e.people.speech import Language
from e2e.world.mail_server import plain_text
from e2e.world.town import Home
from konsento.foundation.ids import SystemIds

ANSWER_MS = 20_000
# From a cut to what is said of it: a reading, its grace and a round of asking, at a fast pace.
JUDGED_MS = 150_000
CONFIRM_LINK = re.compile(r"https?://\S+(/mail/confirm#(\S+))")


class Customer:
    """Verbs; every wait is for something that can be seen."""

    def __init__(self, page: Page, house_url: str, language: Language = "ja") -> None:
        self.page = page
        self.language = language
        self.says = POWER_SPEECH[language]
        self._house_url = house_url

    async def opens(self, path: str = "/power") -> None:
        await self.page.goto(f"{self._house_url}{path}")

    async def presses(self, name: str) -> None:
        await self.page.get_by_role("button", name=name, exact=True).click()

    async def types_bill(self, home: Home, *, customer_number: str = "", email: str = "") -> None:
        """What stands on the bill of `home`, or another customer number."""
        await self._types(self.says.smid, home.smid)
        await self._types(self.says.customer_number, customer_number or home.customer_number)
        await self._types(self.says.postal_code, home.postal_code)
        if email:
            await self._types(self.says.email, email)

    async def _types(self, field: str, text: str) -> None:
        await self.page.get_by_role("textbox", name=re.compile(f"^{field}")).fill(text)

    async def registers(self, home: Home, *, email: str = "") -> None:
        """All the way, from the page that says that there is nothing yet."""
        await self.opens()
        await self.page.get_by_role("link", name=self.says.to_registration).click()
        await self.types_bill(home, email=email)
        await self.presses(self.says.register)
        await self.sees_state(self.says.registered)

    async def confirms(self, mail: EmailMessage) -> None:
        """Opens the link that came to the address, and presses."""
        await self.opens(_link(mail)[1])
        await self.presses(self.says.confirm)
        await self.sees_state(self.says.confirmed)

    async def has_registered(self, home: Home, *, email: str = "") -> None:
        """The same without its pages, where they are not what the journey is about."""
        bill = {name: getattr(home, name) for name in ("smid", "customer_number", "postal_code")}
        wish = bill | {"language": self.language} | ({"email": email} if email else {})
        await self._puts("/api/meters", wish)

    async def has_confirmed(self, mail: EmailMessage) -> None:
        await self._puts("/api/mail/confirm", {"token": _link(mail)[2]})

    async def outage(self) -> str:
        """The record of the outage that the first of their meters is in."""
        return str((await self._first())["outage"]["outage"])

    async def works(self) -> str:
        """The record of the works that are planned for it."""
        return str((await self._first())["planned"][0]["outage"])

    async def _first(self) -> dict[str, Any]:
        return (await self._meters())[0]

    async def meter(self, home: Home) -> dict[str, Any]:
        """What the page is told of this home."""
        return next(each for each in await self._meters() if each["smid"] == home.smid)

    async def _meters(self) -> list[dict[str, Any]]:
        answer = await self.page.request.get(f"{self._house_url}/api/power")
        found: list[dict[str, Any]] = (await answer.json())["meters"]
        return found

    async def has_said_still_out(self, home: Home) -> None:
        """As `says_still_out`, without the page."""
        registration = (await self.meter(home))["registration_id"]
        await self._puts(f"/api/power/{registration}/still-out", {})

    async def _puts(self, path: str, body: dict[str, str]) -> None:
        headers = {"X-Requested-By": "konsento", "Idempotency-Key": SystemIds().fresh()}
        url = f"{self._house_url}{path}"
        answer = await self.page.request.post(url, data=body, headers=headers)
        assert answer.ok, await answer.text()

    async def allows_notices(self) -> None:
        """Taps the row that explains them, and the phone says that they are on."""
        row = self.page.get_by_role("button", name=self.says.tell_phone)
        await row.click()
        await expect(row).to_have_attribute("aria-pressed", "true")

    async def says_still_out(self) -> None:
        await self.presses(self.says.still_out)
        await self.sees(self.says.asked)

    async def looks_at_home(self) -> None:
        await self.page.get_by_role("link", name=self.says.see_power).click()

    async def opens_settings(self) -> None:
        await self.page.locator("a[href^='/power/']:not([href='/power/new'])").first.click()
        await expect(self.page.get_by_role("heading", name="お知らせの設定")).to_be_visible()

    async def sees(self, words: str) -> None:
        await expect(self._words(words).first).to_be_visible(timeout=ANSWER_MS)

    def _words(self, words: str) -> Locator:
        return self.page.get_by_text(words)

    async def sees_state(self, title: str, *, within_ms: int = ANSWER_MS) -> None:
        """The state that stands on top, in these words."""
        state = self.page.locator(".say").first.get_by_role("heading")
        await expect(state).to_contain_text(title, timeout=within_ms)


def _link(mail: EmailMessage) -> re.Match[str]:
    found = CONFIRM_LINK.search(plain_text(mail))
    assert found is not None
    return found
