"""The cast: one car park in Okayama, its outlets, and people with phones who charge there.

The same in every test of the whole house. The street, the prices and the codes are the demo's.
"""

import itertools
from typing import Any

import httpx
import msgspec

from konsento.assembly.town import OUTLETS

CAR, BIKE = "OKW-0012", "OKW-0005"  # 200 V and 3,000 W; 100 V and 1,500 W
SMID = {seed.outlet: seed.smid for seed in OUTLETS}
POWER_W_MAX = {seed.outlet: seed.power_w_max for seed in OUTLETS}

GOOD_CARD = "4242 4242 4242 4242"
DECLINED_CARD = "4000 0000 0000 0002"
POOR_CARD = "4000 0000 0000 9995"

ORIGIN = "https://konsento.test"
MINUTE_MS, HOUR_MS = 60_000, 3_600_000

Json = dict[str, Any]
_KEYS = itertools.count(1)


def key() -> str:
    """An Idempotency-Key that nobody has used yet."""
    return f"{next(_KEYS):08x}-0000-4000-8000-000000000000"


class Refused(AssertionError):
    """The house said no where a person went on as if it would say yes."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__(f"{answer.request.method} {answer.request.url}: {answer.text}")
        self.status = answer.status_code
        self.problem: Json = msgspec.json.decode(answer.content)

    @property
    def slug(self) -> str:
        return str(self.problem["type"]).rpartition("/")[2]


class Driver:
    """Somebody with a phone; `hosted` reaches the payment provider's pages."""

    def __init__(self, ours: httpx.AsyncBaseTransport, hosted: httpx.AsyncBaseTransport) -> None:
        self.phone = httpx.AsyncClient(
            transport=ours, base_url=ORIGIN, headers={"X-Requested-By": "konsento"}
        )
        self.browser = httpx.AsyncClient(transport=hosted)

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.phone.get(path, headers=headers)

    async def post(self, path: str, body: Json | None = None, **headers: str) -> httpx.Response:
        content = msgspec.json.encode(body) if body is not None else b""
        given = {"Idempotency-Key": key(), "Content-Type": "application/json"} | headers
        return await self.phone.post(path, content=content, headers=given)

    async def said(self, answer: httpx.Response) -> Json:
        if answer.is_error:
            raise Refused(answer)
        told: Json = msgspec.json.decode(answer.content)
        return told

    async def looks_at(self, code: str) -> Json:
        return await self.said(await self.get(f"/api/outlets/{code}"))

    async def chooses(
        self,
        code: str,
        power_type: str = "solar",
        retailer_id: str = "harukaze",
        **amount: int,
    ) -> Json:
        """A quote for one of energy_wh, duration_s, price_yen; 5,000 Wh if nothing is said."""
        given = amount or {"energy_wh": 5_000}
        by = {"energy_wh": "energy", "duration_s": "time", "price_yen": "money"}[next(iter(given))]
        wish = {"code": code, "by": by, "power_type": power_type, "retailer_id": retailer_id}
        return await self.said(await self.post("/api/quotes", wish | given))

    async def begins(self, quote: Json, **more: Any) -> Json:
        """A session on the quote, waiting for its payment."""
        wish = {"quote_id": quote["quote_id"], "email": None, "language": "ja"} | more
        return await self.said(await self.post("/api/sessions", wish))

    async def pays(self, session: Json, card: str = GOOD_CARD, *, comes_back: bool = True) -> None:
        """On the provider's page; a browser that paid is led back to us, if it `comes_back`."""
        answer = await self.browser.post(session["pay_url"], data={"do": "pay", "number": card})
        back = answer.headers.get("location", "")
        if comes_back and back.startswith(ORIGIN):
            await self.phone.get(back)

    async def sees(self, session: Json) -> Json:
        return await self.said(await self.get(f"/api/sessions/{session['session_id']}"))

    async def wants(self, session: Json, verb: str) -> Json:
        """`stop`, `continue` or `payment`."""
        path = f"/api/sessions/{session['session_id']}/{verb}"
        return await self.said(await self.post(path))

    async def resumes(self, session: Json, pause: int = 1) -> Json:
        """Power again, after this pause."""
        path = f"/api/sessions/{session['session_id']}/resume"
        return await self.said(await self.post(path, {"pause": pause}))

    async def receipt(self, session: Json) -> Json:
        path = f"/api/sessions/{session['session_id']}/receipt"
        return await self.said(await self.get(path))

    async def leaves(self) -> None:
        await self.phone.aclose()
        await self.browser.aclose()
