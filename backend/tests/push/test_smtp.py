"""What a mail server says decides: sent, later, or never."""

import asyncio
import contextlib
import email
import email.policy
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from konsento_push.delivery import Delivery
from konsento_push.dkim import DkimSigner
from konsento_push.email import Mailer, Sender, Unfit, stable_id
from konsento_push.message import Message
from konsento_push.smtp import (
    CONNECTIONS_MAX,
    MAILS_PER_CONNECTION,
    CredentialsInTheClear,
    SmtpMailer,
    SmtpSettings,
)
from tests.push.certificate import both_ends
from tests.push.post_office import HANG_UP, SAY_NOTHING, PostOffice

SENDER = Sender("Konsento", "no-reply@konsento.example")
MESSAGE = Message(
    to="taro@example.jp", language="ja", subject="充電が終わりました",
    text="充電が終わりました。\n.\n.先頭の点\n", message_id=stable_id("k" * 26, "konsento.example"),
    tag="receipt:1",
)  # fmt: skip


def plainly(post: PostOffice, within_s: int = 20) -> SmtpSettings:
    return SmtpSettings(host="127.0.0.1", port=post.port, starttls=False, within_s=within_s)


def signing_in(post: PostOffice) -> SmtpSettings:
    return SmtpSettings(host="127.0.0.1", port=post.port, user="u", password="p")


@contextlib.asynccontextmanager
async def mailer(
    settings: SmtpSettings, tls: ssl.SSLContext | None = None, signer: DkimSigner | None = None
) -> AsyncIterator[SmtpMailer]:
    made = SmtpMailer(settings, SENDER, tls=tls, signer=signer)
    yield made
    await made.close()


async def sent(
    settings: SmtpSettings,
    message: Message = MESSAGE,
    at_ms: int = 0,
    tls: ssl.SSLContext | None = None,
) -> Delivery:
    """What became of one mail, by a mailer of its own."""
    async with mailer(settings, tls) as made:
        return await made.send(message, at_ms)


async def told(answers: dict[str, str]) -> Delivery:
    async with PostOffice(answers).open() as post:
        return await sent(plainly(post))


async def test_a_mail_that_is_taken_is_sent_whole_and_to_one_recipient() -> None:
    async with PostOffice().open() as post:
        assert isinstance(SmtpMailer(plainly(post), SENDER), Mailer)
        assert await sent(plainly(post)) is Delivery.SENT
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
        ("550 5.7.1 not from you", Delivery.NEVER),
        ("552 too much", Delivery.NEVER),
        ("554 refused", Delivery.NEVER),
    ],
)
async def test_the_word_on_this_mail_counts(command: str, answer: str, became: Delivery) -> None:
    assert await told({command: answer}) is became


@pytest.mark.parametrize(
    ("answer", "became"),
    [
        ("550 no such user", Delivery.GONE),
        ("550 5.1.1 no such user", Delivery.GONE),
        ("550-5.1.1 no such\r\n550 5.1.1 user", Delivery.GONE),
        ("553 5.1.3 not an address", Delivery.GONE),
        ("551 moved", Delivery.GONE),
        ("550 5.2.1 disabled", Delivery.GONE),
        ("552 5.2.2 full", Delivery.NEVER),
        ("550 5.7.26 not signed", Delivery.NEVER),
        ("554 5.1.1 no such user", Delivery.GONE),
        ("450 4.1.1 not now", Delivery.LATER),
    ],
)
async def test_only_a_mailbox_that_is_not_there_is_gone(answer: str, became: Delivery) -> None:
    assert await told({"RCPT": answer}) is became
    if became is Delivery.GONE:
        assert await told({".": answer}) is Delivery.NEVER  # that was the content


async def test_a_connection_carries_many_mails_and_is_parted_from_in_the_end() -> None:
    async with PostOffice().open() as post, mailer(plainly(post)) as made:
        for number in range(3):
            assert await made.send(MESSAGE, number) is Delivery.SENT
        assert len(post.taken) == 3
        assert [line for line in post.asked if line.startswith("EHLO")] == [post.asked[0]]
        await made.close()
        assert post.asked[-1] == "QUIT"


async def test_no_connection_carries_more_mails_than_servers_take() -> None:
    async with PostOffice().open() as post, mailer(plainly(post)) as made:
        for number in range(MAILS_PER_CONNECTION + 1):
            assert await made.send(MESSAGE, number) is Delivery.SENT
    words = [line.split(" ")[0] for line in post.asked]
    assert (words.count("EHLO"), words.count("MAIL")) == (2, MAILS_PER_CONNECTION + 1)


