"""The management server with everything it needs in hand, whoever runs it: demo, worker, test."""

from functools import partial

import msgspec

from konsento.assembly.pushing import allowed_hosts
from konsento.foundation.clock import Clock
from konsento.foundation.databases import PEOPLE
from konsento.foundation.edge.streams import Closing
from konsento.foundation.ids import Ids
from konsento.foundation.outbox import Outbox
from konsento.foundation.settings import Settings
from konsento.foundation.wake import Wake
from konsento.management.charging.darkness import Darkness
from konsento.management.charging.hands import Hands
from konsento.management.charging.session import Patience
from konsento.management.charging.store import WATCHERS
from konsento.management.customers.change import mail_bounced
from konsento.management.notices.dispatch.carry import Carrier
from konsento.management.notices.dispatch.lane import Lane
from konsento.management.notices.hands import Herald
from konsento.management.notices.outages.hands import Teller
from konsento.management.notices.outages.render import render
from konsento.management.operators.sign_in import Desk
from konsento.management.payments.gateway import PaymentGateway
from konsento.management.payments.hands import Till
from konsento.mdms.contract import MdmsClient
from konsento.outage.contract import OutageClient
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
    teller: Teller
    lane: Lane
    darkness: Darkness


def patience(settings: Settings) -> Patience:
    """How long each state may last, from the settings."""
    return Patience(
        payment_within_ms=settings.payment_within_ms,
        no_load_within_ms=settings.no_load_within_ms,
        idle_within_ms=settings.idle_within_ms,
        resume_within_ms=settings.resume_within_ms,
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
    outages: OutageClient | None = None,
    parcels: Wake | None = None,
) -> House:
    """Put the pieces into each other's hands. The PEOPLE database is opened by the caller.

    `owed` rings when something new is owed and `board` when an operator's act changed one, in
    other processes as well, as `parcels` does for notices to many; without a `pusher` nothing is
    pushed, and without `outages` no customer is told of any.
    """
    outbox = Outbox(PEOPLE, ids, owed)
    hands = Hands(clock, ids, outbox, patience(settings))
    till = Till(hands, gateway, mdms, settings.public_url)
    herald = Herald(clock, ids, outbox, settings.public_url, allowed_hosts(settings), pusher)
    darkness = Darkness(outages, mdms, clock)
    desk = Desk(bell=board, darkness=darkness)
    # A session's change is carried between processes as such: the bell need not cry it again.
    WATCHERS.any_here = desk.pictures.bell.ring_here
    teller = Teller(
        clock=clock, ids=ids, outbox=outbox, public_url=settings.public_url, outages=outages,
        brake_above=settings.notice_brake_above, mail_secret=settings.mail_secret,
        telephone=settings.outage_phone, pushes=pusher is not None, mails=True,
        parcels=parcels or Wake(),
    )  # fmt: skip
    lane = Lane(_carrier(teller, mailer, pusher))
    return House(
        settings, clock, ids, till, outbox, Closing(ids), mailer, desk, herald, teller, lane,
        darkness,
    )  # fmt: skip


def _carrier(teller: Teller, mailer: Mailer, pusher: Pusher | None) -> Carrier:
    """What goes out to many is worded by the teller, and rung for by it."""
    return Carrier(
        clock=teller.clock, ids=teller.ids, render=partial(render, teller=teller),
        bounced=mail_bounced, pusher=pusher, mailer=mailer, wake=teller.parcels,
    )  # fmt: skip
