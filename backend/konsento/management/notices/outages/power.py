"""'My power': what is true of each of a visitor's meters now, and what they were told (O9)."""

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec
import structlog

from konsento.management.customers.email_state import EmailState
from konsento.management.customers.registration import Registered, registrations_by
from konsento.management.notices.dispatch.browsers import browsers_of
from konsento.management.notices.outages import store
from konsento.management.notices.outages.facts import Expected, Names, Outage
from konsento.management.notices.outages.hands import Teller
from konsento.management.notices.outages.limits import DAY_MS, DOUBT_SHOWN_MS, TOLD_SHOWN_MAX
from konsento.management.notices.outages.notice import Notice
from konsento.management.notices.outages.scene import Scene, outage_of
from konsento.management.notices.outages.store import Kept
from konsento.management.notices.outages.tell import states_of
from konsento.management.notices.outages.told import Kind, Phase
from konsento.management.notices.outages.wording import short
from konsento.outage.contract import MeterState, OutageRefused, OutageUnreachable

log = structlog.get_logger(__name__)


class ExpectedTime(msgspec.Struct, frozen=True, tag="at", tag_field="is"):
    """Power is expected back at this instant."""

    at_ms: int


class NextWord(msgspec.Struct, frozen=True, tag="unknown", tag_field="is"):
    """Nobody knows yet; the next word comes by this instant."""

    next_word_at_ms: int


class PowerOutage(msgspec.Struct, frozen=True, kw_only=True):
    """The outage that a meter is in. `waiting_for_meter`: it is over but for this meter's word."""

    outage: str
    kind: Literal["fault", "planned"]
    scope: Literal["area", "own_premises"]
    started_at_ms: int | None
    restored_at_ms: int | None
    planned_until_ms: int | None
    expected: ExpectedTime | NextWord | None
    overdue: bool
    households_out: int
    households_out_max: int
    cause: str
    cause_text: str
    response_status: str
    areas: list[Names]
    waiting_for_meter: bool


class PastOutage(msgspec.Struct, frozen=True, kw_only=True):
    """Without power from when until when, as it was told: until by the meter's own word."""

    outage: str
    since_ms: int
    until_ms: int


class PlannedWorks(msgspec.Struct, frozen=True, kw_only=True):
    outage: str
    starts_at_ms: int | None
    until_ms: int | None
    cause_text: str


class WasTold(msgspec.Struct, frozen=True, kw_only=True):
    """`kind`: of a digest, what it was about."""

    at_ms: int
    kind: Kind
    words: Names


class Channels(msgspec.Struct, frozen=True, kw_only=True):
    """By which ways this registration is told. `push`: some browser of the visitor's takes it."""

    email: str | None
    email_state: EmailState
    push: bool
    planned_mail: bool


class MyMeter(msgspec.Struct, frozen=True, kw_only=True):
    """One meter. `no_answer`: the outage room could not be asked just now; `stale` with it.

    `area` is empty while its name is not known. `sentence` says on what evidence. `past`: the
    outage that is over since no more than a day.
    """

    registration_id: str
    smid: str
    area: Names
    judgement: Literal[
        "powered", "checking", "area", "own_premises", "planned", "unknown", "not_in_service",
        "no_answer",
    ]  # fmt: skip
    grade: Literal["confirmed", "likely", "cannot_tell"] | None
    since_ms: int | None
    heard_until_ms: int | None
    as_of_ms: int
    stale: bool
    sentence: Names
    outage: PowerOutage | None
    past: PastOutage | None
    planned: list[PlannedWorks]
    told: list[WasTold]
    channels: Channels
    still_out_at_ms: int | None
    telephone: str | None


class MyPower(msgspec.Struct, frozen=True):
    meters: list[MyMeter]
    now_ms: int


class _Known(msgspec.Struct, frozen=True):
    """What was found of all of a visitor's meters."""

    states: Mapping[str, MeterState]
    scene: Scene | None
    kept: Mapping[str, Kept]
    told: Mapping[str, Sequence[Notice]]
    doubts: Mapping[str, int]
    push: bool


async def my_power(visitor: str, teller: Teller) -> MyPower:
    """Each of the visitor's meters, the first registered first."""
    registered = await registrations_by(visitor)
    ids = [each.id for each in registered]
    kept = await store.standings(ids)
    states, scene = await _asked(registered, kept, teller)
    known = _Known(
        states, scene, kept, await store.notices_of(ids), await store.doubts(ids),
        bool(registered and teller.pushes and await browsers_of([visitor])),
    )  # fmt: skip
    return MyPower([_meter(each, known, teller) for each in registered], teller.clock.now_ms())


