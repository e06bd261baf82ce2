"""The peer: Litestar on the same server with nothing of ours in it.

`python -m benchmarks._bare PORT` answers POST /echo, and streams GET /events: each event goes
to every watcher at once, EVENT_EVERY_S apart, as `id` the milliseconds at which it was made.
POST /readings decodes a batch with the library that we use and keeps each meter's last slot in a
dict: no id is looked up, nothing is checked and nothing is kept on disk.
"""

import asyncio
import io
import resource
import sys
from collections.abc import AsyncIterator
from typing import Annotated, Any

import msgspec
import nanoarrow
import uvicorn
import uvloop
from litestar import Litestar, Request, get, post
from litestar.params import JSONBody
from litestar.response import Stream
from msgspec import Meta
from nanoarrow.ipc import InputStream

from konsento.foundation.clock import SystemClock

CLOCK = SystemClock()
EVENT_EVERY_S = 3
EVENT_BYTES = 1_500


class Wish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    words: Annotated[str, Meta(max_length=100)]


@post("/echo", status_code=200)
async def echo(data: JSONBody[Wish]) -> Wish:
    return data


LAST: dict[str, int] = {}
ENERGY_WH: dict[str, int] = {}


@post("/readings", status_code=200, request_max_body_size=64 * 1_048_576)
async def readings(request: Request[Any, Any, Any]) -> int:
    body, kind = await request.body(), request.headers["content-type"]
    if "arrow" in kind:
        with InputStream.from_readable(io.BytesIO(body)) as stream:
            table = nanoarrow.ArrayStream(stream).read_all()
        slot = int(dict(table.schema.metadata or {})[b"slot_start_ms"]) // 1_800_000
        names, energy_wh, _ = (child.to_pylist() for child in table.iter_children())
    else:
        said = (msgspec.json if "json" in kind else msgspec.msgpack).decode(body)
        slot = said["slot_start_ms"] // 1_800_000
        names, energy_wh = said["smid"], said["energy_wh"]
    for name, wh in zip(names, energy_wh, strict=True):
        LAST[name] = max(slot, LAST.get(name, 0))
        ENERGY_WH[name] = wh
    return len(names)


class Bell:
    """Rung every EVENT_EVERY_S, at the milliseconds it tells."""

    def __init__(self) -> None:
        self.waiting: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def ring_for_ever(self) -> None:
        while True:
            await asyncio.sleep(EVENT_EVERY_S)
            waiting, self.waiting = self.waiting, asyncio.get_running_loop().create_future()
            waiting.set_result(CLOCK.now_ms())


async def serve(port: int) -> None:
    bell = Bell()

    async def told() -> AsyncIterator[bytes]:
        yield b":\n\n"
        while True:
            at_ms = await asyncio.shield(bell.waiting)
            yield b"id: %d\ndata: %s\n\n" % (at_ms, b"x" * EVENT_BYTES)

    @get("/events")
    async def events() -> Stream:
        return Stream(told(), media_type="text/event-stream")

    app = Litestar([echo, events, readings], logging_config=None)
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, access_log=False)
    )
    async with asyncio.TaskGroup() as group:
        ringing = group.create_task(bell.ring_for_ever())
        await server.serve()
        ringing.cancel()


def main() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    uvloop.run(serve(int(sys.argv[1])))


if __name__ == "__main__":
    main()
