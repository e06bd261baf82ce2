"""A page of registrations: weighed by what is true of each meter now, and told what has changed.

What is told, how they stand after it and the parcels that carry it are one transaction. Who
weighed what somebody else has told meanwhile tells nothing (`store.keep`).
"""

from collections.abc import Collection, Mapping, Sequence

import msgspec
import structlog

from konsento.foundation.database import Transaction
from konsento.foundation.databases import PEOPLE
from konsento.management.customers.registration import Registered
from konsento.management.notices.dispatch.browsers import browsers_of, push_parcels
from konsento.management.notices.dispatch.owe import owe_parcels
from konsento.management.notices.dispatch.parcel import MAIL_HOST, Channel, Parcel
from konsento.management.notices.outages import braking, events, store
from konsento.management.notices.outages.facts import Facts, Meter, Outage
from konsento.management.notices.outages.hands import Teller
from konsento.management.notices.outages.limits import AWAIT_WORD_MS, WEIGH_AFTER_MS
from konsento.management.notices.outages.notice import Notice
from konsento.management.notices.outages.scene import Scene
from konsento.management.notices.outages.store import Kept
from konsento.management.notices.outages.told import Kind, Phase, Standing, Tell
from konsento.management.notices.outages.weighing import weigh
from konsento.management.notices.subscribe import Kept as Browser
from konsento.outage.contract import (
    MeterState,
    OutageClient,
    OutageRefused,
    OutageUnreachable,
)

log = structlog.get_logger(__name__)


async def tell_page(
    registered: Sequence[Registered], teller: Teller, outages: OutageClient, scene: Scene
) -> int:
    """How many were told something. Raises OutageUnreachable, OutageRefused."""
    people = sorted(registered, key=lambda each: each.id)
    states = await states_of({each.smid for each in people}, outages)
    kept = await store.standings([each.id for each in people])
    await scene.load(_names(states, kept))
    free, unseen = await _may_be_told(states, scene)
    now_ms = teller.clock.now_ms()
    changed: list[Kept] = []
    notices: dict[str, list[Notice]] = {}
    awaited: set[str] = set()
    for each in people:
        state = states.get(each.smid)
        before = kept.get(each.id) or Kept(registration=each.id, smid=each.smid)
        if state is None or not _concerns(state, before.standing):
            continue
        facts = scene.facts(state, each.area, before.standing, admitted=state.outage in free)
        standing, tells = weigh(before.standing, facts, now_ms)
        if tells or _differs(standing, before.standing):
            changed.append(_after(before, standing))
            notices[each.id] = [_notice(tell, each, facts, teller) for tell in tells]
        if _waits_for_a_word(standing, facts, now_ms):
            awaited.add(each.smid)
    await _write_down(people, changed, notices, teller, unseen)
    await _have_asked(awaited, outages)
    return sum(map(len, notices.values()))


async def states_of(smids: Collection[str], outages: OutageClient) -> Mapping[str, MeterState]:
    """Of the meters that the outage room knows."""
    if not smids:
        return {}
    found = await outages.meter_states(sorted(smids))
    return {each.smid: each for each in found.states}


def _waits_for_a_word(standing: Standing, facts: Facts, now_ms: int) -> bool:
    """The area is back since not long ago, and their own meter has not spoken."""
    fault, before = standing.fault, facts.told_outage
    if fault is None or fault.phase is not Phase.WAITING or before is None:
        return False
    return before.restored_at_ms is None or before.restored_at_ms > now_ms - AWAIT_WORD_MS


async def _have_asked(smids: Collection[str], outages: OutageClient) -> None:
    """So that `restored` need not wait for the next reading; without it, it does."""
    if not smids:
        return
    try:
        await outages.await_meters(sorted(smids))
    except (OutageUnreachable, OutageRefused) as error:
        log.warning("meters not asked", count=len(smids), error=type(error).__name__)


def _names(states: Mapping[str, MeterState], kept: Mapping[str, Kept]) -> set[str]:
    """Every record that somebody of the page is in, or was told of."""
    now_in = {name for each in states.values() for name in (each.outage, each.planned)}
    told = {fault for each in kept.values() for fault in (each.standing.fault, each.standing.over)}
    faults = {fault.outage for fault in told if fault is not None}
    works = {name for each in kept.values() for name in each.standing.works}
    return {name for name in now_in | faults | works if name is not None}


