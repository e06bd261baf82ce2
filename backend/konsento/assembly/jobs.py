"""What runs beside the management server: the outbox, the control system's news, the overdue."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

import structlog

from konsento.assembly.house import House
from konsento.assembly.power_jobs import power_handlers, power_jobs
from konsento.foundation.clock import Clock
from konsento.foundation.databases import PEOPLE
from konsento.foundation.edge.idempotency import KeptAnswers
from konsento.foundation.inbox import forget_old
from konsento.foundation.outbox import Handler, Task
from konsento.foundation.ticker import every
from konsento.management.charging import events as charging
from konsento.management.charging.darkness import LOOK_EVERY_MS as DARK_EVERY_MS
from konsento.management.charging.follow import follow_once
from konsento.management.charging.link import forget_links
from konsento.management.charging.session import Patience
from konsento.management.charging.switch import switch_again, switch_off, switch_on
from konsento.management.customers.forget import forget_old as forget_customers
from konsento.management.customers.load import end_moved_out
from konsento.management.notices import events as notices
from konsento.management.notices import notice
from konsento.management.notices.announce import Judge, forget_told, tell_of_change, tell_of_return
from konsento.management.notices.corrected import tell_corrected
from konsento.management.notices.hands import Herald
from konsento.management.notices.push import push
from konsento.management.notices.subscribe import forget_unseen
from konsento.management.notices.tell import tell_settled
from konsento.management.payments import events as payments
from konsento.management.payments.add import limit_told_task, raise_limit_task
from konsento.management.payments.cards import forget_task
from konsento.management.payments.hold import look_task, open_task
from konsento.management.payments.late_register import late_register_task
from konsento.management.payments.reconcile import end_overdue, look_again
from konsento.management.payments.refund import refund_task
from konsento.management.payments.settle import let_go_task, settle_task
from konsento.mdms.contract import MdmsRefused, MdmsUnreachable

log = structlog.get_logger(__name__)

Job = Callable[[], Awaitable[None]]

OVERDUE_EVERY_MS = 1_000
LOOK_AGAIN_EVERY_MS = 10_000
FORGET_EVERY_MS = 3_600_000
MOVED_OUT_EVERY_MS = 60_000
AWAY_MS = 1_000


def handlers(house: House) -> Mapping[str, Handler]:
    """Which hand does which kind of task."""
    till, hands = house.till, house.till.charging
    return {
        charging.SWITCH_ON: partial(switch_on, mdms=till.mdms, hands=hands),
        charging.SWITCH_OFF: partial(switch_off, mdms=till.mdms, hands=hands),
        charging.SWITCH_AGAIN: partial(switch_again, mdms=till.mdms, hands=hands),
        charging.ENDED: partial(settle_task, till=till),
        payments.OPEN_CHECKOUT: partial(open_task, till=till),
        payments.LOOK: partial(look_task, till=till),
        payments.FORGET_CARD: partial(forget_task, till=till),
        payments.LET_GO: partial(let_go_task, till=till),
        payments.RAISE_LIMIT: partial(raise_limit_task, till=till),
        charging.LIMIT_TOLD: partial(limit_told_task, till=till),
        charging.LATE_REGISTER: partial(late_register_task, till=till),
        payments.REFUND: partial(refund_task, till=till),
        payments.CORRECTED: partial(
            tell_corrected,
            mailer=house.mailer,
            clock=house.clock,
            public_url=house.settings.public_url,
        ),
        payments.SETTLED: partial(
            tell_settled,
            mailer=house.mailer,
            clock=house.clock,
            public_url=house.settings.public_url,
            herald=house.herald,
        ),
        **_news(house.herald, hands.patience),
        charging.POWER_LOST: partial(_tell_of_darkness, house=house),
        **power_handlers(house),
    }


def _news(herald: Herald, patience: Patience) -> Mapping[str, Handler]:
    """What becomes of a session's news: a notice, and its pushes."""
    judges: dict[str, Judge] = {
        charging.NO_LOAD_YET: notice.not_drawing,
        charging.IDLE: notice.idle,
        charging.PAUSED: notice.paused,
        charging.POWER_BACK: notice.power_back,
        charging.LINK_LOST: partial(notice.link_lost, patience=patience),
        charging.CUT_OFF: notice.cut_off,
        charging.START_FAILED: notice.never_began,
    }
    told = {
        kind: partial(tell_of_change, judge=judge, herald=herald) for kind, judge in judges.items()
    }
    back = {charging.LINK_BACK: partial(tell_of_return, herald=herald)}
    return {**told, **back, notices.PUSH: partial(push, herald=herald)}


async def _tell_of_darkness(task: Task, *, house: House) -> None:
    """Whose outage it is, if that can be told at once, before its driver is told of it."""
    await house.darkness.look()
    await tell_of_change(task, judge=notice.power_lost, herald=house.herald)


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


async def _forget(clock: Clock) -> None:
    """What has outlived its use."""
    await forget_old(PEOPLE, clock.now_ms())
    await forget_links(clock.now_ms())
    await forget_customers(clock.now_ms())


async def _end_moved_out(clock: Clock) -> None:
    await end_moved_out(clock.now_ms())


def management_jobs(house: House, looks: Clock | None = None) -> tuple[Job, ...]:
    """Each runs until cancelled. `looks`: by which it is looked for the overdue, if another."""
    clock, till = house.clock, house.till
    overdue = partial(end_overdue, till)
    answers = KeptAnswers(PEOPLE, clock)
    unseen, told = partial(forget_unseen, house.herald), partial(forget_told, house.herald)
    return (
        partial(house.outbox.work, handlers(house), clock),
        partial(follow, house),
        partial(every, OVERDUE_EVERY_MS, overdue, name="overdue", clock=looks or clock),
        partial(every, LOOK_AGAIN_EVERY_MS, partial(look_again, till), name="look", clock=clock),
        partial(every, FORGET_EVERY_MS, answers.forget_old, name="forget", clock=clock),
        partial(every, FORGET_EVERY_MS, partial(_forget, clock), name="forget more", clock=clock),
        partial(
            every, MOVED_OUT_EVERY_MS, partial(_end_moved_out, clock), name="moved out", clock=clock
        ),
        partial(every, FORGET_EVERY_MS, unseen, name="forget browsers", clock=clock),
        partial(every, FORGET_EVERY_MS, told, name="forget notices", clock=clock),
        partial(every, DARK_EVERY_MS, house.darkness.look, name="darkness", clock=clock),
        *power_jobs(house),
    )
