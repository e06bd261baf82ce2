"""A host on loopback that answers in bytes as it is told, whether or not that is HTTP."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator

OK = b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok"


class RawHost:
    """Answers each request with the next of `answers`, or the last; None hangs up unheard."""

    def __init__(self, *answers: bytes | None, then_hang_up: bool = False) -> None:
        self._answers = list(answers)
        self._hangs_up = then_hang_up
        self.port = 0
        self.asked: list[bytes] = []
        self.connections = 0
        self.heard = asyncio.Event()
        self._talks: set[asyncio.Task[None]] = set()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def open_connections(self) -> int:
        return len(self._talks)

    async def hang_up(self) -> None:
        """Every connection ends, without a word; new ones are taken."""
        talks = list(self._talks)
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)

    async def left(self) -> None:
        """Once nobody is connected any more."""
        await asyncio.gather(*self._talks, return_exceptions=True)

    @contextlib.asynccontextmanager
    async def open(self, tls: ssl.SSLContext | None = None) -> AsyncIterator["RawHost"]:
        server = await asyncio.start_server(self._meet, "127.0.0.1", 0, ssl=tls)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            await self.hang_up()
            await server.wait_closed()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        talk = asyncio.current_task()
        assert talk is not None
        self._talks.add(talk)
        quiet = (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError)
        with contextlib.suppress(*quiet):
            await self._talk(reader, writer)
        self._talks.discard(talk)
        writer.close()
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            await writer.wait_closed()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
            self.asked.append(head + await reader.readexactly(length))
            self.heard.set()
            answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
            if answer is None:
                return
            writer.write(answer)
            await writer.drain()
            if self._hangs_up:
                return
