"""One notice is pushed to one browser: a task of the outbox, safe to repeat.

A push that was taken and not struck off is sent again under the same tag and topic: it replaces
itself. What is no news any more, or was overtaken by newer news, is dropped.
"""

import msgspec
import structlog

from konsento.foundation.databases import PEOPLE
from konsento.foundation.outbox import Task, TryLater
from konsento.management.charging.store import session_by_id
from konsento.management.notices.announce import is_superseded, notice_by_id, told_of
from konsento.management.notices.hands import Herald
from konsento.management.notices.limits import AGAIN_MS_MAX, AGAIN_MS_MIN, FAILURES_MAX
from konsento.management.notices.lock_screen import notification
from konsento.management.notices.notice import TRUE_WHILE, Notice, left_s, still_holds
from konsento.management.notices.subscribe import Kept
from konsento.management.notices.tables import SubscriptionRow
from konsento_push.delivery import Delivery
from konsento_push.web_push import Pusher

log = structlog.get_logger(__name__)


class PushLater(TryLater):
    """The push was not taken, or it is not known whether it was."""


def again_ms(attempts: int) -> int:
    """How long to wait after the n-th try, from 1, when the push service does not say."""
    return min(AGAIN_MS_MAX, AGAIN_MS_MIN << min(max(attempts - 1, 0), 20))


async def push(task: Task, herald: Herald) -> None:
    """Send the notice and to the browser that `task.subject` names. Raises PushLater."""
    notice_id, _, subscription_id = task.subject.partition(".")
    notice = await notice_by_id(notice_id)
    kept = await _subscription(subscription_id)
    if herald.pusher is None or notice is None or kept is None:
        return
    if kept.quarantined_at_ms is not None or kept.visitor not in await told_of(notice):
        return  # the browser is somebody else's by now
    if left_s(notice, herald.clock.now_ms()) <= 0 or await _is_overtaken(notice):
        log.info("push dropped", session=notice.session_id, kind=notice.kind, task=task.id)
        return
    await _send(task, notice, kept, herald, herald.pusher)


async def _is_overtaken(notice: Notice) -> bool:
    """Something newer was told, or what it says is true no more."""
    if await is_superseded(notice):
        return True
    if notice.kind not in TRUE_WHILE:
        return False
    return not still_holds(notice, await session_by_id(notice.session_id))


async def _send(task: Task, notice: Notice, kept: Kept, herald: Herald, pusher: Pusher) -> None:
    now_ms = herald.clock.now_ms()
    words = notification(notice, kept.language, herald.public_url, now_ms)
    pushed = await pusher.send(kept.subscription, words)
    told = {"session": notice.session_id, "kind": notice.kind, "task": task.id}
    match pushed.became:
        case Delivery.SENT:
            await _note(kept, failures=0)
            log.info("push sent", **told)
        case Delivery.LATER:
            raise PushLater(pushed.after_ms or again_ms(task.attempts))
        case Delivery.QUARANTINE:
            await _note(kept, quarantined_at_ms=now_ms)
            log.error("push refused to us", **told)
        case Delivery.GONE:
            await _remove(kept)
            log.info("browser gone", **told)
        case Delivery.NEVER:
            await _failed(kept)
            log.warning("push refused", **told)


async def _subscription(subscription_id: str) -> Kept | None:
    rows = await SubscriptionRow.select().where(SubscriptionRow.id == subscription_id)
    return msgspec.convert(rows[0], Kept) if rows else None


def _as_sent(kept: Kept) -> tuple[str, str, str]:
    """The row, unless the browser has been here since with new keys."""
    return kept.id, kept.endpoint, kept.auth


async def _note(kept: Kept, **facts: int) -> None:
    if all(getattr(kept, name) == value for name, value in facts.items()):
        return
    sets = ", ".join(f"{name} = {{}}" for name in facts)
    sql = f"UPDATE push_subscription SET {sets} WHERE id = {{}} AND endpoint = {{}} AND auth = {{}}"
    async with PEOPLE.writing():
        await PEOPLE.ask(sql, *facts.values(), *_as_sent(kept))


async def _failed(kept: Kept) -> None:
    """Refused for good, again and again: such a browser is gone, whatever its service says."""
    if kept.failures + 1 >= FAILURES_MAX:
        await _remove(kept)
    else:
        await _note(kept, failures=kept.failures + 1)


async def _remove(kept: Kept) -> None:
    async with PEOPLE.writing():
        await PEOPLE.ask(
            "DELETE FROM push_subscription WHERE id = {} AND endpoint = {} AND auth = {}",
            *_as_sent(kept),
        )
