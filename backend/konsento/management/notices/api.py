"""The driver's doors to notifications: the key, a browser's subscription, and a test.

A subscription is found by its address and the asker's cookie together; whatever is not the
asker's does not exist for them.
"""

from typing import Annotated, Literal

import msgspec
from litestar import get, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Meta

from konsento.foundation.edge.strict_body import strict_body
from konsento.management.notices.announce import tell_on_trial
from konsento.management.notices.hands import Herald
from konsento.management.notices.subscribe import PushOff, forget, renew, subscribe
from konsento_push.subscription import ENDPOINT_CHARS_MAX, Keys, Subscription
from konsento_push.web_push import Pusher

Endpoint = Annotated[str, Meta(min_length=1, max_length=ENDPOINT_CHARS_MAX)]
Language = Literal["ja", "en"]


class PushKey(msgspec.Struct, frozen=True):
    """The sender's public point in base64url, for `applicationServerKey`."""

    public_key: str


class SubscriptionWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the browser's `subscribe()` gave, and the language to write in."""

    endpoint: Endpoint
    keys: Keys
    language: Language = "ja"


class NewAddress(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A subscription that takes another's place; its language too, unless it names its own."""

    endpoint: Endpoint
    keys: Keys
    language: Language | None = None


class Renewed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    old_endpoint: Endpoint
    subscription: NewAddress


class Forgotten(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    endpoint: Endpoint


class Subscribed(msgspec.Struct, frozen=True):
    subscription_id: str


def _on(herald: Herald) -> Pusher:
    if herald.pusher is None:
        raise PushOff
    return herald.pusher


@get("/api/push/key")
async def push_key(herald: NamedDependency[Herald]) -> PushKey:
    """The key to subscribe with; `push-off` where no notifications are sent."""
    return PushKey(_on(herald).public_key)


@put("/api/push/subscription", guards=[strict_body])
async def put_subscription(
    data: JSONBody[SubscriptionWish],
    visitor: NamedDependency[str],
    asker: NamedDependency[str],
    herald: NamedDependency[Herald],
) -> Subscribed:
    """Send this visitor's news to this browser; twice is once."""
    _on(herald)
    herald.changes.take(asker, herald.clock.now_ms())
    wanted = Subscription(data.endpoint, data.keys)
    return Subscribed(await subscribe(visitor, wanted, data.language, herald))


@post("/api/push/forget", status_code=204, guards=[strict_body])
async def forget_subscription(data: JSONBody[Forgotten], visitor: NamedDependency[str]) -> None:
    """Send nothing more to this browser; also when nothing was sent to it."""
    await forget(visitor, data.endpoint)


@post("/api/push/renewed", status_code=200, guards=[strict_body])
async def renewed(
    data: JSONBody[Renewed],
    visitor: NamedDependency[str],
    asker: NamedDependency[str],
    herald: NamedDependency[Herald],
) -> Subscribed:
    """The browser gave its subscription another address."""
    _on(herald)
    herald.changes.take(asker, herald.clock.now_ms())
    given = data.subscription
    wanted = Subscription(given.endpoint, given.keys)
    return Subscribed(await renew(visitor, data.old_endpoint, wanted, given.language, herald))


@post("/api/push/test", status_code=202)
async def try_push(visitor: NamedDependency[str], herald: NamedDependency[Herald]) -> None:
    """One notification to each of this visitor's browsers, soon."""
    _on(herald)
    herald.tests.take(visitor, herald.clock.now_ms())
    await tell_on_trial(visitor, herald)


HANDLERS = [push_key, put_subscription, forget_subscription, renewed, try_push]
