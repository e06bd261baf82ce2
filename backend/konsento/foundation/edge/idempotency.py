"""The same request sent twice is done once: Idempotency-Key on every unsafe route.

As draft-ietf-httpapi-idempotency-key-header-07: 400 without a key, 409 while the first is still
being worked on, 422 when the key comes back with another body. The key is reserved before the
effect and answered from the store afterwards, for a week. Answers of 5xx and 429 are not kept:
they say "try again", and the effects behind the doors are each safe to repeat.
"""

import hashlib
from collections.abc import Callable

import msgspec
import structlog
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from konsento.foundation.clock import Clock
from konsento.foundation.database import Database, DatabaseBusy
from konsento.foundation.edge.bodies import ClientLeft, once_more, whole_body
from konsento.foundation.edge.doorway import SAFE_METHODS, VISIBLE
from konsento.foundation.limits import (
    IDEMPOTENCY_KEPT_MS,
    IDEMPOTENCY_KEY_CHARS,
    IDEMPOTENCY_LEASE_MS,
)
from konsento.foundation.migrations import Step
from konsento.foundation.problems import Refusal

log = structlog.get_logger(__name__)

IDEMPOTENCY = Step(
    "foundation-idempotency-1",
    (
        "CREATE TABLE idempotency (id TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, "
        "reserved_at_ms BIGINT NOT NULL, status BIGINT, headers TEXT, body TEXT)",
        "CREATE INDEX idempotency_age ON idempotency (reserved_at_ms)",
    ),
)
KEPT_HEADERS = (b"content-type", b"location")
Whose = Callable[[HTTPScope], bytes]  # the asker's name, the same for all of their requests


class KeyMissing(Refusal):
    status = 400
    slug = "idempotency-key-missing"
    title = "Send an Idempotency-Key with every request that changes something."


class KeyInFlight(Refusal):
    status = 409
    slug = "request-in-progress"
    title = "The same request is still being worked on."


class KeyReused(Refusal):
    status = 422
    slug = "idempotency-key-reused"
    title = "This Idempotency-Key was used with another request."


class Kept(msgspec.Struct, frozen=True):
    """An answer given before."""

    status: int
    headers: list[tuple[str, str]]
    body: str


class Reserved(msgspec.Struct, frozen=True):
    """A key taken, and when: what tells this holder from a later one."""

    key: str
    at_ms: int


