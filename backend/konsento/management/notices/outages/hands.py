"""What the verbs that tell of outages need at hand."""

import msgspec

from konsento.foundation.clock import Clock
from konsento.foundation.edge.rates import Rate
from konsento.foundation.ids import Ids
from konsento.foundation.outbox import Outbox
from konsento.foundation.wake import Wake
from konsento.management.notices.outages.areas import AreaBook
from konsento.management.notices.outages.limits import (
    DOUBTS,
    DOUBTS_PER_MS,
    TRIALS,
    TRIALS_PER_MS,
)
from konsento.outage.contract import OutageClient


class Teller(msgspec.Struct, frozen=True, kw_only=True):
    """Handed to the verbs by assembly. Without `outages` nothing is known, and nobody is told.

    `pushes`, `mails`: whether there is anybody to send them. `parcels` is rung when some are owed.
    """

    clock: Clock
    ids: Ids
    outbox: Outbox
    public_url: str
    brake_above: int
    outages: OutageClient | None = None
    mail_secret: str = ""
    telephone: str = ""
    pushes: bool = False
    mails: bool = False
    areas: AreaBook = msgspec.field(default_factory=AreaBook)
    parcels: Wake = msgspec.field(default_factory=Wake)
    doubts: Rate = msgspec.field(default_factory=lambda: Rate(DOUBTS, DOUBTS_PER_MS))
    trials: Rate = msgspec.field(default_factory=lambda: Rate(TRIALS, TRIALS_PER_MS))
