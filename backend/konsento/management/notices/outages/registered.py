"""What follows from a registration: the link that confirms an address, and a word to the others.

Tasks that the customers' room owes; both are safe to repeat.
"""

import hashlib
from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec
import structlog

from konsento.foundation.databases import PEOPLE
from konsento.foundation.outbox import Task
from konsento.management.customers.confirm import fresh_token
from konsento.management.customers.links import CONFIRM_PAGE
from konsento.management.customers.registration import Registered, others_told, record_of
from konsento.management.notices.outages import store
from konsento.management.notices.outages.hands import Teller
from konsento.management.notices.outages.notice import Notice
from konsento.management.notices.outages.tell import owe
from konsento.management.notices.outages.told import Kind
from konsento.management.notices.outages.wording import spoken
from konsento.management.notices.tell import MailLater, again_ms
from konsento_push.delivery import Delivery
from konsento_push.email import Mailer, stable_id
from konsento_push.letter import Letter, html_of, text_of
from konsento_push.message import Message

log = structlog.get_logger(__name__)

ID_SYMBOLS = 26


class ConfirmWords(msgspec.Struct, frozen=True):
    """Of a mail to an address that may be anybody's: nothing of whom it is about."""

    subject: str
    lead: tuple[str, ...]
    button: str
    foot: tuple[str, ...]


CONFIRM: Mapping[str, ConfirmWords] = {
    "ja": ConfirmWords(
        "メールアドレスの確認",
        ("停電のお知らせをこのアドレスで受け取るには、48時間のうちに下のボタンを押してください。",),
        "このアドレスで受け取る",
        (
            "お心当たりがなければ、何もしないでください。お知らせは送りません。",
            "返信しても読まれません。",
        ),
    ),
    "en": ConfirmWords(
        "Confirm your mail address",
        ("To get notices of power outages at this address, press the button within 48 hours.",),
        "Send them to this address",
        (
            "If you did not ask for this, do nothing: no notices will come.",
            "Replies are not read.",
        ),
    ),
}


async def mail_confirmation(task: Task, *, teller: Teller, mailer: Mailer) -> None:
    """Mail the link to the address that registration `task.subject` gave. Raises MailLater."""
    now_ms = teller.clock.now_ms()
    token = await fresh_token(task.subject, teller.ids, now_ms)
    record = await record_of(task.subject)
    if token is None or record is None or record.email is None:
        return
    words = confirmation(record.language, f"{teller.public_url}{CONFIRM_PAGE}#{token}")
    message = Message(
        to=record.email,
        language=words.language,
        subject=words.headline,
        text=text_of(words),
        html=html_of(words),
        message_id=stable_id(task.id, urlsplit(teller.public_url).hostname or "localhost"),
        tag=f"confirm:{record.id}",
    )
    became = await mailer.send(message, now_ms)
    if became is Delivery.LATER:
        raise MailLater(again_ms(task.attempts))
    log.info("confirmation mailed", task=task.id, state=became.value)


def confirmation(language: str, page: str) -> Letter:
    """The letter, with the link to `page`. Pure."""
    language = spoken(language)
    say = CONFIRM[language]
    return Letter(
        headline=say.subject, meaning="calm", language=language, lead=say.lead,
        link=(say.button, page), foot=say.foot,
    )  # fmt: skip


async def tell_others(task: Task, *, teller: Teller) -> None:
    """Whoever was registered for the same meter before is told of the new one (T8)."""
    now_ms = teller.clock.now_ms()
    told = [(each, _of(each, task, now_ms)) for each in await others_told(task.subject)]
    async with PEOPLE.writing() as tx:
        await store.add_notices([notice for _, notice in told])
        await owe(tx, told, teller)


def _of(registered: Registered, task: Task, now_ms: int) -> Notice:
    name = hashlib.sha256(f"{task.id}\0{registered.id}".encode()).hexdigest()[:ID_SYMBOLS]
    return Notice(
        id=name, registration=registered.id, smid=registered.smid, kind=Kind.NEW_REGISTRANT,
        about=Kind.NEW_REGISTRANT, thread=f"registrant-{task.subject}", at_ms=now_ms,
    )  # fmt: skip
