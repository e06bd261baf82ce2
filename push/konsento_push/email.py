"""A message as an e-mail, in which nothing that people typed can become a header (T21).

Whatever breaks a line or hides a direction is taken out of headers; the one address is parsed
and written anew. Time and Message-ID are handed in, so the same message is the same mail.
"""

import email.policy
import re
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Annotated, Protocol, runtime_checkable

import msgspec
from msgspec import Meta

from konsento_push.delivery import Delivery
from konsento_push.message import Message

SUBJECT_CHARS_MAX = 200
NAME_CHARS_MAX = 40
TEXT_CHARS_MAX = 20_000
# Not every server on the way takes 8-bit lines.
POLICY = email.policy.SMTP.clone(cte_type="7bit")
LOCAL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")
DOMAIN = re.compile(r"(?=.{1,189}$)[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*")
MESSAGE_ID = re.compile(r"<[A-Za-z0-9._-]{1,64}@[A-Za-z0-9.-]{1,189}>")
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


def compose(message: Message, sender: Sender, now_ms: int) -> EmailMessage:
    """The mail of a message, dated `now_ms`. Raises Unfit."""
    if not MESSAGE_ID.fullmatch(message.message_id):
        raise Unfit("not a Message-ID")
    mail = EmailMessage(policy=POLICY)
    mail["From"] = address(sender.address, sender.name)
    mail["To"] = address(message.to)
    mail["Subject"] = one_line(message.subject)
    mail["Date"] = datetime.fromtimestamp(now_ms // 1000, UTC)
    mail["Message-ID"] = message.message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(plain(message.text), charset="utf-8")
    mail["Content-Language"] = one_line(message.language)  # setting the content clears it
    return mail
