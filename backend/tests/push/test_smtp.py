"""What a mail server says decides: sent, later, or never."""

import asyncio
import email
import email.policy
from pathlib import Path

import msgspec
import pytest

from konsento_push.delivery import Delivery
from konsento_push.email import Mailer, Sender, Unfit, stable_id
from konsento_push.message import Message
from konsento_push.smtp import CredentialsInTheClear, SmtpMailer, SmtpSettings
from tests.push.certificate import both_ends
from tests.push.post_office import HANG_UP, SAY_NOTHING, PostOffice

SENDER = Sender("Konsento", "no-reply@konsento.example")
MESSAGE = Message(
    to="taro@example.jp", language="ja", subject="充電が終わりました",
    text="充電が終わりました。\n.\n.先頭の点\n", message_id=stable_id("k" * 26, "konsento.example"),
    tag="receipt:1",
)  # fmt: skip


def mailer(post: PostOffice, within_s: int = 20) -> SmtpMailer:
    settings = SmtpSettings(host="127.0.0.1", port=post.port, starttls=False, within_s=within_s)
    return SmtpMailer(settings, SENDER)


async def told(answers: dict[str, str]) -> Delivery:
    async with PostOffice(answers).open() as post:
        return await mailer(post).send(MESSAGE, 0)


async def test_a_mail_that_is_taken_is_sent_whole_and_to_one_recipient() -> None:
    async with PostOffice().open() as post:
        assert isinstance(mailer(post), Mailer)
        assert await mailer(post).send(MESSAGE, 0) is Delivery.SENT
    assert [line for line in post.asked if line.startswith("RCPT")] == ["RCPT TO:<taro@example.jp>"]
    assert "EHLO konsento.example" in post.asked
    (raw,) = post.taken
    stuffed = raw.removesuffix(b".\r\n").replace(b"\r\n..", b"\r\n.")
    got = email.message_from_bytes(stuffed, policy=email.policy.default)
    assert got["Message-ID"] == MESSAGE.message_id
    assert got.get_content().replace("\r\n", "\n") == MESSAGE.text


@pytest.mark.parametrize("command", ["RCPT", "DATA", "."])
@pytest.mark.parametrize(
    ("answer", "became"),
    [
        ("421 closing", Delivery.LATER),
        ("450 mailbox busy", Delivery.LATER),
        ("451 greylisted", Delivery.LATER),
        ("452 full", Delivery.LATER),
        ("550 no such user", Delivery.NEVER),
        ("552 too much", Delivery.NEVER),
        ("554 refused", Delivery.NEVER),
    ],
)
async def test_the_word_on_this_mail_counts(command: str, answer: str, became: Delivery) -> None:
    assert await told({command: answer}) is became


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("hello", "554 go away"),
        ("EHLO", "550 who are you"),
        ("MAIL", "530 authenticate first"),
        ("MAIL", "553 not your address"),
        ("MAIL", "451 later"),
    ],
)
async def test_a_refusal_of_ourselves_loses_no_mail(command: str, answer: str) -> None:
    answers = {command: answer, "HELO": answer}
    assert await told(answers) is Delivery.LATER


@pytest.mark.parametrize("command", ["hello", "EHLO", "MAIL", "RCPT", "DATA", "."])
async def test_a_server_that_hangs_up_is_tried_again(command: str) -> None:
    assert await told({command: HANG_UP}) is Delivery.LATER


@pytest.mark.parametrize("command", ["hello", "RCPT", "."])
async def test_a_server_that_says_nothing_is_not_waited_for_long(command: str) -> None:
    async with PostOffice({command: SAY_NOTHING}).open() as post:
        assert await mailer(post, within_s=1).send(MESSAGE, 0) is Delivery.LATER


@pytest.mark.parametrize("goodbye", [HANG_UP, "421 no goodbye", "500 what"])
async def test_a_mail_that_was_taken_stays_sent_however_the_server_parts(goodbye: str) -> None:
    assert await told({"QUIT": goodbye}) is Delivery.SENT


