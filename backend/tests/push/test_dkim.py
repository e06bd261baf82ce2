"""A mail of ours is known to be ours, by a library that others verify with."""

import asyncio
import base64

import dkim
import msgspec
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from konsento_push.dkim import BadDkimKey, DkimSigner
from konsento_push.email import Sender, compose, stable_id
from konsento_push.letter import html_of, text_of
from konsento_push.message import Message
from tests.push.test_letter import LETTER

SENDER = Sender("Konsento", "no-reply@konsento.example")
NOW_MS = 1_795_219_200_000
CURVE = ec.generate_private_key(ec.SECP256R1())
ED25519 = ed25519.Ed25519PrivateKey.generate()
KEY = rsa.generate_private_key(65537, 2048)
MAIL = Message(
    to="haruka@example.jp", language="ja", subject="停電のお知らせ", text=text_of(LETTER),
    html=html_of(LETTER), message_id=stable_id("n1.mail.r1", "konsento.example"), tag="o1.r1",
    references=("<o1.r1@konsento.example>",), unsubscribe="https://konsento.example/api/m/u/abc",
)  # fmt: skip


def pem(key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> str:
    form = serialization.PrivateFormat.PKCS8
    none = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, form, none).decode()


def in_dns(name: bytes, timeout: int = 5) -> bytes:
    """What a name server says of our key."""
    assert name == b"s1._domainkey.konsento.example."
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    der = KEY.public_key().public_bytes(serialization.Encoding.DER, form)
    return b"v=DKIM1; k=rsa; p=" + base64.b64encode(der)


async def signed(message: Message = MAIL, key: str | None = None) -> bytes:
    signer = DkimSigner(key or pem(KEY), "s1", "konsento.example")
    return await signer.sealed(compose(message, SENDER, NOW_MS))


def is_ours(mail: bytes) -> bool:
    return bool(dkim.verify(mail, dnsfunc=in_dns))


@pytest.mark.parametrize(
    "message",
    [
        MAIL,
        msgspec.structs.replace(MAIL, html=None, text="Power is out.  \n\n  Since 7:10\n\n\n"),
        msgspec.structs.replace(MAIL, html=None, text="", references=(), unsubscribe=None),
        msgspec.structs.replace(MAIL, subject="停電" * 90, references=("<a@b>",) * 20),
    ],
)
async def test_others_find_the_signature_good(message: Message) -> None:
    assert is_ours(await signed(message))


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b"haruka@", b"mallory@"), (b"One-Click", b"One-click"), (b"/u/abc>", b"/u/abd>"),
        (b"Auto-Submitted: auto", b"Auto-Submitted: x-auto"), (b"\r\n--=_", b"\r\nx\r\n--=_"),
        (b"\r\nTo: ", b"\r\nFrom: other@example.jp\r\nTo: "),
        (b"\r\nDate: ", b"\r\nSubject: other\r\nDate: "),
    ],
)  # fmt: skip
async def test_whatever_is_changed_on_the_way_breaks_it(was: bytes, becomes: bytes) -> None:
    mail = await signed()
    assert mail.count(was) >= 1
    assert not is_ours(mail.replace(was, becomes, 1))


async def test_blanks_that_servers_add_do_not_break_it() -> None:
    text = msgspec.structs.replace(MAIL, html=None, text="Power is out.\n\nSince 7:10\n")
    mail = await signed(text)
    assert is_ours(mail.replace(b"Since 7:10", b"Since   7:10  ") + b"\r\n\r\n")


async def test_what_must_be_under_the_signature_is_and_is_not_folded() -> None:
    head = (await signed()).partition(b"\r\n\r\n")[0]
    named = head.partition(b"h=")[2].partition(b";")[0].replace(b"\r\n", b"").replace(b" ", b"")
    assert {b"from", b"list-unsubscribe", b"list-unsubscribe-post"} <= set(named.split(b":"))
    lines = head.split(b"\r\n")
    assert b"List-Unsubscribe: <https://konsento.example/api/m/u/abc>" in lines
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines
    assert all(len(line) <= 80 for line in lines if not line.startswith(b"List-"))


@pytest.mark.parametrize("form", ["base64", "pkcs1", "crlf"])
async def test_a_key_is_taken_in_the_forms_it_comes_in(form: str) -> None:
    old = serialization.PrivateFormat.TraditionalOpenSSL
    none = serialization.NoEncryption()
    given = {
        "base64": "".join(line for line in pem(KEY).splitlines() if "-----" not in line),
        "pkcs1": KEY.private_bytes(serialization.Encoding.PEM, old, none).decode(),
        "crlf": pem(KEY).replace("\n", "\r\n"),
    }
    assert is_ours(await signed(key=given[form]))


async def test_the_loop_goes_on_while_mails_are_signed() -> None:
    signer = DkimSigner(pem(KEY), "s1", "konsento.example")
    mail = compose(MAIL, SENDER, NOW_MS)
    turns = 0
    async with asyncio.TaskGroup() as group:
        signing = [group.create_task(signer.sealed(mail)) for _ in range(8)]
        while not all(each.done() for each in signing):
            turns += 1
            await asyncio.sleep(0)
    assert turns > len(signing)
    assert all(is_ours(each.result()) for each in signing)


@pytest.mark.parametrize(
    ("key", "selector"),
    [
        ("", "s1"), ("not a key", "s1"), (pem(KEY)[:200], "s1"), (pem(KEY), ""),
        (pem(KEY), "a b"), (pem(KEY), "a;b=c"), (pem(CURVE), "s1"), (pem(ED25519), "s1"),
    ],
)  # fmt: skip
def test_what_cannot_sign_is_refused_and_not_repeated(key: str, selector: str) -> None:
    with pytest.raises(BadDkimKey) as refused:
        DkimSigner(key, selector, "konsento.example")
    assert "PRIVATE" not in str(refused.value)
