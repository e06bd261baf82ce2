"""Pushes a second from one process: ours against a plain loop over pywebpush.webpush().

A push service on loopback in a process of its own takes whatever comes and answers 201, so that
both sides pay for encrypting, signing and the wire, and neither for the other end. The two take
turns, round by round, so that whatever else the machine does falls on both.
"""

import asyncio
import multiprocessing
import os
import platform
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import cast

import msgspec
import uvloop
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pywebpush import webpush

from benchmarks._house import load
from benchmarks._town import verdict
from konsento.foundation.clock import SystemClock
from konsento_push.delivery import Delivery
from konsento_push.notification import Notification, payload
from konsento_push.subscription import Keys, Subscription, packed, push_hosts
from konsento_push.vapid import VapidSigner, new_private_key
from konsento_push.web_push import WebPusher

ROUNDS = 5
WITHIN_S = 15  # a busy machine is asked for fewer rounds
OURS, THEIRS = 600, 120
WARM_UP = 30
AT_ONCE = 50
GOAL = 4
CONTACT = "mailto:push@konsento.example"
NEWS = Notification(
    kind="done", title="充電が終わりました　168 円", body="選んだ量に達しました。",
    navigate="https://konsento.example/s/" + "0" * 26, tag="session:" + "0" * 26, language="ja",
    at_ms=1_795_219_200_000, about="0" * 26, ttl_s=86_400,
)  # fmt: skip
TAKEN = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"


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


def sink(told: Connection) -> None:
    """Serve until the other end of the pipe is closed."""

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(Sink, "127.0.0.1", 0, backlog=1_024)
        told.send(server.sockets[0].getsockname()[1])
        await loop.run_in_executor(None, told.poll, None)
        server.close()

    uvloop.run(serve())


@contextmanager
def push_service() -> Iterator[str]:
    """The sink's origin, while it runs."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=sink, args=(theirs,))
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        ours.send("enough")
        process.join(5)
        process.kill()


def browser(origin: str) -> Subscription:
    """One with keys of its own."""
    point = ec.generate_private_key(ec.SECP256R1()).public_key()
    form = (serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    keys = Keys(packed(point.public_bytes(*form)), packed(os.urandom(16)))  # noqa: TID251 -- a browser's own chance
    return Subscription(f"{origin}/push/b1", keys)


async def ours(pusher: WebPusher, subscription: Subscription, count: int) -> float:
    """A second, with so many on their way at once."""

    async def share(number: int) -> None:
        for _ in range(number, count, AT_ONCE):
            if (await pusher.send(subscription, NEWS)).became is not Delivery.SENT:
                raise RuntimeError("not taken")

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(AT_ONCE):
            group.create_task(share(number))
    return count / (time.perf_counter() - began)


def plain_loop(private_key: str, subscription: Subscription, count: int) -> float:
    """A second, one after the other, as its documentation has it."""
    wanted, text = msgspec.to_builtins(subscription), payload(NEWS).decode()
    began = time.perf_counter()
    for _ in range(count):
        answer = webpush(wanted, text, private_key, {"sub": CONTACT}, ttl=NEWS.ttl_s, timeout=10)
        if answer.status_code != 201:
            raise RuntimeError("not taken")
    return count / (time.perf_counter() - began)


async def run(origin: str) -> float:
    """Print medians and the ratio; returns the ratio."""
    private_key, phone = new_private_key(), browser(origin)
    pusher = WebPusher(VapidSigner(private_key, CONTACT), push_hosts(origin), SystemClock().now_ms)
    rates: dict[str, list[float]] = {"ours": [], "plain": []}
    try:
        await ours(pusher, phone, WARM_UP)
        plain_loop(private_key, phone, WARM_UP)
        began = time.perf_counter()
        while len(rates["ours"]) < ROUNDS and time.perf_counter() - began < WITHIN_S:
            rates["plain"].append(plain_loop(private_key, phone, THEIRS))
            rates["ours"].append(await ours(pusher, phone, OURS))
    finally:
        await pusher.close()
    each = [mine / theirs for mine, theirs in zip(rates["ours"], rates["plain"], strict=True)]
    ratio = statistics.median(each)
    print(
        f"pushes of {len(payload(NEWS))} bytes  ours {statistics.median(rates['ours']):6.0f}/s  "
        f"plain loop {statistics.median(rates['plain']):6.0f}/s  "
        f"ratio {ratio:4.1f}  (rounds {min(each):.1f} to {max(each):.1f})"
    )
    return ratio


def main() -> int:
    print(f"Python {platform.python_version()}, {ROUNDS} rounds, {AT_ONCE} at once")
    with push_service() as origin:
        ratio = uvloop.run(run(origin))
    print(load())
    return int(not verdict(f"pushes: {ratio:.1f} × the plain loop (≥ {GOAL})", met=ratio >= GOAL))


if __name__ == "__main__":
    sys.exit(main())
