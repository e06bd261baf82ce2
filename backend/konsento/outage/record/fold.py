"""From everything said of one outage to what is believed of it. Pure, and blind to the order.

For each fact the most trusted source that spoke is believed, and of its entries the one said
last. Switches are believed place by place. Nothing here looks at when an entry arrived: whatever
the order, the record is the same.
"""

from collections.abc import Iterable, Sequence

import msgspec
from msgspec import Struct

from konsento.outage.record.said import (
    AreaOut,
    Cause,
    Entry,
    Expected,
    ExpectedAt,
    Grade,
    Kind,
    ResponseStatus,
    Scope,
    Source,
    SwitchOut,
    said,
)

ENGINE, AUTOMATION, OFFICE = (
    Source.ENGINE,
    Source.DISTRIBUTION_AUTOMATION,
    Source.SALES_OFFICE,
)
# Most trusted first. A switch knows to the second when it opened; a meter knows whether it is
# back; people know why and until when. Who is not named for a fact is trusted last.
TRUST: dict[str, tuple[Source, ...]] = {
    "kind": (OFFICE, AUTOMATION, ENGINE),
    "scope": (OFFICE, ENGINE, AUTOMATION),
    "grade": (OFFICE, ENGINE),
    "started_at_ms": (AUTOMATION, OFFICE, ENGINE),
    "restored_at_ms": (AUTOMATION, ENGINE, OFFICE),
    "planned_until_ms": (OFFICE,),
    "places": (AUTOMATION, ENGINE, OFFICE),
    "areas": (ENGINE, AUTOMATION, OFFICE),
    "response_status": (OFFICE, AUTOMATION, ENGINE),
    "expected": (OFFICE, AUTOMATION, ENGINE),
    "cause": (OFFICE, AUTOMATION, ENGINE),
    "cause_text": (OFFICE, AUTOMATION, ENGINE),
    "retracted": (OFFICE, ENGINE),
    "parent": (ENGINE, AUTOMATION, OFFICE),
    "sentence_ja": (ENGINE,),
    "sentence_en": (ENGINE,),
}
OVERDUE_AFTER_MS = 15 * 60_000

Weight = tuple[int, int, str]


class Record(Struct, frozen=True, kw_only=True):
    """An outage as believed now. `areas_max` are the most households ever out at a time.

    `places` is where it is, by the most trusted; `reach` is what each source said last, together.
    `borne_out`: the switches whose opening the meters bear out, or an office knows of; `doubted`:
    those that meters with power contradict. `verified`: people may be told, of what is borne out.
    """

    kind: Kind = Kind.FAULT
    scope: Scope = Scope.AREA
    grade: Grade | None = None
    started_at_ms: int | None = None
    restored_at_ms: int | None = None
    planned_until_ms: int | None = None
    places: tuple[str, ...] = ()
    reach: tuple[str, ...] = ()
    switches: tuple[SwitchOut, ...] = ()
    areas: tuple[AreaOut, ...] = ()
    areas_max: tuple[AreaOut, ...] = ()
    response_status: ResponseStatus = ResponseStatus.INVESTIGATING
    expected: Expected | None = None
    cause: Cause = Cause.UNDER_INVESTIGATION
    cause_text: str = ""
    retracted: bool = False
    borne_out: tuple[str, ...] = ()
    doubted: tuple[str, ...] = ()
    verified: bool = False
    parent: str | None = None
    sentence_ja: str = ""
    sentence_en: str = ""

    @property
    def households_out(self) -> int:
        return sum(area.households_out for area in self.areas)

    @property
    def is_over(self) -> bool:
        return self.retracted or self.restored_at_ms is not None


def weight(field: str, entry: Entry) -> Weight:
    """How much an entry's word on this fact counts; the greatest is believed."""
    trusted = TRUST[field]
    rank = trusted.index(entry.source) if entry.source in trusted else len(trusted)
    return (-rank, entry.said_at_ms, entry.entry)


def fold(entries: Iterable[Entry]) -> Record:
    """What is believed; entries in any order, none twice."""
    all_said = tuple(entries)
    best: dict[str, tuple[Weight, object]] = {}
    for entry in all_said:
        for field, value in said(entry.facts).items():
            if field in TRUST:
                _believe(best, field, value, weight(field, entry))
    switches = _switches(all_said)
    for field, value in _by_switches(switches).items():
        _believe(best, field, value, (-TRUST[field].index(AUTOMATION), 0, ""))
    believed = {field: value for field, (_, value) in best.items()}
    if _witnessed(all_said, switches):
        believed["retracted"] = False
    drawn = {
        "switches": switches,
        "areas_max": _most(all_said),
        "reach": _reach(all_said, switches),
        "borne_out": _borne_out(all_said, switches, found=True),
        "doubted": _borne_out(all_said, switches, found=False),
        "verified": any(e.facts.checked is True for e in all_said) or _vouched(all_said),
    }
    return msgspec.convert(believed | drawn, Record)


def _believe(
    best: dict[str, tuple[Weight, object]], field: str, value: object, heavy: Weight
) -> None:
    if field not in best or heavy > best[field][0]:
        best[field] = (heavy, value)