async def _asked(
    registered: Sequence[Registered], kept: Mapping[str, Kept], teller: Teller
) -> tuple[Mapping[str, MeterState], Scene | None]:
    """Nothing where the outage room does not answer: then that is what is said."""
    outages = teller.outages
    if outages is None or not registered:
        return {}, None
    scene = Scene(outages)
    try:
        await teller.areas.look_up(outages, teller.clock.now_ms())
        states = await states_of({each.smid for each in registered}, outages)
        faults = {each.standing.fault.outage for each in kept.values() if each.standing.fault}
        works = {name for each in kept.values() for name in each.standing.works}
        names = {name for each in states.values() for name in (each.outage, each.planned)}
        await scene.load({name for name in names | faults | works if name is not None})
    except (OutageUnreachable, OutageRefused) as error:
        log.warning("outage room away", error=type(error).__name__)
        return {}, None
    return states, scene


def _meter(registered: Registered, known: _Known, teller: Teller) -> MyMeter:
    state, now_ms = known.states.get(registered.smid), teller.clock.now_ms()
    outage = _outage(registered, state, known)
    doubt_ms = known.doubts.get(registered.id, 0)
    return MyMeter(
        registration_id=registered.id,
        smid=registered.smid,
        area=teller.areas.of(registered.area),
        judgement="no_answer" if state is None else state.judgement,
        grade=None if state is None or state.grade is None else state.grade.value,
        since_ms=None if state is None else state.since_ms,
        heard_until_ms=None if state is None else state.heard_until_ms,
        as_of_ms=now_ms if state is None else state.now_ms,
        stale=state is None,
        sentence=Names("", "") if state is None else Names(state.sentence_ja, state.sentence_en),
        outage=outage,
        past=past_of(known.told[registered.id], now_ms),
        planned=_works(registered, state, known),
        told=[_told(each) for each in known.told[registered.id][:TOLD_SHOWN_MAX]],
        channels=Channels(
            email=registered.email_address_any, email_state=registered.email_state,
            push=known.push, planned_mail=registered.planned_mail,
        ),
        still_out_at_ms=doubt_ms if doubt_ms > now_ms - DOUBT_SHOWN_MS else None,
        telephone=teller.telephone or None,
    )  # fmt: skip


def _outage(registered: Registered, state: MeterState | None, known: _Known) -> PowerOutage | None:
    """What the meter is in; else what its customer was told of, while that is not over for them."""
    kept, scene = known.kept.get(registered.id), known.scene
    fault = None if kept is None else kept.standing.fault
    if state is None or scene is None:
        return None
    view = scene.view(state.outage) or scene.view(None if fault is None else fault.outage)
    if view is None or view.retracted:
        return None
    seen = outage_of(view, registered.area)
    waiting = fault is not None and fault.phase is Phase.WAITING and state.outage is None
    return PowerOutage(
        outage=seen.outage,
        kind=view.kind.value,
        scope=view.scope.value,
        started_at_ms=seen.started_at_ms,
        restored_at_ms=seen.restored_at_ms,
        planned_until_ms=seen.planned_until_ms,
        expected=_expected(seen.expected),
        overdue=seen.overdue,
        households_out=view.households_out,
        households_out_max=view.households_out_max,
        cause=seen.cause,
        cause_text=seen.cause_text,
        response_status=seen.response_status,
        areas=list(seen.areas),
        waiting_for_meter=waiting,
    )


def _expected(expected: Expected | None) -> ExpectedTime | NextWord | None:
    if expected is None:
        return None
    return ExpectedTime(expected.at_ms) if expected.known else NextWord(expected.at_ms)


def _works(registered: Registered, state: MeterState | None, known: _Known) -> list[PlannedWorks]:
    if state is None or known.scene is None:
        return []
    kept = known.kept.get(registered.id)
    names = {state.planned, *(() if kept is None else kept.standing.works)}
    views = (known.scene.view(name) for name in names if name is not None)
    seen: list[Outage] = [outage_of(view, registered.area) for view in views if view is not None]
    standing = [each for each in seen if each.planned and each.stands]
    return [
        PlannedWorks(
            outage=each.outage, starts_at_ms=each.started_at_ms, until_ms=each.planned_until_ms,
            cause_text=each.cause_text,
        )
        for each in sorted(standing, key=lambda each: (each.started_at_ms or 0, each.outage))
    ]  # fmt: skip


def past_of(told: Sequence[Notice], now_ms: int) -> PastOutage | None:
    """The last that was told to be over, of those told within the day; `told`: the latest first."""
    wrong = {each.thread for each in told if each.about is Kind.TAKEN_BACK}
    over = [each for each in told if each.about is Kind.RESTORED and now_ms - each.at_ms < DAY_MS]
    for each in (each for each in over if each.thread not in wrong):
        if each.since_ms is not None and (each.until_ms or 0) > each.since_ms:
            assert each.until_ms is not None
            return PastOutage(outage=each.thread, since_ms=each.since_ms, until_ms=each.until_ms)
    return None


def _told(notice: Notice) -> WasTold:
    words = Names(short(notice, "ja"), short(notice, "en"))
    return WasTold(at_ms=notice.at_ms, kind=notice.about, words=words)
