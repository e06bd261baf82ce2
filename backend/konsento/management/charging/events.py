"""What charging owes to others, by name: the kinds of task it puts in the outbox.

Some are news, owed in the transaction that makes them so. What becomes of news is not charging's
to know; whether it still holds is looked at by whoever takes it.
"""

from konsento.foundation.database import Transaction
from konsento.management.charging.hands import Hands
from konsento.management.charging.record import Session
from konsento.management.charging.session import Patience, Reason, RestBecause, State

SWITCH_ON = "charging.switch-on"  # tell the control system to start; subject: session
SWITCH_OFF = "charging.switch-off"  # tell it to stop; subject: session
SWITCH_AGAIN = "charging.switch-again"  # tell it to go on after a pause; subject: session
LATE_REGISTER = "charging.late-register"  # a register came after the bill; subject: session
LIMIT_TOLD = "charging.limit-told"  # the control system told of a limit; subject: session
ENDED = "charging.ended"  # the closing facts are known, or it never began; subject: session
NO_LOAD_YET = "charging.no-load-yet"  # on for a while: look whether power flows; subject: session
IDLE = "charging.idle"  # no power flows any more; subject: session
POWER_LOST = "charging.power-lost"  # no power at its outlet: it is interrupted; subject: session
POWER_BACK = "charging.power-back"  # power is back: its driver may go on; subject: session
PAUSED = "charging.paused"  # switched off until its driver says go on; subject: session
LINK_LOST = "charging.link-lost"  # the meter is silent; looked at after a while; subject: session
LINK_BACK = "charging.link-back"  # the meter speaks again; subject: session
CUT_OFF = "charging.cut-off"  # neither its driver nor its limit ended it; subject: session
START_FAILED = "charging.start-failed"  # it never began; subject: session

NO_LOAD_YET_SHARE = 3  # after this part of the patience with an empty outlet
IDLE_AFTER_MS = 30_000  # mostly it is paused by then, and that says more
CUT_OFF_AFTER_MS = 20_000  # usually the bill is made by then, and says it all
CUT_OFF_BY = frozenset({Reason.OPERATOR, Reason.LINK_LOST, Reason.POWER_LOST})

NOT_THE_DRIVERS = frozenset({Reason.OPERATOR, Reason.START_FAILED})


def news(before: Session, record: Session, patience: Patience) -> dict[str, int]:
    """What the change makes worth telling, and in how many ms it is to be looked at."""
    if record.state is before.state:
        return {}
    match record.state:
        case State.CHARGING if before.state is State.STARTING:
            return {NO_LOAD_YET: patience.no_load_within_ms // NO_LOAD_YET_SHARE}
        case State.CHARGING if before.state is State.LINK_LOST:
            return {LINK_BACK: 0}
        case State.LINK_LOST:
            return {LINK_LOST: patience.link_told_after_ms}
        case State.IDLE:
            return {IDLE: IDLE_AFTER_MS}
        case State.INTERRUPTED:
            return {POWER_LOST: 0}
        case State.PAUSED if record.rest_because is RestBecause.POWER_LOST:
            return {POWER_BACK: 0}
        case State.PAUSED:
            return {PAUSED: 0}
        case State.SETTLING if record.reason in CUT_OFF_BY:
            return {CUT_OFF: CUT_OFF_AFTER_MS}
        case State.START_FAILED | State.CANCELLED if record.reason in NOT_THE_DRIVERS:
            return {START_FAILED: 0}
    return {}


async def owe_news(tx: Transaction, record: Session, before: Session, hands: Hands) -> None:
    """Within the transaction that keeps `record`."""
    now_ms = hands.clock.now_ms()
    for kind, after_ms in news(before, record, hands.patience).items():
        await hands.outbox.owe(tx, kind, record.id, now_ms, after_ms=after_ms)
