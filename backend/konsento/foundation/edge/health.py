"""Alive: the process answers. Ready: it can also write."""

from collections.abc import Sequence

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from konsento.foundation.database import Database


class Health(msgspec.Struct, frozen=True):
    """`databases` maps each database to whether it answers."""

    ready: bool
    databases: dict[str, bool]


@get("/health/live", include_in_schema=False, sync_to_thread=False)
def live() -> dict[str, bool]:
    return {"live": True}


async def look(databases: Sequence[Database]) -> Health:
    """Take and leave each database's writer once."""
    answers = {}
    for database in databases:
        try:
            async with database.writing():
                await database.ask("SELECT 1")
            answers[database.name] = True
        except Exception:  # noqa: BLE001 -- any failure means not ready
            answers[database.name] = False
    return Health(all(answers.values()), answers)


def readiness(databases: Sequence[Database]) -> HTTPRouteHandler:
    """A handler for /health/ready over these databases."""

    @get("/health/ready", include_in_schema=False)
    async def ready() -> Response[Health]:
        health = await look(databases)
        return Response(health, status_code=200 if health.ready else 503)

    return ready