async def test_a_repeat_carries_the_same_message_id() -> None:
    async with PostOffice().open() as post:
        for at_ms in (0, 60_000):
            await mailer(post).send(MESSAGE, at_ms)
    first, second = (
        email.message_from_bytes(raw, policy=email.policy.default) for raw in post.taken
    )
    assert first["Message-ID"] == second["Message-ID"] == MESSAGE.message_id


async def test_nobody_listening_is_tried_again() -> None:
    async with PostOffice().open() as post:
        closed = post.port
    alone = SmtpMailer(SmtpSettings(host="127.0.0.1", port=closed, starttls=False), SENDER)
    assert await alone.send(MESSAGE, 0) is Delivery.LATER


async def test_a_server_without_tls_gets_nothing_when_tls_is_asked_for() -> None:
    async with PostOffice().open() as post:
        settings = SmtpSettings(host="127.0.0.1", port=post.port, within_s=5)
        assert await SmtpMailer(settings, SENDER).send(MESSAGE, 0) is Delivery.LATER
    assert not any(line.startswith("MAIL") for line in post.asked)
    assert post.taken == []


async def test_a_user_signs_in_only_once_the_line_is_encrypted(tmp_path: Path) -> None:
    shown, trusted = both_ends(tmp_path)
    async with PostOffice(tls=shown).open() as post:
        settings = SmtpSettings(host="127.0.0.1", port=post.port, user="u", password="p")
        assert await SmtpMailer(settings, SENDER, tls=trusted).send(MESSAGE, 0) is Delivery.SENT
    words = [line.split(" ")[0] for line in post.asked]
    assert words.index("STARTTLS") < words.index("AUTH") < words.index("MAIL")


async def test_a_server_that_cannot_prove_itself_gets_nothing(tmp_path: Path) -> None:
    shown, _ = both_ends(tmp_path)
    async with PostOffice(tls=shown).open() as post:
        settings = SmtpSettings(host="127.0.0.1", port=post.port, user="u", password="p")
        assert await SmtpMailer(settings, SENDER).send(MESSAGE, 0) is Delivery.LATER
    assert [line.split(" ")[0] for line in post.asked] == ["EHLO", "STARTTLS"]


async def test_a_refused_password_loses_no_mail(tmp_path: Path) -> None:
    shown, trusted = both_ends(tmp_path)
    async with PostOffice({"AUTH": "535 no"}, tls=shown).open() as post:
        settings = SmtpSettings(host="127.0.0.1", port=post.port, user="u", password="p")
        assert await SmtpMailer(settings, SENDER, tls=trusted).send(MESSAGE, 0) is Delivery.LATER


async def test_what_is_no_address_never_reaches_a_server() -> None:
    async with PostOffice().open() as post:
        lost = msgspec.structs.replace(MESSAGE, to="a@b@example.jp")
        assert await mailer(post).send(lost, 0) is Delivery.NEVER
    assert post.asked == []


async def test_a_cancelled_sender_leaves_no_connection_open() -> None:
    async with PostOffice({".": SAY_NOTHING}).open() as post, asyncio.TaskGroup() as group:
        sending = group.create_task(mailer(post).send(MESSAGE, 0))
        await post.took.wait()
        sending.cancel()
    assert sending.cancelled()


def test_a_password_is_not_sent_in_the_clear() -> None:
    with pytest.raises(CredentialsInTheClear):
        SmtpMailer(SmtpSettings(host="m", user="u", password="p", starttls=False), SENDER)
    SmtpMailer(SmtpSettings(host="m", port=465, user="u", password="p", starttls=False), SENDER)


def test_a_sender_without_an_address_is_refused_at_once() -> None:
    with pytest.raises(Unfit):
        SmtpMailer(SmtpSettings(host="m"), Sender("Konsento", "nowhere"))
