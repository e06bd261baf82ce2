"""News of a session becomes a notice, once, and is owed to each browser of who follows it.

Each verb is a task of the outbox. It looks whether the news still holds; the notice has a key
of its own, so that a task done again finds it told.
"""

from collections.abc import Callable

import msgspec
import structlog

from konsento.foundation.databases import PEOPLE
from konsento.foundation.outbox import Task
from konsento.management.charging.link import followers_of
from konsento.management.charging.record import Session
from konsento.management.charging.store import session_by_id
from konsento.management.notices import events
from konsento.management.notices.hands import Herald
from konsento.management.notices.limits import (
    IDLE_NOTICES_MAX,
    IDLE_NOTICES_PER_MS,
    NOTICE_KEPT_MS,
)
from konsento.management.notices.notice import Kind, Notice, link_back, settled, trial
from konsento.management.notices.tables import NoticeRow, SubscriptionRow
from konsento.management.payments.receipt import receipt_of

log = structlog.get_logger(__name__)

Judge = Callable[[Session, int], Notice | None]
OFTEN = frozenset({Kind.IDLE, Kind.LINK_LOST})
ONCE = (
    "INSERT INTO notice (id, kind, visitor, session_id, occasion, reason, price_yen, waived_yen, "
    "unpaid_yen, until_ms, at_ms) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}) "
    "ON CONFLICT DO NOTHING RETURNING id"
)


async def tell_of_change(task: Task, *, judge: Judge, herald: Herald) -> None:
    """What `judge` finds to tell of session `task.subject` as it is now."""
    if herald.pusher is None:
        return
    session = await session_by_id(task.subject)
    notice = judge(session, herald.clock.now_ms())
    if notice is not None:
        await announce(notice, herald)


async def tell_of_return(task: Task, *, herald: Herald) -> None:
    """The meter of session `task.subject` speaks again: what was told of its silence is no more."""
    if herald.pusher is None:
        return
    session = await session_by_id(task.subject)
    notice = link_back(session, herald.clock.now_ms(), await _last_told(session.id))
    if notice is not None:
        await announce(notice, herald)


async def tell_of_bill(task: Task, herald: Herald) -> None:
    """The end of session `task.subject`, with the sum."""
    receipt = await receipt_of(task.subject)
    if herald.pusher is None or receipt is None:
        return
    session = await session_by_id(task.subject)
    notice = settled(
        session, herald.clock.now_ms(), price_yen=receipt.due_yen,
        waived_yen=receipt.waived_yen, unpaid_yen=receipt.unpaid_yen,
    )  # fmt: skip
    await announce(notice, herald)


async def tell_on_trial(visitor: str, herald: Herald) -> None:
    """One to each browser of this visitor, so that they see that they come."""
    notice = trial(visitor, herald.ids.fresh(), herald.clock.now_ms())
    await announce(notice, herald)


async def announce(notice: Notice, herald: Herald) -> bool:
    """Write it down and owe its pushes, in one transaction; False when it was told before."""
    async with PEOPLE.writing(f"notices:{notice.session_id}") as tx:
        if notice.kind in OFTEN and await _too_many(notice):
            return False
        rows = await PEOPLE.ask(
            ONCE, herald.ids.fresh(), notice.kind, notice.visitor, notice.session_id,
            notice.occasion, notice.reason, notice.price_yen, notice.waived_yen,
            notice.unpaid_yen, notice.until_ms, notice.at_ms,
        )  # fmt: skip
        if not rows:
            return False
        browsers = await SubscriptionRow.select(SubscriptionRow.id).where(
            SubscriptionRow.visitor.is_in(await told_of(notice))
            & SubscriptionRow.quarantined_at_ms.is_null()
        )
        for subscription in browsers:
            subject = f"{rows[0]['id']}.{subscription['id']}"
            await herald.outbox.owe(tx, events.PUSH, subject, herald.clock.now_ms())
    log.info("notice", session=notice.session_id, kind=notice.kind, count=len(browsers))
    return True


async def told_of(notice: Notice) -> list[str]:
    """The visitors whose browsers it goes to: the driver, and who joined the charge by its link."""
    return [notice.visitor, *(await followers_of(notice.session_id) if notice.session_id else ())]


async def _last_told(session_id: str) -> Notice | None:
    rows = await PEOPLE.ask(
        "SELECT * FROM notice WHERE session_id = {} ORDER BY at_ms DESC LIMIT 1", session_id
    )
    return msgspec.convert(rows[0], Notice, strict=False) if rows else None


async def _too_many(notice: Notice) -> bool:
    """A battery that tops itself up draws and rests by turns, a weak link comes and goes: that is
    no news each time.
    """
    since_ms = notice.at_ms - IDLE_NOTICES_PER_MS
    told = await NoticeRow.count().where(
        (NoticeRow.session_id == notice.session_id)
        & (NoticeRow.kind == notice.kind)
        & (NoticeRow.at_ms > since_ms)
    )
    return int(told) >= IDLE_NOTICES_MAX


async def notice_by_id(notice_id: str) -> Notice | None:
    rows = await NoticeRow.select().where(NoticeRow.id == notice_id)
    return msgspec.convert(rows[0], Notice, strict=False) if rows else None


async def is_superseded(notice: Notice) -> bool:
    """Whether something newer was told of the same session: it must not be replaced by this."""
    newer = (NoticeRow.session_id == notice.session_id) & (NoticeRow.at_ms > notice.at_ms)
    return bool(notice.session_id) and await NoticeRow.exists().where(newer)


async def forget_told(herald: Herald) -> None:
    """What was told so long ago that no task can be about to tell it again."""
    before_ms = herald.clock.now_ms() - NOTICE_KEPT_MS
    async with PEOPLE.writing():
        await NoticeRow.delete().where(NoticeRow.at_ms < before_ms)
