"""A driver with a phone that shows notifications."""

import httpx
import msgspec

from tests.push.pushbox import Browser, PushBox
from tests.town import Driver, Json, key


class Told(Driver):
    """`browser` is the phone's own; `box` the push service it is known to."""

    box: PushBox
    browser_here: Browser

    async def put(self, path: str, body: Json) -> httpx.Response:
        headers = {"Idempotency-Key": key(), "Content-Type": "application/json"}
        return await self.phone.put(path, content=msgspec.json.encode(body), headers=headers)

    async def subscribes(self, language: str = "ja") -> Browser:
        """One more browser of this person."""
        browser = self.box.browser()
        wish = browser.wish(language=language)
        await self.said(await self.put("/api/push/subscription", wish))
        self.browser_here = browser
        return browser

    def shown(self, browser: Browser | None = None) -> list[Json]:
        """The notifications as they came to one browser, the oldest first."""
        path = (browser or self.browser_here).path
        return [push.payload["notification"] for push in self.box.taken if push.path == path]

    def kinds(self, browser: Browser | None = None) -> list[str]:
        return self.box.kinds(browser or self.browser_here)
