"""Outages and their history as they are answered."""

import msgspec

from konsento.outage.outage_views import (
    AreaCalled,
    AreasCalled,
    AreaView,
    ChangeView,
    EntryView,
    OutageDetail,
    OutageEvent,
    OutageEvents,
    OutageList,
    OutageView,
)
from konsento.outage.record import store
from konsento.outage.record.fold import overdue
from konsento.outage.record.say import UnknownOutage
from konsento.outage.record.store import Kept
from konsento.outage.topology.register import Register


def outage_view(kept: Kept, register: Register | None, now_ms: int) -> OutageView:
    """The record with the names of its areas."""
    record = kept.record
    same = {
        name: getattr(record, name)
        for name in OutageView.__struct_fields__
        if name in record.__struct_fields__ and name != "areas"
    }
    areas = _areas(kept, register)
    return OutageView(
        **same,
        outage=kept.outage,
        version=kept.version,
        opened_at_ms=kept.opened_at_ms,
        areas=areas,
        households_out=record.households_out,
        households_out_max=sum(area.households_out_max for area in areas),
        overdue=overdue(record, now_ms),
        now_ms=now_ms,
    )


def _areas(kept: Kept, register: Register | None) -> tuple[AreaView, ...]:
    out_now = {area.area: area.households_out for area in kept.record.areas}
    views = []
    for most in kept.record.areas_max:
        number = None if register is None else register.area_number.get(most.area)
        named = None if register is None or number is None else register.areas[number]
        names = {
            name: "" if named is None else getattr(named, name)
            for name in AreaView.__struct_fields__
            if name.endswith(("_ja", "_en"))
        }
        views.append(
            AreaView(
                area=most.area,
                households=most.households,
                households_out=out_now.get(most.area, 0),
                households_out_max=most.households_out,
                **names,
            )
        )
    return tuple(views)


def areas_called(register: Register | None) -> AreasCalled:
    """None before the tables were loaded."""
    areas = () if register is None else register.areas
    names = AreaCalled.__struct_fields__
    return AreasCalled(
        areas=tuple(AreaCalled(**{name: getattr(each, name) for name in names}) for each in areas)
    )


async def outage_list(
    register: Register | None, now_ms: int, *, ended_after_ms: int, area: str | None
) -> OutageList:
    """Those not over, or over since then; of one area or of all."""
    views = [
        outage_view(kept, register, now_ms)
        for kept in await store.since(ended_after_ms)
        if not (kept.record.retracted and ended_after_ms >= now_ms)
    ]
    of_area = [
        view for view in views if area is None or any(each.area == area for each in view.areas)
    ]
    of_area.sort(key=lambda view: (-(view.started_at_ms or view.opened_at_ms), view.outage))
    return OutageList(outages=tuple(of_area), now_ms=now_ms)


async def outage_detail(outage: str, register: Register | None, now_ms: int) -> OutageDetail:
    """An outage, or the one it was merged into, with its history. Raises UnknownOutage."""
    kept = await store.find(outage)
    if kept is None:
        raise UnknownOutage
    entries = tuple(
        EntryView(
            entry=entry.entry,
            source=entry.source.value,
            author=entry.author,
            said_at_ms=entry.said_at_ms,
            received_at_ms=entry.received_at_ms,
            facts=entry.facts,
        )
        for entry in await store.entries_of(kept.outage)
    )
    changes = tuple(
        ChangeView(version=version, at_ms=at_ms, **msgspec.structs.asdict(change))
        for version, at_ms, change in await store.changes_of(kept.outage)
    )
    return OutageDetail(
        outage=outage_view(kept, register, now_ms), entries=entries, changes=changes
    )


async def event_page(after: int, limit: int) -> OutageEvents:
    """Events after the cursor, oldest first."""
    events = tuple(
        OutageEvent(
            cursor=cursor,
            at_ms=at_ms,
            outage=outage,
            version=version,
            source=change.source,
            fields=change.fields,
            absorbed=change.absorbed,
        )
        for cursor, outage, version, at_ms, change in await store.page(after, limit)
    )
    return OutageEvents(events=events, cursor=events[-1].cursor if events else after)
