"""A mail server on loopback that answers as it is told and keeps what it took."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Mapping

WELCOME = {
    "hello": "220 post ready",
    "EHLO": "250 post",
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go on",
    ".": "250 taken",
    "RSET": "250 ok",
    "QUIT": "221 bye",
    "AUTH": "235 ok",
    "STARTTLS": "220 go on",
}
HANG_UP = "hang up"
SAY_NOTHING = "say nothing"


class PostOffice:
    """`answers` replace those of WELCOME, by command; `.` is the end of a mail.

    With `tls` it offers STARTTLS, and signing in only after that.
    """

    def __init__(
        self, answers: Mapping[str, str] | None = None, *, tls: ssl.SSLContext | None = None
    ) -> None:
        self._tls = tls
        self._answers = {**WELCOME, **(answers or {})}
        if tls is not None:
            self._answers["EHLO"] = "250-post\r\n250 STARTTLS"
        self.port = 0
        self.asked: list[str] = []
        self.taken: list[bytes] = []
        self.took = asyncio.Event()
        self._encrypted = False
        self._talks: set[asyncio.Task[None]] = set()

    def answer(self, command: str, answer: str) -> None:
        """From now on."""
        self._answers[command] = answer

    async def hang_up(self) -> None:
        """Every connection ends, without a word; new ones are taken."""
        talks = list(self._talks)
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator["PostOffice"]:
        async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            self._talks.add(task)
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await self._talk(reader, writer)
            self._talks.discard(task)
            if self._encrypted:
                writer.transport.abort()  # a client that distrusts us says no goodbye
                return
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

        server = await asyncio.start_server(meet, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            await self.hang_up()
            await server.wait_closed()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not await self._say("hello", reader, writer):
            return
        while line := (await reader.readline()).decode().strip():
            self.asked.append(line)
            word = line.split(" ")[0].split(":")[0].upper()
            if not await self._say(word, reader, writer) or word == "QUIT":
                return
            if word == "STARTTLS" and self._tls is not None:
                self._encrypted = True
                await writer.start_tls(self._tls)
                self._answers["EHLO"] = "250-post\r\n250 AUTH PLAIN"
            if word == "DATA" and self._answers["DATA"].startswith("354"):
                self.taken.append(await reader.readuntil(b"\r\n.\r\n"))
                self.took.set()
                if not await self._say(".", reader, writer):
                    return

    async def _say(
        self, word: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        answer = self._answers[word]
        if answer == SAY_NOTHING:
            await reader.read()
        if answer in {HANG_UP, SAY_NOTHING}:
            return False
        writer.write(answer.encode() + b"\r\n")
        await writer.drain()
        return True
