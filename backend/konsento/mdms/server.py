"""The control system as a server of its own, and the jobs that keep it working."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from litestar import Litestar
from litestar.di import Provide
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin

from konsento.foundation.databases import GRID
from konsento.foundation.edge.figures import metrics
from konsento.foundation.edge.health import live, readiness
from konsento.foundation.problems import problem_handlers
from konsento.foundation.ticker import every
from konsento.mdms import events
from konsento.mdms.api import HANDLERS, asking_server, link_test_rate
from konsento.mdms.control import watch
from konsento.mdms.control_system import ControlSystem
from konsento.mdms.limits import BODY_BYTES, FORGET_EVERY_MS
from konsento.mdms.listen import sweep

Job = Callable[[], Coroutine[Any, Any, None]]


def mdms_server(system: ControlSystem) -> Litestar:
    """The HTTP API. GRID must be open and migrated with `konsento.mdms.migrations.STEPS`."""
    rate = link_test_rate()
    return Litestar(
        route_handlers=[*HANDLERS, live, readiness([GRID]), metrics],
        dependencies={
            "system": Provide(lambda: system, sync_to_thread=False),
            "link_tests": Provide(lambda: rate, sync_to_thread=False),
            "server": Provide(asking_server),
        },
        exception_handlers=problem_handlers(),
        request_max_body_size=BODY_BYTES,
        openapi_config=OpenAPIConfig(
            title="Konsento control system",
            version="1",
            path="/mdms/v1/schema",
            render_plugins=[JsonRenderPlugin()],
        ),
        logging_config=None,
    )


def mdms_jobs(system: ControlSystem) -> Mapping[str, Job]:
    """What must run for ever beside the server, by name; each may run in several processes."""
    clock, pace_ms = system.clock, system.settings.continuity_every_ms

    async def control() -> None:
        await watch(system)

    async def continuity() -> None:
        await every(pace_ms, lambda: sweep(system), name="mdms continuity", clock=clock)

    async def forget() -> None:
        await every(
            FORGET_EVERY_MS,
            lambda: events.forget_old(clock.now_ms()),
            name="mdms forget",
            clock=clock,
        )

    return {"mdms control": control, "mdms continuity": continuity, "mdms forget": forget}
