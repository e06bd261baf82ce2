"""A browser takes pushes, gives up taking them, or has got a new address for them."""

import hashlib
import hmac
from contextlib import AbstractAsyncContextManager
from typing import Any

import msgspec
from piccolo.columns import Column

from konsento.foundation.database import Transaction
from konsento.foundation.databases import PEOPLE
from konsento.foundation.problems import Refusal
from konsento.management.notices.hands import Herald
from konsento.management.notices.limits import SUBSCRIPTION_KEPT_MS, SUBSCRIPTIONS_PER_VISITOR
from konsento.management.notices.tables import SubscriptionRow
from konsento_push.subscription import Keys, Subscription, Unacceptable, checked

OLDEST_BEYOND = (
    "DELETE FROM push_subscription WHERE id IN (SELECT id FROM push_subscription "
    "WHERE visitor = {} AND id <> {} ORDER BY seen_at_ms DESC, id LIMIT 1000 OFFSET {})"
)


class PushOff(Refusal):
    status = 404
    slug = "push-off"
    title = "No notifications are sent from here."


class SubscriptionRefused(Refusal):
    """Says what is wrong with it, and nothing of who else may have it."""

    status = 422
    slug = "push-subscription-refused"
    title = "This is not a subscription that can be sent to."


class UnknownSubscription(Refusal):
    """Also said of one that belongs to somebody else."""

    status = 404
    slug = "unknown-subscription"
    title = "There is no such subscription here."


class Kept(msgspec.Struct, frozen=True):
    """A subscription as it stands in its row."""

    id: str
    visitor: str
    endpoint: str
    p256dh: str
    auth: str
    language: str
    failures: int = 0
    quarantined_at_ms: int | None = None

    @property
    def subscription(self) -> Subscription:
        return Subscription(self.endpoint, Keys(self.p256dh, self.auth))


async def subscribe(visitor: str, wanted: Subscription, language: str, herald: Herald) -> str:
    """Keep it for this visitor, once; returns its id. Raises SubscriptionRefused.

    An address moves to whoever gives it with its keys: the same browser under a new cookie.
    """
    found = _checked(wanted, herald)
    async with _changing(found.endpoint, visitor):
        return await _keep(visitor, found, language, herald)


async def renew(
    visitor: str, old_endpoint: str, wanted: Subscription, language: str | None, herald: Herald
) -> str:
    """The browser's address has changed; returns the id. Twice is once.

    Raises UnknownSubscription, SubscriptionRefused.
    """
    found = _checked(wanted, herald)
    async with _changing(found.endpoint, old_endpoint, visitor):
        known = await _kept(old_endpoint) or await _kept(found.endpoint)
        if known is None or known.visitor != visitor:
            raise UnknownSubscription
        if old_endpoint != found.endpoint:
            await _forget(visitor, old_endpoint)
        return await _keep(visitor, found, language or known.language, herald)


async def forget(visitor: str, endpoint: str) -> None:
    """No more pushes to this address, if it is this visitor's; else nothing is said or done."""
    async with _changing(endpoint, visitor):
        await _forget(visitor, endpoint)


async def forget_unseen(herald: Herald) -> None:
    """Browsers that were not here for so long that their cookie is gone."""
    before_ms = herald.clock.now_ms() - SUBSCRIPTION_KEPT_MS
    async with PEOPLE.writing():
        await SubscriptionRow.delete().where(SubscriptionRow.seen_at_ms < before_ms)


def _checked(wanted: Subscription, herald: Herald) -> Subscription:
    try:
        return checked(wanted, herald.hosts)
    except Unacceptable as wrong:
        raise SubscriptionRefused(str(wrong)) from None


def _changing(*names: str) -> AbstractAsyncContextManager[Transaction]:
    """The write transaction for addresses and a visitor; addresses are secrets, also as names."""
    locks = {hashlib.sha256(name.encode()).hexdigest()[:32] for name in names}
    return PEOPLE.writing(*(f"push:{lock}" for lock in sorted(locks)))


async def _keep(visitor: str, found: Subscription, language: str, herald: Herald) -> str:
    now_ms = herald.clock.now_ms()
    known = await _kept(found.endpoint)
    if known is not None and known.visitor != visitor and not _same_keys(known, found):
        raise SubscriptionRefused
    subscription_id = known.id if known else herald.ids.fresh()
    facts: dict[str, Any] = {
        "visitor": visitor, "p256dh": found.keys.p256dh, "auth": found.keys.auth,
        "language": language, "seen_at_ms": now_ms, "failures": 0, "quarantined_at_ms": None,
    }  # fmt: skip
    if known:
        changed: dict[Column | str, Any] = {name: facts[name] for name in facts}
        await SubscriptionRow.update(changed).where(SubscriptionRow.id == subscription_id)
    else:
        await SubscriptionRow.insert(
            SubscriptionRow(
                id=subscription_id, endpoint=found.endpoint, created_at_ms=now_ms, **facts
            )
        )
    others = SUBSCRIPTIONS_PER_VISITOR - 1
    await PEOPLE.ask(OLDEST_BEYOND, visitor, subscription_id, others)
    return subscription_id


async def _kept(endpoint: str) -> Kept | None:
    rows = await SubscriptionRow.select().where(SubscriptionRow.endpoint == endpoint)
    return msgspec.convert(rows[0], Kept) if rows else None


async def _forget(visitor: str, endpoint: str) -> None:
    mine = (SubscriptionRow.visitor == visitor) & (SubscriptionRow.endpoint == endpoint)
    await SubscriptionRow.delete().where(mine)


def _same_keys(known: Kept, found: Subscription) -> bool:
    return hmac.compare_digest(
        f"{known.p256dh}.{known.auth}", f"{found.keys.p256dh}.{found.keys.auth}"
    )
