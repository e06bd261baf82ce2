"""The outage engine as `konsento serve outage` runs it: a process of its own, on files."""

import contextlib
import sys
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks._house import Slow, cli, program, up
from benchmarks._metered import MEDIA_TYPE
from konsento.foundation.ids import SystemIds

ENGINE_PORT = 8530
NOBODY_PORT = 9  # the control system: no meter is asked here
READINGS = "/outage/v1/readings"
LOAD_WITHIN_S = 300
GRACE_MS = 7_200_000  # what was just sent is judged after the measuring


class Engine:
    """Its process and its doors."""

    def __init__(self, pid: int, http: aiohttp.ClientSession, keys: Mapping[str, str]) -> None:
        self.pid = pid
        self._http = http
        self._keys = keys

    async def load(self, tables: Mapping[str, str]) -> float:
        """The register in the place of the one before; how many seconds that took."""
        form = aiohttp.FormData({"load": "first"})
        for name, text in tables.items():
            form.add_field(name, text.encode(), filename=f"{name}.csv", content_type="text/csv")
        began = time.perf_counter()
        url = f"http://127.0.0.1:{ENGINE_PORT}/outage/v1/tables"
        async with self._http.put(url, data=form, headers=self._as("registrar")) as answer:
            if answer.status != 200:
                raise Slow(f"tables: {answer.status} {await answer.text()}")
        return time.perf_counter() - began

    async def said(self, body: bytes, encoding: str) -> dict[str, Any]:
        """What was answered to a batch: what was taken, or a problem with its `status`."""
        headers = {**self._as("collector"), "Content-Type": MEDIA_TYPE[encoding]}
        url = f"http://127.0.0.1:{ENGINE_PORT}{READINGS}"
        async with self._http.post(url, data=body, headers=headers) as answer:
            said: dict[str, Any] = await answer.json(content_type=None)
            return said

    def _as(self, role: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._keys[role]}"}


class Place:
    """Where an engine keeps what it knows, from one start to the next."""

    def __init__(self, folder: str) -> None:
        ids = SystemIds()
        self.snapshots = Path(folder) / "outage"
        self.keys = {role: ids.token() for role in ("collector", "registrar")}
        self.settings = {
            "KONSENTO_LOG_LEVEL": "ERROR",
            "KONSENTO_GRID_DB": f"{folder}/grid.sqlite",
            "KONSENTO_OUTAGE_FOLDER": str(self.snapshots),
            "KONSENTO_OUTAGE_GRACE_MS": str(GRACE_MS),
            "KONSENTO_OUTAGE_API_KEYS": ",".join(
                f"{role}:{role}:{key}" for role, key in self.keys.items()
            ),
            "KONSENTO_MDMS_URL": f"http://127.0.0.1:{NOBODY_PORT}",
            "KONSENTO_MDMS_API_KEY": ids.token(),
        }

    @contextlib.asynccontextmanager
    async def engine(self, *, judging: bool = False) -> AsyncIterator[tuple[Engine, float]]:
        """It, and the seconds from its start as a process to its being ready.

        One that judges is `konsento serve outage` to the letter; its database must be there.
        """
        words = [sys.executable, "-m", "benchmarks._part", "outage", str(ENGINE_PORT), "1"]
        if judging:
            words = cli("serve", "outage", "--host", "127.0.0.1", "--port", ENGINE_PORT)
        timeout = aiohttp.ClientTimeout(total=LOAD_WITHIN_S)
        began = time.perf_counter()
        with program(words, **self.settings) as pid:
            await up(ENGINE_PORT, "/health/ready")
            took = time.perf_counter() - began
            async with aiohttp.ClientSession(timeout=timeout) as http:
                yield Engine(pid, http, self.keys), took
