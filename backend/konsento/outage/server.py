"""The outage room as a server of its own."""

from litestar import Litestar
from litestar.di import Provide
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin

from konsento.foundation.databases import GRID
from konsento.foundation.edge.figures import metrics
from konsento.foundation.edge.health import live, readiness
from konsento.foundation.problems import problem_handlers
from konsento.outage.api import HANDLERS, asking_neighbour
from konsento.outage.limits import BODY_BYTES
from konsento.outage.rounds.round import Rounds
from konsento.outage.system import OutageSystem


def outage_server(system: OutageSystem, rounds: Rounds) -> Litestar:
    """The HTTP API. GRID must be open and migrated with `konsento.outage.migrations.STEPS`."""
    return Litestar(
        route_handlers=[*HANDLERS, live, readiness([GRID]), metrics],
        dependencies={
            "system": Provide(lambda: system, sync_to_thread=False),
            "rounds": Provide(lambda: rounds, sync_to_thread=False),
            "neighbour": Provide(asking_neighbour),
        },
        exception_handlers=problem_handlers(),
        request_max_body_size=BODY_BYTES,
        openapi_config=OpenAPIConfig(
            title="Konsento outage information",
            version="1",
            path="/outage/v1/schema",
            render_plugins=[JsonRenderPlugin()],
        ),
        logging_config=None,
    )
