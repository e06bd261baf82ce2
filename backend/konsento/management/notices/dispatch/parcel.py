"""One notice on its way to one browser or one mailbox, and what may become of it. Pure."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from enum import StrEnum
from typing import TypeAlias

import msgspec

from konsento_push.message import Message
from konsento_push.notification import Notification

MAIL_HOST = "mail"  # all mails leave by one server


class Channel(StrEnum):
    PUSH = "push"
    MAIL = "mail"


class State(StrEnum):
    OWED = "owed"
    SENT = "sent"  # taken over by the next server
    DROPPED = "dropped"  # no longer true, or nobody there any more
    GONE = "gone"  # the address is no more
    REFUSED = "refused"  # for good, by the one or the other end
    GIVEN_UP = "given_up"  # tried as often as it may be


class Event(StrEnum):
    TAKEN = "taken"
    NOT_NOW = "not_now"
    NOT_TRUE = "not_true"
    ADDRESS_GONE = "address_gone"
    REFUSED = "refused"
    TRIED_OUT = "tried_out"


NEXT: Mapping[tuple[State, Event], State] = {
    (State.OWED, Event.TAKEN): State.SENT,
    (State.OWED, Event.NOT_NOW): State.OWED,
    (State.OWED, Event.NOT_TRUE): State.DROPPED,
    (State.OWED, Event.ADDRESS_GONE): State.GONE,
    (State.OWED, Event.REFUSED): State.REFUSED,
    (State.OWED, Event.TRIED_OUT): State.GIVEN_UP,
}


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """One notice for one receiver.

    `to_id`: of a subscription (push) or of a registration (mail). `host`: the origin that a push
    goes to, or MAIL_HOST. Owing the same notice to the same receiver twice is owing it once.
    `page` names the lease under which it is on its way, and `attempts` counts them.
    """

    channel: Channel
    notice_id: str
    to_id: str
    host: str
    due_at_ms: int
    attempts: int = 0
    page: str | None = None

    @property
    def id(self) -> str:
        """The same at every try, for Message-IDs: 26 + 6 + 26 symbols of names as ours are."""
        return f"{self.notice_id}.{self.channel}.{self.to_id}"


# What each parcel says now, by its id. None, or no entry: it is no longer true, or there is nobody
# to whom it would go. Of two that would replace each other, only the newer may be given.
Rendered: TypeAlias = Mapping[str, Notification | Message | None]
Render: TypeAlias = Callable[[Sequence[Parcel]], Awaitable[Rendered]]


def after(state: State, event: Event) -> State:
    """What it is after that; what is over stays over."""
    return NEXT.get((state, event), state)
