"""A town kept by many processes: what it stands on, and a driver who charges there by HTTP."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec

from konsento.assembly.demo.settle_in import open_the_car_park
from konsento.assembly.street import STREET
from konsento.foundation.clock import SystemClock
from konsento.foundation.databases import GRID, PEOPLE
from konsento.foundation.ids import SystemIds
from konsento.management.accounts.visitor import COOKIE
from konsento.mdms.fleet.load import WMS_PER_WH, Load
from konsento.mdms.fleet.street import Street
from konsento.mdms.fleet.street_meter import plugged
from konsento.mdms.outlets import register_outlet
from tests.assembly.processes.houses import LOOK_EVERY_MS
from tests.town import CAR, GOOD_CARD, SMID, Json, key

# Two kWh in some seven seconds, by an outlet that no street has: time runs here as it does.
FAST_W, REGISTER_WH, WANTED_WH = 1_000_000, 1_000_000, 50_000
ORDERED_WH = 2_000


@contextlib.asynccontextmanager
async def opened(settings: Json) -> AsyncIterator[None]:
    """The town's databases, open in this process as well."""
    async with contextlib.AsyncExitStack() as stack:
        for database, name in ((PEOPLE, "people_db"), (GRID, "grid_db"), (STREET, "street_db")):
            await database.open(settings[name])
            stack.push_async_callback(database.close)
        yield


async def settle(settings: Json) -> str:
    """The car park opens, with a fast outlet and a great load on it; the outlet's code."""
    now_ms = SystemClock().now_ms()
    async with opened(settings):
        street = Street(STREET)
        await street.wake_up()
        await street.add(SMID[CAR], power_w_max=FAST_W, register_wh=REGISTER_WH, now_ms=now_ms)
        load = Load(kind="kettle", power_w=FAST_W, wanted_wms=WANTED_WH * WMS_PER_WH)
        await street.change(SMID[CAR], lambda meter: plugged(meter, load, now_ms))
        await register_outlet(
            CAR, smid=SMID[CAR], place="okayama-west", voltage_v=200, power_w_max=FAST_W,
            register_wh=REGISTER_WH, at_ms=now_ms,
        )  # fmt: skip
        await open_the_car_park(SystemIds(), now_ms)
        async with PEOPLE.writing():
            rows = await PEOPLE.ask(
                "UPDATE outlet SET power_w_max = {} WHERE outlet = {} RETURNING code", FAST_W, CAR
            )
    return str(rows[0]["code"])


class Phone:
    """A driver's browser, which talks to whichever server it is told to.

    The cookie is carried by hand: it is Secure, and loopback is no HTTPS.
    """

    def __init__(self) -> None:
        self._http = httpx.AsyncClient(headers={"X-Requested-By": "konsento"}, timeout=20)
        self._cookie: dict[str, str] = {}

    async def asks(self, method: str, url: str, body: Json | None = None) -> Json:
        """One request to the API; its answer. Raises AssertionError on a refusal."""
        headers = {"Idempotency-Key": key()} if method == "POST" else {}
        answer = await self._http.request(method, url, json=body, headers=headers | self._cookie)
        assert answer.is_success, answer.text
        if COOKIE in answer.cookies:
            self._cookie = {"Cookie": f"{COOKIE}={answer.cookies[COOKIE]}"}
        told: Json = answer.json()
        return told

    async def begins(self, server: str, code: str, email: str) -> Json:
        """A quote and a session on it, waiting for its payment."""
        wish = {
            "code": code, "by": "energy", "power_type": "solar", "retailer_id": "harukaze",
            "energy_wh": ORDERED_WH,
        }  # fmt: skip
        quote = await self.asks("POST", f"{server}/api/quotes", wish)
        begin = {"quote_id": quote["quote_id"], "email": email, "language": "ja"}
        return await self.asks("POST", f"{server}/api/sessions", begin)

    async def pays(self, session: Json) -> None:
        """On the provider's page, and back to where it sends the browser."""
        form = {"do": "pay", "number": GOOD_CARD}
        answer = await self._http.post(session["pay_url"], data=form)
        back = await self._http.get(answer.headers["location"], headers=self._cookie)
        assert back.status_code == 303

    async def follows(self, server: str, session: Json) -> AsyncIterator[Json]:
        """The session's news as they come, to their end; a stream that broke is opened again."""
        url = f"{server}/api/sessions/{session['session_id']}/events"
        last, goes_on = 0, True
        while goes_on:
            headers = {"Last-Event-ID": str(last)} | self._cookie
            try:
                async with self._http.stream("GET", url, headers=headers) as stream:
                    goes_on = False
                    async for name, number, data in _events(stream):
                        goes_on = goes_on or name == "goodbye"
                        if name == "session":
                            last = number
                            yield data
            except httpx.TransportError:
                goes_on = True
                await SystemClock().sleep(LOOK_EVERY_MS)

    async def leaves(self) -> None:
        await self._http.aclose()


async def _events(stream: httpx.Response) -> AsyncIterator[tuple[str, int, Any]]:
    assert stream.is_success
    fields: dict[str, str] = {}
    async for line in stream.aiter_lines():
        name, _, value = line.partition(": ")
        if line and name:
            fields[name] = value
        elif "event" in fields:
            data = msgspec.json.decode(fields["data"])
            yield fields["event"], int(fields.get("id", "0")), data
            fields = {}
