"""One message to one person, whichever way it travels."""

from typing import Annotated

import msgspec
from msgspec import Meta

Line = Annotated[str, Meta(max_length=300)]
REFERENCES_MAX = 20


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """Plain text for one recipient, and perhaps the same as HTML.

    `to` is an e-mail address. `message_id` is the same at every try of the same message, so that
    a repeat can be recognised. `tag` says what it is about: a newer message replaces an older one
    of the same tag, where the way it travels can do that. `html` says what `text` says.
    `references`: the Message-IDs of what it continues, the oldest first; the first need not have
    been a mail. `unsubscribe`: the address at which one POST ends such mails (RFC 8058).
    """

    to: Annotated[str, Meta(min_length=3, max_length=254)]
    language: Annotated[str, Meta(pattern="^[a-z]{2}$")]
    subject: Line
    text: Annotated[str, Meta(max_length=20_000)]
    message_id: Line
    tag: Line
    html: Annotated[str, Meta(max_length=100_000)] | None = None
    references: Annotated[tuple[Line, ...], Meta(max_length=REFERENCES_MAX)] = ()
    unsubscribe: Annotated[str, Meta(max_length=500)] | None = None
