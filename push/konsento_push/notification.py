"""A message for a locked screen, as the bytes that are encrypted for one browser. Pure.

The form is that of Declarative Web Push, which a browser shows without a service worker; what
our own worker needs beside it stands under `konsento`.
"""

import hashlib
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from konsento_push.subscription import packed

DECLARATIVE = 8030
PAYLOAD_BYTES_MAX = 3_800  # with header, key and tag it stays under the 4,096 that all take
SHORT_BYTES_MAX = 1_000  # for a push service that says even this is too much
TITLE_CHARS_MAX = 100
TOPIC_BYTES = 24  # 32 symbols, the most that a Topic may have
CUT = "…"
Line = Annotated[str, Meta(max_length=TITLE_CHARS_MAX)]


class Notification(msgspec.Struct, frozen=True, kw_only=True):
    """What is shown, and how it travels.

    `tag`: a newer one replaces an older one of the same tag, on the phone and on the way.
    `ttl_s`: seconds after which it is no news any more. `about`: the id of what it is about.
    """

    kind: Line
    title: Line
    body: str
    navigate: str
    tag: Line
    language: Annotated[str, Meta(pattern="^[a-z]{2}$")]
    at_ms: int
    about: str | None
    ttl_s: Annotated[int, Meta(ge=0, le=2_419_200)]
    urgency: Literal["very-low", "low", "normal", "high"] = "normal"

    @property
    def topic(self) -> str:
        """The tag as a push service takes it; it tells nothing of what it is made from."""
        return packed(hashlib.sha256(self.tag.encode()).digest()[:TOPIC_BYTES])


class TooLong(ValueError):
    """Even without its body it does not fit."""


def payload(notification: Notification, bytes_max: int = PAYLOAD_BYTES_MAX) -> bytes:
    """The JSON in UTF-8; a body that is too long ends in an ellipsis. Raises TooLong."""
    whole = _encoded(notification, notification.body)
    if len(whole) <= bytes_max:
        return whole
    room = bytes_max - len(_encoded(notification, CUT))
    if room < 0:
        raise TooLong(notification.kind)
    body, taken = [], 0
    for letter in notification.body:
        taken += len(msgspec.json.encode(letter)) - 2  # its quotes; an escape counts as it is
        if taken > room:
            break
        body.append(letter)
    return _encoded(notification, "".join(body).rstrip() + CUT)


def _encoded(notification: Notification, body: str) -> bytes:
    """msgspec writes letters as they are: Japanese is half as long as in escapes."""
    shown = {
        "title": notification.title,
        "body": body,
        "navigate": notification.navigate,
        "tag": notification.tag,
        "lang": notification.language,
        "timestamp": notification.at_ms,
    }
    ours = {
        "kind": notification.kind,
        "session_id": notification.about,
        "at_ms": notification.at_ms,
    }
    return msgspec.json.encode({"web_push": DECLARATIVE, "notification": shown, "konsento": ours})
