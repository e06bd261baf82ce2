"""What every process answers to whoever watches over it: is it alive, is it ready, its figures."""

from collections.abc import Sequence

from litestar import Litestar

from konsento.foundation.clock import SystemClock
from konsento.foundation.database import Database
from konsento.foundation.edge.doorway import Doorway
from konsento.foundation.edge.figures import metrics
from konsento.foundation.edge.health import live, readiness
from konsento.foundation.problems import problem_handlers


def watched(databases: Sequence[Database]) -> Doorway:
    """/health/live, /health/ready and /metrics, and nothing else."""
    app = Litestar(
        [live, readiness(databases), metrics],
        exception_handlers=problem_handlers(),
        openapi_config=None,
        logging_config=None,
    )
    return Doorway(app, SystemClock())
