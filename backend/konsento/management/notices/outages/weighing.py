"""From what a registration was told and what is true now to what it is told next. Pure.

At most four notices an hour; what changes beyond that is told as one digest of how it stands
when the hour has room again, and not at all if it has changed back by then (T23).
"""

from collections.abc import Mapping

from konsento.management.notices.outages import telling, works
from konsento.management.notices.outages.facts import Facts
from konsento.management.notices.outages.limits import HOUR_MS, NOTICES_AN_HOUR_MAX
from konsento.management.notices.outages.told import Kind, Standing, Tell, Told, Works


class _Hour:
    """How much of the hour's notices is left, and what was said in it."""

    def __init__(self, standing: Standing, now_ms: int) -> None:
        self.recent = tuple(at for at in standing.recent if at > now_ms - HOUR_MS)
        self.held = False
        self.said: list[Tell] = []
        self._gathers = standing.held
        self._now_ms = now_ms

    def say(self, about: Kind, thread: str, outage: str, since_ms: int | None) -> bool:
        """False when it is too much for now."""
        if len(self.recent) >= NOTICES_AN_HOUR_MAX:
            self.held = True
            return False
        self.recent = (*self.recent, self._now_ms)
        kind = Kind.DIGEST if self._gathers else about
        tell = Tell(
            kind=kind, about=about, thread=thread, outage=outage, since_ms=since_ms,
            at_ms=self._now_ms,
        )  # fmt: skip
        self.said.append(tell)
        return True


def weigh(standing: Standing, facts: Facts, now_ms: int) -> tuple[Standing, tuple[Tell, ...]]:
    """How it stands afterwards, and what is said: nothing where nothing that matters changed."""
    hour = _Hour(standing, now_ms)
    fault = _fault(standing.fault, facts, now_ms, hour)
    over = _over(standing, fault, facts, hour)
    planned = _works(standing.works, facts, now_ms, hour)
    after = Standing(fault=fault, over=over, works=planned, recent=hour.recent, held=hour.held)
    return after, tuple(hour.said)


def _fault(told: Told | None, facts: Facts, now_ms: int, hour: _Hour) -> Told | None:
    kind, after = telling.decide(told, facts, now_ms)
    if kind is None:
        return after
    known = after or told
    if known is None:
        raise ValueError("what is said is about something")
    return after if hour.say(kind, known.thread, known.outage, known.since_ms) else told


def _over(standing: Standing, fault: Told | None, facts: Facts, hour: _Hour) -> Told | None:
    """What is over, and was said to be; taken back where late readings show that it never was.

    A meter hands in its newest reading first, so "restored" may come before what disproves it.
    """
    ended = standing.fault
    if ended is not None and fault is None:
        was_said = any(each.about is Kind.RESTORED for each in hour.said)
        return ended if was_said else None
    over, record = standing.over, facts.over_outage
    wrong = record is not None and record.retracted and facts.meter.judgement == "powered"
    if over is None or fault is not None or not wrong:
        return over
    said = hour.say(Kind.TAKEN_BACK, over.thread, over.outage, over.since_ms)
    return None if said else over


def _works(
    told: Mapping[str, Works], facts: Facts, now_ms: int, hour: _Hour
) -> Mapping[str, Works]:
    after = dict(told)
    for each in facts.works:
        before = told.get(each.outage)
        kind, then = works.decide(before, each, facts, now_ms)
        if kind is not None and not hour.say(kind, each.outage, each.outage, each.started_at_ms):
            then = before
        after.pop(each.outage, None)
        if then is not None:
            after[each.outage] = then
    return after
