"""A settled charge is told by mail to whoever left an address for its receipt.

A task of the outbox: tried again while the mail server will not or cannot answer, under one
Message-ID, so that an answer lost on the way means at most a second copy (F35–F37).
"""

from urllib.parse import urlsplit

import structlog

from konsento.foundation.clock import Clock
from konsento.foundation.outbox import Task, TryLater
from konsento.management.accounts.guest import contact_of
from konsento.management.charging.store import session_by_id
from konsento.management.notices.announce import tell_of_bill
from konsento.management.notices.hands import Herald
from konsento.management.notices.wording import receipt_mail
from konsento.management.payments.paper import receipt_view
from konsento.management.payments.view import parts_of
from konsento_push.delivery import Delivery
from konsento_push.email import Mailer, stable_id
from konsento_push.message import Message

log = structlog.get_logger(__name__)

KIND = "receipt"
# Doubling from a minute; the outbox's fourteen tries then reach over about a day.
AGAIN_MS_MIN = 60_000
AGAIN_MS_MAX = 4 * 3_600_000


class ReceiptMissing(Exception):
    """A session was told to be settled and has no receipt: a programming error."""


class MailLater(TryLater):
    """The mail was not taken, or it is not known whether it was."""


def again_ms(attempts: int) -> int:
    """How long to wait after the n-th try, from 1."""
    return min(AGAIN_MS_MAX, AGAIN_MS_MIN << min(max(attempts - 1, 0), 20))


async def tell_settled(
    task: Task, *, mailer: Mailer, clock: Clock, public_url: str, herald: Herald
) -> None:
    """Push the end of session `task.subject`; mail its receipt, if its driver left an address.

    The notice is told once, however often the mail is tried. Raises MailLater, ReceiptMissing.
    """
    await tell_of_bill(task, herald)
    message = await receipt_message(task, public_url)
    if message is None:
        return
    became = await mailer.send(message, clock.now_ms())
    if became is Delivery.LATER:
        raise MailLater(again_ms(task.attempts))
    if became is Delivery.SENT:
        log.info("mail sent", session=task.subject, task=task.id, kind=KIND)
    else:
        log.warning("mail refused", session=task.subject, task=task.id, kind=KIND)


async def receipt_message(task: Task, public_url: str) -> Message | None:
    """The message that is owed; None when the driver left no address."""
    contact = await contact_of(task.subject)
    if contact is None:
        return None
    session = await session_by_id(task.subject)
    parts = await parts_of(session)
    if parts.receipt is None:
        raise ReceiptMissing(session.id)
    receipt = receipt_view(session, parts, parts.receipt)
    words = receipt_mail(receipt, contact.language, public_url)
    return Message(
        to=contact.email,
        language=contact.language,
        subject=words.subject,
        text=words.text,
        message_id=stable_id(task.id, urlsplit(public_url).hostname or "localhost"),
        tag=f"{KIND}:{session.id}",
    )
