"""The control system by itself: it serves whichever management servers have a key."""

from collections.abc import Sequence
from contextlib import AsyncExitStack

import structlog

from konsento.assembly.processes.part import CannotStart, Furnished, Part, Store
from konsento.assembly.street import STREET, put_up_street
from konsento.foundation.clock import SystemClock
from konsento.foundation.crier import Crier
from konsento.foundation.databases import GRID
from konsento.foundation.edge.doorway import Doorway
from konsento.foundation.ids import SystemIds
from konsento.foundation.settings import Settings, variable
from konsento.foundation.wake import Wake
from konsento.mdms.control_system import ControlSystem
from konsento.mdms.drivers.simulated import SimulatedDriver
from konsento.mdms.fleet.street import STREET_STEPS, Street
from konsento.mdms.migrations import STEPS
from konsento.mdms.outlets import register_management_server, shut_out_but
from konsento.mdms.server import mdms_jobs, mdms_server
from konsento.mdms.settings import MdmsSettings

log = structlog.get_logger(__name__)

NO_DRIVER = (
    "no driver for meters is set. The only one so far is a simulated street: "
    f"{variable('mdms_driver')}=simulated"
)


def mdms_settings(settings: Settings) -> MdmsSettings:
    """What the house's settings say of the control system's paces."""
    return MdmsSettings(
        measure_every_ms=settings.measure_every_ms,
        continuity_every_ms=settings.continuity_every_ms,
        failsafe_after_ms=settings.failsafe_after_ms,
        pause_after_ms=settings.pause_after_ms,
        pause_below_w=settings.pause_below_w,
    )


def stores(settings: Settings) -> Sequence[Store]:
    grid = Store(GRID, settings.grid_db, STEPS)
    if settings.mdms_driver == "simulated":
        return (grid, Store(STREET, settings.street_db, STREET_STEPS))
    return (grid,)


def in_one(settings: Settings) -> str:
    """Raises CannotStart without a driver: neither serving nor working would switch anything."""
    if not settings.mdms_driver:
        raise CannotStart(NO_DRIVER)
    if settings.mdms_driver == "simulated":
        return "the simulated street is kept by the one process that serves it"
    if stores(settings)[0].shared:
        return ""
    return "KONSENTO_GRID_DB is a file, which one process keeps"


async def let_in(api_keys: str) -> None:
    """The management servers named, and no others, may ask. `api_keys` is name:key,name:key."""
    named = dict(pair.split(":", 1) for pair in api_keys.split(","))
    for server in await shut_out_but(named):
        log.warning("management server shut out", name=server)
    for server, key in named.items():
        await register_management_server(server, key)


async def furnish_control_system(settings: Settings, stack: AsyncExitStack) -> Furnished:
    """Its doors and jobs; its databases are open."""
    clock, crier = SystemClock(), Crier(GRID.name, settings.grid_db)
    street = Street(STREET)
    await street.wake_up()
    told = crier.wake("told")
    system = ControlSystem(
        SimulatedDriver(street, clock), clock, SystemIds(), mdms_settings(settings),
        due=crier.wake("due"), told=told, ending=Wake(told.ring_here),
    )  # fmt: skip
    await let_in(settings.mdms_api_keys)
    await put_up_street(street, system)
    log.warning("the meters are simulated: nothing is switched")
    return Furnished(
        doors=Doorway(mdms_server(system), clock, open_paths=("/mdms/",)),
        closing=system.ending,
        jobs=tuple(mdms_jobs(system).values()),
        carriers=crier.jobs,
    )


CONTROL_SYSTEM = Part(
    name="mdms",
    port=8010,
    needs_to_serve=("mdms_api_keys",),
    needs_to_work=(),
    stores=stores,
    in_one=in_one,
    furnish=furnish_control_system,
)
