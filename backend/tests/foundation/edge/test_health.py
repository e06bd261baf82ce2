"""Alive is not yet ready."""

import httpx
from litestar import Litestar

from konsento.foundation.database import Database
from konsento.foundation.edge.figures import metrics
from konsento.foundation.edge.health import live, readiness


async def test_ready_is_who_can_write(shelf: Database) -> None:
    gone = Database("gone")
    for databases, status in (([shelf], 200), ([shelf, gone], 503)):
        app = Litestar([live, readiness(databases), metrics], logging_config=None)
        transport = httpx.ASGITransport(app)  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
            assert (await client.get("/health/live")).json() == {"live": True}
            ready = await client.get("/health/ready")
            assert ready.status_code == status
            assert ready.json()["databases"]["shelf"] is True
            assert "konsento_streams" in (await client.get("/metrics")).text
