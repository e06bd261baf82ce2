"""The hand that touches push services: encrypts for one browser, posts, says what became of it.

Only what a push service says of this subscription can end it. One that is full or away says
nothing about anybody; one that refuses *us* is a matter for a person, not a reason to delete.
"""

import asyncio
import contextlib
import email.utils
from collections.abc import Callable, Mapping
from datetime import UTC
from http import HTTPStatus
from typing import Protocol, runtime_checkable

import aiohttp
import http_ece
import msgspec
import structlog
from aiohttp.abc import AbstractResolver
from cryptography.hazmat.primitives.asymmetric import ec
from yarl import URL

from konsento_push.delivery import Delivery
from konsento_push.notification import (
    PAYLOAD_BYTES_MAX,
    SHORT_BYTES_MAX,
    Notification,
    TooLong,
    payload,
)
from konsento_push.public_addresses import PublicAddresses
from konsento_push.subscription import PushHosts, Subscription
from konsento_push.vapid import VapidSigner

log = structlog.get_logger(__name__)

CONNECTIONS_MAX = 100
WITHIN_S = 10
ANSWER_BYTES_MAX = 4_096
RETRY_AFTER_MS_MIN, RETRY_AFTER_MS_MAX = 1_000, 3_600_000
WAITING_MAX = 1_000
S = HTTPStatus
OUTCOMES: Mapping[int, Delivery] = {
    S.OK: Delivery.SENT,
    S.CREATED: Delivery.SENT,
    S.ACCEPTED: Delivery.SENT,
    S.NO_CONTENT: Delivery.SENT,
    S.UNAUTHORIZED: Delivery.QUARANTINE,
    S.FORBIDDEN: Delivery.QUARANTINE,
    S.NOT_FOUND: Delivery.GONE,
    S.GONE: Delivery.GONE,
    S.REQUEST_TIMEOUT: Delivery.LATER,
    S.TOO_MANY_REQUESTS: Delivery.LATER,
}


class Pushed(msgspec.Struct, frozen=True):
    """What became of a push; `after_ms`: how long its service asks us to wait, when it does."""

    became: Delivery
    after_ms: int | None = None


@runtime_checkable
class Pusher(Protocol):
    """Hands one notification to the push service of one browser."""

    @property
    def public_key(self) -> str:
        """What a browser subscribes with."""
        ...

    async def send(self, subscription: Subscription, notification: Notification) -> Pushed:
        """Never raises for what a push service does; logs no address of a person's browser."""
        ...

    async def close(self) -> None:
        """No connection stays open."""
        ...


def judge(status: int) -> Delivery:
    """What an answer says of the push; 5xx says nothing of it."""
    if status >= S.INTERNAL_SERVER_ERROR:
        return Delivery.LATER
    return OUTCOMES.get(status, Delivery.NEVER)


def retry_after_ms(said: str | None, now_ms: int) -> int | None:
    """Retry-After in seconds or as a date, bounded; None when it says nothing that is one."""
    if said is None:
        return None
    if said.isascii() and said.isdigit() and len(said) < 10:
        wait_ms = int(said) * 1000
    else:
        try:
            at = email.utils.parsedate_to_datetime(said)
            at_ms = int(at.replace(tzinfo=at.tzinfo or UTC).timestamp() * 1000)
        except (ValueError, OverflowError):
            return None
        wait_ms = at_ms - now_ms
    return min(max(wait_ms, RETRY_AFTER_MS_MIN), RETRY_AFTER_MS_MAX)


