"""A message becomes a mail with exactly our headers and one recipient, whatever was typed."""

import email
import email.policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from konsento_push.email import (
    Sender,
    Unfit,
    address,
    compose,
    display_name,
    plain,
    stable_id,
)
from konsento_push.message import Message

SENDER = Sender("Konsento", "no-reply@konsento.example")
NOW_MS = 1_795_219_200_000
OURS = sorted(
    [
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language",
        "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
    ]
)  # fmt: skip
MESSAGE = Message(
    to="taro@example.jp",
    language="ja",
    subject="充電が終わりました　155 円",
    text="充電が終わりました。\n",
    message_id=stable_id("k" * 26, "konsento.example"),
    tag="receipt:1",
)
BREAKS = st.sampled_from(
    ["\r\nBcc: all@example.jp", "\n\n<script>", "\r", "\x00", "\u2028Bcc: x@y", "\u0085To: z@y",
     "\u202e", "\ud800", "=?utf-8?q?=0ABcc=3A_a=40b?=", "=??Q?=0A0", ", other@example.jp",
     "x" * 60 + ":", "\x1b[2J"]
)  # fmt: skip
TYPED = st.lists(st.one_of(st.text(st.characters(exclude_categories=())), BREAKS)).map("".join)


def arrived(mail: bytes) -> EmailMessage:
    """As the reader's program understands the bytes."""
    made = email.message_from_bytes(mail, policy=email.policy.default)
    assert isinstance(made, EmailMessage)
    return made


@settings(max_examples=200, deadline=None)
@given(subject=TYPED, text=TYPED, name=TYPED)
def test_nothing_typed_becomes_a_header_or_a_recipient(subject: str, text: str, name: str) -> None:
    message = msgspec.structs.replace(MESSAGE, subject=subject, text=text)
    mail = compose(message, Sender(name, SENDER.address), NOW_MS)
    got = arrived(mail)
    assert sorted(got.keys()) == OURS
    assert [each.addr_spec for each in got["To"].addresses] == ["taro@example.jp"]
    assert [each.addr_spec for each in got["From"].addresses] == [SENDER.address]
    assert not got.is_multipart()
    assert mail.isascii()


@settings(max_examples=150, deadline=None)
@given(to=st.one_of(TYPED, TYPED.map(lambda typed: f"taro{typed}@example.jp"), st.emails()))
def test_an_address_is_one_address_or_no_mail_is_made(to: str) -> None:
    try:
        mail = compose(msgspec.structs.replace(MESSAGE, to=to), SENDER, NOW_MS)
    except Unfit:
        return
    got = arrived(mail)
    assert sorted(got.keys()) == OURS
    assert len(got["To"].addresses) == 1
    local = to.rpartition("@")[0]
    assert got["To"].addresses[0].username == local


@settings(max_examples=100, deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp"]), max_size=99))
def test_a_plain_sentence_arrives_as_it_was_written(text: str) -> None:
    words = " ".join(text.replace("=?", "").split())
    message = msgspec.structs.replace(MESSAGE, subject=words, text=f"{words}\nまた。\n")
    got = arrived(compose(message, SENDER, NOW_MS))
    assert got["Subject"] == words
    assert got.get_content() == f"{words}\r\nまた。\r\n"


@pytest.mark.parametrize("word", ["=??Q?=0A0", "=?utf-8?q?=0D=0ABcc=3A_a=40b.jp?="])
def test_an_encoded_word_that_was_typed_is_not_decoded(word: str) -> None:
    got = arrived(compose(msgspec.structs.replace(MESSAGE, subject=word), SENDER, NOW_MS))
    assert got["Subject"] == word.replace("=?", "= ?")
    named = arrived(compose(MESSAGE, Sender(word, SENDER.address), NOW_MS))
    assert named["From"].addresses[0].display_name == display_name(word)
    assert sorted(got.keys()) == sorted(named.keys()) == OURS


def test_a_long_name_needs_no_quotes_that_could_be_lost() -> None:
    name = "x" * 56 + ": other@example.jp, "
    got = arrived(compose(MESSAGE, Sender(name, SENDER.address), NOW_MS))
    assert [each.addr_spec for each in got["From"].addresses] == [SENDER.address]
    assert display_name("Konsento, Inc. (充電)") == "Konsento Inc 充電"


def test_time_language_and_id_are_those_handed_in() -> None:
    got = arrived(compose(MESSAGE, SENDER, NOW_MS))
    assert parsedate_to_datetime(got["Date"]).timestamp() * 1000 == NOW_MS
    assert got["Message-ID"] == f"<{'k' * 26}@konsento.example>"
    assert got["Content-Language"] == "ja"
    assert got.get_content_type() == "text/plain"
    assert got.get_content_charset() == "utf-8"


def test_the_same_message_at_the_same_time_is_the_same_mail() -> None:
    once, twice = (compose(MESSAGE, SENDER, NOW_MS) for _ in range(2))
    assert once == twice


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("taro@example.jp", "taro@example.jp"),
        ("t.a+charge@xn--r8jz45g.jp", "t.a+charge@xn--r8jz45g.jp"),
        ("taro@例え.jp", "taro@xn--r8jz45g.jp"),
        ("taro..yama.@docomo.ne.jp", "taro..yama.@docomo.ne.jp"),
    ],
)
def test_addresses_as_people_have_them_are_kept(typed: str, written: str) -> None:
    assert address(typed).addr_spec == written
    got = arrived(compose(msgspec.structs.replace(MESSAGE, to=typed), SENDER, NOW_MS))
    assert got["To"].addresses[0].addr_spec == written


