"""What runs beside the management server: the outbox, the control system's news, the overdue."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

import structlog

from konsento.assembly.house import House
from konsento.foundation.databases import PEOPLE
from konsento.foundation.edge.idempotency import KeptAnswers
from konsento.foundation.outbox import Handler
from konsento.foundation.ticker import every
from konsento.management.charging import events as charging
from konsento.management.charging.follow import follow_once
from konsento.management.charging.switch import switch_off, switch_on
from konsento.management.notices.tell import tell_settled
from konsento.management.payments import events as payments
from konsento.management.payments.authorise import look_task, open_checkout_task
from konsento.management.payments.reconcile import end_overdue, look_again
from konsento.management.payments.settle import settle_task
from konsento.mdms.contract import MdmsRefused, MdmsUnreachable

log = structlog.get_logger(__name__)

Job = Callable[[], Awaitable[None]]

OVERDUE_EVERY_MS = 1_000
LOOK_AGAIN_EVERY_MS = 10_000
FORGET_EVERY_MS = 3_600_000
AWAY_MS = 1_000


def handlers(house: House) -> Mapping[str, Handler]:
    """Which hand does which kind of task."""
    till, hands = house.till, house.till.charging
    return {
        charging.SWITCH_ON: partial(switch_on, mdms=till.mdms, hands=hands),
        charging.SWITCH_OFF: partial(switch_off, mdms=till.mdms, hands=hands),
        charging.ENDED: partial(settle_task, till=till),
        payments.OPEN_CHECKOUT: partial(open_checkout_task, till=till),
        payments.LOOK: partial(look_task, till=till),
        payments.SETTLED: partial(
            tell_settled,
            mailer=house.mailer,
            clock=house.clock,
            public_url=house.settings.public_url,
        ),
    }


async def follow(house: House) -> None:
    """Follow the control system for ever; it being away is said once."""
    away = False
    while True:
        try:
            await follow_once(house.till.mdms, house.till.charging)
            away = False
        except (MdmsUnreachable, MdmsRefused) as error:
            if not away:
                log.error("control system away", error=type(error).__name__)
            away = True
            await house.clock.sleep(AWAY_MS)
        except Exception as error:
            log.error("following failed", exc_info=error)
            await house.clock.sleep(AWAY_MS)


def management_jobs(house: House) -> tuple[Job, ...]:
    """Each runs until cancelled."""
    clock, till = house.clock, house.till
    answers = KeptAnswers(PEOPLE, clock)
    return (
        partial(house.outbox.work, handlers(house), clock),
        partial(follow, house),
        partial(every, OVERDUE_EVERY_MS, partial(end_overdue, till), name="overdue", clock=clock),
        partial(every, LOOK_AGAIN_EVERY_MS, partial(look_again, till), name="look", clock=clock),
        partial(every, FORGET_EVERY_MS, answers.forget_old, name="forget", clock=clock),
    )
