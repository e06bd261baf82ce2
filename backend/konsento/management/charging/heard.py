"""What the control system reports of a session, as the session after it. Pure: a record and an
event make a new record.
"""

from typing import Any

import msgspec

from konsento.management.charging.record import FLOWS_FROM_W, Session
from konsento.management.charging.session import (
    AT_REST,
    OVER,
    RUNNING,
    Event,
    Patience,
    Reason,
    RestBecause,
    State,
)
from konsento.mdms import contract

LIGHT = {"dark_because": None, "dark_outage": None, "dark_expected_at_ms": None,
         "dark_next_word_at_ms": None}  # fmt: skip

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
        case "link_lost":
            if record.state in {State.CHARGING, State.IDLE}:
                return record.on(Event.LINK_LOST, now_ms, patience, power_w=None)
            return record
        case "power_lost":
            return _gone_dark(record, event, now_ms, patience)
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


def _gone_dark(record: Session, event: contract.Event, now_ms: int, patience: Patience) -> Session:
    """Interrupted, whose outage it is not yet known; told again, it stays as it is."""
    if record.state not in RUNNING - {State.INTERRUPTED}:
        return record
    return record.on(
        Event.POWER_LOST, now_ms, patience,
        dark_since_ms=event.at_ms, rest_because=None, power_w=None, **LIGHT,
    )  # fmt: skip


def _measured(record: Session, event: contract.Event, now_ms: int, patience: Patience) -> Session:
    if record.state in {State.STARTING, State.SETTLING, State.INTERRUPTED, *AT_REST}:
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
    facts: dict[str, Any] = {
        "register_wh": event.register_wh,
        "used_wh": event.used_wh if event.used_wh is not None else record.used_wh,
        "measured_at_ms": event.at_ms,
        "pause": event.pause or record.pause,
        "power_w": 0,
        "rest_because": None,
    }
    if event.kind == "resumed":
        return record.on(Event.RESUMED, now_ms, patience, **facts)
    by_power = event.reason == "power_lost"
    facts["rest_because"] = RestBecause.POWER_LOST if by_power else RestBecause.NO_LOAD
    if record.state is not State.STOPPING:  # which is billed as one that ended in the dark
        since_ms = event.at_ms if record.dark_since_ms is None else record.dark_since_ms
        facts |= {"dark_ms": record.dark_ms + max(0, event.at_ms - since_ms)}
        facts |= {"dark_since_ms": None, **LIGHT}
    return record.on(Event.PAUSED, now_ms, patience, **facts)


def _ended(record: Session, event: contract.Event, now_ms: int, patience: Patience) -> Session:
    """Where it ended in the dark, the register may take as long as the outage: it is billed by
    what is known, and corrected later.
    """
    ended = record.on(
        Event.SWITCHED_OFF, now_ms, patience,
        reason=why_it_ended(record, event.reason), ended_at_ms=record.ended_at_ms or event.at_ms,
        closing_register_wh=event.closing_register_wh, power_w=0, final=event.final,
        register_wh=event.closing_register_wh or record.register_wh,
        used_wh=event.used_wh if event.used_wh is not None else record.used_wh,
    )  # fmt: skip
    if record.dark_since_ms is None or record.state is State.SETTLING or ended.final:
        return ended
    return msgspec.structs.replace(ended, deadline_ms=now_ms + patience.dark_bill_within_ms)


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
