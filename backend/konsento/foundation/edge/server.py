"""The HTTP server: uvicorn, which says goodbye to open streams before it waits for them."""

import socket
from pathlib import Path
from typing import Protocol

import msgspec
import uvicorn
from litestar.types import ASGIApp

from konsento.foundation.limits import KEEP_ALIVE_S, SHUTDOWN_S


class Goodbye(Protocol):
    """What is rung when the server begins to end, so that nobody is waited for in vain."""

    def ring(self) -> None: ...


class Tls(msgspec.Struct, frozen=True):
    """The PEM files of a certificate (its chain with it) and of its key."""

    certificate: Path
    key: Path


class Server(uvicorn.Server):
    """Serves `app`; ends within SHUTDOWN_S of SIGTERM or SIGINT, whatever stands open."""

    def __init__(
        self, app: ASGIApp, closing: Goodbye, *, host: str, port: int, tls: Tls | None = None
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                host=host,
                port=port,
                access_log=False,
                log_config=None,
                server_header=False,
                proxy_headers=False,
                timeout_keep_alive=KEEP_ALIVE_S,
                timeout_graceful_shutdown=SHUTDOWN_S,
                ssl_certfile=tls.certificate if tls else None,
                ssl_keyfile=tls.key if tls else None,
            )
        )
        self._closing = closing

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._closing.ring()
        await super().shutdown(sockets)
        # uvicorn would raise the signal once more, and end us before databases are closed.
        self._captured_signals.clear()
