"""The systems beside the house that tell its outage room what they know, each by a key."""

from typing import Any, Self

from e2e.world.loopback import caller
from konsento.foundation.ids import SystemIds

OFFICE_KEY = "an-office-of-the-journeys-01"
COLLECTOR_KEY = "a-head-end-of-the-journeys-01"
# What makes a house listen to them.
KEYS = f"branch:office:{OFFICE_KEY},other-hes:collector:{COLLECTOR_KEY}"
NO_POWER = "3.26.9.185"  # IEC 61968-9: a meter's last gasp


class Neighbour:
    """A sales office and a head-end in one hand."""

    def __init__(self, house_url: str) -> None:
        self._client = caller(house_url)
        self._ids = SystemIds()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def office_says(self, now_ms: int, outage: str = "", **facts: Any) -> None:
        """The office's word of an outage, or of a place that `facts` name."""
        said = {"said_at_ms": now_ms, "facts": facts} | ({"outage": outage} if outage else {})
        path = f"/outage/v1/entries/{self._ids.fresh()}"
        answer = await self._client.put(path, json=said, headers=_by(OFFICE_KEY))
        answer.raise_for_status()

    async def meter_gasps(self, smid: str, at_ms: int) -> None:
        """A meter's last word: its power goes."""
        event = {"smid": smid, "code": NO_POWER, "at_ms": at_ms}
        batch = {"batch": self._ids.fresh(), "events": [event]}
        answer = await self._client.post(
            "/outage/v1/meter-events", json=batch, headers=_by(COLLECTOR_KEY)
        )
        answer.raise_for_status()


def _by(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}
