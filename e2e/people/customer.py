"""A customer at home: what they do with 'My power', by role and visible name."""

import re

from playwright.async_api import Locator, Page, expect

from e2e.world.town import Home

ANSWER_MS = 20_000
# From a cut to what is said of it: a reading, its grace and a round of asking, at a fast pace.
JUDGED_MS = 150_000


class Customer:
    """Verbs; every wait is for something that can be seen. Speaks Japanese."""

    def __init__(self, page: Page, house_url: str) -> None:
        self.page = page
        self._house_url = house_url

    async def opens(self, path: str = "/power") -> None:
        await self.page.goto(f"{self._house_url}{path}")

    async def presses(self, name: str) -> None:
        await self.page.get_by_role("button", name=name, exact=True).click()

    async def types_bill(self, home: Home, *, customer_number: str = "", email: str = "") -> None:
        """What stands on the bill of `home`, or another customer number."""
        await self._types("メーターの番号", home.smid)
        await self._types("お客様番号", customer_number or home.customer_number)
        await self._types("郵便番号", home.postal_code)
        if email:
            await self._types("メールアドレス", email)

    async def _types(self, field: str, text: str) -> None:
        await self.page.get_by_role("textbox", name=re.compile(f"^{field}")).fill(text)

    async def registers(self, home: Home, *, email: str = "") -> None:
        """All the way, from the page that says that there is nothing yet."""
        await self.opens()
        await self.page.get_by_role("link", name="メーターを登録").click()
        await self.types_bill(home, email=email)
        await self.presses("登録してお知らせを受ける")
        await self.sees_state("登録しました")

    async def looks_at_home(self) -> None:
        await self.page.get_by_role("link", name="うちの電気を見る").click()

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
