"""Lighthouse, brought when it is first asked for: no other command needs its 180 MB."""

import asyncio
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import msgspec

HERE = Path(__file__).parent
PROGRAM = HERE / "node_modules" / "lighthouse" / "cli" / "index.js"
STAMP = HERE / "node_modules" / ".package-lock.json"
LIMIT_S = 180
LOAD_MS_MAX = 20_000
INSTANCE_MAX = 240
SLOWED = 4
# For a phone of the middle class, by the least benchmarkIndex of the machine: the suggested
# multipliers of Lighthouse's docs/throttling.md ("Calibrating the CPU slowdown").
CALIBRATED = ((1_500, SLOWED), (800, 2), (0, 1))
BRING = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent")


class Details(msgspec.Struct, frozen=True):
    """What a table of an audit holds; its other shapes are not read."""

    items: Any = None


class Audit(msgspec.Struct, frozen=True):
    id: str
    score: float | None = None
    details: Details | None = None

    def instance(self) -> str:
        """The first thing that was found wanting, in short."""
        items = self.details.items if self.details else None
        return f" ({str(items[0])[:INSTANCE_MAX]})" if isinstance(items, list) and items else ""


class Reference(msgspec.Struct, frozen=True):
    id: str
    weight: float


class Category(msgspec.Struct, frozen=True):
    title: str
    score: float | None
    audits: list[Reference] = msgspec.field(name="auditRefs", default_factory=list)


class Environment(msgspec.Struct, frozen=True, rename="camel"):
    """The machine by Lighthouse's own measure."""

    benchmark_index: float


class Report(msgspec.Struct, frozen=True):
    """What is read of Lighthouse's report; a score is 0 to 1."""

    categories: dict[str, Category]
    audits: dict[str, Audit]
    environment: Environment

    @property
    def slowed(self) -> int:
        """How much slower this machine is to be made, by Lighthouse's own advice."""
        index = self.environment.benchmark_index
        return next(times for least, times in CALIBRATED if index >= least)

    def scores(self) -> dict[str, int]:
        """Hundredths by category; what could not be judged is left out."""
        return {
            name: round(each.score * 100)
            for name, each in self.categories.items()
            if each.score is not None
        }

    def faults(self) -> list[str]:
        """What was found wanting and counts, worst category first."""
        counted = {
            reference.id
            for each in self.categories.values()
            for reference in each.audits
            if reference.weight > 0
        }
        return [
            f"{audit.id} {audit.score:.2f}{audit.instance() if audit.score == 0 else ''}"
            for name, audit in self.audits.items()
            if name in counted and audit.score is not None and audit.score < 1
        ]


async def bring() -> None:
    """Install what package-lock.json names, unless it is there. Raises RuntimeError."""
    locked = HERE / "package-lock.json"
    if PROGRAM.exists() and STAMP.stat().st_mtime >= locked.stat().st_mtime:
        return
    environ = os.environ | {"PUPPETEER_SKIP_DOWNLOAD": "1"}
    process = await asyncio.create_subprocess_exec(*BRING, cwd=HERE, env=environ)
    if await process.wait() != 0:
        raise RuntimeError("npm could not bring Lighthouse")


async def judge(url: str, port: int, *, rounds: int = 1, **how: Any) -> Report:
    """Lighthouse's word on a page, as a phone or a desktop opens it for the first time.

    `port` is where a browser can be steered; its cookies say who opens the page. Of some rounds
    the one whose performance is the median; `how` as in `judge_once`.
    """
    reports = [await judge_once(url, port, **how) for _ in range(rounds)]
    reports.sort(key=lambda report: report.scores().get("performance", 0))
    return reports[len(reports) // 2]


async def judge_once(url: str, port: int, *, desktop: bool = False, slowed: int = SLOWED) -> Report:
    """`slowed` is for phones: how many times slower than it is the processor is reckoned to be."""
    with tempfile.TemporaryDirectory() as folder:
        said = Path(folder) / "report.json"
        words = [
            shutil.which("node") or "node",
            str(PROGRAM),
            url,
            "--quiet",
            "--output=json",
            f"--output-path={said}",
            f"--max-wait-for-load={LOAD_MS_MAX}",
            f"--port={port}",
            "--preset=desktop" if desktop else f"--throttling.cpuSlowdownMultiplier={slowed}",
        ]
        process = await asyncio.create_subprocess_exec(
            *words,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(LIMIT_S):
                _, complained = await process.communicate()
        except TimeoutError:
            process.kill()
            raise RuntimeError(f"Lighthouse was not done with {url} in {LIMIT_S} s") from None
        if process.returncode != 0:
            raise RuntimeError(f"Lighthouse gave up on {url}\n{complained.decode()[-2000:]}")
        return msgspec.json.decode(said.read_bytes(), type=Report)
