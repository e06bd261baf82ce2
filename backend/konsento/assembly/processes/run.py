"""`konsento serve`, `worker` and `migrate`: a part of the house as a process, from start to end."""

import contextlib
import gc
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack
from importlib import import_module

import structlog

from konsento.assembly.processes.part import CannotStart, Furnished, Part
from konsento.assembly.processes.watched import watched
from konsento.assembly.running import serve_with_jobs
from konsento.foundation.clock import SystemClock
from konsento.foundation.edge.forwarded import Forwarded
from konsento.foundation.edge.server import Server
from konsento.foundation.migrations import StepsMissing
from konsento.foundation.settings import Settings, read_settings

log = structlog.get_logger(__name__)

# By module: a control system's process never loads what knows people, nor any other's hands.
PARTS: Mapping[str, tuple[str, str]] = {
    "management": ("management", "MANAGEMENT"),
    "mdms": ("control_system", "CONTROL_SYSTEM"),
    "outage": ("outage", "OUTAGE"),
    "twin": ("provider_twin", "PROVIDER_TWIN"),
}


def part_named(name: str) -> Part:
    """One of PARTS."""
    module, variable = PARTS[name]
    part: Part = getattr(import_module(f"{__package__}.{module}"), variable)
    return part


def needs() -> dict[str, Sequence[str]]:
    """The settings that each command needs, by the command's name."""
    parts = [part_named(name) for name in PARTS]
    served = {f"serve {part.name}": part.needs_to_serve for part in parts}
    worked = {f"worker {part.name}": part.needs_to_work for part in parts}
    return {name: fields for name, fields in (served | worked).items() if fields}


def settings_to_serve(part: Part, environ: Mapping[str, str]) -> Settings:
    """Raises SettingMissing; who must work as well needs what work needs."""
    settings = read_settings(environ, needs=part.needs_to_serve)
    if part.in_one(settings):
        return read_settings(environ, needs={*part.needs_to_serve, *part.needs_to_work})
    return settings


def settings_to_work(part: Part, environ: Mapping[str, str]) -> Settings:
    """Raises SettingMissing, and CannotStart when there is no work for a second process."""
    settings = read_settings(environ)
    if why := part.in_one(settings):
        raise CannotStart(f"{why}: `konsento serve {part.name}` works as well as serves")
    return read_settings(environ, needs=part.needs_to_work)


async def migrate(part: Part, settings: Settings) -> list[str]:
    """Bring the part's databases up to this program; the names of the steps applied."""
    applied = []
    for store in part.stores(settings):
        await store.database.open(store.address)
        try:
            applied += await store.database.migrate(store.steps, SystemClock().now_ms())
        finally:
            await store.database.close()
    return applied


async def serve(part: Part, settings: Settings, *, host: str, port: int) -> None:
    """Serve until SIGTERM. Raises CannotStart."""
    async with _furnished(part, settings) as furnished:
        doors = Forwarded(furnished.doors, settings.proxy_hops)
        server = Server(doors, furnished.closing, host=host, port=port)
        jobs = (*furnished.carriers, *(furnished.jobs if part.in_one(settings) else ()))
        leave_standing()
        log.info("serving", name=part.name, port=port)
        await serve_with_jobs(server, jobs, finish=furnished.finish)


async def work(part: Part, settings: Settings, *, host: str, port: int) -> None:
    """Work until SIGTERM, and answer whoever watches over it. Raises CannotStart."""
    async with _furnished(part, settings) as furnished:
        doors = watched([store.database for store in part.stores(settings)])
        server = Server(doors, furnished.closing, host=host, port=port)
        leave_standing()
        log.info("working", name=part.name, port=port)
        jobs = (*furnished.carriers, *furnished.jobs)
        await serve_with_jobs(server, jobs, finish=furnished.finish)


def leave_standing() -> None:
    """What stands by now stands to the end: the search for garbage need not pass through it."""
    gc.collect()
    gc.freeze()


@contextlib.asynccontextmanager
async def _furnished(part: Part, settings: Settings) -> AsyncIterator[Furnished]:
    """The part over its open databases; all of it closed again at the end."""
    async with AsyncExitStack() as stack:
        for store in part.stores(settings):
            await store.database.open(store.address)
            stack.push_async_callback(store.database.close)
            try:
                await store.database.must_have(store.steps)
            except StepsMissing as missing:
                raise CannotStart(f"{missing}: `konsento migrate {part.name}` first") from None
        yield await part.furnish(settings, stack)
