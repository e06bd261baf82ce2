"""The word to a meter's holder that somebody has registered for it: a task of the customers' room.

Which language they read is not known: it is said in both.
"""

from urllib.parse import urlsplit

import structlog

from konsento.foundation.outbox import Task
from konsento.management.customers.holder import Holder, holder_to_tell
from konsento.management.notices.outages.hands import Teller
from konsento.management.notices.tell import MailLater, again_ms
from konsento_push.delivery import Delivery
from konsento_push.email import Mailer, stable_id
from konsento_push.letter import Letter, html_of, text_of
from konsento_push.message import Message

log = structlog.get_logger(__name__)

TITLE = "メーターの登録のお知らせ"
LEAD = (
    "お客様のメーター {smid} について、停電のお知らせを受け取る登録がありました。",
    "ご家族など、検針票をお持ちの方の登録です。",
    "Somebody who had your bill has registered to be told of power outages at your meter {smid}.",
)
CALL = (
    "お心当たりがなければ、お電話ください。",
    "If you do not know who that is, call us.",
)
TELEPHONE = "お電話 / Telephone：{telephone}"
FOOT = ("返信しても読まれません。", "Replies are not read.")


async def mail_holder(task: Task, *, teller: Teller, mailer: Mailer) -> None:
    """Mail it, unless there is nobody to mail it to. Raises MailLater."""
    holder = await holder_to_tell(task.subject)
    if holder is None:
        return
    words = to_holder(holder, teller.telephone)
    message = Message(
        to=holder.email,
        language=words.language,
        subject=words.headline,
        text=text_of(words),
        html=html_of(words),
        message_id=stable_id(task.id, urlsplit(teller.public_url).hostname or "localhost"),
        tag=f"holder:{task.subject}",
    )
    became = await mailer.send(message, teller.clock.now_ms())
    if became is Delivery.LATER:
        raise MailLater(again_ms(task.attempts))
    log.info("holder told", task=task.id, state=became.value)


def to_holder(holder: Holder, telephone: str) -> Letter:
    """The letter. Pure."""
    call = (TELEPHONE.format(telephone=telephone),) if telephone else ()
    return Letter(
        headline=TITLE,
        meaning="act",
        language="ja",
        lead=tuple(each.format(smid=holder.smid) for each in LEAD),
        todo=(*CALL, *call),
        foot=FOOT,
    )