class KeptAnswers:
    """The store of keys and answers in one database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def reserve(self, key: str, fingerprint: str) -> Kept | Reserved:
        """Take the key, or get the answer given to it. Raises KeyInFlight, KeyReused."""
        now_ms = self._clock.now_ms()
        async with self._database.writing():
            rows = await self._database.ask(
                "INSERT INTO idempotency (id, fingerprint, reserved_at_ms) VALUES ({}, {}, {}) "
                "ON CONFLICT (id) DO UPDATE SET reserved_at_ms = {}, fingerprint = {}, "
                "status = NULL, headers = NULL, body = NULL "
                "WHERE idempotency.status IS NULL AND idempotency.reserved_at_ms < {} "
                "AND idempotency.fingerprint = {} OR idempotency.reserved_at_ms < {} RETURNING id",
                key, fingerprint, now_ms, now_ms, fingerprint,
                now_ms - IDEMPOTENCY_LEASE_MS, fingerprint, now_ms - IDEMPOTENCY_KEPT_MS,
            )  # fmt: skip
            if rows:
                return Reserved(key, now_ms)
            row = (await self._database.ask("SELECT * FROM idempotency WHERE id = {}", key))[0]
        if row["fingerprint"] != fingerprint:
            raise KeyReused
        if row["status"] is None:
            raise KeyInFlight(retry_after_s=1)
        headers = msgspec.json.decode(row["headers"], type=list[tuple[str, str]])
        return Kept(row["status"], headers, row["body"])

    async def keep(self, mine: Reserved, answer: Kept) -> None:
        """Unless the lease ran out and another has the key: then its answer counts."""
        async with self._database.writing():
            await self._database.ask(
                "UPDATE idempotency SET status = {}, headers = {}, body = {} "
                "WHERE id = {} AND reserved_at_ms = {} AND status IS NULL",
                answer.status, msgspec.json.encode(answer.headers).decode(), answer.body,
                mine.key, mine.at_ms,
            )  # fmt: skip

    async def let_go(self, mine: Reserved) -> None:
        """Free the key for another try, unless another has it already."""
        async with self._database.writing():
            await self._database.ask(
                "DELETE FROM idempotency WHERE id = {} AND reserved_at_ms = {} AND status IS NULL",
                mine.key, mine.at_ms,
            )  # fmt: skip

    async def forget_old(self) -> None:
        """Drop keys older than a week."""
        before_ms = self._clock.now_ms() - IDEMPOTENCY_KEPT_MS
        async with self._database.writing():
            await self._database.ask("DELETE FROM idempotency WHERE reserved_at_ms < {}", before_ms)


class Idempotency(ASGIMiddleware):
    """Keeps every unsafe route to one effect a key; `opt={"repeatable": True}` exempts a route.

    Routes are exempt that prove sameness otherwise: webhooks by the sender's event id, the
    control system's PUTs by the request number. A key is one asker's own: `whose` tells them
    apart, and must never give two strangers the same name.
    """

    scopes = (ScopeType.HTTP,)
    exclude_opt_key = "repeatable"

    def __init__(self, answers: KeptAnswers, *, whose: Whose) -> None:
        self._answers = answers
        self._whose = whose

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        if scope["type"] != ScopeType.HTTP or scope["method"] in SAFE_METHODS:
            await next_app(scope, receive, send)
            return
        try:
            key, fingerprint, body = await self._read(scope, receive)
        except ClientLeft:
            return
        mine = await self._answers.reserve(key, fingerprint)
        if isinstance(mine, Kept):
            await _send_again(mine, send)
            return
        recorder = _Recorder(send)
        try:
            await next_app(scope, once_more(body, receive), recorder)
        finally:
            await self._after(mine, recorder.answer())

    async def _after(self, mine: Reserved, answer: Kept | None) -> None:
        """What was answered is answered: a database that is away is told, the asker is not.

        The key then stays taken until its lease runs out.
        """
        try:
            if answer is None:
                await self._answers.let_go(mine)
            else:
                await self._answers.keep(mine, answer)
        except DatabaseBusy:
            log.error("answer not kept", status=answer.status if answer else None)

    async def _read(self, scope: HTTPScope, receive: Receive) -> tuple[str, str, bytes]:
        headers = dict(scope["headers"])
        given = headers.get(b"idempotency-key", b"")
        if not 1 <= len(given) <= IDEMPOTENCY_KEY_CHARS or not VISIBLE.issuperset(given):
            raise KeyMissing
        body = await whole_body(receive)
        asker = self._whose(scope)
        what = f"{scope['method']} {scope['path']}".encode()
        key = hashlib.sha256(b"\0".join((asker, what, given))).hexdigest()
        asked = hashlib.sha256(scope["query_string"] + b"\0" + body)
        return key, asked.hexdigest(), body


class _Recorder:
    """Passes an answer on and remembers it."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._status = 500
        self._headers: list[tuple[str, str]] = []
        self._body = b""
        self._complete = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._headers = [
                (name.decode("latin-1"), value.decode("latin-1"))
                for name, value in message["headers"]
                if name.lower() in KEPT_HEADERS
            ]
        elif message["type"] == "http.response.body":
            self._body += message.get("body", b"")
            self._complete = not message.get("more_body", False)
        await self._send(message)

    def answer(self) -> Kept | None:
        """What to keep; nothing when the answer is incomplete or says to try again."""
        if not self._complete or self._status >= 500 or self._status == 429:
            return None
        return Kept(self._status, self._headers, self._body.decode("utf-8", "replace"))


async def _send_again(kept: Kept, send: Send) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in kept.headers]
    headers.append((b"idempotency-replayed", b"true"))
    await send({"type": "http.response.start", "status": kept.status, "headers": headers})
    await send({"type": "http.response.body", "body": kept.body.encode(), "more_body": False})
