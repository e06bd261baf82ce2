"""What an entry may not say: facts that contradict each other, or the time they were said at."""

from msgspec import UNSET

from konsento.foundation.problems import Refusal
from konsento.outage.record.said import Entry, ExpectedAt, ExpectedUnknown, Kind, Source

FUTURE_MS_MAX = 5 * 60_000  # clocks of neighbouring systems differ
PAST_MS_MAX = 400 * 86_400_000
PLANNED_AHEAD_MS_MAX = 400 * 86_400_000


class Unsound(Refusal):
    """`field` names the fact that cannot be."""

    status = 422
    slug = "unsound-entry"
    title = "What was said cannot be true."

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(f"{field}: {detail}", field=field)
        self.field = field


def check(entry: Entry, now_ms: int) -> None:
    """Raises Unsound with the field and the reason; an entry that passes can be folded."""
    if entry.said_at_ms > now_ms + FUTURE_MS_MAX:
        raise Unsound("said_at_ms", "is in the future")
    if entry.said_at_ms < now_ms - PAST_MS_MAX:
        raise Unsound("said_at_ms", "is more than 400 days ago")
    for field in ("checked", "checked_places"):
        if getattr(entry.facts, field) is not UNSET and entry.source is not Source.ENGINE:
            raise Unsound(field, "is for the engine to say, by what the meters answer")
    _check_times(entry, now_ms)
    _check_expected(entry)
    _check_areas(entry)


def _check_times(entry: Entry, now_ms: int) -> None:
    facts = entry.facts
    planned = facts.kind is Kind.PLANNED
    latest_ms = now_ms + (PLANNED_AHEAD_MS_MAX if planned else FUTURE_MS_MAX)
    started, restored, until = facts.started_at_ms, facts.restored_at_ms, facts.planned_until_ms
    if isinstance(started, int) and started > latest_ms:
        raise Unsound("started_at_ms", "is in the future")
    if isinstance(restored, int) and restored > now_ms + FUTURE_MS_MAX:
        raise Unsound("restored_at_ms", "is in the future; say what is expected in `expected`")
    if isinstance(started, int) and isinstance(restored, int) and restored < started:
        raise Unsound("restored_at_ms", "is before the outage began")
    if isinstance(until, int) and not planned:
        raise Unsound("planned_until_ms", "belongs to planned works only")
    if isinstance(started, int) and isinstance(until, int) and until <= started:
        raise Unsound("planned_until_ms", "is not after the beginning")


def _check_expected(entry: Entry) -> None:
    expected = entry.facts.expected
    if isinstance(expected, ExpectedAt):
        at_ms, what = expected.at_ms, "the restoration is expected"
    elif isinstance(expected, ExpectedUnknown):
        at_ms, what = expected.next_word_at_ms, "the next word is promised"
    else:
        return
    if at_ms <= entry.said_at_ms:
        raise Unsound("expected", f"{what} for a time that had passed when it was said")
    if at_ms > entry.said_at_ms + PLANNED_AHEAD_MS_MAX:
        raise Unsound("expected", f"{what} for more than 400 days later")


def _check_areas(entry: Entry) -> None:
    areas = entry.facts.areas
    if not isinstance(areas, tuple):
        return
    seen: set[str] = set()
    for area in areas:
        if area.area in seen:
            raise Unsound("areas", f"{area.area} is named twice")
        seen.add(area.area)
        if area.households_out > area.households:
            raise Unsound("areas", f"{area.area} has fewer households than are out")


def check_restored(restored_at_ms: int | None, started_at_ms: int | None) -> None:
    """The restoration of one entry against the beginning that others said. Raises Unsound."""
    if restored_at_ms is not None and started_at_ms is not None and restored_at_ms < started_at_ms:
        raise Unsound("restored_at_ms", "is before the outage began")
