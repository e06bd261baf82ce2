"""Somebody at the car park's desk: what they do with a mouse and a wide screen. Speaks Japanese."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Locator, expect

from e2e.people.phone import PATIENCE_MS, Phone
from e2e.world.house import House

NAME = "okayama"
PLACE = "岡山駅西口駐車場"
NOT_YET_SIGNED_IN = r"status of 401"


class Operator:
    """Verbs; an outlet goes by the number painted on the ground."""

    def __init__(self, screen: Phone, house: House) -> None:
        self.screen, self.page, self._house = screen, screen.page, house

    async def opens(self, path: str) -> None:
        await self.page.goto(f"{self._house.url}{path}")

    async def signs_in(self) -> None:
        await self.page.get_by_label("名前", exact=True).fill(NAME)
        await self.page.get_by_label("パスワード").fill(self._house.operator_password())
        await self.page.get_by_role("button", name="サインインする").click()
        await expect(self.page.get_by_role("navigation")).to_be_visible()

    async def goes_to(self, view: str) -> None:
        await self.page.get_by_role("navigation").get_by_role("link", name=view).click()
        await expect(self.page.get_by_role("heading", level=1, name=view)).to_be_visible()

    def row(self, number: int) -> Locator:
        """The line of an outlet on the board."""
        name = re.compile(rf"(?<!\d){number}番")
        heading = self.page.get_by_role("heading", level=3, name=name)
        return self.page.get_by_role("listitem").filter(has=heading)

    async def looks_at(self, number: int) -> Locator:
        """All there is to say of one outlet, found on the picture of the place."""
        await self.goes_to("場所の図")
        plan = self.page.get_by_role("group", name="場所の図")
        await plan.get_by_role("link", name=f"{PLACE} {number}番").click()
        one = self.page.get_by_role("region", name=f"{PLACE} {number}番")
        await expect(one).to_be_visible()
        return one

    async def confirms(self, name: str, reason: str = "") -> None:
        dialog = self.page.get_by_role("dialog")
        if reason:
            await dialog.get_by_role("textbox").fill(reason)
        await dialog.get_by_role("button", name=name, exact=True).click()
        await expect(dialog).to_be_hidden()


@asynccontextmanager
async def operator(browser: Browser, house: House) -> AsyncIterator[Operator]:
    """Before a fresh screen; what it complained of fails the journey."""
    context = await browser.new_context(
        locale="ja-JP", timezone_id="Asia/Tokyo", viewport={"width": 1280, "height": 800}
    )
    context.set_default_timeout(PATIENCE_MS)
    screen = Phone(context, await context.new_page())
    # Who sits here is asked before anybody has signed in.
    screen.forgives(NOT_YET_SIGNED_IN)
    yield Operator(screen, house)
    await context.close()
    assert screen.complaints() == []
