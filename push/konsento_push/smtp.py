"""The hand that touches a mail server: hands one mail over and says what became of it.

Only the server's word on this recipient or this content can mean "never". A server that is
full, away, mis-set or refuses *us* says nothing about the mail, so it is tried again.
"""

import asyncio
import contextlib
import ssl
from typing import Annotated

import aiosmtplib
import msgspec
import structlog
from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
)
from msgspec import Meta

from konsento_push.delivery import Delivery
from konsento_push.email import Sender, Unfit, address, compose
from konsento_push.message import Message

log = structlog.get_logger(__name__)

TLS_PORT = 465  # speaks TLS from the first byte (RFC 8314)
PERMANENT = 500
GOODBYE_S = 2


class SmtpSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where mails are handed over. `within_s` bounds one whole conversation."""

    host: str
    port: Annotated[int, Meta(ge=1, le=65535)] = 587
    user: str = ""
    password: str = ""
    starttls: bool = True
    within_s: Annotated[int, Meta(ge=1, le=40)] = 30


class CredentialsInTheClear(ValueError):
    """A user's password would cross the network unencrypted."""


class SmtpMailer:
    """Sends by SMTP submission; a connection for each mail.

    Raises CredentialsInTheClear, and Unfit when the sender's address is none.
    """

    def __init__(
        self, settings: SmtpSettings, sender: Sender, *, tls: ssl.SSLContext | None = None
    ) -> None:
        implicit = settings.port == TLS_PORT
        if settings.user and not (settings.starttls or implicit):
            raise CredentialsInTheClear("a mail user needs STARTTLS or port 465")
        self._settings = settings
        self._sender = sender
        self._host = address(sender.address).domain
        self._implicit = implicit
        self._tls = tls

    async def send(self, message: Message, now_ms: int) -> Delivery:
        """One try."""
        try:
            mail = compose(message, self._sender, now_ms)
            to = address(message.to).addr_spec
        except Unfit:
            return Delivery.NEVER
        server = self._server()
        try:
            became = await self._hand_over(server, to, mail.as_bytes())
            await _part(server)
        finally:
            server.close()
        return became

    async def _hand_over(self, server: SMTP, to: str, mail: bytes) -> Delivery:
        try:
            async with asyncio.timeout(self._settings.within_s):
                await server.connect()
                await server.sendmail(self._sender.address, [to], mail)
        except (OSError, TimeoutError) as said:
            server.close()
            return _told(Delivery.LATER, said)
        except SMTPException as said:
            return _told(judge(said), said)
        except ValueError as said:  # an address that cannot stand in an SMTP command
            return _told(Delivery.NEVER, said)
        return Delivery.SENT

    def _server(self) -> SMTP:
        has_user = bool(self._settings.user)
        return aiosmtplib.SMTP(
            hostname=self._settings.host,
            port=self._settings.port,
            local_hostname=self._host,
            username=self._settings.user if has_user else None,
            password=self._settings.password if has_user else None,
            use_tls=self._implicit,
            start_tls=self._settings.starttls and not self._implicit,
            tls_context=self._tls,
            timeout=self._settings.within_s,
        )


async def _part(server: SMTP) -> None:
    """A goodbye that fails changes nothing about a mail that was taken."""
    with contextlib.suppress(SMTPException, OSError, TimeoutError):
        if server.is_connected:
            await server.quit(timeout=GOODBYE_S)


def _told(outcome: Delivery, said: Exception) -> Delivery:
    log.warning("mail not taken", state=outcome, error=type(said).__name__, status=code(said))
    return outcome


def code(said: Exception) -> int | None:
    """The reply code in what the server said, if it said one."""
    if isinstance(said, SMTPRecipientsRefused):
        return max(each.code for each in said.recipients)
    return said.code if isinstance(said, SMTPResponseException) else None


def judge(said: Exception) -> Delivery:
    """Never, when the recipient or the content was refused for good (RFC 5321, 4.2.1)."""
    about_this_mail = isinstance(said, SMTPRecipientsRefused | SMTPDataError)
    if about_this_mail and (code(said) or 0) >= PERMANENT:
        return Delivery.NEVER
    return Delivery.LATER
