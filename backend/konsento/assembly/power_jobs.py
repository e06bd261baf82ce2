"""What tells customers of outages: the outage room's news, the meters that wait, and the lane."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

import structlog

from konsento.assembly.house import House
from konsento.foundation.outbox import Handler
from konsento.foundation.ticker import every
from konsento.management.customers import events as customers
from konsento.management.customers.areas import tell_manager
from konsento.management.notices.dispatch.lane import forget_over
from konsento.management.notices.outages import events, store
from konsento.management.notices.outages.follow import follow_once
from konsento.management.notices.outages.holder import mail_holder
from konsento.management.notices.outages.limits import (
    LOOK_EVERY_MS,
    STANDING_KEPT_MS,
    TOLD_KEPT_MS,
    WAITING_KEPT_MS,
    WEIGH_AGAIN_EVERY_MS,
)
from konsento.management.notices.outages.registered import mail_confirmation, tell_others
from konsento.management.notices.outages.weigh import (
    look_at_those_who_wait,
    weigh_all_again,
    weigh_outage,
)
from konsento.outage.contract import OutageClient, OutageRefused, OutageUnreachable

log = structlog.get_logger(__name__)

Job = Callable[[], Awaitable[None]]
FORGET_EVERY_MS = 3_600_000
COUNTS_EVERY_MS = 600_000
AWAY_MS = 1_000


def power_handlers(house: House) -> Mapping[str, Handler]:
    """Which hand does which kind of task."""
    teller = house.teller
    return {
        events.WEIGH: partial(weigh_outage, teller=teller),
        customers.CONFIRM_MAIL: partial(mail_confirmation, teller=teller, mailer=house.mailer),
        customers.NEW_REGISTRANT: partial(tell_others, teller=teller),
        customers.TELL_HOLDER: partial(mail_holder, teller=teller, mailer=house.mailer),
    }


async def follow_outages(house: House) -> None:
    """Follow the outage room for ever; it being away is said once."""
    away = False
    while True:
        try:
            await follow_once(house.teller)
            away = False
        except (OutageUnreachable, OutageRefused) as error:
            if not away:
                log.error("outage room away", error=type(error).__name__)
            away = True
            await house.clock.sleep(AWAY_MS)
        except Exception as error:
            log.error("following failed", exc_info=error)
            await house.clock.sleep(AWAY_MS)


async def _forget(house: House) -> None:
    """What was told and sent so long ago that nobody asks for it any more."""
    now_ms = house.clock.now_ms()
    await forget_over(now_ms)
    await store.forget_before(
        now_ms - TOLD_KEPT_MS, now_ms - STANDING_KEPT_MS, now_ms - WAITING_KEPT_MS
    )


def power_jobs(house: House) -> Sequence[Job]:
    """Each runs until cancelled. Without an outage room only what is owed is sent."""
    clock, outages = house.clock, house.teller.outages
    forget = partial(_forget, house)
    always: list[Job] = [
        house.lane.work,
        partial(every, FORGET_EVERY_MS, forget, name="forget parcels", clock=clock),
    ]
    if outages is None:
        log.warning("no outage room: customers are told of no outages")
        return always
    return [*always, partial(follow_outages, house), *_looks(house, outages)]


def _looks(house: House, outages: OutageClient) -> Sequence[Job]:
    clock = house.clock
    look = partial(look_at_those_who_wait, house.teller)
    again = partial(weigh_all_again, house.teller)
    counts = partial(tell_manager, outages, clock)
    return [
        partial(every, LOOK_EVERY_MS, look, name="look at meters", clock=clock),
        partial(every, WEIGH_AGAIN_EVERY_MS, again, name="weigh again", clock=clock),
        partial(every, COUNTS_EVERY_MS, counts, name="tell counts", clock=clock),
    ]
