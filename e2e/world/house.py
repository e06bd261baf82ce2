"""The whole house as a real process: opened, killed, opened again on the same folder."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import weakref
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Self

import httpx
import msgspec

from e2e.world.loopback import caller
from e2e.world.waiting import until
from konsento.foundation.clock import Pace, SystemClock

OPENS_WITHIN_S = 90
# What the house promises is ten seconds; a busy machine is given a little more.
CLOSES_WITHIN_S = 15
LOG_LINES_SHOWN = 40
MINUTE_MS, HOUR_MS = 60_000, 3_600_000


class HouseDidNotOpen(AssertionError):
    """The process ended, or never said that it is ready; carries the end of its log."""


def reserved_port() -> tuple[int, int]:
    """A port of the loopback, and the descriptor that keeps it from everybody else.

    Bound and never listened to, it is handed to no other process, neither as a free port nor for
    a connection that goes out; the house still may listen there, since it reuses addresses. So a
    house finds its own port again after it was killed, whoever runs beside it.
    """
    door = socket.socket()
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    door.bind(("127.0.0.1", 0))
    port: int = door.getsockname()[1]
    return port, door.detach()


class House:
    """`konsento demo` on a port and in a folder of its own."""

    def __init__(self, folder: Path, **settings: int | str) -> None:
        self.port, kept = reserved_port()
        weakref.finalize(self, os.close, kept)
        self.url = f"http://localhost:{self.port}"
        self._folder = folder
        self._log = folder / "house.log"
        self._process: asyncio.subprocess.Process | None = None
        # Settings of whoever runs the tests must not reach the house that is tested.
        self._environ = {k: v for k, v in os.environ.items() if not k.startswith("KONSENTO_")}
        self._environ |= {f"KONSENTO_{k.upper()}": str(v) for k, v in settings.items()}

    @property
    def files(self) -> Path:
        """Where its databases, its pace and its secrets lie."""
        return self._folder / "var"

    @property
    def _pace(self) -> Path:
        return self.files / "pace.json"

    def begins(self, minute: int) -> Self:
        """Its clock shall begin at this minute of the present hour; before it is opened first.

        What meters of a town say comes by the half hour: so all that a journey waits for comes at
        the same time of it, whenever it is run.
        """
        now_ms = SystemClock().now_ms()
        pace = Pace(now_ms - now_ms % HOUR_MS + minute * MINUTE_MS, now_ms, 1)
        self.files.mkdir(parents=True)
        self._pace.write_bytes(msgspec.json.encode(pace))
        return self

    @contextlib.asynccontextmanager
    async def opened(self) -> AsyncIterator["House"]:
        """Open until the end of the block; nothing may have gone wrong inside it."""
        await self.open()
        try:
            yield self
        finally:
            await self.close()
        assert self.errors() == [], self.log_end()

    async def open(self) -> None:
        """Start the process and wait until it is ready. Raises HouseDidNotOpen."""
        self._folder.mkdir(parents=True, exist_ok=True)
        konsento = Path(sys.executable).with_name("konsento")
        words = ["demo", "--port", str(self.port), "--folder", str(self.files)]
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                str(konsento), *words, stdout=log, stderr=log, env=self._environ
            )
        try:
            async with caller(self.url) as client:
                await until(
                    lambda: self._is_ready(client), bool,
                    within_s=OPENS_WITHIN_S, what="house open",
                )  # fmt: skip
        except AssertionError as why:
            await self.kill()
            raise HouseDidNotOpen(f"{why}\n{self.log_end()}") from None

    async def _is_ready(self, client: httpx.AsyncClient) -> bool:
        if self._process is None or self._process.returncode is not None:
            raise HouseDidNotOpen("the process ended by itself")
        try:
            answer = await client.get("/health/ready")
        except httpx.HTTPError:
            return False
        return answer.status_code == httpx.codes.OK

    async def kill(self) -> None:
        """SIGKILL: no goodbye, nothing put in order."""
        await self._end_by(signal.SIGKILL)

    async def close(self) -> None:
        """SIGTERM, as a supervisor ends it; it must be gone within its promise."""
        await self._end_by(signal.SIGTERM)

    async def _end_by(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            process.send_signal(how)
        try:
            async with asyncio.timeout(CLOSES_WITHIN_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
            raise AssertionError(f"the house did not end within {CLOSES_WITHIN_S} s") from None

    async def sleeps(self, hours: int) -> None:
        """Closed for so long by its own clock, and open again: nothing was done meanwhile."""
        await self.close()
        pace = msgspec.json.decode(self._pace.read_bytes(), type=Pace)
        later = msgspec.structs.replace(pace, from_ms=pace.from_ms + hours * HOUR_MS)
        self._pace.write_bytes(msgspec.json.encode(later))
        await self.open()

    def operator_password(self) -> str:
        """What opens the car park's desk, as the demo tells whoever started it."""
        return self.secret("operator_password")

    def secret(self, name: str) -> str:
        """One of the secrets that the demo made for itself."""
        kept = (self.files / "secrets.json").read_bytes()
        secrets: dict[str, str] = msgspec.json.decode(kept)
        return secrets[name]

    def log_end(self) -> str:
        """The last lines that the process wrote."""
        text = self._log.read_text(errors="replace") if self._log.exists() else ""
        return "\n".join(text.splitlines()[-LOG_LINES_SHOWN:])

    def errors(self) -> list[str]:
        """Lines by which the process said that something went wrong inside it."""
        text = self._log.read_text(errors="replace") if self._log.exists() else ""
        wrong = ("[error", "[critical", "ERROR - ", "Traceback (most recent call last)")
        return [line for line in text.splitlines() if any(mark in line for mark in wrong)]
