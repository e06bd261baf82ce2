"""What the control system reports of a session, as the session after it. Pure: a record and an
event make a new record.
"""

from konsento.management.charging.record import FLOWS_FROM_W, Session
from konsento.management.charging.session import AT_REST, OVER, Event, Patience, Reason, State
from konsento.mdms import contract

ENDS = {
    "energy_limit": Reason.ENERGY_LIMIT,
    "time_limit": Reason.TIME_LIMIT,
    "link_lost": Reason.LINK_LOST,
    "power_lost": Reason.POWER_LOST,
    "stopped": Reason.DRIVER,
}


def why_it_ended(record: Session, reason: str | None) -> Reason:
    """The reason in the driver's terms; a limit chosen in yen was reached in Wh."""
    if reason == "energy_limit" and record.chosen_by == "money":
        return Reason.MONEY_LIMIT
    return ENDS.get(reason or "", Reason.START_FAILED)


def heard(record: Session, event: contract.Event, now_ms: int, patience: Patience) -> Session:
    """The session after the control system's event; itself when the event brings nothing new.

    What was final stays as it is: its bill may have been written. Raises session.Forbidden.
    """
    if record.state in OVER or record.final:
        return record
    match event.kind:
        case "switched_on":
            return _switched_on(record, event, now_ms, patience)
        case "measured":
            return _measured(record, event, now_ms, patience)
        case "link_lost" | "power_lost":
            if record.state in {State.CHARGING, State.IDLE}:
                return record.on(Event.LINK_LOST, now_ms, patience, power_w=None)
            return record
        case "link_back" | "power_back":
            if record.state is State.LINK_LOST:
                return record.on(Event.LINK_BACK, now_ms, patience)
            return record
        case "paused" | "resumed":
            return _rested(record, event, now_ms, patience)
        case "switched_off":
            return _ended(record, event, now_ms, patience)
        case "start_failed":
            return _never_began(record, event, now_ms, patience)
        case "limit_raised" | "limit_refused":
            return record  # whoever wished for it asks what became of it


def _switched_on(
    record: Session, event: contract.Event, now_ms: int, patience: Patience
) -> Session:
    """Once; also of a session given up before it was heard, whose bill needs to know."""
    if record.switched_on_at_ms is not None:
        return record
    facts = {
        "switched_on_at_ms": event.at_ms,
        "opening_register_wh": event.opening_register_wh,
        "register_wh": event.opening_register_wh,
        "measured_at_ms": event.at_ms,
    }
    if record.state is State.SETTLING:
        return record.with_facts(**facts)
    return record.on(Event.SWITCHED_ON, now_ms, patience, **facts)


def _measured(record: Session, event: contract.Event, now_ms: int, patience: Patience) -> Session:
    if record.state in {State.STARTING, State.SETTLING, *AT_REST}:
        return record
    power_w = event.power_w or 0
    flows = power_w >= FLOWS_FROM_W
    facts = {
        "measured_at_ms": event.at_ms,
        "register_wh": event.register_wh,
        "used_wh": event.used_wh if event.used_wh is not None else record.used_wh,
        "power_w": power_w,
    }
    if flows and record.first_use_at_ms is None:
        facts["first_use_at_ms"] = event.at_ms
    if flows or record.drew:
        what = Event.FLOWING if flows else Event.NOT_FLOWING
        return record.on(what, now_ms, patience, drew=True, **facts)
    back = (
        record.on(Event.LINK_BACK, now_ms, patience) if record.state is State.LINK_LOST else record
    )
    return back.with_facts(sequence=record.sequence + 1, **facts)


def _rested(record: Session, event: contract.Event, now_ms: int, patience: Patience) -> Session:
    """Off for now, or on again; given up meanwhile, it is over for us whatever is told."""
    if record.state is State.SETTLING:
        return record
    facts = {
        "register_wh": event.register_wh,
        "used_wh": event.used_wh if event.used_wh is not None else record.used_wh,
        "measured_at_ms": event.at_ms,
        "pause": event.pause or record.pause,
        "power_w": 0,
    }
    what = Event.PAUSED if event.kind == "paused" else Event.RESUMED
    return record.on(what, now_ms, patience, **facts)


def _ended(record: Session, event: contract.Event, now_ms: int, patience: Patience) -> Session:
    return record.on(
        Event.SWITCHED_OFF, now_ms, patience,
        reason=why_it_ended(record, event.reason), ended_at_ms=record.ended_at_ms or event.at_ms,
        closing_register_wh=event.closing_register_wh, power_w=0, final=event.final,
        register_wh=event.closing_register_wh or record.register_wh,
        used_wh=event.used_wh if event.used_wh is not None else record.used_wh,
    )  # fmt: skip


def _never_began(
    record: Session, event: contract.Event, now_ms: int, patience: Patience
) -> Session:
    """Switched on or not, a start that failed is told; delivered energy still counts."""
    if not event.final or event.used_wh:
        return _ended(record, event, now_ms, patience)
    if record.state not in {State.STARTING, State.STOPPING}:
        return _ended(record, event, now_ms, patience)
    return record.on(
        Event.NEVER_STARTED, now_ms, patience,
        reason=Reason.START_FAILED, ended_at_ms=event.at_ms, final=True,
    )  # fmt: skip
