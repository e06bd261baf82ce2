"""What the benchmarks of the running house have in common: its processes, and people in it.

Every address is on loopback, every wait has an end, every process is ended by its own id.
"""

import asyncio
import contextlib
import itertools
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import msgspec

from konsento.foundation.ids import SystemIds

HOUSE_PORT, PEER_PORT = 8180, 8181
UP_WITHIN_S = 90
LOOK_AGAIN_S = 0.2  # a child process says nothing when it is ready: it is asked
CARD = "4242 4242 4242 4242"
Json = dict[str, Any]
_keys = itertools.count(1)
_ids = SystemIds()


class Slow(Exception):
    """Something did not happen within its bound."""


@contextlib.contextmanager
def process(module: str, *args: object, **environ: object) -> Iterator[int]:
    """A module of this package as a process; gives its id, and ends it."""
    given = {name: str(value) for name, value in environ.items()}
    command = [sys.executable, "-m", f"benchmarks.{module}", *map(str, args)]
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(command, env={**os.environ, **given}, stdout=said, stderr=said) as child,
    ):
        try:
            yield child.pid
        finally:
            if child.poll() is not None:
                said.seek(0)
                tail = said.read()[-4_000:].decode(errors="replace")
                print(f"{module} ended by itself ({child.returncode}):\n{tail}")
            child.send_signal(signal.SIGTERM)
            try:
                child.wait(20)
            except subprocess.TimeoutExpired:
                child.kill()


async def up(port: int, path: str) -> None:
    """Wait until something answers there. Raises Slow."""
    until = time.perf_counter() + UP_WITHIN_S
    async with httpx.AsyncClient() as http:
        while time.perf_counter() < until:
            with contextlib.suppress(httpx.HTTPError):
                if (await http.get(f"http://127.0.0.1:{port}{path}")).status_code < 500:
                    return
            await asyncio.sleep(LOOK_AGAIN_S)
    raise Slow(f"nothing answers at {port}")


@contextlib.asynccontextmanager
async def house(outlets: int, **environ: object) -> AsyncIterator[tuple[int, Path]]:
    """The demo, open and with so many outlets; gives its process and its folder.

    The folder is beside the caller's files: one in memory would make every commit free.
    """
    with tempfile.TemporaryDirectory(dir=".", prefix=".bench-") as name:
        folder = Path(name)
        quiet = {"KONSENTO_LOG_LEVEL": "ERROR"}
        with process("_demo", HOUSE_PORT, folder, outlets, **quiet, **environ) as pid:
            await up(HOUSE_PORT, "/health/ready")
            yield pid, folder


@contextlib.asynccontextmanager
async def peer() -> AsyncIterator[int]:
    """The bare server; gives its process."""
    with process("_bare", PEER_PORT) as pid:
        await up(PEER_PORT, "/schema")
        yield pid


def rss_kib(pid: int) -> int:
    """Resident memory of a process."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise Slow(f"process {pid} is gone")


def cpu_ms(pid: int) -> float:
    """Time that processors have spent on a process: the same however busy the machine is."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


class Timed:
    """How long each named step took, in ms."""

    def __init__(self) -> None:
        self.steps: dict[str, list[float]] = {}

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


class Person:
    """A driver with a phone of their own; one `http` may serve many people."""

    def __init__(self, http: httpx.AsyncClient, port: int = HOUSE_PORT) -> None:
        self._http = http
        self.url = f"http://localhost:{port}"
        self.cookie = f"__Host-visitor={_ids.token()}"

    async def ask(self, method: str, path: str, body: Json | None = None) -> Json:
        """One call of the API. Raises RuntimeError when it is refused."""
        headers = {"Cookie": self.cookie, "X-Requested-By": "konsento"}
        if method != "GET":
            key = f"{next(_keys):08x}-0000-4000-8000-{os.getpid():012x}"
            headers |= {"Idempotency-Key": key, "Content-Type": "application/json"}
        content = msgspec.json.encode(body) if body is not None else b""
        answer = await self._http.request(
            method, f"{self.url}{path}", content=content, headers=headers
        )
        if answer.is_error:
            raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
        told: Json = msgspec.json.decode(answer.content)
        return told

    async def quote(self, code: str, energy_wh: int = 5_000) -> Json:
        wish = {"code": code, "by": "energy", "energy_wh": energy_wh, "power_type": "solar",
                "retailer_id": "harukaze"}  # fmt: skip
        return await self.ask("POST", "/api/quotes", wish)

    async def begin(self, quote: Json) -> Json:
        wish = {"quote_id": quote["quote_id"], "email": None, "language": "ja"}
        return await self.ask("POST", "/api/sessions", wish)

    async def pay(self, session: Json) -> str:
        """On the provider's page; returns where the browser is led."""
        answer = await self._http.post(session["pay_url"], data={"do": "pay", "number": CARD})
        return str(answer.headers["location"])

    async def come_back(self, address: str) -> None:
        await self._http.get(address, headers={"Cookie": self.cookie})

    async def until(self, session: Json, states: frozenset[str], *, within_s: float) -> Json:
        """Follow the session's own stream to one of the states. Raises Slow."""
        path = f"{self.url}/api/sessions/{session['session_id']}/events"
        headers = {"Cookie": self.cookie, "Accept": "text/event-stream"}
        try:
            async with (
                asyncio.timeout(within_s),
                self._http.stream("GET", path, headers=headers, timeout=within_s) as stream,
            ):
                async for line in stream.aiter_lines():
                    if line.startswith("data: {") and '"state":' in line:
                        view: Json = msgspec.json.decode(line.removeprefix("data: "))
                        if view["state"] in states:
                            return view
        except (TimeoutError, httpx.ReadTimeout):
            pass
        raise Slow(f"not {'/'.join(sorted(states))} within {within_s} s")

    async def charge(self, code: str, energy_wh: int = 5_000) -> Json:
        """From the outlet's code to a switch that was read closed."""
        session = await self.begin(await self.quote(code, energy_wh))
        await self.come_back(await self.pay(session))
        return await self.until(session, frozenset({"charging", "idle"}), within_s=30)


async def outlets(http: httpx.AsyncClient) -> list[Json]:
    """The street as the demo shows it: outlet, code, switch and more."""
    answer = await http.get(f"http://localhost:{HOUSE_PORT}/demo/api/street")
    told: Json = msgspec.json.decode(answer.content)
    found: list[Json] = told["outlets"]
    return found


def client(connections: int) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
    return httpx.AsyncClient(limits=limits, timeout=30)