async def _may_be_told(states: Mapping[str, MeterState], scene: Scene) -> tuple[set[str], set[str]]:
    """Outages that may be told to whoever knows nothing of them, and those not yet looked at.

    The brake looks at a record as a whole: at what others became part of.
    """
    whole: dict[str, str] = {}
    for name in {each.outage for each in states.values() if each.outage is not None}:
        view = scene.view(name)
        if view is not None and not view.retracted:
            whole[name] = view.outage
    free, unseen = await braking.admitted(set(whole.values()))
    return {name for name, of in whole.items() if of in free}, unseen


def _concerns(state: MeterState, standing: Standing) -> bool:
    told = standing.waits or standing.over is not None
    return told or state.outage is not None or state.planned is not None


def _differs(one: Standing, other: Standing) -> bool:
    """Instants that only grew old are no change."""
    return one != msgspec.structs.replace(other, recent=one.recent)


def _after(before: Kept, standing: Standing) -> Kept:
    return Kept(
        registration=before.registration, smid=before.smid, standing=standing,
        version=before.version,
    )  # fmt: skip


def _notice(tell: Tell, registered: Registered, facts: Facts, teller: Teller) -> Notice:
    meter = facts.meter
    return Notice(
        id=teller.ids.fresh(),
        registration=registered.id,
        smid=registered.smid,
        kind=tell.kind,
        about=tell.about,
        thread=tell.thread,
        at_ms=tell.at_ms,
        since_ms=tell.since_ms,
        until_ms=_back_ms(meter) if tell.about is Kind.RESTORED else None,
        outage=_outage(tell, facts),
    )


def _outage(tell: Tell, facts: Facts) -> Outage | None:
    known = (facts.outage, facts.told_outage, facts.over_outage, *facts.works)
    by_name = [each for each in known if each is not None and each.outage == tell.outage]
    return by_name[0] if by_name else facts.outage or facts.told_outage


def _back_ms(meter: Meter) -> int | None:
    return meter.heard_until_ms if meter.restored_at_ms is None else meter.restored_at_ms


async def _write_down(
    people: Sequence[Registered],
    changed: Sequence[Kept],
    notices: Mapping[str, Sequence[Notice]],
    teller: Teller,
    unseen: Collection[str],
) -> None:
    if not changed and not unseen:
        return
    now_ms = teller.clock.now_ms()
    async with PEOPLE.writing() as tx:
        won = await store.keep(changed, now_ms)
        told = [notice for each in sorted(won) for notice in notices[each]]
        await store.add_notices(told)
        by_id = {each.id: each for each in people}
        await owe(tx, [(by_id[notice.registration], notice) for notice in told], teller)
        for name in sorted(unseen):
            await teller.outbox.owe_once(tx, events.WEIGH, name, now_ms, after_ms=WEIGH_AFTER_MS)
    for kind in sorted({notice.kind for notice in told}):
        log.info("outage told", kind=kind, count=sum(notice.kind is kind for notice in told))


async def owe(tx: Transaction, told: Sequence[tuple[Registered, Notice]], teller: Teller) -> None:
    """A parcel for each browser, and one for the mailbox where it may be written to."""
    now_ms = teller.clock.now_ms()
    parcels: list[Parcel] = []
    if teller.pushes:
        theirs: dict[str, list[Browser]] = {}
        for browser in await browsers_of({registered.visitor for registered, _ in told}):
            theirs.setdefault(browser.visitor, []).append(browser)
        for registered, notice in told:
            parcels += push_parcels(notice.id, theirs.get(registered.visitor, []), now_ms)
    if teller.mails:
        parcels += [
            mail_parcel(notice.id, registered.id, now_ms)
            for registered, notice in told
            if registered.email is not None and (registered.planned_mail or not notice.of_works)
        ]
    await owe_parcels(tx, parcels, now_ms, teller.parcels)


def mail_parcel(notice_id: str, registration: str, due_at_ms: int) -> Parcel:
    return Parcel(
        channel=Channel.MAIL, notice_id=notice_id, to_id=registration, host=MAIL_HOST,
        due_at_ms=due_at_ms,
    )  # fmt: skip
