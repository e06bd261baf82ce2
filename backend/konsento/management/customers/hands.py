"""What the verbs of the customers' room need at hand."""

import msgspec

from konsento.foundation.clock import Clock
from konsento.foundation.edge.rates import Rate
from konsento.foundation.ids import Ids
from konsento.foundation.outbox import Outbox
from konsento.management.customers.limits import CALLS_PER_ASKER, CALLS_PER_MS


class Registry(msgspec.Struct, frozen=True):
    """Handed to the verbs by assembly; without a `mail_secret` no link in a mail is believed."""

    clock: Clock
    ids: Ids
    outbox: Outbox
    mail_secret: str = ""
    calls: Rate = msgspec.field(default_factory=lambda: Rate(CALLS_PER_ASKER, CALLS_PER_MS))