@pytest.mark.parametrize(
    "typed",
    ["", "taro", "@example.jp", "taro@", "a b@example.jp", "<taro@example.jp>", "a@b@example.jp",
     "太郎@example.jp", "a,b@example.jp", "taro@exa mple.jp", "taro@example..jp", "taro@.jp",
     'taro"@example.jp', "taro@example.jp\n", "x" * 65 + "@example.jp"],
)  # fmt: skip
def test_what_is_no_address_is_unfit(typed: str) -> None:
    with pytest.raises(Unfit):
        address(typed)


@pytest.mark.parametrize("said", ["", "no-angles@x", "<a@b>\r\nBcc: c@d", "<a b@c>", "<@c>"])
def test_what_is_no_message_id_is_unfit(said: str) -> None:
    with pytest.raises(Unfit):
        compose(msgspec.structs.replace(MESSAGE, message_id=said), SENDER, NOW_MS)


def test_an_id_can_be_made_for_any_host() -> None:
    for host in ("konsento.example", "::1", "例え.jp", "a@b>\r\n"):
        fit = msgspec.structs.replace(MESSAGE, message_id=stable_id("k" * 26, host))
        assert arrived(compose(fit, SENDER, NOW_MS))["Message-ID"] == fit.message_id


def test_a_body_keeps_its_lines_and_loses_its_controls() -> None:
    assert plain("a\r\nb\rc\td\x00\x1b\u202ee　f") == "a\nb\nc\tde　f"


def test_no_line_is_longer_than_every_server_takes() -> None:
    long = msgspec.structs.replace(MESSAGE, text="電" * 5_000 + "a" * 5_000)
    for line in compose(long, SENDER, NOW_MS).split(b"\r\n"):
        assert len(line) <= 78


THREAD = ("<o1.r1@konsento.example>", "<n1.mail.r1@konsento.example>")
WAY_OUT = "https://konsento.example/api/mail/unsubscribe/" + "t" * 300


def test_both_forms_arrive_and_the_plain_one_is_first() -> None:
    html = "<p>停電しています。</p>\n" * 200
    got = arrived(compose(msgspec.structs.replace(MESSAGE, html=html), SENDER, NOW_MS))
    assert got.get_content_type() == "multipart/alternative"
    text, also = got.iter_parts()
    assert isinstance(text, EmailMessage)
    assert isinstance(also, EmailMessage)
    assert (text.get_content_type(), also.get_content_type()) == ("text/plain", "text/html")
    assert text.get_content().replace("\r\n", "\n") == MESSAGE.text
    assert also.get_content().replace("\r\n", "\n") == html


def test_a_mail_stands_in_the_thread_of_its_outage() -> None:
    got = arrived(compose(msgspec.structs.replace(MESSAGE, references=THREAD), SENDER, NOW_MS))
    assert got["References"].split() == list(THREAD)
    assert got["In-Reply-To"] == THREAD[-1]


def test_the_way_out_stands_on_one_line_however_long() -> None:
    mail = compose(msgspec.structs.replace(MESSAGE, unsubscribe=WAY_OUT), SENDER, NOW_MS)
    lines = mail.split(b"\r\n")
    assert f"List-Unsubscribe: <{WAY_OUT}>".encode() in lines
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines


@pytest.mark.parametrize(
    "page",
    ["", "javascript:x", "mailto:a@b", "https://a/\r\nBcc: x@y", "https://a/>,<mailto:x@y",
     "https://a/ b", "https://a/停電", "https://a/\n", "x" * 600],
)  # fmt: skip
def test_a_way_out_that_is_no_page_is_unfit(page: str) -> None:
    with pytest.raises(Unfit):
        compose(msgspec.structs.replace(MESSAGE, unsubscribe=page), SENDER, NOW_MS)


@pytest.mark.parametrize("said", ["o1", "<a@b>\r\nBcc: x@y", "<a@b> <c@d>"])
def test_a_thread_of_anything_else_is_unfit(said: str) -> None:
    with pytest.raises(Unfit):
        compose(msgspec.structs.replace(MESSAGE, references=(said,)), SENDER, NOW_MS)


@settings(max_examples=100, deadline=None)
@given(html=TYPED, text=TYPED)
def test_nothing_typed_ends_a_part_early(html: str, text: str) -> None:
    message = msgspec.structs.replace(MESSAGE, text=text[:9_000], html=html[:9_000])
    got = arrived(compose(message, SENDER, NOW_MS))
    first, second = got.iter_parts()
    assert (first.get_content_type(), second.get_content_type()) == ("text/plain", "text/html")
    assert sorted(got.keys()) == sorted(set(OURS) - {"Content-Transfer-Encoding"})
