"""A real mail server on the loopback (aiosmtpd), and the mailboxes behind it.

What a test reads of a mail is what a mail program would: the message as it came over the wire,
taken apart by the standard library.
"""

import asyncio
import contextlib
import email
import email.policy
from collections.abc import AsyncIterator
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session

from e2e.world.waiting import NeverCame, until

SENDER = "outages@konsento.example"


class MailServer:
    """Takes every mail, at `port`, and keeps it."""

    def __init__(self) -> None:
        self.port = 0
        self._came: list[tuple[str, EmailMessage]] = []

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator["MailServer"]:
        loop = asyncio.get_running_loop()
        door = await loop.create_server(
            lambda: SMTP(self, hostname="post.example", loop=loop), "127.0.0.1", 0
        )
        self.port = door.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            door.close()

    @property
    def settings(self) -> dict[str, str | int]:
        """What makes a house deliver here."""
        return {
            "smtp_host": "127.0.0.1", "smtp_port": self.port, "smtp_starttls": "false",
            "mail_from": SENDER,
        }  # fmt: skip

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """aiosmtpd's hook for a mail that came to its end."""
        content = envelope.content
        assert isinstance(content, bytes)
        mail = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        self._came += [(str(to), mail) for to in envelope.rcpt_tos]
        return "250 taken"

    def mails(self, address: str) -> list[EmailMessage]:
        """All that came to this mailbox, the oldest first."""
        return [mail for to, mail in self._came if to == address]

    def said(self, address: str) -> list[str]:
        """What each of them says first, after the name of the notice."""
        return [says(mail) for mail in self.mails(address)]

    async def mail(self, address: str, words: str, *, within_s: int = 60) -> EmailMessage:
        """The first mail to this address that has these words, as soon as it is there."""

        async def look() -> list[EmailMessage]:
            return [mail for mail in self.mails(address) if words in plain_text(mail)]

        try:
            found = await until(look, bool, within_s=within_s, what=f"{words!r} to {address}")
        except NeverCame as never:
            raise NeverCame(f"{never}; all that came: {self.said(address)}") from None
        return found[0]


def part(mail: EmailMessage, kind: str) -> str:
    """The text of its part `plain` or `html`."""
    body = mail.get_body((kind,))
    assert body is not None, f"no {kind} in it"
    return str(body.get_content())


def plain_text(mail: EmailMessage) -> str:
    return part(mail, "plain")


def says(mail: EmailMessage) -> str:
    """The second line of a notice: what it has to say."""
    lines = plain_text(mail).splitlines()
    return lines[1] if len(lines) > 1 else ""


def way_out(mail: EmailMessage) -> str:
    """The page of its one click (RFC 8058)."""
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    return str(mail["List-Unsubscribe"]).strip("<>")
