"""The hand that touches a mail server: hands mails over and says what became of each.

Only the server's word on this recipient or this content can mean "never", and only its word on
the recipient that the address is no more. A server that is full, away, mis-set or refuses *us*
says nothing about the mail, so it is tried again. A connection carries many mails.
"""

import asyncio
import contextlib
import re
import ssl
from typing import Annotated

import aiosmtplib
import msgspec
import structlog
from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
)
from msgspec import Meta

from konsento_push.delivery import Delivery
from konsento_push.dkim import DkimSigner
from konsento_push.email import Sender, Unfit, address, compose
from konsento_push.message import Message

log = structlog.get_logger(__name__)

TLS_PORT = 465  # speaks TLS from the first byte (RFC 8314)
PERMANENT = 500
GOODBYE_S = 2
CONNECTIONS_MAX = 8
MAILS_PER_CONNECTION = 100  # what common servers take before they say goodbye themselves
IDLE_S = 10
ENHANCED = re.compile(r"(?P<code>[245]\.\d{1,3}\.\d{1,3})\b")
# No such mailbox, no such host, moved, disabled; what is against a policy is not among them.
NO_MAILBOX = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
NO_MAILBOX_PLAIN = frozenset({550, 551, 553})


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


class Line:
    """A connection that waits for its next mail, for IDLE_S at most."""

    def __init__(self, server: SMTP, mails: int) -> None:
        self.server = server
        self.mails = mails
        self._hangs_up = asyncio.get_running_loop().call_later(IDLE_S, server.close)

    def take(self) -> SMTP:
        self._hangs_up.cancel()
        return self.server


class SmtpMailer:
    """Sends by SMTP submission, signed when it has a `signer`.

    Raises CredentialsInTheClear, and Unfit when the sender's address is none.
    """

    def __init__(
        self,
        settings: SmtpSettings,
        sender: Sender,
        *,
        tls: ssl.SSLContext | None = None,
        signer: DkimSigner | None = None,
    ) -> None:
        implicit = settings.port == TLS_PORT
        if settings.user and not (settings.starttls or implicit):
            raise CredentialsInTheClear("a mail user needs STARTTLS or port 465")
        self._settings = settings
        self._sender = sender
        self._host = address(sender.address).domain
        self._implicit = implicit
        self._tls = tls
        self._signer = signer
        self._turn = asyncio.Semaphore(CONNECTIONS_MAX)
        self._idle: list[Line] = []

    async def send(self, message: Message, now_ms: int) -> Delivery:
        """One try."""
        try:
            mail = compose(message, self._sender, now_ms)
            to = address(message.to).addr_spec
        except Unfit:
            return Delivery.NEVER
        try:
            async with self._turn:
                if self._signer is not None:
                    mail = await self._signer.sealed(mail)
                async with asyncio.timeout(self._settings.within_s):
                    await self._hand_over(to, mail)
        except (OSError, TimeoutError) as said:
            return _told(Delivery.LATER, said)
        except (SMTPException, ValueError) as said:
            return _told(judge(said), said)
        return Delivery.SENT

    async def close(self) -> None:
        """No connection stays open."""
        idle, self._idle = self._idle, []
        for line in idle:
            await _part(line.take())

    async def _hand_over(self, to: str, mail: bytes) -> None:
        """One mail on a kept connection or a new one, which is kept when all went well."""
        server, mails = await self._begun()
        try:
            await server.rcpt(to)
            await server.data(mail)
        except BaseException as said:
            await _let_go(server, said)
            raise
        if mails + 1 < MAILS_PER_CONNECTION:
            self._idle.append(Line(server, mails + 1))
        else:
            await _part(server)

    async def _begun(self) -> tuple[SMTP, int]:
        """A connection on which this mail is announced, and how many it carried before."""
        while self._idle:
            line = self._idle.pop()
            server = line.take()
            try:
                await server.mail(self._sender.address)
            except (SMTPException, OSError):
                server.close()  # it hung up while nobody spoke: nothing of this mail was said
            except BaseException:
                server.close()
                raise
            else:
                return server, line.mails
        server = self._server()
        try:
            await server.connect()
            await server.mail(self._sender.address)
        except BaseException as said:
            await _let_go(server, said)
            raise
        return server, 0

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


async def _let_go(server: SMTP, said: BaseException) -> None:
    """With a goodbye where the server still speaks."""
    if isinstance(said, SMTPResponseException):
        await _part(server)
    server.close()


async def _part(server: SMTP) -> None:
    """A goodbye that fails changes nothing about a mail that was taken."""
    with contextlib.suppress(SMTPException, OSError, TimeoutError):
        if server.is_connected:
            await server.quit(timeout=GOODBYE_S)
    server.close()


def _told(outcome: Delivery, said: Exception) -> Delivery:
    log.warning("mail not taken", state=outcome, error=type(said).__name__, status=code(said))
    return outcome


def code(said: Exception) -> int | None:
    """The reply code in what the server said, if it said one."""
    return said.code if isinstance(said, SMTPResponseException) else None


def judge(said: Exception) -> Delivery:
    """Never, when the recipient or the content was refused for good (RFC 5321, 4.2.1).

    Gone, when it is the mailbox that is not there: by its enhanced code (RFC 3463), or where
    there is none by the plain one.
    """
    about_this_mail = isinstance(said, SMTPRecipientRefused | SMTPDataError)
    if not about_this_mail or (code(said) or 0) < PERMANENT:
        return Delivery.LATER
    if isinstance(said, SMTPRecipientRefused):
        found = ENHANCED.match(said.message)
        if found["code"] in NO_MAILBOX if found else said.code in NO_MAILBOX_PLAIN:
            return Delivery.GONE
    return Delivery.NEVER
