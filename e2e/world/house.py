"""The whole house as a real process: opened, killed, opened again on the same folder."""

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

import httpx
import msgspec

from e2e.world.waiting import until

OPENS_WITHIN_S = 60
# What the house promises is ten seconds; a busy machine is given a little more.
CLOSES_WITHIN_S = 15
LOG_LINES_SHOWN = 40


class HouseDidNotOpen(AssertionError):
    """The process ended, or never said that it is ready; carries the end of its log."""


def free_port() -> int:
    """A port of the loopback that nobody listens on now."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
        return port


class House:
    """`konsento demo` on a port and in a folder of its own."""

    def __init__(self, folder: Path, **settings: int | str) -> None:
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self._folder = folder
        self._log = folder / "house.log"
        self._process: asyncio.subprocess.Process | None = None
        # Settings of whoever runs the tests must not reach the house that is tested.
        self._environ = {k: v for k, v in os.environ.items() if not k.startswith("KONSENTO_")}
        self._environ |= {f"KONSENTO_{k.upper()}": str(v) for k, v in settings.items()}

    async def open(self) -> None:
        """Start the process and wait until it is ready. Raises HouseDidNotOpen."""
        self._folder.mkdir(parents=True, exist_ok=True)
        konsento = Path(sys.executable).with_name("konsento")
        words = ["demo", "--port", str(self.port), "--folder", str(self._folder / "var")]
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                str(konsento), *words, stdout=log, stderr=log, env=self._environ
            )
        try:
            await until(
                self._is_ready, lambda ready: ready, within_s=OPENS_WITHIN_S, what="house open"
            )
        except AssertionError as why:
            await self.kill()
            raise HouseDidNotOpen(f"{why}\n{self.log_end()}") from None

    async def _is_ready(self) -> bool:
        if self._process is None or self._process.returncode is not None:
            raise HouseDidNotOpen("the process ended by itself")
        try:
            async with httpx.AsyncClient() as client:
                answer = await client.get(f"http://127.0.0.1:{self.port}/health/ready")
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

    def operator_password(self) -> str:
        """What opens the car park's desk, as the demo tells whoever started it."""
        kept = (self._folder / "var" / "secrets.json").read_bytes()
        secrets: dict[str, str] = msgspec.json.decode(kept)
        return secrets["operator_password"]

    def log_end(self) -> str:
        """The last lines that the process wrote."""
        text = self._log.read_text(errors="replace") if self._log.exists() else ""
        return "\n".join(text.splitlines()[-LOG_LINES_SHOWN:])

    def errors(self) -> list[str]:
        """Lines by which the process said that something went wrong inside it."""
        text = self._log.read_text(errors="replace") if self._log.exists() else ""
        wrong = ("[error", "[critical", "ERROR - ", "Traceback (most recent call last)")
        return [line for line in text.splitlines() if any(mark in line for mark in wrong)]
