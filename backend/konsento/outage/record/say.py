"""Somebody says something of an outage: it is checked, matched, kept, and the record made anew."""

from collections.abc import Sequence
from typing import Protocol

import msgspec
from msgspec import Struct

from konsento.foundation.databases import GRID
from konsento.foundation.ids import Ids
from konsento.foundation.problems import Refusal
from konsento.outage.record import store
from konsento.outage.record.fold import Record, changed, fold, overdue
from konsento.outage.record.match import CHILD_WITHIN_MS, Known, Match, Path, Told, match
from konsento.outage.record.said import AreaOut, Entry, ExpectedAt, Facts, Kind
from konsento.outage.record.sound import check, check_restored
from konsento.outage.record.store import Change, Kept


class UnknownOutage(Refusal):
    status = 404
    slug = "unknown-outage"
    title = "There is no such outage."


class UnknownPlace(Refusal):
    status = 422
    slug = "unknown-place"
    title = "The network has no such place."


class EntryTaken(Refusal):
    status = 409
    slug = "entry-taken"
    title = "This entry's id stands for something else that was said."


class NothingSaid(Refusal):
    status = 422
    slug = "nothing-said"
    title = "An entry must name an outage, a place or an area."


class Places(Protocol):
    """The electrical tree by name."""

    def path(self, place: str) -> Path | None:
        """From the feeder down to the place; None when there is none of this name."""

    def areas(self, place: str) -> frozenset[str]:
        """The areas that have households under it."""

    def has_area(self, area: str) -> bool: ...

    def households(self, places: Sequence[str]) -> tuple[AreaOut, ...]:
        """All households under these places, as out, by area."""


class Heard(Struct, frozen=True, kw_only=True):
    """Which outage an entry was of, at which version; `new` unless it had been said before."""

    outage: str
    version: int
    new: bool


async def say(
    entry: Entry,
    places: Places,
    ids: Ids,
    *,
    outage: str | None = None,
    dark_at_ms: int | None = None,
) -> Heard:
    """Keep an entry, with all that follows from it, or nothing.

    `outage`: the record it speaks of, when the author knows it; else it is found by place and
    time, or begun. `dark_at_ms`: see match.Told. Raises Unsound, UnknownPlace, UnknownOutage,
    EntryTaken, NothingSaid.
    """
    now_ms = entry.received_at_ms
    check(entry, now_ms)
    told = _told(entry.facts, places, dark_at_ms)
    async with GRID.writing(store.LOCK):
        before = await store.entry_of(entry.entry)
        if before is not None:
            return await _again(entry, *before)
        kept, found = await _meant(outage, told, places, ids, now_ms)
        if found.parent is not None and entry.facts.parent is msgspec.UNSET:
            facts = msgspec.structs.replace(entry.facts, parent=found.parent)
            entry = msgspec.structs.replace(entry, facts=facts)
        await store.hand_over(found.absorbs, kept.outage)
        await store.keep_entry(kept.outage, entry)
        record = _counted(fold(await store.entries_of(kept.outage)), places)
        check_restored(record.restored_at_ms, record.started_at_ms)
        return await _write_down(kept, record, entry, found.absorbs)


def _counted(record: Record, places: Places) -> Record:
    """Until the meters are heard of, a switch that is open leaves all below it in the dark.

    What only switches spoke of is remembered by the households below them when it is over.
    """
    opened = [each for each in record.switches if each.opened_at_ms is not None]
    most = record.areas_max
    if opened and not most:
        most = places.households([each.place for each in opened])
    still_open = [each.place for each in opened if each.restored_at_ms is None]
    if record.areas or record.is_over or not still_open:
        return msgspec.structs.replace(record, areas_max=most)
    return msgspec.structs.replace(record, areas=places.households(still_open), areas_max=most)


