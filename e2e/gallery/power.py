"""A customer's pages: registering, every state of their power, and what the links in mails open."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from playwright.async_api import Page, Route

from e2e.gallery.wall import Gallery
from e2e.world.house import House
from e2e.world.town import Home, Town

MINUTE_MS = 60_000
AREA: Mapping[str, str] = {"ja": "岡山市北区駅元町", "en": "Ekimotomachi, Kita-ku"}


def outage(now_ms: int, **different: Any) -> dict[str, Any]:
    """An area's outage of half an hour, of which nothing is known yet."""
    next_word = {"is": "unknown", "next_word_at_ms": now_ms + 90 * MINUTE_MS}
    known = {
        "outage": "storm", "kind": "fault", "scope": "area",
        "started_at_ms": now_ms - 26 * MINUTE_MS, "restored_at_ms": None,
        "planned_until_ms": None, "expected": next_word, "overdue": False,
        "households_out": 1240, "households_out_max": 1240, "cause": "under_investigation",
        "cause_text": "", "response_status": "crew_sent", "areas": [AREA],
        "waiting_for_meter": False,
    }  # fmt: skip
    return known | different


def states(now_ms: int) -> dict[str, dict[str, Any]]:
    """What a house says of one meter in each state, as far as it differs from a calm day."""
    at = {"is": "at", "at_ms": now_ms + 60 * MINUTE_MS}
    own: dict[str, Any] = {"judgement": "own_premises", "since_ms": now_ms - 60 * MINUTE_MS}
    back = {"at_ms": now_ms - 8 * MINUTE_MS, "kind": "restored"}
    words = {"words": {"ja": "電気が戻りました", "en": "Your power is back"}}
    works = {
        "outage": "works", "starts_at_ms": now_ms + 8_640 * MINUTE_MS,
        "until_ms": now_ms + 8_760 * MINUTE_MS, "cause_text": "",
    }  # fmt: skip
    planned = outage(now_ms, kind="planned", cause="works", expected=None)
    planned["planned_until_ms"] = now_ms + 60 * MINUTE_MS
    return {
        "planned-ahead": {"planned": [works]},
        "checking": {"judgement": "checking"},
        "area": {"judgement": "area", "outage": outage(now_ms)},
        "area-overdue": {
            "judgement": "area", "outage": outage(now_ms, expected=at, cause="tree", overdue=True),
        },
        "own-confirmed": own | {"grade": "confirmed"},
        "own-likely": own | {"grade": "likely"},
        "cannot-tell": own | {"grade": "cannot_tell"},
        "unknown": {"judgement": "unknown"},
        "no-answer": {"judgement": "no_answer", "stale": True},
        "planned-now": {"judgement": "planned", "outage": planned},
        "waiting": {"judgement": "unknown", "outage": outage(now_ms, waiting_for_meter=True)},
        "back": {"told": [back | words]},
    }  # fmt: skip


def saying(body: str) -> Callable[[Route], Awaitable[None]]:
    """An answer in the house's place."""

    async def answer(route: Route) -> None:
        await route.fulfill(body=body, content_type="application/json")

    return answer


class Power:
    """One walk in one language; states that need bad luck are told by changing the answers."""

    def __init__(self, gallery: Gallery, house: House, page: Page) -> None:
        self.gallery = gallery
        self.house = house
        self.page = page

    async def registers(self) -> None:
        """Nothing yet, an empty form sent off, the wrong number, and the right one."""
        await self._opens("/power", "main .card")
        await self.gallery.hang(self.page, "nothing-registered")
        await self._opens("/power/new", "form")
        await self._sends()
        await self.gallery.hang(self.page, "empty-form")
        async with Town(self.house.url) as town:
            home = await town.home()
        await self._fills(home, "33-999999-99")
        await self._sends()
        await self.page.get_by_role("alert").wait_for()
        await self.gallery.hang(self.page, "not-matched")
        await self._fills(home, home.customer_number)
        await self._sends()
        await self.page.locator(".say").wait_for()
        await self.gallery.hang(self.page, "registered")

    async def has_every_state(self) -> None:
        await self._opens("/power", ".say")
        await self.gallery.hang(self.page, "power-on")
        answer = await self.page.request.get(f"{self.house.url}/api/power")
        calm = await answer.json()
        for name, different in states(calm["now_ms"]).items():
            said = calm | {"meters": [calm["meters"][0] | {"area": AREA} | different]}
            await self.page.route("**/api/power", saying(json.dumps(said)))
            await self._opens("/power", ".say")
            await self.page.locator("main a[href^='/power/']").first.wait_for()
            await self.gallery.hang(self.page, name)
            await self.page.unroute("**/api/power")

    async def changes(self) -> None:
        """The settings of the registration, and the links of mails."""
        await self._opens("/power", ".say")
        await self.page.locator("main a[href^='/power/']:not([href='/power/new'])").click()
        await self.page.locator("[name=email]").wait_for()
        await self.gallery.hang(self.page, "settings")
        for path in ("confirm", "stop"):
            await self._opens(f"/mail/{path}#{'0' * 53}", "main .card")
            await self.gallery.hang(self.page, f"mail-{path}")
        await self.page.locator(".bar button").click()
        await self.page.locator(".say").wait_for()
        await self.gallery.hang(self.page, "link-over")

    async def _opens(self, path: str, shows: str) -> None:
        await self.page.goto(f"{self.house.url}{path}")
        await self.page.locator(shows).first.wait_for()

    async def _sends(self) -> None:
        await self.page.locator("button[type=submit]").click()

    async def _fills(self, home: Home, customer_number: str) -> None:
        typed = {"smid": home.smid, "customer": customer_number, "postal": home.postal_code}
        for name, text in typed.items():
            await self.page.locator(f"[name={name}]").fill(text)
