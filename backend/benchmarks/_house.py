"""The processes a benchmark measures: the house as one runs it on files, and the bare peer.

On files each part is one process, so the house is three: management, control system, and the
twin in the place of the payment provider, which is not ours and is counted apart. Every address
is on loopback, every wait has an end, every process is ended by its own id.
"""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import aiohttp

from konsento.foundation.ids import SystemIds

HOUSE_PORT, MDMS_PORT, TWIN_PORT, PEER_PORT = 8410, 8411, 8412, 8413
UP_WITHIN_S = 90
LOOK_AGAIN_S = 0.2  # a child process says nothing when it is ready: it is asked


class Slow(Exception):
    """Something did not happen within its bound."""


class House(NamedTuple):
    """The processes of a house, its folder, and the key to the control system."""

    management: int
    mdms: int
    twin: int
    folder: Path
    mdms_api_key: str

    def cpu_ms(self) -> dict[str, float]:
        """What each has cost so far."""
        return {
            name: cpu_ms(pid)
            for name, pid in (
                ("management", self.management), ("mdms", self.mdms), ("twin", self.twin)
            )
        }  # fmt: skip


@contextlib.contextmanager
def process(module: str, *args: object, **environ: object) -> Iterator[int]:
    """A module of this package as a process; gives its id, and ends it."""
    words = ["-m", f"benchmarks.{module}", *map(str, args)]
    with program([sys.executable, *words], **environ) as pid:
        yield pid


def cli(*words: object) -> list[str]:
    """The program itself with its words, as one types them."""
    return [str(Path(sys.executable).with_name("konsento")), *map(str, words)]


@contextlib.contextmanager
def program(command: Sequence[str], **environ: object) -> Iterator[int]:
    """Any program as a process; gives its id, and ends it. What it said is told at the end."""
    given = {name: str(value) for name, value in environ.items()}
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(command, env={**os.environ, **given}, stdout=said, stderr=said) as child,
    ):
        try:
            yield child.pid
        finally:
            died = child.poll() not in (None, -signal.SIGKILL)
            child.send_signal(signal.SIGTERM)
            try:
                child.wait(20)
            except subprocess.TimeoutExpired:
                child.kill()
            said.seek(0)
            words = said.read()[-4_000:].decode(errors="replace").strip()
            if died or words:
                print(f"{' '.join(command)} said:\n{words}", flush=True)


async def up(port: int, path: str) -> None:
    """Wait until something answers there. Raises Slow."""
    until = time.perf_counter() + UP_WITHIN_S
    async with aiohttp.ClientSession() as http:
        while time.perf_counter() < until:
            with contextlib.suppress(aiohttp.ClientError):
                async with http.get(f"http://127.0.0.1:{port}{path}") as answer:
                    if answer.status < 500:
                        return
            await asyncio.sleep(LOOK_AGAIN_S)
    raise Slow(f"nothing answers at {port}")


def _settings(folder: str) -> Mapping[str, str]:
    """What all three are told; each reads its own."""
    ids = SystemIds()
    key, here = ids.token(), "http://127.0.0.1"
    return {
        f"KONSENTO_{name}": value
        for name, value in {
            "LOG_LEVEL": "ERROR",
            "PEOPLE_DB": f"{folder}/people.sqlite",
            "GRID_DB": f"{folder}/grid.sqlite",
            "STREET_DB": f"{folder}/street.sqlite",
            "TWIN_DB": f"{folder}/twin.sqlite",
            "PUBLIC_URL": f"{here}:{HOUSE_PORT}",
            "MDMS_URL": f"{here}:{MDMS_PORT}",
            "MDMS_API_KEY": key,
            "MDMS_API_KEYS": f"konsento:{key}",
            "MDMS_DRIVER": "simulated",
            "STRIPE_SECRET_KEY": f"sk_test_{ids.token()}",
            "STRIPE_WEBHOOK_SECRET": f"whsec_{ids.token()}",
            "STRIPE_API_BASE": f"{here}:{TWIN_PORT}/sandbox",
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": "9",
            "MAIL_FROM": "bench@konsento.invalid",
            "MAIL_SECRET": ids.token(),
        }.items()
    }


@contextlib.asynccontextmanager
async def house(outlets: int, **environ: object) -> AsyncIterator[House]:
    """All parts, open and with so many outlets, a car at each.

    The folder is beside the caller's files: one in memory would make every commit free.
    """
    with tempfile.TemporaryDirectory(dir=".", prefix=".bench-") as folder:
        given = {**_settings(folder), **environ}
        with contextlib.ExitStack() as stack:
            pids = []
            for part, port in (("twin", TWIN_PORT), ("mdms", MDMS_PORT),
                               ("management", HOUSE_PORT)):  # fmt: skip
                pids.append(stack.enter_context(process("_part", part, port, outlets, **given)))
                await up(port, "/health/ready")
            twin, mdms, management = pids
            key = str(given["KONSENTO_MDMS_API_KEY"])
            yield House(management, mdms, twin, Path(folder), key)


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
    """Time that processors have spent on a process's threads, to the microsecond.

    Nearly the same however busy the machine is: what others do costs it some of its caches.
    """
    told = [task.read_text().split() for task in Path(f"/proc/{pid}/task").glob("*/schedstat")]
    return sum(int(fields[0]) for fields in told) / 1_000_000


def load() -> str:
    """How busy this machine is, of how many processors."""
    return f"load {Path('/proc/loadavg').read_text().split()[0]} of {os.cpu_count()} processors"
