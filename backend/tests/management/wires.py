"""The wires between our servers: what went over them, and where they, or we, can be cut."""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any, Literal

import httpx
import msgspec

from konsento_push.notification import Notification
from konsento_push.subscription import Subscription
from konsento_push.web_push import Pushed, Pusher

Moment = Literal["before", "after"]


class Said(msgspec.Struct, frozen=True):
    """One request as it went over a wire."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def text(self) -> str:
        """All of it, to be searched."""
        headers = "\n".join(f"{name}: {value}" for name, value in self.headers)
        return f"{self.method} {self.url}\n{headers}\n\n{self.body.decode('utf-8', 'replace')}"


class Fate:
    """Where our process is killed: after the n-th crossing of any wire, or before the n-th that
    would have changed something. Asking for news is not counted: it is most of what is said.
    """

    def __init__(self) -> None:
        self.crossings: Counter[Moment] = Counter()
        self.kill_at: tuple[int, Moment] | None = None
        self.killed = asyncio.Event()

    async def meets(self, request: httpx.Request, moment: Moment) -> None:
        """Whoever is killed never comes back from here."""
        only_asks = request.method == "GET" and moment == "before"
        if not only_asks and not request.url.path.endswith("/events"):
            self.crossings[moment] += 1
            if self.kill_at == (self.crossings[moment], moment):
                self.killed.set()
        if self.killed.is_set():
            await asyncio.get_running_loop().create_future()


class Wire(httpx.AsyncBaseTransport):
    """Calls an ASGI app; remembers what was said to it; can be cut, and can lose an answer."""

    def __init__(self, app: Callable[..., Any], fate: Fate) -> None:
        self._to = httpx.ASGITransport(app=app)
        self._fate = fate
        self.cut = False
        self.answers_lost: list[str] = []  # ends of paths whose next answer gets lost
        self.said: list[Said] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        told = tuple(request.headers.items())
        self.said.append(Said(request.method, str(request.url), told, body))
        await self._fate.meets(request, "before")
        if self.cut:
            raise httpx.ConnectError("the wire is cut", request=request)
        answer = await self._to.handle_async_request(request)
        await self._fate.meets(request, "after")
        for end in self.answers_lost:
            if request.url.path.endswith(end):
                self.answers_lost.remove(end)
                raise httpx.ReadError("the answer was lost", request=request)
        return answer


class PushWire:
    """The way to the push services, on which we can be killed."""

    def __init__(self, to: Pusher, fate: Fate) -> None:
        self._to = to
        self._fate = fate

    @property
    def public_key(self) -> str:
        return self._to.public_key

    async def send(self, subscription: Subscription, notification: Notification) -> Pushed:
        request = httpx.Request("POST", subscription.endpoint)
        await self._fate.meets(request, "before")
        pushed = await self._to.send(subscription, notification)
        await self._fate.meets(request, "after")
        return pushed

    async def close(self) -> None:
        await self._to.close()