class WebPusher:
    """Sends by Web Push (RFC 8030, 8188, 8291, 8292) over kept connections.

    `wall_ms` reads the clock on the wall: others judge by it what we sign.
    """

    def __init__(
        self,
        signer: VapidSigner,
        hosts: PushHosts,
        wall_ms: Callable[[], int],
        *,
        within_s: float = WITHIN_S,
        look_up: Callable[[], AbstractResolver] = aiohttp.ThreadedResolver,
    ) -> None:
        self._signer = signer
        self._hosts = hosts
        self._wall_ms = wall_ms
        self._within_s = within_s
        self._look_up = look_up
        self._session: aiohttp.ClientSession | None = None
        self._not_before_ms: dict[str, int] = {}

    @property
    def public_key(self) -> str:
        return self._signer.public_key

    async def send(self, subscription: Subscription, notification: Notification) -> Pushed:
        """One try; once more and shorter, when the service says that it was too long."""
        if not self._hosts.admits(subscription.endpoint):
            return Pushed(Delivery.NEVER)  # known before the setting was changed
        waits_ms = self._not_before_ms.get(subscription.origin, 0) - self._wall_ms()
        if waits_ms > 0:
            return Pushed(Delivery.LATER, waits_ms)
        try:
            status, retry_after = await self._post(subscription, notification, PAYLOAD_BYTES_MAX)
            if status == S.REQUEST_ENTITY_TOO_LARGE:
                status, retry_after = await self._post(subscription, notification, SHORT_BYTES_MAX)
        except (aiohttp.ClientError, OSError, TimeoutError) as said:
            return self._told(subscription, Delivery.LATER, error=type(said).__name__)
        except (ValueError, TooLong, http_ece.ECEException) as said:
            return self._told(subscription, Delivery.NEVER, error=type(said).__name__)
        became = judge(status)
        if became is Delivery.SENT:
            return Pushed(became)
        later = became is Delivery.LATER
        after_ms = self._waits(subscription.origin, retry_after) if later else None
        return self._told(subscription, became, after_ms, status=status)

    async def close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _post(
        self, subscription: Subscription, notification: Notification, bytes_max: int
    ) -> tuple[int, str | None]:
        """The status and Retry-After of one request."""
        headers = {
            "Authorization": self._signer.header(subscription.origin, self._wall_ms()),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(notification.ttl_s),
            "Urgency": notification.urgency,
            "Topic": notification.topic,
        }
        body = encrypted(subscription, payload(notification, bytes_max))
        async with (
            asyncio.timeout(self._within_s),
            self._kept().post(
                URL(subscription.endpoint, encoded=True),  # as the browser gave it, to the letter
                data=body,
                headers=headers,
                allow_redirects=False,
            ) as answer,
        ):
            if not answer.content.is_eof():  # most answers have come whole by now
                with contextlib.suppress(aiohttp.ClientError, EOFError, TimeoutError):
                    # Read to its end, the connection can be used again; longer, it is given up.
                    async with asyncio.timeout(self._within_s / 4):
                        await answer.content.readexactly(ANSWER_BYTES_MAX)
            return answer.status, answer.headers.get("Retry-After")

    def _kept(self) -> aiohttp.ClientSession:
        """Made at the first push, on the loop that pushes."""
        if self._session is None:
            resolver = PublicAddresses(self._look_up(), self._hosts.local)
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS_MAX, resolver=resolver),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None),  # each push has its own limit
                auto_decompress=False,
            )
        return self._session

    def _waits(self, origin: str, retry_after: str | None) -> int | None:
        """Nobody is sent to at a service that asked us to wait; others go on (F40)."""
        now_ms = self._wall_ms()
        wait_ms = retry_after_ms(retry_after, now_ms)
        if wait_ms is not None:
            if len(self._not_before_ms) >= WAITING_MAX:
                self._not_before_ms.clear()
            self._not_before_ms[origin] = now_ms + wait_ms
        return wait_ms

    def _told(
        self, to: Subscription, became: Delivery, after_ms: int | None = None, **why: object
    ) -> Pushed:
        tell = log.error if became is Delivery.QUARANTINE else log.warning
        tell("push not taken", state=became, name=to.origin, **why)
        return Pushed(became, after_ms)


def encrypted(subscription: Subscription, data: bytes) -> bytes:
    """For this browser alone, under a key pair used once (RFC 8291). Raises ValueError."""
    made: bytes = http_ece.encrypt(
        data,
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=subscription.point,
        auth_secret=subscription.secret,
        version="aes128gcm",
    )
    return made
