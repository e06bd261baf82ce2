"""A door before the house through which a new version of the app can be put up.

Bytes pass as they are, but for the service worker's script, which becomes another one.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from e2e.world.house import House
from e2e.world.loopback import caller

WORKER = b"GET /sw.js "
CHUNK_BYTES = 65_536


class Deployment:
    """Reachable at `url`; `newer` says whether the app's next version is up."""

    def __init__(self, house: House) -> None:
        self.newer = False
        self.url = ""
        self._house = house

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator["Deployment"]:
        server = await asyncio.start_server(self._meet, "127.0.0.1", 0)
        self.url = f"http://localhost:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()

    async def _meet(self, visitor: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
        inner, asks = await asyncio.open_connection("127.0.0.1", self._house.port)
        try:
            async with asyncio.TaskGroup() as group:
                back = group.create_task(self._pass_on(inner, answers))
                while asked := await visitor.read(CHUNK_BYTES):
                    if asked.startswith(WORKER) and self.newer:
                        answers.write(await self._newer_worker())
                    else:
                        asks.write(asked)
                back.cancel()
        except* OSError:
            pass  # whoever hung up has no more to say
        finally:
            asks.close()
            answers.close()

    async def _pass_on(self, inner: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
        while said := await inner.read(CHUNK_BYTES):
            answers.write(said)
            await answers.drain()
        answers.close()

    async def _newer_worker(self) -> bytes:
        async with caller(self._house.url) as client:
            answer = await client.get("/sw.js")
        body = answer.content + b"\n// newer"
        kept = ("content-type", "cache-control", "content-security-policy")
        lines = [f"{name}: {answer.headers[name]}" for name in kept]
        head = ["HTTP/1.1 200 OK", *lines, f"content-length: {len(body)}"]
        return "\r\n".join([*head, "", ""]).encode() + body
