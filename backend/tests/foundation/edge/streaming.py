"""The server that test_server ends by SIGTERM: it prints its port and streams till then."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator

from litestar import Litestar, get
from litestar.params import FromQuery
from litestar.response import Stream

from konsento.foundation.clock import SystemClock
from konsento.foundation.edge.doorway import Doorway
from konsento.foundation.edge.server import Server
from konsento.foundation.edge.streams import Closing, Sse, event_stream
from konsento.foundation.ids import SystemIds

CLOSING = Closing(SystemIds(), per_visitor=1_000)


async def ticks(load: int) -> AsyncIterator[Sse]:
    number = 0
    while True:
        yield Sse(number, "tick", b"x" * load)
        number += 1
        await SystemClock().sleep(1_000)


@get("/events")
async def events(load: FromQuery[int] = 1) -> Stream:
    return event_stream(ticks(load), asker="all", closing=CLOSING)


def main() -> None:
    door = Doorway(Litestar([events], logging_config=None), SystemClock())
    sock = socket.create_server(("127.0.0.1", 0), backlog=512)
    sys.stdout.write(f"{sock.getsockname()[1]}\n")
    sys.stdout.flush()
    asyncio.run(Server(door, CLOSING, host="127.0.0.1", port=0).serve(sockets=[sock]))


if __name__ == "__main__":
    main()
