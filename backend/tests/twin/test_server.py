"""The twin as an application: mounted under a prefix, at work, and alive after a kill."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator

import httpx
import pytest
from litestar import Litestar, asgi
from litestar.types import Receive, Scope, Send

from konsento.twin.server import twin_jobs, twin_server
from konsento.twin.world import World
from tests.conftest import NewAddress
from tests.twin.stage import API_KEY, GOOD, ORIGIN, Stage

RUN = """
import asyncio, socket, sys, uvicorn
from konsento.foundation.clock import SystemClock
from konsento.foundation.ids import SystemIds
from konsento.twin.server import twin_server
from konsento.twin.tables import STEPS, TWIN
from konsento.twin.world import World

async def main(address, listener):
    await TWIN.open(address)
    clock = SystemClock()
    await TWIN.migrate(STEPS, clock.now_ms())
    world = World(
        clock=clock, ids=SystemIds(), api_key="sk_test_stage", public_url="http://twin.test"
    )
    server = uvicorn.Server(uvicorn.Config(twin_server(world), log_level="warning"))
    await server.serve(sockets=[socket.socket(fileno=listener)])

asyncio.run(main(sys.argv[1], int(sys.argv[2])))
"""


@contextlib.asynccontextmanager
async def running(address: str, listener: socket.socket) -> AsyncIterator[None]:
    """A twin in a process of its own, killed without warning at the end.

    The listening socket is the test's: whoever calls before the twin is up waits in its queue.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        RUN,
        address,
        str(listener.fileno()),
        pass_fds=[listener.fileno()],
    )
    try:
        yield
    finally:
        os.kill(process.pid, signal.SIGKILL)
        await process.wait()


async def test_it_forgets_nothing_when_killed(new_address: NewAddress) -> None:
    address = await new_address("killed")
    order = {
        "mode": "payment",
        "success_url": "https://a.test/",
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": "jpy",
        "line_items[0][price_data][unit_amount]": "900",
        "line_items[0][price_data][product_data][name]": "x",
        "payment_intent_data[capture_method]": "manual",
    }
    card = {"do": "pay", "number": GOOD}
    headers = {"Authorization": f"Bearer {API_KEY}", "Idempotency-Key": "k"}
    with socket.create_server(("127.0.0.1", 0)) as listener:
        base = f"http://127.0.0.1:{listener.getsockname()[1]}"
        async with running(address, listener), merchant(base, headers) as client:
            made = (await client.post("/v1/checkout/sessions", data=order)).json()
            assert (await client.post(f"/pay/{made['id']}", data=card)).status_code == 303
        async with running(address, listener), merchant(base, headers) as client:
            again = await client.post("/v1/checkout/sessions", data=order)
            assert again.json() == made
            assert again.headers["idempotent-replayed"] == "true"
            seen = (await client.get(f"/v1/checkout/sessions/{made['id']}")).json()
            assert seen["status"] == "complete"


def merchant(base: str, headers: dict[str, str]) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=base, headers=headers, timeout=45)


async def test_it_can_be_mounted_by_another_application(stage: Stage) -> None:
    inner = twin_server(stage.world)

    @asgi("/sandbox", is_mount=True, copy_scope=True)
    async def mounted(scope: Scope, receive: Receive, send: Send) -> None:
        await inner(scope, receive, send)

    outer = Litestar([mounted], openapi_config=None)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=outer),  # type: ignore[arg-type]
        base_url=ORIGIN,
    ) as client:
        session = await stage.opened()
        assert (await client.get(session.url)).status_code == 200
        assert (await client.get("/sandbox/assets/twin.css")).status_code == 200
        answer = await client.get(
            f"/sandbox/v1/checkout/sessions/{session.id}",
            headers={"Authorization": f"Bearer {API_KEY}"},
        )
        assert answer.json()["id"] == session.id


async def test_its_jobs_bring_the_webhooks(stage: Stage) -> None:
    arrived: asyncio.Queue[str] = asyncio.Queue()

    def hook(request: httpx.Request) -> httpx.Response:
        arrived.put_nowait(request.headers["stripe-signature"])
        return httpx.Response(204)

    async with httpx.AsyncClient(transport=httpx.MockTransport(hook)) as client:
        jobs = twin_jobs(
            stage.world, client=client, hook_url="https://shop.test/hook", hook_secret="whsec_x"
        )
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(job()) for job in jobs]
            await stage.held()
            assert (await arrived.get()).startswith("t=")
            for task in tasks:
                task.cancel()


@pytest.mark.parametrize("key", ["sk_live_real", "rk_live_real", "", "whatever"])
def test_it_takes_no_live_key(stage: Stage, key: str) -> None:
    with pytest.raises(ValueError, match="test keys"):
        World(clock=stage.clock, ids=stage.ids, api_key=key, public_url=ORIGIN)


def test_its_key_is_not_in_its_description(stage: Stage) -> None:
    assert API_KEY not in repr(stage.world)


async def test_a_body_has_a_bound(stage: Stage) -> None:
    answer = await stage.browser.post(
        "/sandbox/v1/refunds",
        content=b"a=" + b"x" * 70_000,
        headers={"Authorization": f"Bearer {API_KEY}"},
    )
    assert answer.status_code == 413
