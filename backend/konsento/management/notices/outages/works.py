"""When a customer is told of planned works: ahead, on the eve, moved, cancelled, begun, over (O7).

Pure.
"""

import msgspec

from konsento.management.customers.typed import day_ends_at_ms, japan_day
from konsento.management.notices.outages.facts import Facts, Meter, Outage
from konsento.management.notices.outages.limits import (
    DAY_MS,
    EVE_BEFORE_MIDNIGHT_MS,
    HOUR_MS,
    WORKS_OVERDUE_MS,
)
from konsento.management.notices.outages.telling import spoke_ms
from konsento.management.notices.outages.told import Kind, Works, WorksPhase

FORGOTTEN_AFTER_MS = 24 * HOUR_MS  # of an end that nobody ever told
Step = tuple[Kind | None, Works | None]
# What is believed of the meter while its works are not known of: then "none" would mean nothing.
NOT_JUDGED = frozenset({"unknown", "not_in_service"})
FAULTY = frozenset({"area", "own_premises"})


def decide(told: Works | None, works: Outage, facts: Facts, now_ms: int) -> Step:
    """What is to be said first, if anything, and how the customer then stands."""
    starts_ms = works.started_at_ms
    if starts_ms is None:
        return None, told
    fresh = Works(
        phase=WorksPhase.AHEAD, starts_at_ms=starts_ms, until_ms=works.planned_until_ms,
        announced_at_ms=now_ms,
    )  # fmt: skip
    if told is None:
        return _first(fresh, works, facts.meter, now_ms)
    if told.phase is WorksPhase.AHEAD:
        return _ahead(told, fresh, works, facts.meter, now_ms)
    return _under_way(told, fresh, works, facts.meter, now_ms)


def looked_at_from_ms(told: Works) -> int:
    """From when on there may be something to say of them without an event; 0: at any time."""
    if told.phase is WorksPhase.NOW:
        return 0
    return _eve_ms(told) if _to_be_reminded(told) else told.starts_at_ms


def _eve_ms(told: Works) -> int:
    """Six in the evening of the day before, in Japan."""
    midnight_ms = day_ends_at_ms(japan_day(told.starts_at_ms) - 1)
    return midnight_ms - EVE_BEFORE_MIDNIGHT_MS


def _to_be_reminded(told: Works) -> bool:
    """Once, of what was known before that day."""
    eve_began_ms = day_ends_at_ms(japan_day(told.starts_at_ms) - 1) - DAY_MS
    return not told.reminded and told.announced_at_ms < eve_began_ms


def _first(fresh: Works, works: Outage, meter: Meter, now_ms: int) -> Step:
    if not _theirs(works, meter) or not works.stands or _is_past(fresh, now_ms):
        return None, None
    if now_ms < fresh.starts_at_ms:
        return Kind.PLANNED_AHEAD, fresh
    if _without_power(works, meter, fresh):
        return Kind.PLANNED_NOW, _begun(fresh, works)
    return None, None


def _ahead(told: Works, fresh: Works, works: Outage, meter: Meter, now_ms: int) -> Step:
    if works.retracted or _no_longer_theirs(told, works, meter, now_ms):
        return Kind.PLANNED_CANCELLED, None
    if works.restored_at_ms is not None or _is_past(fresh, now_ms):
        return None, None
    begun = now_ms >= fresh.starts_at_ms and _without_power(works, meter, fresh)
    if fresh.starts_at_ms == told.starts_at_ms:
        known = msgspec.structs.replace(told, until_ms=fresh.until_ms)
    else:
        known = fresh
    if known != told:
        return Kind.PLANNED_MOVED, _begun(known, works) if begun else known
    if begun:
        return Kind.PLANNED_NOW, _begun(known, works)
    if _eve_ms(told) <= now_ms < told.starts_at_ms and _to_be_reminded(told):
        return Kind.PLANNED_EVE, msgspec.structs.replace(told, reminded=True)
    return None, told


def _under_way(told: Works, fresh: Works, works: Outage, meter: Meter, now_ms: int) -> Step:
    if meter.judgement == "powered" and spoke_ms(meter) > told.starts_at_ms:
        return Kind.RESTORED, None
    if meter.judgement in FAULTY and meter.outage != works.outage:
        return None, None  # what is left of it is a fault, and told as one
    if works.retracted:
        return Kind.PLANNED_CANCELLED, None
    if fresh.until_ms != told.until_ms and not _is_past(fresh, now_ms):
        moved = msgspec.structs.replace(told, until_ms=fresh.until_ms, overdue=works.overdue)
        return Kind.PLANNED_MOVED, moved
    until_ms = works.restored_at_ms if told.until_ms is None else told.until_ms
    if until_ms is not None and now_ms >= until_ms + FORGOTTEN_AFTER_MS:
        return None, None
    late = until_ms is not None and now_ms >= until_ms + WORKS_OVERDUE_MS
    if works.stands and not told.overdue and (late or works.overdue):
        return Kind.OVERDUE, msgspec.structs.replace(told, overdue=True)
    return None, told


def _begun(fresh: Works, works: Outage) -> Works:
    return msgspec.structs.replace(fresh, phase=WorksPhase.NOW, overdue=works.overdue)


def _is_past(works: Works, now_ms: int) -> bool:
    return works.until_ms is not None and now_ms >= works.until_ms


def _theirs(works: Outage, meter: Meter) -> bool:
    return works.outage in (meter.planned, meter.outage)


def _no_longer_theirs(told: Works, works: Outage, meter: Meter, now_ms: int) -> bool:
    """The works go on without this meter; once they began, only the meter's own word counts.

    Of several works on one meter the next is named: another's name says nothing of these.
    """
    judged = meter.judgement not in NOT_JUDGED
    other = meter.planned is not None or _theirs(works, meter)
    return judged and not other and now_ms < told.starts_at_ms


def _without_power(works: Outage, meter: Meter, fresh: Works) -> bool:
    """As far as is known: it has not been heard of since they began."""
    silent = (meter.heard_until_ms or 0) <= fresh.starts_at_ms
    under = meter.judgement == "planned" and meter.planned in (works.outage, None)
    return silent and (under or (meter.judgement == "area" and meter.outage == works.outage))
