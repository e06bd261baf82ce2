"""The demo's mail server: keeps the last mails in memory instead of sending them."""

from collections import deque

import msgspec

from konsento_push.delivery import Delivery
from konsento_push.email import Sender, Unfit, address, compose, one_line, plain
from konsento_push.message import Message

MAILS_KEPT = 200


class Caught(msgspec.Struct, frozen=True, kw_only=True):
    """One mail as its reader would see it."""

    at_ms: int
    to: str
    subject: str
    text: str
    language: str
    message_id: str
    tag: str
    html: str | None
    references: tuple[str, ...]
    unsubscribe: str | None


class CaughtMail:
    """A mailer whose mails go nowhere; `mails` are the last ones, newest first.

    Raises Unfit when the sender's address is none.
    """

    def __init__(self, sender: Sender) -> None:
        address(sender.address)
        self._sender = sender
        self._kept: deque[Caught] = deque(maxlen=MAILS_KEPT)

    @property
    def mails(self) -> list[Caught]:
        return list(reversed(self._kept))

    async def send(self, message: Message, now_ms: int) -> Delivery:
        """Composed as for a server, so that the demo shows what would have been sent."""
        try:
            compose(message, self._sender, now_ms)
            to = address(message.to).addr_spec
        except Unfit:
            return Delivery.NEVER
        self._kept.append(
            Caught(
                at_ms=now_ms,
                to=to,
                subject=one_line(message.subject),
                text=plain(message.text),
                language=message.language,
                message_id=message.message_id,
                tag=message.tag,
                html=message.html,
                references=message.references,
                unsubscribe=message.unsubscribe,
            )
        )
        return Delivery.SENT