async def test_a_connection_that_was_hung_up_meanwhile_costs_no_mail() -> None:
    async with PostOffice().open() as post:
        async with mailer(plainly(post)) as made:
            assert await made.send(MESSAGE, 0) is Delivery.SENT
            await post.hang_up()
            assert await made.send(MESSAGE, 1) is Delivery.SENT
        assert len(post.taken) == 2


async def test_mails_at_the_same_time_share_few_connections() -> None:
    async with PostOffice().open() as post, mailer(plainly(post)) as made:
        became = await asyncio.gather(*(made.send(MESSAGE, n) for n in range(60)))
        assert set(became) == {Delivery.SENT}
        assert len(post.taken) == 60
        assert 1 < sum(line.startswith("EHLO") for line in post.asked) <= CONNECTIONS_MAX


async def test_a_mail_leaves_signed_when_there_is_a_key() -> None:
    key = rsa.generate_private_key(65537, 1024)
    form, none = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, form, none).decode()
    signer = DkimSigner(pem, "s1", "konsento.example")
    async with PostOffice().open() as post, mailer(plainly(post), signer=signer) as made:
        assert await made.send(MESSAGE, 0) is Delivery.SENT
    assert post.taken[0].startswith(b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; ")


async def test_a_refused_recipient_spoils_nothing_for_the_next() -> None:
    async with PostOffice({"RCPT": "550 no"}).open() as post, mailer(plainly(post)) as made:
        assert await made.send(MESSAGE, 0) is Delivery.GONE
        post.answer("RCPT", "250 ok")
        assert await made.send(MESSAGE, 0) is Delivery.SENT


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
        assert await sent(plainly(post, within_s=1)) is Delivery.LATER


@pytest.mark.parametrize("goodbye", [HANG_UP, "421 no goodbye", "500 what"])
async def test_a_mail_that_was_taken_stays_sent_however_the_server_parts(goodbye: str) -> None:
    assert await told({"QUIT": goodbye}) is Delivery.SENT


async def test_a_repeat_carries_the_same_message_id() -> None:
    async with PostOffice().open() as post:
        for at_ms in (0, 60_000):
            await sent(plainly(post), at_ms=at_ms)
    first, second = (
        email.message_from_bytes(raw, policy=email.policy.default) for raw in post.taken
    )
    assert first["Message-ID"] == second["Message-ID"] == MESSAGE.message_id


async def test_nobody_listening_is_tried_again() -> None:
    async with PostOffice().open() as post:
        closed = post.port
    alone = SmtpSettings(host="127.0.0.1", port=closed, starttls=False)
    assert await sent(alone) is Delivery.LATER


async def test_a_server_without_tls_gets_nothing_when_tls_is_asked_for() -> None:
    async with PostOffice().open() as post:
        settings = SmtpSettings(host="127.0.0.1", port=post.port, within_s=5)
        assert await sent(settings) is Delivery.LATER
    assert not any(line.startswith("MAIL") for line in post.asked)
    assert post.taken == []


async def test_a_user_signs_in_only_once_the_line_is_encrypted(tmp_path: Path) -> None:
    shown, trusted = both_ends(tmp_path)
    async with PostOffice(tls=shown).open() as post:
        settings = signing_in(post)
        assert await sent(settings, tls=trusted) is Delivery.SENT
    words = [line.split(" ")[0] for line in post.asked]
    assert words.index("STARTTLS") < words.index("AUTH") < words.index("MAIL")


async def test_a_server_that_cannot_prove_itself_gets_nothing(tmp_path: Path) -> None:
    shown, _ = both_ends(tmp_path)
    async with PostOffice(tls=shown).open() as post:
        settings = signing_in(post)
        assert await sent(settings) is Delivery.LATER
    assert [line.split(" ")[0] for line in post.asked] == ["EHLO", "STARTTLS"]


async def test_a_refused_password_loses_no_mail(tmp_path: Path) -> None:
    shown, trusted = both_ends(tmp_path)
    async with PostOffice({"AUTH": "535 no"}, tls=shown).open() as post:
        settings = signing_in(post)
        assert await sent(settings, tls=trusted) is Delivery.LATER


async def test_what_is_no_address_never_reaches_a_server() -> None:
    async with PostOffice().open() as post:
        lost = msgspec.structs.replace(MESSAGE, to="a@b@example.jp")
        assert await sent(plainly(post), lost) is Delivery.NEVER
    assert post.asked == []


async def test_a_cancelled_sender_leaves_no_connection_open() -> None:
    async with PostOffice({".": SAY_NOTHING}).open() as post, asyncio.TaskGroup() as group:
        sending = group.create_task(sent(plainly(post)))
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
