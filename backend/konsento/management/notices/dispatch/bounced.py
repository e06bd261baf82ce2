"""A mail of ours came back: the mailbox that is no more gets none, one that is ill is counted."""

from collections.abc import Awaitable, Callable

import structlog

from konsento.foundation.databases import PEOPLE
from konsento.management.notices.dispatch.limits import SOFT_BOUNCES_MAX, SOFT_COUNTS_FOR_MS
from konsento.management.notices.dispatch.parcel import Channel
from konsento_push.bounce import bounce_in

log = structlog.get_logger(__name__)

COUNT = (
    "INSERT INTO mail_bounce (registration_id, soft, last_at_ms) VALUES ({}, 1, {}) "
    "ON CONFLICT (registration_id) DO UPDATE SET last_at_ms = excluded.last_at_ms, "
    "soft = CASE WHEN mail_bounce.last_at_ms < {} THEN 1 ELSE mail_bounce.soft + 1 END "
    "RETURNING soft"
)


async def take_back(mail: bytes, now_ms: int, stop: Callable[[str], Awaitable[None]]) -> str:
    """What was made of it, in a word: "unknown", "counted" or "stopped".

    `stop` ends the mails of a registration, and tells staff.
    """
    bounce = bounce_in(mail)
    if bounce is None:
        return "unknown"
    rows = await PEOPLE.ask(
        "SELECT to_id FROM parcel WHERE id = {} AND channel = {}", bounce.key, str(Channel.MAIL)
    )
    if not rows:
        return "unknown"
    registration_id = str(rows[0]["to_id"])
    if not bounce.hard:
        async with PEOPLE.writing():
            since_ms = now_ms - SOFT_COUNTS_FOR_MS
            counted = await PEOPLE.ask(COUNT, registration_id, now_ms, since_ms)
        if counted[0]["soft"] < SOFT_BOUNCES_MAX:
            log.info("mail came back", state="soft", count=counted[0]["soft"])
            return "counted"
    await stop(registration_id)
    return "stopped"