def _switches(entries: Sequence[Entry]) -> tuple[SwitchOut, ...]:
    """Place by place what was said last of its opening, and of its restoration."""
    opened: dict[str, tuple[Weight, int]] = {}
    restored: dict[str, tuple[Weight, int]] = {}
    for entry in entries:
        heavy = weight("places", entry)
        for switch in entry.facts.switches or ():
            for known, at_ms in (
                (opened, switch.opened_at_ms),
                (restored, switch.restored_at_ms),
            ):
                if at_ms is not None and heavy > known.get(switch.place, ((-99, 0, ""), 0))[0]:
                    known[switch.place] = (heavy, at_ms)
    return tuple(
        _switch(place, opened.get(place), restored.get(place))
        for place in sorted(opened.keys() | restored.keys())
    )


def _switch(
    place: str, opened: tuple[Weight, int] | None, restored: tuple[Weight, int] | None
) -> SwitchOut:
    """A restoration from before the opening belongs to an earlier cut of the same place."""
    opened_at_ms = None if opened is None else opened[1]
    restored_at_ms = None if restored is None else restored[1]
    if opened_at_ms is not None and restored_at_ms is not None and restored_at_ms < opened_at_ms:
        restored_at_ms = None
    return SwitchOut(place=place, opened_at_ms=opened_at_ms, restored_at_ms=restored_at_ms)


def _by_switches(switches: Sequence[SwitchOut]) -> dict[str, object]:
    """Out since the first opened, back when all are back; says nothing of what it does not know."""
    facts: dict[str, object] = {}
    if not switches:
        return facts
    facts["places"] = tuple(switch.place for switch in switches)
    openings = [s.opened_at_ms for s in switches if s.opened_at_ms is not None]
    if openings:
        facts["started_at_ms"] = min(openings)
    ends = [s.restored_at_ms for s in switches if s.restored_at_ms is not None]
    if len(ends) == len(switches):
        facts["restored_at_ms"] = max(ends)
    return facts


def _witnessed(entries: Sequence[Entry], switches: Sequence[SwitchOut]) -> bool:
    """The engine may take back what it alone inferred, not what a switch saw open."""
    by_office = any(e.source is OFFICE and e.facts.retracted is True for e in entries)
    return not by_office and any(switch.opened_at_ms is not None for switch in switches)


def _vouched(entries: Sequence[Entry]) -> bool:
    """A sales office speaks of what it knows, the engine of what it judged by the meters."""
    return any(
        entry.source is OFFICE or (entry.source is ENGINE and bool(entry.facts.places))
        for entry in entries
    )


def _borne_out(
    entries: Sequence[Entry], switches: Sequence[SwitchOut], *, found: bool
) -> tuple[str, ...]:
    """The opened switches of which that was found; each opening is checked for itself."""
    return tuple(
        switch.place
        for switch in switches
        if switch.opened_at_ms is not None
        and _check(entries, switch.place, switch.opened_at_ms) is found
    )


def _check(entries: Sequence[Entry], place: str, opened_at_ms: int) -> bool | None:
    """What was said last of an opening: by the engine of it, or by an office of the outage."""
    since = [entry for entry in entries if entry.said_at_ms >= opened_at_ms]
    if any(entry.source is OFFICE for entry in since):
        return True
    checks = [
        entry
        for entry in since
        if isinstance(entry.facts.checked, bool)
        and place in (entry.facts.checked_places or (place,))
    ]
    last = max(checks, key=lambda entry: (entry.said_at_ms, entry.entry), default=None)
    return None if last is None else last.facts.checked is True


def _reach(entries: Sequence[Entry], switches: Sequence[SwitchOut]) -> tuple[str, ...]:
    reach = {switch.place for switch in switches}
    for source in Source:
        of_it = [e for e in entries if e.source is source and isinstance(e.facts.places, tuple)]
        if of_it:
            last = max(of_it, key=lambda e: weight("places", e))
            reach.update(last.facts.places or ())
    return tuple(sorted(reach))


def _most(entries: Sequence[Entry]) -> tuple[AreaOut, ...]:
    """停電戸数 counts the most that were out at one time, also those back soon after."""
    most: dict[str, AreaOut] = {}
    for entry in entries:
        for area in entry.facts.areas or ():
            known = most.get(area.area)
            if known is None or _size(area) > _size(known):
                most[area.area] = area
    return tuple(most[name] for name in sorted(most))


def _size(area: AreaOut) -> tuple[int, int]:
    return (area.households_out, area.households)


def changed(before: Record, after: Record) -> tuple[str, ...]:
    """The facts in which two records differ, in the order of their fields."""
    return tuple(
        name for name in Record.__struct_fields__ if getattr(before, name) != getattr(after, name)
    )


def overdue(record: Record, now_ms: int) -> bool:
    """An estimate that passed without power, or a next word that did not come (X9)."""
    if record.is_over or record.expected is None:
        return False
    if isinstance(record.expected, ExpectedAt):
        return now_ms >= record.expected.at_ms + OVERDUE_AFTER_MS
    return now_ms >= record.expected.next_word_at_ms
