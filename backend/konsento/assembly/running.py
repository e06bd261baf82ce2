"""A process that serves while its jobs run, and ends in good order when it is told to."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence

from konsento.foundation.edge.server import Server

Job = Callable[[], Awaitable[None]]
Finish = Callable[[], Awaitable[None]]


async def nothing_to_finish() -> None:
    """Whatever is cut short here is taken up again by whoever starts next."""


async def serve_with_jobs(
    server: Server,
    jobs: Sequence[Job],
    *,
    finish: Finish = nothing_to_finish,
    sockets: list[socket.socket] | None = None,
) -> None:
    """Serve while the jobs run; the jobs end with the server, and a dead job ends the server.

    `finish` is awaited between the two. `sockets`: where to listen, if not at the server's port.
    """

    async def run(job: Job) -> None:
        try:
            await job()
        finally:
            server.should_exit = True

    async with asyncio.TaskGroup() as group:
        running = [group.create_task(run(job)) for job in jobs]
        await server.serve(sockets=sockets)
        await finish()
        for task in running:
            task.cancel()
