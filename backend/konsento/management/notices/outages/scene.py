"""Outages as the outage room has them now, each asked for once, and seen from one registration."""

from collections.abc import Collection, Iterable

from konsento.management.notices.outages.areas import named
from konsento.management.notices.outages.facts import Expected, Facts, Meter, Outage
from konsento.management.notices.outages.limits import AREAS_KEPT_MAX
from konsento.management.notices.outages.told import Standing
from konsento.outage.contract import (
    ExpectedAt,
    Kind,
    MeterState,
    OutageClient,
    OutageRefused,
    OutageView,
    Scope,
)

ASKED_ONE_BY_ONE = 5  # more are asked for together


class Scene:
    """The records of one pass; `load` before `facts`."""

    def __init__(self, outages: OutageClient, known: Iterable[OutageView] = ()) -> None:
        self._client = outages
        self._views: dict[str, OutageView | None] = {each.outage: each for each in known}
        self._seen: dict[tuple[str, str], Outage] = {}

    async def load(self, names: Collection[str]) -> None:
        """Raises OutageUnreachable; a record that is no longer known is none."""
        missing = sorted(set(names) - self._views.keys())
        if len(missing) > ASKED_ONE_BY_ONE:
            for each in (await self._client.outages()).outages:
                self._views[each.outage] = each
            missing = sorted(set(names) - self._views.keys())
        for name in missing:
            try:
                self._views[name] = (await self._client.outage(name)).outage
            except OutageRefused as refused:
                if refused.status != 404:
                    raise
                self._views[name] = None

    def view(self, name: str | None) -> OutageView | None:
        """The record, or the one that it became part of."""
        return None if name is None else self._views.get(name)

    def facts(self, state: MeterState, area: str, standing: Standing, *, admitted: bool) -> Facts:
        """What is known for one registration; an outage that may not be told yet is left out."""
        fault, over = standing.fault, standing.over
        current = self._outage(state.outage, area)
        works = {state.planned, *standing.works}
        if current is not None and current.planned:
            works.add(state.outage)
        found = (self._outage(name, area) for name in sorted(each for each in works if each))
        return Facts(
            meter=meter_of(state),
            outage=current if admitted or fault is not None else None,
            told_outage=None if fault is None else self._outage(fault.outage, area),
            over_outage=None if over is None else self._outage(over.outage, area),
            works=tuple(each for each in found if each is not None and each.planned),
        )

    def _outage(self, name: str | None, area: str) -> Outage | None:
        view = self.view(name)
        if name is None or view is None:
            return None
        if (name, area) not in self._seen:
            self._seen[name, area] = outage_of(view, area)
        return self._seen[name, area]


def meter_of(state: MeterState) -> Meter:
    return Meter(
        judgement=state.judgement,
        grade=None if state.grade is None else state.grade.value,
        since_ms=state.since_ms,
        heard_until_ms=state.heard_until_ms,
        restored_at_ms=state.restored_at_ms,
        outage=state.outage,
        planned=state.planned,
    )


def outage_of(view: OutageView, area: str) -> Outage:
    """The record as somebody of this area sees it: their own area is named first."""
    own_first = sorted(view.areas, key=lambda each: (each.area != area, -each.households_out_max))
    expected = view.expected
    return Outage(
        outage=view.outage,
        planned=view.kind is Kind.PLANNED,
        own=view.scope is Scope.OWN_PREMISES,
        started_at_ms=view.started_at_ms,
        restored_at_ms=view.restored_at_ms,
        planned_until_ms=view.planned_until_ms,
        expected=None
        if expected is None
        else Expected(expected.at_ms, known=True)
        if isinstance(expected, ExpectedAt)
        else Expected(expected.next_word_at_ms, known=False),
        overdue=view.overdue,
        cause=view.cause.value,
        cause_text=view.cause_text,
        response_status=view.response_status.value,
        households_out=view.households_out,
        areas=tuple(named(each) for each in own_first[:AREAS_KEPT_MAX]),
        area_count=len(view.areas),
        retracted=view.retracted,
        verified=view.verified,
        parent=view.parent,
    )
