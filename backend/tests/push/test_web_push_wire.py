"""A push becomes what the first lines of its answer say, however the other end behaves."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from structlog.testing import capture_logs

from konsento_push.delivery import Delivery
from konsento_push.notification import Notification
from konsento_push.subscription import PushHosts, Subscription, push_hosts
from konsento_push.vapid import VapidSigner, new_private_key
from konsento_push.web_push import CONNECTIONS_MAX, Pushed, WebPusher
from tests.push.certificate import both_ends
from tests.push.conftest import CONTACT
from tests.push.pushbox import Browser
from tests.push.raw_host import OK, RawHost

NOW_MS = 1_795_219_200_000
NEWS = Notification(
    kind="done", title="充電が終わりました", body="選んだ量に達しました。",
    navigate="https://konsento.example/s/s1", tag="session:s1", language="ja",
    at_ms=NOW_MS, about="s1", ttl_s=86_400,
)  # fmt: skip


@contextlib.asynccontextmanager
async def pushing(host: RawHost, within_s: float = 5) -> AsyncIterator[WebPusher]:
    signer = VapidSigner(new_private_key(), CONTACT)
    made = WebPusher(signer, push_hosts(host.origin), lambda: NOW_MS, within_s=within_s)
    yield made
    await made.close()


def browser(host: RawHost) -> Subscription:
    return Browser(host.origin, "b1").subscription


async def said(host: RawHost, within_s: float = 5) -> Pushed:
    async with host.open(), pushing(host, within_s) as pusher:
        return await pusher.send(browser(host), NEWS)


async def test_an_address_is_asked_to_the_letter() -> None:
    host = RawHost(OK)
    keys = browser(host).keys
    async with host.open(), pushing(host) as pusher:
        page = "/push/b%2f1;x/../a%7Eb?c=%zz&d+e"
        assert await pusher.send(Subscription(host.origin + page, keys), NEWS) == Pushed(
            Delivery.SENT
        )
    (asked,) = host.asked
    assert asked.startswith(f"POST {page} HTTP/1.1\r\nHost: 127.0.0.1:{host.port}\r\n".encode())


@pytest.mark.parametrize(
    ("answer", "became"),
    [
        (b"HTTP/1.1 429 X\r\nRETRY-after: 7\r\nContent-Length: 0\r\n\r\n",
         Pushed(Delivery.LATER, 7_000)),
        (b"HTTP/1.1 204 No\r\n\r\n", Pushed(Delivery.SENT)),
        (b"HTTP/1.1 103 Early\r\nLink: x\r\n\r\n" + OK, Pushed(Delivery.SENT)),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n",
         Pushed(Delivery.GONE)),
        (b"HTTP/1.1 307 X\r\nLocation: http://x/\r\nContent-Length: 0\r\n\r\n",
         Pushed(Delivery.NEVER)),
        (b"HTTP/1.1 201 X\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
         Pushed(Delivery.SENT)),
        (b"HTTP/1.1 201 X\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nok",
         Pushed(Delivery.SENT)),
        (b"HTTP/1.1 503 X\r\nContent-Length: 999999\r\n\r\n" + b"x" * 60_000,
         Pushed(Delivery.LATER)),
    ],
)  # fmt: skip
async def test_what_counts_is_the_status_and_when_to_come_again(
    answer: bytes, became: Pushed
) -> None:
    host = RawHost(answer)
    assert await said(host) == became
    assert len(host.asked) == 1


async def test_an_answer_that_ends_with_its_connection_counts() -> None:
    ended = RawHost(b"HTTP/1.0 201 X\r\n\r\nok", then_hang_up=True)
    assert await said(ended) == Pushed(Delivery.SENT)


async def test_an_answer_whose_body_never_ends_counts_when_time_is_up() -> None:
    begun = b"HTTP/1.1 201 X\r\nContent-Length: 100\r\n\r\nx"
    assert await said(RawHost(begun), within_s=0.4) == Pushed(Delivery.SENT)


@pytest.mark.parametrize(
    "answer",
    [
        None,
        b"",  # nothing is waited for longer than its time
        b"SSH-2.0-x\r\n",
        b"HTTP/1.1 banana\r\n\r\n",
        b"HTTP/1.1 201 X\r\nA: " + b"x" * 100_000,  # a header is not read for ever
    ],
)
async def test_what_is_no_answer_is_tried_again_later(answer: bytes | None) -> None:
    assert await said(RawHost(answer), within_s=0.4) == Pushed(Delivery.LATER)


async def test_a_long_answer_is_not_heard_out() -> None:
    host = RawHost(b"HTTP/1.1 201 X\r\nContent-Length: 999999999\r\n\r\n" + b"x" * 9_000)
    async with host.open(), pushing(host) as pusher:
        assert await pusher.send(browser(host), NEWS) == Pushed(Delivery.SENT)
        await host.left()
        assert await pusher.send(browser(host), NEWS) == Pushed(Delivery.SENT)
        assert host.connections == 2


async def test_a_connection_is_kept_and_one_that_was_closed_is_not_used() -> None:
    goodbye = b"HTTP/1.1 201 X\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    host = RawHost(OK, OK, OK, goodbye, OK)
    async with host.open(), pushing(host) as pusher:
        for _ in range(4):
            await pusher.send(browser(host), NEWS)
        assert host.connections == 1
        assert await pusher.send(browser(host), NEWS) == Pushed(Delivery.SENT)
        assert host.connections == 2


async def test_a_connection_that_was_hung_up_meanwhile_costs_no_push() -> None:
    host = RawHost(OK)
    async with host.open(), pushing(host) as pusher:
        assert await pusher.send(browser(host), NEWS) == Pushed(Delivery.SENT)
        await host.hang_up()
        assert await pusher.send(browser(host), NEWS) == Pushed(Delivery.SENT)
        assert host.connections == 2


async def test_there_are_never_more_connections_than_may_be() -> None:
    host = RawHost(OK)
    async with host.open(), pushing(host, within_s=30) as pusher:
        phone = browser(host)
        became = await asyncio.gather(*(pusher.send(phone, NEWS) for _ in range(300)))
        assert set(became) == {Pushed(Delivery.SENT)}
        assert 1 < host.connections <= CONNECTIONS_MAX


async def test_one_who_gives_up_leaves_no_connection_behind() -> None:
    host = RawHost(b"")
    async with host.open(), pushing(host) as pusher:
        async with asyncio.TaskGroup() as group:
            sending = group.create_task(pusher.send(browser(host), NEWS))
            await host.heard.wait()
            sending.cancel()
        await host.left()
        assert host.open_connections == 0


class Elsewhere(AbstractResolver):
    """Every name is this machine, at one port of it."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = ResolveResult(
            hostname=host, host="127.0.0.1", port=self._port, family=family, proto=0, flags=0
        )
        return [found]

    async def close(self) -> None:
        """Nothing was opened."""


async def test_a_host_that_cannot_prove_its_name_gets_nothing(tmp_path: Path) -> None:
    shown, _ = both_ends(tmp_path)
    host = RawHost(OK)
    hosts = PushHosts(frozenset({"localhost"}), frozenset({"http://localhost:9"}))
    async with host.open(shown):
        pusher = WebPusher(
            VapidSigner(new_private_key(), CONTACT), hosts, lambda: NOW_MS, within_s=5,
            look_up=lambda: Elsewhere(host.port),
        )  # fmt: skip
        with capture_logs() as logged:
            phone = Subscription("https://localhost/push/b1", browser(host).keys)
            assert await pusher.send(phone, NEWS) == Pushed(Delivery.LATER)
        await pusher.close()
    assert logged[0]["error"] == "ClientConnectorCertificateError"
    assert host.asked == []
