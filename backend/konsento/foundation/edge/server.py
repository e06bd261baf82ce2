"""The HTTP server: uvicorn, which says goodbye to open streams before it waits for them."""

import socket

import uvicorn
from litestar.types import ASGIApp

from konsento.foundation.edge.streams import Closing
from konsento.foundation.limits import SHUTDOWN_S


class Server(uvicorn.Server):
    """Serves `app`; ends within SHUTDOWN_S of SIGTERM or SIGINT, whatever stands open."""

    def __init__(
        self, app: ASGIApp, closing: Closing, *, host: str, port: int, behind_proxy: bool = False
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                host=host,
                port=port,
                access_log=False,
                log_config=None,
                server_header=False,
                proxy_headers=behind_proxy,
                timeout_graceful_shutdown=SHUTDOWN_S,
            )
        )
        self._closing = closing

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._closing.ring()
        await super().shutdown(sockets)
        # uvicorn would raise the signal once more, and end us before databases are closed.
        self._captured_signals.clear()