def _told(facts: Facts, places: Places, dark_at_ms: int | None) -> Told:
    """Where and when, from what was said. Raises UnknownPlace."""
    switches = facts.switches or ()
    names = (*(facts.places or ()), *(switch.place for switch in switches))
    paths: list[Path] = []
    for name in names:
        path = places.path(name)
        if path is None:
            raise UnknownPlace(f"{name} is not in the network's tables", place=name)
        paths.append(path)
    areas = {area.area for area in facts.areas or ()}
    for area in sorted(areas):
        if not places.has_area(area):
            raise UnknownPlace(f"{area} is no area of the tables", place=area)
    areas.update(*(places.areas(name) for name in names))
    began = [s.opened_at_ms for s in switches if s.opened_at_ms is not None]
    ended = [s.restored_at_ms for s in switches if s.restored_at_ms is not None]
    if isinstance(facts.started_at_ms, int):
        began.append(facts.started_at_ms)
    if isinstance(facts.restored_at_ms, int):
        ended.append(facts.restored_at_ms)
    return Told(
        paths=tuple(paths),
        areas=frozenset(areas),
        started_at_ms=min(began, default=None),
        restored_at_ms=max(ended, default=None),
        dark_at_ms=dark_at_ms,
        planned=facts.kind is Kind.PLANNED,
    )


async def _again(entry: Entry, outage: str, known: Entry) -> Heard:
    """Twice is once; the same id for something else is refused."""
    same = msgspec.structs.replace(entry, received_at_ms=known.received_at_ms)
    with_parent = msgspec.structs.replace(
        same, facts=msgspec.structs.replace(same.facts, parent=known.facts.parent)
    )
    if known not in (same, with_parent):
        raise EntryTaken
    kept = await store.find(outage)
    if kept is None:
        raise UnknownOutage
    return Heard(outage=kept.outage, version=kept.version, new=False)


async def _meant(
    outage: str | None, told: Told, places: Places, ids: Ids, now_ms: int
) -> tuple[Kept, Match]:
    if outage is not None:
        kept = await store.find(outage)
        if kept is None:
            raise UnknownOutage
        return kept, Match(outage=kept.outage)
    if not told.paths and not told.areas:
        raise NothingSaid
    earliest_ms = min(now_ms, told.started_at_ms or now_ms, told.restored_at_ms or now_ms)
    recent = {kept.outage: kept for kept in await store.since(earliest_ms - CHILD_WITHIN_MS)}
    found = match(told, [_known(kept, places) for kept in recent.values()])
    if found.outage is not None:
        return recent[found.outage], found
    begun = Kept(outage=ids.fresh(), opened_at_ms=now_ms, version=0, record=Record())
    return begun, found


def _known(kept: Kept, places: Places) -> Known:
    record = kept.record
    paths = (places.path(name) for name in record.reach)
    areas = {area.area for area in record.areas}
    areas.update(*(places.areas(name) for name in record.reach))
    return Known(
        outage=kept.outage,
        opened_at_ms=kept.opened_at_ms,
        paths=tuple(path for path in paths if path is not None),
        areas=frozenset(areas),
        started_at_ms=record.started_at_ms,
        restored_at_ms=record.restored_at_ms,
        planned=record.kind is Kind.PLANNED,
    )


async def _write_down(kept: Kept, record: Record, entry: Entry, absorbed: tuple[str, ...]) -> Heard:
    fields = changed(kept.record, record)
    if kept.version and not fields and not absorbed:
        return Heard(outage=kept.outage, version=kept.version, new=True)
    after = msgspec.structs.replace(kept, record=record, version=kept.version + 1)
    await store.keep(after)
    change = Change(
        entry=entry.entry,
        source=entry.source.value,
        author=entry.author,
        fields=fields,
        absorbed=absorbed,
    )
    await store.tell(after, change, entry.received_at_ms)
    return Heard(outage=after.outage, version=after.version, new=True)


async def notice_overdue(now_ms: int) -> int:
    """Tell of each estimate that has passed, once; returns how many were told."""
    told = 0
    for kept in await store.since(now_ms):
        if not overdue(kept.record, now_ms) or kept.told_overdue_ms == _promised_ms(kept.record):
            continue
        async with GRID.writing(store.LOCK):
            fresh = await store.find(kept.outage)
            if fresh is None or fresh.version != kept.version:
                continue
            after = msgspec.structs.replace(
                fresh, version=fresh.version + 1, told_overdue_ms=_promised_ms(fresh.record)
            )
            await store.keep(after)
            change = Change(entry="", source="engine", author="clock", fields=("overdue",))
            await store.tell(after, change, now_ms)
            told += 1
    return told


def _promised_ms(record: Record) -> int | None:
    expected = record.expected
    if expected is None:
        return None
    return expected.at_ms if isinstance(expected, ExpectedAt) else expected.next_word_at_ms
