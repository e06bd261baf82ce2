"""Somebody who listens in on the stream that a page follows: what came, and what was asked for."""

from typing import Any

import msgspec
from playwright.async_api import Page

# Each stream that the page opens is heard a second time; the page knows nothing of it.
LISTENS = """
  window.heardOfSession = [];
  const Unheard = EventSource;
  window.EventSource = class extends Unheard {
    constructor(...given) {
      super(...given);
      this.addEventListener('session', (event) =>
        window.heardOfSession.push({ number: Number(event.lastEventId), said: event.data }));
    }
  };
"""
HEARD = "window.heardOfSession"
WHOLE = "async (path) => (await fetch(path)).text()"


class Said(msgspec.Struct, frozen=True):
    """What counts here of a session's view: its samples, (at_ms, power_w, used_wh)."""

    samples: list[tuple[int, int, int]]


class Listener:
    """Begins before the page is first opened, and lasts as long as the page is never left."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._resumed_after: list[str | None] = []

    async def begins(self) -> None:
        """Listens to the page, and to what goes over the wire: only there is Last-Event-ID seen."""
        await self._page.add_init_script(LISTENS)
        wire = await self._page.context.new_cdp_session(self._page)
        wire.on("Network.requestWillBeSentExtraInfo", self._on_request)
        await wire.send("Network.enable")

    def _on_request(self, event: dict[str, Any]) -> None:
        headers = {name.lower(): value for name, value in event["headers"].items()}
        if headers.get("accept") == "text/event-stream":
            self._resumed_after.append(headers.get("last-event-id"))

    async def heard_each_thing_once(self, session: str, *, interruptions: int) -> None:
        """Each stream began after what the one before it had said, and the samples that came on
        all of them are the house's, whole and in order."""
        came = await self._page.evaluate(HEARD)
        numbers = [each["number"] for each in came]
        assert numbers == sorted(set(numbers))
        first, *others = self._resumed_after
        assert first is None
        assert len(others) >= interruptions
        assert {int(number or -1) for number in others} <= set(numbers)
        told = [one for each in came for one in _samples(each["said"])]
        assert told == _samples(await self._page.evaluate(WHOLE, f"/api{session}"))


def _samples(view: str) -> list[tuple[int, int, int]]:
    return msgspec.json.decode(view, type=Said).samples
