"""The management server with everything it needs in hand, whoever runs it: demo, worker, test."""

import msgspec

from konsento.assembly.pushing import allowed_hosts
from konsento.foundation.clock import Clock
from konsento.foundation.databases import PEOPLE
from konsento.foundation.edge.streams import Closing
from konsento.foundation.ids import Ids
from konsento.foundation.outbox import Outbox
from konsento.foundation.settings import Settings
from konsento.foundation.wake import Wake
from konsento.management.charging.hands import Hands
from konsento.management.charging.session import Patience
from konsento.management.charging.store import WATCHERS
from konsento.management.notices.hands import Herald
from konsento.management.operators.sign_in import Desk
from konsento.management.payments.gateway import PaymentGateway
from konsento.management.payments.hands import Till
from konsento.mdms.contract import MdmsClient
from konsento_push.email import Mailer
from konsento_push.web_push import Pusher

# The control system presumes a silent meter open about this long after its fail-safe.
AFTER_FAILSAFE_MS = 60_000


class House(msgspec.Struct, frozen=True):
    """What the rooms of one management server are handed."""

    settings: Settings
    clock: Clock
    ids: Ids
    till: Till
    outbox: Outbox
    closing: Closing
    mailer: Mailer
    desk: Desk
    herald: Herald


def patience(settings: Settings) -> Patience:
    """How long each state may last, from the settings."""
    return Patience(
        payment_within_ms=settings.payment_within_ms,
        no_load_within_ms=settings.no_load_within_ms,
        idle_within_ms=settings.idle_within_ms,
        link_within_ms=settings.failsafe_after_ms + AFTER_FAILSAFE_MS,
        link_told_after_ms=settings.link_told_after_ms,
        settle_within_ms=settings.settle_within_ms,
    )


def furnish(
    settings: Settings,
    *,
    clock: Clock,
    ids: Ids,
    gateway: PaymentGateway,
    mdms: MdmsClient,
    mailer: Mailer,
    owed: Wake | None = None,
    board: Wake | None = None,
    pusher: Pusher | None = None,
) -> House:
    """Put the pieces into each other's hands. The PEOPLE database is opened by the caller.

    `owed` rings when something new is owed and `board` when an operator's act changed one, in
    other processes as well; without a `pusher` nothing is pushed.
    """
    outbox = Outbox(PEOPLE, ids, owed)
    hands = Hands(clock, ids, outbox, patience(settings))
    till = Till(hands, gateway, mdms, settings.public_url)
    herald = Herald(clock, ids, outbox, settings.public_url, allowed_hosts(settings), pusher)
    desk = Desk(bell=board)
    # A session's change is carried between processes as such: the bell need not cry it again.
    WATCHERS.any_here = desk.pictures.bell.ring_here
    return House(settings, clock, ids, till, outbox, Closing(ids), mailer, desk, herald)
