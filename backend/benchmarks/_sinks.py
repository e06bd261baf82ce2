"""Ends of the wire that take whatever comes, each in a process of its own: pushes, and mails.

What they cost falls on the other core, and on all who are compared alike.
"""

import asyncio
import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import ClassVar, cast

import uvloop

TAKEN = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"
ENOUGH = "enough"


class Sink(asyncio.Protocol):
    """Answers each request with 201, on kept connections; bodies have a Content-Length."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._to = cast(asyncio.Transport, transport)
        self._heard = b""

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while (end := self._heard.find(b"\r\n\r\n")) >= 0:
            said = self._heard[:end].lower()
            length = int(said.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
            if len(self._heard) < end + 4 + length:
                return
            self._heard = self._heard[end + 4 + length :]
            self._to.write(TAKEN)


class Slot(asyncio.Protocol):
    """A mail server that takes every mail, as cheaply as it can."""

    ANSWERS: ClassVar[dict[bytes, bytes]] = {
        b"EHLO": b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n",
        b"DATA": b"354 go on\r\n",
        b"QUIT": b"221 bye\r\n",
    }

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._to = cast(asyncio.Transport, transport)
        self._heard, self._in_mail = b"", False
        self._to.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while True:
            end = b"\r\n.\r\n" if self._in_mail else b"\r\n"
            line, found, rest = self._heard.partition(end)
            if not found:
                return
            self._heard = rest
            word = b"" if self._in_mail else line[:4].upper()
            self._in_mail = word == b"DATA"
            self._to.write(self.ANSWERS.get(word, b"250 ok\r\n"))
            if word == b"QUIT":
                self._to.close()


def sink(told: Connection, protocol: Callable[[], asyncio.Protocol]) -> None:
    """Serve until the other end of the pipe is closed."""

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(protocol, "127.0.0.1", 0, backlog=1_024)
        told.send(server.sockets[0].getsockname()[1])
        await loop.run_in_executor(None, told.poll, None)
        server.close()

    uvloop.run(serve())


@contextmanager
def listening(protocol: Callable[[], asyncio.Protocol]) -> Iterator[int]:
    """The port of such a sink, while it runs."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=sink, args=(theirs, protocol))
    process.start()
    try:
        yield int(ours.recv())
    finally:
        ours.send(ENOUGH)
        process.join(5)
        process.kill()


@contextmanager
def push_service() -> Iterator[str]:
    """The origin of a push service."""
    with listening(Sink) as port:
        yield f"http://127.0.0.1:{port}"


@contextmanager
def mail_server() -> Iterator[int]:
    """The port of a mail server."""
    with listening(Slot) as port:
        yield port
