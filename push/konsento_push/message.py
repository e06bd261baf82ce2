"""One message to one person, whichever way it travels."""

from typing import Annotated

import msgspec
from msgspec import Meta

Line = Annotated[str, Meta(max_length=300)]


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """Plain text for one recipient; there is no HTML in it.

    `to` is an e-mail address. `message_id` is the same at every try of the same message, so that
    a repeat can be recognised. `tag` says what it is about: a newer message replaces an older one
    of the same tag, where the way it travels can do that.
    """

    to: Annotated[str, Meta(min_length=3, max_length=254)]
    language: Annotated[str, Meta(pattern="^[a-z]{2}$")]
    subject: Line
    text: Annotated[str, Meta(max_length=20_000)]
    message_id: Line
    tag: Line
