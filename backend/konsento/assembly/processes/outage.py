"""The outage room by itself: readings come in, judgements go out; the meters are asked by mdms."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import httpx

from konsento.assembly.processes.part import Furnished, Part, Store
from konsento.foundation.clock import SystemClock
from konsento.foundation.databases import GRID
from konsento.foundation.edge.doorway import Doorway
from konsento.foundation.ids import SystemIds
from konsento.foundation.settings import Settings
from konsento.mdms.contract import MdmsClient
from konsento.outage import snapshots
from konsento.outage.jobs import outage_jobs
from konsento.outage.migrations import STEPS
from konsento.outage.neighbours import Role, let_in
from konsento.outage.rounds.asking import ByControlSystem
from konsento.outage.rounds.round import Rounds, RoundSettings
from konsento.outage.server import outage_server
from konsento.outage.system import OutageSystem
from konsento.outage.watch import Watch

OPEN_PATHS = ("/outage/",)
# Their handlers bound and check these bodies themselves: they are as long as a city.
BULK_PATHS = ("/outage/v1/readings",)


def neighbours(api_keys: str) -> dict[str, tuple[Role, str]]:
    """name:role:key by commas, by name."""
    split = (each.split(":", 2) for each in api_keys.split(",") if each)
    return {name: (Role(role), key) for name, role, key in split}


def event_codes(said: str) -> dict[str, bool]:
    """code=up or code=down by commas; True is up."""
    pairs = (each.rpartition("=") for each in said.split(",") if each)
    return {code: word == "up" for code, _, word in pairs}


def round_settings(settings: Settings) -> RoundSettings:
    return RoundSettings(
        grace_ms=settings.outage_grace_ms, automation_speaks=settings.outage_automation_speaks
    )


def stores(settings: Settings) -> Sequence[Store]:
    return (Store(GRID, settings.grid_db, STEPS),)


def in_one(_: Settings) -> str:
    return "the engine keeps every meter in the memory of one process"


async def furnish_outage(settings: Settings, stack: AsyncExitStack) -> Furnished:
    """Its doors and jobs; GRID is open."""
    clock, folder = SystemClock(), Path(settings.outage_folder)
    system = OutageSystem(Watch(event_codes(settings.outage_event_codes)), clock, SystemIds())
    to_mdms = await stack.enter_async_context(httpx.AsyncClient(base_url=settings.mdms_url))
    pinger = ByControlSystem(MdmsClient(to_mdms, settings.mdms_api_key))
    rounds = Rounds(system, pinger, round_settings(settings), switches=pinger)
    await let_in(neighbours(settings.outage_api_keys))
    await snapshots.wake_up(system, folder)
    await rounds.wake_up()
    server = outage_server(system, rounds)
    return Furnished(
        doors=Doorway(server, clock, open_paths=OPEN_PATHS, bulk_paths=BULK_PATHS),
        closing=system.ending,
        jobs=tuple(outage_jobs(rounds, folder).values()),
        finish=partial(_last_snapshot, system, folder),
    )


async def _last_snapshot(system: OutageSystem, folder: Path) -> None:
    await snapshots.keep(system, folder)


OUTAGE = Part(
    name="outage",
    port=8030,
    needs_to_serve=("outage_api_keys", "mdms_url", "mdms_api_key"),
    needs_to_work=(),
    stores=stores,
    in_one=in_one,
    furnish=furnish_outage,
)
