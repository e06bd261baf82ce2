"""The demo's mails are kept, the last two hundred, as their readers would see them."""

import msgspec
import pytest

from konsento_push.caught import MAILS_KEPT, CaughtMail
from konsento_push.delivery import Delivery
from konsento_push.email import Mailer, Sender, Unfit, stable_id
from konsento_push.message import Message

SENDER = Sender("Konsento", "no-reply@konsento.example")
MESSAGE = Message(
    to="taro@example.jp", language="ja", subject="終わりました", text="終わりました。",
    message_id=stable_id("1", "konsento.example"), tag="receipt:1",
)  # fmt: skip


async def test_a_mail_is_caught_as_it_would_be_read() -> None:
    box = CaughtMail(SENDER)
    assert isinstance(box, Mailer)
    assert await box.send(MESSAGE, 5) is Delivery.SENT
    (mail,) = box.mails
    assert (mail.at_ms, mail.to, mail.subject) == (5, "taro@example.jp", "終わりました")
    assert mail.text == "終わりました。"
    assert (mail.language, mail.tag) == ("ja", "receipt:1")


async def test_the_newest_mail_is_first_and_the_oldest_makes_room() -> None:
    box = CaughtMail(SENDER)
    for n in range(MAILS_KEPT + 5):
        await box.send(msgspec.structs.replace(MESSAGE, subject=f"{n}"), n)
    assert len(box.mails) == MAILS_KEPT
    assert (box.mails[0].subject, box.mails[-1].subject) == (f"{MAILS_KEPT + 4}", "5")


async def test_what_no_server_would_take_is_not_caught_either() -> None:
    box = CaughtMail(SENDER)
    assert await box.send(msgspec.structs.replace(MESSAGE, to="nobody"), 1) is Delivery.NEVER
    assert box.mails == []


def test_a_sender_without_an_address_is_refused_at_once() -> None:
    with pytest.raises(Unfit):
        CaughtMail(Sender("Konsento", "nowhere"))
