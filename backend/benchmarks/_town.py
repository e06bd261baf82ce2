"""People at a house that is measured, and how long things took them."""

import asyncio
import contextlib
import itertools
import os
import sqlite3
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import aiohttp
import msgspec

from benchmarks._house import HOUSE_PORT, MDMS_PORT, Slow
from konsento.foundation.ids import SystemIds
from konsento.mdms.fleet.street import Act

CARD = "4242 4242 4242 4242"
URL = f"http://127.0.0.1:{HOUSE_PORT}"
Json = dict[str, Any]
_keys = itertools.count(1)
_ids = SystemIds()


class Timed:
    """How long each named step took, in ms, and what failed how often."""

    def __init__(self) -> None:
        self.steps: dict[str, list[float]] = {}
        self.failed: Counter[str] = Counter()

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.steps.setdefault(name, []).append((time.perf_counter() - began) * 1000)


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest value that `percent` of all do not exceed."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * percent // 100) - 1))]


def figures(values: Sequence[float]) -> str:
    return (
        f"p50 {statistics.median(values):7.1f} ms  p99 {percentile(values, 99):7.1f} ms  "
        f"worst {max(values):7.1f} ms  ({len(values)})"
    )


def verdict(goal: str, *, met: bool) -> bool:
    """Say whether a goal is met."""
    print(f"{'MET   ' if met else 'MISSED'}  {goal}", flush=True)
    return met


class Person:
    """A driver with a phone of their own; one `http` may serve many people."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http
        self.cookie = f"__Host-visitor={_ids.token()}"

    async def ask(self, method: str, path: str, body: Json | None = None) -> Json:
        """One call of the API. Raises RuntimeError when it is refused."""
        headers = {"Cookie": self.cookie, "X-Requested-By": "konsento"}
        if method != "GET":
            key = f"{next(_keys):08x}-0000-4000-8000-{os.getpid():012x}"
            headers |= {"Idempotency-Key": key, "Content-Type": "application/json"}
        content = msgspec.json.encode(body) if body is not None else None
        async with self._http.request(
            method, f"{URL}{path}", data=content, headers=headers
        ) as answer:
            said = await answer.read()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {said[:200].decode()}")
        told: Json = msgspec.json.decode(said)
        return told

    async def quote(self, code: str, energy_wh: int = 5_000) -> Json:
        wish = {"code": code, "by": "energy", "energy_wh": energy_wh, "power_type": "solar",
                "retailer_id": "harukaze"}  # fmt: skip
        return await self.ask("POST", "/api/quotes", wish)

    async def begin(self, quote: Json) -> Json:
        return await self.ask("POST", "/api/sessions", {"quote_id": quote["quote_id"]})

    async def pay(self, session: Json) -> str:
        """On the provider's page; returns where the browser is led.

        Raises RuntimeError when there is no page yet: the phone would wait for it.
        """
        if session["pay_url"] is None:
            raise RuntimeError("no page to pay on")
        form = {"do": "pay", "number": CARD}
        async with self._http.post(session["pay_url"], data=form, allow_redirects=False) as answer:
            return str(answer.headers["location"])

    async def come_back(self, address: str) -> None:
        headers = {"Cookie": self.cookie}
        async with self._http.get(address, headers=headers, allow_redirects=False) as answer:
            await answer.read()

    async def until(self, session: Json, states: frozenset[str], *, within_s: float) -> Json:
        """Follow the session's own stream to one of the states. Raises Slow."""
        path = f"{URL}/api/sessions/{session['session_id']}/events"
        headers = {"Cookie": self.cookie, "Accept": "text/event-stream"}
        with contextlib.suppress(TimeoutError):
            async with (
                asyncio.timeout(within_s),
                self._http.get(path, headers=headers) as stream,
            ):
                async for line in stream.content:
                    if line.startswith(b"data: {") and b'"state":' in line:
                        view: Json = msgspec.json.decode(line.removeprefix(b"data: "))
                        if view["state"] in states:
                            return view
        raise Slow(f"not {'/'.join(sorted(states))} within {within_s} s")

    async def charge(self, code: str, energy_wh: int = 5_000) -> Json:
        """From the outlet's code to a switch that was read closed."""
        session = await self.begin(await self.quote(code, energy_wh))
        await self.come_back(await self.pay(session))
        return await self.until(session, frozenset({"charging", "idle"}), within_s=30)


class Place(msgspec.Struct, frozen=True):
    """An outlet, the code on its label, and its meter."""

    outlet: str
    code: str
    smid: str


def places(folder: Path) -> list[Place]:
    """The street, as the labels at its outlets have it."""
    address = f"file:{folder}/people.sqlite?mode=ro"
    with contextlib.closing(sqlite3.connect(address, uri=True)) as database:
        rows = database.execute("SELECT outlet, code FROM outlet ORDER BY outlet").fetchall()
    return [Place(outlet, code, _smid(outlet)) for outlet, code in rows]


def _smid(outlet: str) -> str:
    """The meter before an outlet, as the town numbers them."""
    return f"SM-33-{1000 + int(outlet.rpartition('-')[2])}"


async def street(http: aiohttp.ClientSession, smid: str, act: Act | str) -> str:
    """Somebody does something in the street, or only looks; the switch as it then stands."""
    async with http.post(f"http://127.0.0.1:{MDMS_PORT}/street/{smid}/{act}") as answer:
        return (await answer.read()).decode()


def client(connections: int) -> aiohttp.ClientSession:
    """So many connections, kept for less long than the house keeps them."""
    connector = aiohttp.TCPConnector(limit=connections, keepalive_timeout=4)
    return aiohttp.ClientSession(
        connector=connector,
        timeout=aiohttp.ClientTimeout(total=60),
        cookie_jar=aiohttp.DummyCookieJar(),
    )
