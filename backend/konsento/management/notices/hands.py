"""What the verbs that push need at hand."""

import msgspec

from konsento.foundation.clock import Clock
from konsento.foundation.edge.rates import Rate
from konsento.foundation.ids import Ids
from konsento.foundation.outbox import Outbox
from konsento.management.notices.limits import (
    CHANGES,
    CHANGES_PER_MS,
    TESTS,
    TESTS_PER_MS,
)
from konsento_push.subscription import PushHosts
from konsento_push.web_push import Pusher


class Herald(msgspec.Struct, frozen=True):
    """Handed to the verbs by assembly. Without a `pusher` nothing is pushed, or offered."""

    clock: Clock
    ids: Ids
    outbox: Outbox
    public_url: str
    hosts: PushHosts
    pusher: Pusher | None = None
    tests: Rate = msgspec.field(default_factory=lambda: Rate(TESTS, TESTS_PER_MS))
    changes: Rate = msgspec.field(default_factory=lambda: Rate(CHANGES, CHANGES_PER_MS))
