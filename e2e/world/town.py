"""The town around the street: whose homes can be registered, and what in it can be cut."""

from typing import Literal, Self

import msgspec

from e2e.world.loopback import caller
from konsento.foundation.ids import SystemIds

Breakable = Literal[
    "feeder", "section", "transformer", "drop", "service_breaker", "radio", "concentrator",
    "head_end",
]  # fmt: skip


class Home(msgspec.Struct, frozen=True):
    """What stands on a home's bill, and what it hangs on."""

    smid: str
    customer_number: str
    postal_code: str
    feeder: str
    transformer: str
    concentrator: str


class Homes(msgspec.Struct, frozen=True):
    homes: list[Home]


class Seen(msgspec.Struct, frozen=True):
    """What can be cut, by kind."""

    places: dict[str, list[str]]


class Town:
    """What one can do to the town's wires, through the demo's control API."""

    def __init__(self, house_url: str) -> None:
        self._client = caller(house_url)
        self._ids = SystemIds()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def home(self, place: int = 0) -> Home:
        """The home at this place of the list."""
        return (await self.homes())[place]

    async def homes(self) -> list[Home]:
        """Those that can be registered: some that stand close together, some far from them."""
        answer = await self._client.get("/demo/api/town/homes")
        answer.raise_for_status()
        return msgspec.json.decode(answer.content, type=Homes).homes

    async def places(self, what: Breakable) -> list[str]:
        """The codes of what can be cut of this kind."""
        answer = await self._client.get("/demo/api/town")
        answer.raise_for_status()
        return msgspec.json.decode(answer.content, type=Seen).places[what]

    async def cut(self, what: Breakable, code: str) -> None:
        await self._change("cut", what, code)

    async def mend(self, what: Breakable, code: str) -> None:
        await self._change("mend", what, code)

    async def is_whole(self) -> None:
        """Whatever was cut is mended."""
        await self._post("mend-all", {})

    async def _change(self, how: str, what: Breakable, code: str) -> None:
        await self._post(how, {"what": what, "code": code})

    async def _post(self, how: str, words: dict[str, str]) -> None:
        headers = {"X-Requested-By": "konsento", "Idempotency-Key": self._ids.fresh()}
        answer = await self._client.post(f"/demo/api/town/{how}", json=words, headers=headers)
        answer.raise_for_status()
