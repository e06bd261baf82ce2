"""The street before the house: plugs, links, supply, and how fast time runs."""

from typing import Literal, Self

import msgspec

from e2e.world.loopback import ASKED_WITHIN_S, caller
from e2e.world.waiting import until
from konsento.foundation.clock import RateClock
from konsento.foundation.ids import SystemIds

Act = Literal[
    "plug_car",
    "plug_bike",
    "plug_kettle",
    "unplug",
    "cut_link",
    "mend_link",
    "cut_power",
    "restore_power",
]


class Outlet(msgspec.Struct, frozen=True):
    """One outlet as somebody standing before it sees it; Wh and W."""

    outlet: str
    code: str
    label: str
    switch: str
    link: str
    power: str
    plugged: str | None
    power_w: int
    register_wh: int


class Seen(msgspec.Struct, frozen=True):
    now_ms: int
    rate: int
    outlets: list[Outlet]


class Mail(msgspec.Struct, frozen=True):
    """A mail that the house would have sent."""

    to: str
    subject: str
    text: str


class Mails(msgspec.Struct, frozen=True):
    mails: list[Mail]


class SaidOf(msgspec.Struct, frozen=True):
    """What a phone is told of an outlet, as far as it matters here."""

    state: str


class Street:
    """What one can do outside, through the demo's control API. Outlets go by their number."""

    def __init__(self, house_url: str) -> None:
        self._client = caller(house_url)
        self._ids = SystemIds()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def look(self) -> Seen:
        answer = await self._client.get("/demo/api/street")
        answer.raise_for_status()
        return msgspec.json.decode(answer.content, type=Seen)

    async def outlet(self, number: int) -> Outlet:
        """The outlet with this number painted on the ground."""
        seen = await self.look()
        return next(each for each in seen.outlets if each.outlet == f"OKW-{number:04d}")

    async def do(self, number: int, act: Act) -> None:
        await self._act(f"OKW-{number:04d}", act)

    async def swap(self, number: int, act: Act) -> None:
        """Whatever is plugged in is pulled out, and another load plugged in after it."""
        await self.do(number, "unplug")
        await self.do(number, act)

    async def is_cleared(self) -> None:
        """Nothing is plugged in, every link and every supply is whole, and the house knows it."""
        broken = []
        for each in (await self.look()).outlets:
            if each.plugged is not None:
                await self._act(each.outlet, "unplug")
            if each.link == "cut":
                await self._act(each.outlet, "mend_link")
            if each.power == "off":
                await self._act(each.outlet, "restore_power")
            if each.link == "cut" or each.power == "off":
                broken.append(each)
        for each in broken:
            await self._until_heard(each)

    async def runs(self, rate: int) -> None:
        """Time runs `rate` times as fast as on the wall."""
        await self._post("/demo/api/clock", {"rate": rate})

    async def runs_fast(self) -> None:
        """As fast as the house can: where one only waits for so much energy or time."""
        await self.runs(RateClock.RATE_MAX)

    async def qr_png(self, code: str) -> bytes:
        """The QR code as it is printed on the outlet's label."""
        answer = await self._client.get(f"/api/outlets/{code}/qr.png")
        answer.raise_for_status()
        return answer.content

    async def mail_to(self, address: str) -> Mail:
        """The first mail to this address, as soon as there is one."""
        found = await until(
            lambda: self._mails_to(address),
            lambda mails: len(mails) > 0,
            within_s=ASKED_WITHIN_S,
            what=f"mail to {address}",
        )
        return found[0]

    async def _mails_to(self, address: str) -> list[Mail]:
        answer = await self._client.get("/demo/api/mails")
        answer.raise_for_status()
        caught = msgspec.json.decode(answer.content, type=Mails)
        return [mail for mail in caught.mails if mail.to == address]

    async def until_said(self, number: int, state: str) -> Outlet:
        """Wait until the house says of the outlet what the street has long known."""
        outlet = await self.outlet(number)
        await until(
            lambda: self._said_of(outlet.code),
            lambda said: said.state == state,
            within_s=ASKED_WITHIN_S,
            what=f"outlet {number} {state}",
        )
        return outlet

    async def _until_heard(self, outlet: Outlet) -> None:
        """It takes the house until its next round to hear of an outlet again."""
        await until(
            lambda: self._said_of(outlet.code),
            lambda said: said.state not in {"no_power", "unreachable"},
            within_s=ASKED_WITHIN_S,
            what=f"{outlet.label} heard again",
        )

    async def _said_of(self, code: str) -> SaidOf:
        answer = await self._client.get(f"/api/outlets/{code}")
        answer.raise_for_status()
        return msgspec.json.decode(answer.content, type=SaidOf)

    async def until_switched(self, number: int, switch: Literal["open", "closed"]) -> Outlet:
        """Wait until the meter's switch stands so."""
        return await until(
            lambda: self.outlet(number),
            lambda outlet: outlet.switch == switch,
            within_s=ASKED_WITHIN_S,
            what=f"switch {number} {switch}",
        )

    async def _act(self, outlet: str, act: Act) -> None:
        await self._post(f"/demo/api/outlets/{outlet}/do", {"act": act})

    async def _post(self, path: str, body: dict[str, str | int]) -> None:
        headers = {"X-Requested-By": "konsento", "Idempotency-Key": self._ids.fresh()}
        answer = await self._client.post(path, json=body, headers=headers)
        answer.raise_for_status()
