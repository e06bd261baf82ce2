"""The house as real processes on real ports: each started, watched, killed and ended by itself."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path

import httpx

from konsento.foundation.clock import SystemClock

KONSENTO = Path(sys.executable).with_name("konsento")
# What the house promises is a tenth of it; a busy machine is given more.
OPENS_WITHIN_S, ENDS_WITHIN_S = 60, 15
LOOK_EVERY_MS = 50


def free_port() -> int:
    """A port of the loopback that nobody listens on now."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
        return port


async def until(holds: Callable[[], Awaitable[bool]], *, within_s: int = OPENS_WITHIN_S) -> None:
    """Look again and again until it holds. Raises TimeoutError."""
    async with asyncio.timeout(within_s):
        while not await holds():
            await SystemClock().sleep(LOOK_EVERY_MS)


def environment(settings: Mapping[str, object]) -> dict[str, str]:
    """What a process finds: these settings and none of whoever runs the tests."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("KONSENTO_")}
    return clean | {f"KONSENTO_{name.upper()}": str(value) for name, value in settings.items()}


async def told_by(*words: str, **settings: object) -> tuple[int, str, str]:
    """Run `konsento` to its end: its status, what it printed, and what it complained of."""
    process = await asyncio.create_subprocess_exec(
        KONSENTO, *words, env=environment(settings),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with asyncio.timeout(OPENS_WITHIN_S):
        printed, complained = await process.communicate()
    return process.returncode or 0, printed.decode(), complained.decode()


class Process:
    """`konsento WORDS... --port PORT`, from its start to its end."""

    def __init__(self, log: Path, *words: str, port: int | None = None, **settings: object) -> None:
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log
        self._words = (*words, "--port", str(self.port))
        self._environ = environment(settings)
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it; it is not yet ready."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                KONSENTO, *self._words, env=self._environ, stdout=log, stderr=log
            )

    async def ready(self) -> None:
        """Wait until it answers that it is ready."""
        async with httpx.AsyncClient() as client:

            async def is_ready() -> bool:
                assert self._process is not None
                assert self._process.returncode is None, self.log.read_text()
                with contextlib.suppress(httpx.HTTPError):
                    return (await client.get(f"{self.url}/health/ready")).is_success
                return False

            await until(is_ready)

    def kill(self) -> None:
        """SIGKILL: no goodbye, nothing put in order."""
        assert self._process is not None
        self._process.kill()

    async def end(self) -> int:
        """SIGTERM, as a supervisor ends it; its status. Raises TimeoutError."""
        assert self._process is not None
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(ENDS_WITHIN_S):
                return await self._process.wait()
        finally:
            if self._process.returncode is None:
                self._process.kill()
                await self._process.wait()

    def errors(self) -> list[str]:
        """What it said went wrong."""
        return [line for line in self.log.read_text().splitlines() if '"error"' in line]


@contextlib.asynccontextmanager
async def running(*processes: Process) -> AsyncIterator[None]:
    """All of them, ready; ended by SIGTERM whatever happens."""
    try:
        for process in processes:
            await process.start()
        for process in processes:
            await process.ready()
        yield
    finally:
        await asyncio.gather(*(process.end() for process in processes), return_exceptions=True)
