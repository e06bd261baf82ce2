"""A push service on loopback: checks who sends, decrypts what came, and answers as it is told.

The browsers of the tests live in it: each has its own keys and an address here.
"""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import http_ece
import msgspec
import uvicorn
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from konsento_push.subscription import Keys, Subscription, packed, unpacked

DAY_S = 86_400
BODY_BYTES_MAX = 4_096
SLOW = "slow"  # takes the push, and keeps its answer to itself
HANG_UP = "hang up"
ELSEWHERE = "/elsewhere"
Mood = int | str
Json = dict[str, Any]


class Taken(msgspec.Struct, frozen=True):
    """One push as it came: what the browser reads, and what was said beside it."""

    path: str
    payload: Json
    headers: dict[str, str]
    claims: Json
    wire_bytes: int

    @property
    def kind(self) -> str:
        return str(self.payload["konsento"]["kind"])


class Browser:
    """One phone's browser that was allowed to show notifications."""

    def __init__(self, origin: str, name: str) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._secret = os.urandom(16)  # noqa: TID251 -- a browser's own chance
        self.path = f"/push/{name}"
        self.endpoint = origin + self.path

    @property
    def keys(self) -> Json:
        point = self._key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return {"p256dh": packed(point), "auth": packed(self._secret)}

    @property
    def subscription(self) -> Subscription:
        return Subscription(self.endpoint, Keys(**self.keys))

    def wish(self, **more: object) -> Json:
        """What its page puts to the house."""
        return {"endpoint": self.endpoint, "keys": self.keys, **more}

    def reads(self, body: bytes) -> bytes:
        """Raises http_ece.ECEException when it was not meant for this browser."""
        plain: bytes = http_ece.decrypt(body, private_key=self._key, auth_secret=self._secret)
        return plain


class PushBox:
    """The push service and its browsers.

    `moods` answer for single addresses, `mood` for the rest: a status, SLOW or HANG_UP. What was
    wrong with a request stands in `complaints`.
    """

    def __init__(self, now_ms: Callable[[], int], *, sender: str = "") -> None:
        self._now_ms = now_ms
        self.sender = sender  # its public key: others are refused, as browsers ask for it
        self.mood: Mood = 201
        self.moods: dict[str, Mood] = {}
        self.retry_after: str | None = None
        self.taken: list[Taken] = []
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.origin = ""
        self.patience = asyncio.Event()
        self._browsers: dict[str, Browser] = {}

    def browser(self) -> Browser:
        made = Browser(self.origin, f"b{len(self._browsers) + 1}")
        self._browsers[made.path] = made
        return made

    def kinds(self, browser: Browser | None = None) -> list[str]:
        """What was told, in order; to one browser, if one is named."""
        return [push.kind for push in self.taken if browser is None or push.path == browser.path]

    @contextlib.asynccontextmanager
    async def open(self, port: int = 0) -> AsyncIterator["PushBox"]:
        """Reachable at `origin` until it is closed."""
        server = _Box(
            uvicorn.Config(
                self, host="127.0.0.1", port=port, lifespan="off", log_config=None,
                access_log=False, timeout_graceful_shutdown=1,
            )
        )  # fmt: skip
        async with asyncio.TaskGroup() as group:
            group.create_task(server.serve())
            await server.opened.wait()
            self.origin = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
            try:
                yield self
            finally:
                self.patience.set()
                server.should_exit = True

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """ASGI."""
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        path = scope["path"]
        self.asked.append(path)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        mood = self.moods.get(path, self.mood)
        refused = self._take(path, headers, body) if mood in {201, SLOW, HANG_UP} else None
        if mood == SLOW:
            await self.patience.wait()
        if mood == HANG_UP:
            raise ConnectionResetError
        answers = [(b"location", ELSEWHERE.encode())]
        if self.retry_after is not None:
            answers.append((b"retry-after", self.retry_after.encode()))
        status = refused or (mood if isinstance(mood, int) else 201)
        await send({"type": "http.response.start", "status": status, "headers": answers})
        await send({"type": "http.response.body", "body": b"x" * 100})

    def _take(self, path: str, headers: dict[str, str], body: bytes) -> int | None:
        """Keep what came; the status of a refusal when something is wrong with it."""
        try:
            browser = self._browsers[path]
            claims = self._checked(headers["authorization"])
            if len(body) > BODY_BYTES_MAX or headers["content-encoding"] != "aes128gcm":
                raise ValueError("too long or not aes128gcm")
            if not headers["ttl"].isdigit() or len(headers["topic"]) > 32:
                raise ValueError("no TTL, or a long topic")
            payload = msgspec.json.decode(browser.reads(body))
        except (KeyError, ValueError, InvalidSignature, http_ece.ECEException) as wrong:
            self.complaints.append(f"{path}: {wrong!r}")
            return 400
        self.taken.append(Taken(path, payload, headers, claims, len(body)))
        return None

    def _checked(self, authorization: str) -> Json:
        """The claims of the sender. Raises ValueError, InvalidSignature."""
        scheme, _, rest = authorization.partition(" ")
        parts = dict(part.strip().split("=", 1) for part in rest.split(","))
        head, claims, signature = parts["t"].split(".")
        if scheme != "vapid" or msgspec.json.decode(unpacked(head))["alg"] != "ES256":
            raise ValueError("not vapid by ES256")
        if self.sender and parts["k"] != self.sender:
            raise ValueError("another sender's key")
        raw, half = unpacked(signature), 32
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unpacked(parts["k"])).verify(
            encode_dss_signature(
                int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big")
            ),
            f"{head}.{claims}".encode(),
            ec.ECDSA(hashes.SHA256()),
        )
        said: Json = msgspec.json.decode(unpacked(claims))
        left_s = said["exp"] - self._now_ms() // 1000
        if said["aud"] != self.origin or not 0 < left_s <= DAY_S:
            raise ValueError(f"not for here and now: {said}")
        if not said["sub"].startswith(("mailto:", "https://")):
            raise ValueError("no contact")
        return said


class _Box(uvicorn.Server):
    """Tells when it can be reached, and leaves the signals to whoever runs the tests."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.opened = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.opened.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
