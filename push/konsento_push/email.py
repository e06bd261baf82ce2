"""A message as an e-mail, in which nothing that people typed can become a header (T21).

Whatever breaks a line or hides a direction is taken out of headers; the one address is parsed
and written anew. Time and Message-ID are handed in, so the same message is the same mail.

The library folds and encodes header lines, each once; the parts are put together here, since
it takes a millisecond for a mail of which thousands differ in the recipient alone, and since it
folds List-Unsubscribe, which not all readers then find (RFC 8058).
"""

import base64
import email.policy
import hashlib
import re
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from functools import lru_cache
from typing import Annotated, Protocol, runtime_checkable

import msgspec
from msgspec import Meta

from konsento_push.delivery import Delivery
from konsento_push.message import Message

SUBJECT_CHARS_MAX = 200
NAME_CHARS_MAX = 40
TEXT_CHARS_MAX = 20_000
HTML_CHARS_MAX = 100_000
PLAIN_LINE_MAX = 78
LINES_KEPT, PARTS_KEPT = 1_000, 64
# Not every server on the way takes 8-bit lines.
POLICY = email.policy.SMTP.clone(cte_type="7bit")
LOCAL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")
DOMAIN = re.compile(r"(?=.{1,189}$)[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*")
MESSAGE_ID = re.compile(r"<[A-Za-z0-9._-]{1,64}@[A-Za-z0-9.-]{1,189}>")
PAGE = re.compile(r"https?://[!-~]{1,480}")
NOT_IN_A_PAGE = re.compile(r"[<>,\\\"]")
NOT_IN_AN_ID = re.compile("[^A-Za-z0-9.-]+")
# C0, C1, line and paragraph separators, what turns the reading direction, half surrogates.
UNSEEN = "\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
# RFC 5322's specials: a name with one needs quotes, which the library loses when it folds.
SPECIAL = re.compile(r"[()<>\[\]:;@\\,.\"]+")
IN_A_LINE = re.compile(f"[{UNSEEN}]+")
IN_A_TEXT = re.compile(f"(?![\\n\\t])[{UNSEEN}]")


class Unfit(ValueError):
    """No mail can be made of this message; trying again would not help."""


class Sender(msgspec.Struct, frozen=True):
    """From whom mails come: the name shown, and the address bounces go to."""

    name: Annotated[str, Meta(max_length=100)]
    address: Annotated[str, Meta(max_length=254)]


@runtime_checkable
class Mailer(Protocol):
    """Hands one message to the next mail server."""

    async def send(self, message: Message, now_ms: int) -> Delivery:
        """Never raises for what a server or an address does; logs no recipient."""
        ...


def one_line(text: str) -> str:
    """Text fit for a header: on one line, with nothing unseen in it.

    `=?` begins an encoded word (RFC 2047), which the library would decode, line breaks and all.
    """
    return IN_A_LINE.sub(" ", text).replace("=?", "= ?").strip()[:SUBJECT_CHARS_MAX]


def display_name(text: str) -> str:
    """A person's or a house's name, fit to stand before an address without quotes."""
    return " ".join(SPECIAL.sub(" ", one_line(text)).split())[:NAME_CHARS_MAX]


def plain(text: str) -> str:
    """Text fit for a body: lines end in \\n; tabs and spaces stay, other controls go."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return IN_A_TEXT.sub("", lines)[:TEXT_CHARS_MAX]


def address(text: str, name: str = "") -> Address:
    """One address, its domain in ASCII. Raises Unfit."""
    local, _, domain = text.rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode()
    except UnicodeError:
        raise Unfit("not a mail domain") from None
    if not LOCAL.fullmatch(local) or not DOMAIN.fullmatch(ascii_domain):
        raise Unfit("not a mail address")
    return Address(display_name=display_name(name), username=local, domain=ascii_domain)


def stable_id(key: str, domain: str) -> str:
    """A Message-ID made of our own key for the task: a retry is at most one duplicate (F37)."""
    return f"<{key}@{NOT_IN_AN_ID.sub('-', domain)}>"


def compose(message: Message, sender: Sender, now_ms: int) -> bytes:
    """The mail of a message, dated `now_ms`. Raises Unfit."""
    for each in (message.message_id, *message.references):
        if not MESSAGE_ID.fullmatch(each):
            raise Unfit("not a Message-ID")
    sent_at = format_datetime(datetime.fromtimestamp(now_ms // 1000, UTC))
    lines = [
        _from(sender),
        b"To: " + address(message.to).addr_spec.encode(),
        _line("Subject", one_line(message.subject)),
        b"Date: " + sent_at.encode(),
        b"Message-ID: " + message.message_id.encode(),
        b"Auto-Submitted: auto-generated",
        b"Content-Language: " + one_line(message.language).encode(),
        *_thread(message.references),
        *_way_out(message.unsubscribe),
        b"MIME-Version: 1.0",
        _body(message.text, message.html),
    ]
    return b"\r\n".join(lines)


def _thread(references: tuple[str, ...]) -> list[bytes]:
    """What mail programs group mails by, one id to a line: together they may be too long."""
    if not references:
        return []
    chain = b"\r\n ".join(each.encode() for each in references)
    return [b"In-Reply-To: " + references[-1].encode(), b"References: " + chain]


def _way_out(page: str | None) -> list[bytes]:
    """Unfolded, however long: folded ones are overlooked, and break signatures."""
    if page is None:
        return []
    if not PAGE.fullmatch(page) or NOT_IN_A_PAGE.search(page):
        raise Unfit("not a page to unsubscribe at")
    return [
        b"List-Unsubscribe: <" + page.encode() + b">",
        b"List-Unsubscribe-Post: List-Unsubscribe=One-Click",
    ]


@lru_cache(LINES_KEPT)
def _line(name: str, value: str) -> bytes:
    """One header with its encoded words and folds, without its last line break."""
    mail = EmailMessage(policy=POLICY)
    mail[name] = value
    return mail.as_bytes().removesuffix(b"\r\n\r\n")


@lru_cache(PARTS_KEPT)
def _from(sender: Sender) -> bytes:
    mail = EmailMessage(policy=POLICY)
    mail["From"] = address(sender.address, sender.name)
    return mail.as_bytes().removesuffix(b"\r\n\r\n")


def _body(text: str, html: str | None) -> bytes:
    """The rest of the headers, and what is below them."""
    shown = _part("plain", plain(text))
    if html is None:
        return shown
    also = _part("html", IN_A_TEXT.sub("", html)[:HTML_CHARS_MAX])
    # The same mail has the same boundary; that it stands in no part is sure: see its `_`.
    boundary = b"=_" + hashlib.sha256(shown + also).hexdigest()[:24].encode()
    return b"".join(
        (
            b'Content-Type: multipart/alternative; boundary="', boundary, b'"\r\n\r\n--',
            boundary, b"\r\n", shown, b"\r\n--", boundary, b"\r\n", also,
            b"\r\n--", boundary, b"--\r\n",
        )
    )  # fmt: skip


@lru_cache(PARTS_KEPT)
def _part(subtype: str, text: str) -> bytes:
    """Headers and content; what is not plain lines of ASCII goes in base64: all servers take it."""
    lines = text.split("\n")
    if text.isascii() and max(map(len, lines)) <= PLAIN_LINE_MAX and "=_" not in text:
        way, content = "7bit", "\r\n".join(lines).encode()
    else:
        encoded = base64.encodebytes(text.replace("\n", "\r\n").encode())
        way, content = "base64", encoded.replace(b"\n", b"\r\n")
    head = (
        f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: {way}\r\n\r\n'
    )
    return head.encode() + content
