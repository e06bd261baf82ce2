"""The browsers that pushes go to: whose they are, and what a push service said of them."""

from collections.abc import Collection, Iterable

import msgspec

from konsento.foundation.databases import PEOPLE
from konsento.management.notices.dispatch.among import among, listed
from konsento.management.notices.dispatch.parcel import Channel, Parcel
from konsento.management.notices.limits import FAILURES_MAX
from konsento.management.notices.subscribe import Kept

NOT_QUARANTINED = "quarantined_at_ms IS NULL"
SAME = "id = {} AND endpoint = {} AND auth = {}"  # unless it has been here since with new keys


async def browsers_of(visitors: Collection[str]) -> list[Kept]:
    """All that may be pushed to for these visitors."""
    if not visitors:
        return []
    sql = f"SELECT * FROM push_subscription WHERE {among('visitor')} AND {NOT_QUARANTINED}"
    return msgspec.convert(await PEOPLE.ask(sql, listed(visitors)), list[Kept])


async def browsers_by_id(ids: Collection[str]) -> dict[str, Kept]:
    """Those of them that are still there and may be pushed to, by their ids."""
    if not ids:
        return {}
    sql = f"SELECT * FROM push_subscription WHERE {among('id')} AND {NOT_QUARANTINED}"
    rows = await PEOPLE.ask(sql, listed(ids))
    return {kept.id: kept for kept in msgspec.convert(rows, list[Kept])}


def push_parcels(notice_id: str, browsers: Iterable[Kept], due_at_ms: int) -> list[Parcel]:
    """One for each browser."""
    return [
        Parcel(
            channel=Channel.PUSH,
            notice_id=notice_id,
            to_id=kept.id,
            host=kept.subscription.origin,
            due_at_ms=due_at_ms,
        )
        for kept in browsers
    ]


async def forget(kept: Kept) -> None:
    """Its push service knows it no more. Within the caller's transaction."""
    await PEOPLE.ask(f"DELETE FROM push_subscription WHERE {SAME}", *_named(kept))


async def fail(kept: Kept) -> None:
    """Refused for good, again and again: gone, whatever its service says. Within a transaction."""
    if kept.failures + 1 >= FAILURES_MAX:
        await forget(kept)
        return
    await PEOPLE.ask(
        f"UPDATE push_subscription SET failures = failures + 1 WHERE {SAME}", *_named(kept)
    )


async def took(kept: Kept) -> None:
    """It took one: what failed before does not count. Within the caller's transaction."""
    if kept.failures:
        await PEOPLE.ask(f"UPDATE push_subscription SET failures = 0 WHERE {SAME}", *_named(kept))


async def quarantine(kept: Kept, now_ms: int) -> None:
    """We are refused there; until it comes again nothing is sent. Within a transaction."""
    await PEOPLE.ask(
        f"UPDATE push_subscription SET quarantined_at_ms = {{}} WHERE {SAME}",
        now_ms,
        *_named(kept),
    )


def _named(kept: Kept) -> tuple[str, str, str]:
    return kept.id, kept.endpoint, kept.auth
