"""What every verb of charging needs at hand: the clock, names, patience, and what it owes."""

import msgspec

from konsento.foundation.clock import Clock
from konsento.foundation.ids import Ids
from konsento.foundation.outbox import Outbox
from konsento.management.charging.session import Patience


class Hands(msgspec.Struct, frozen=True):
    """Handed to the verbs by assembly."""

    clock: Clock
    ids: Ids
    outbox: Outbox
    patience: Patience
