"""Everybody whom one outage concerns is looked at: a task of the outbox, page by page.

Safe to repeat: who was told is not told again. A task does some pages and owes the rest.
"""

from collections.abc import AsyncIterator, Sequence

import structlog

from konsento.foundation.databases import PEOPLE
from konsento.foundation.outbox import Task
from konsento.management.customers.registration import (
    Registered,
    registrations_after,
    registrations_in,
    registrations_of,
)
from konsento.management.notices.outages import braking, events, store
from konsento.management.notices.outages.brake import ENGINE
from konsento.management.notices.outages.hands import Teller
from konsento.management.notices.outages.limits import (
    PAGE,
    PAGES_A_TASK,
    SMIDS_ASKED_MAX,
    WEIGH_AFTER_MS,
)
from konsento.management.notices.outages.scene import Scene
from konsento.management.notices.outages.tell import states_of, tell_page
from konsento.outage.contract import (
    OutageClient,
    OutageDetail,
    OutageRefused,
    OutageView,
    Scope,
)

log = structlog.get_logger(__name__)

DARK = frozenset({"area", "own_premises"})
IN_NO_OUTAGE = 404


async def weigh_outage(task: Task, *, teller: Teller) -> None:
    """Tell all whom the outage that `task.subject` names concerns, from where it says on.

    Raises OutageUnreachable, OutageRefused: then it is tried again.
    """
    outages = teller.outages
    name, _, after = task.subject.partition("/")
    detail = None if outages is None else await _detail(name, outages)
    if outages is None or detail is None:
        return
    view = detail.outage
    if not after and not await _admit(detail, teller, outages):
        return
    scene = Scene(outages, [view])
    for _ in range(PAGES_A_TASK):
        page = await _audience(view, after, PAGE)
        await tell_page(page, teller, outages, scene)
        if len(page) < PAGE:
            return
        after = max(each.id for each in page)
    async with PEOPLE.writing() as tx:
        subject = f"{view.outage}/{after}"
        await teller.outbox.owe_once(tx, events.WEIGH, subject, teller.clock.now_ms())


async def _detail(name: str, outages: OutageClient) -> OutageDetail | None:
    try:
        return await outages.outage(name)
    except OutageRefused as refused:
        if refused.status != IN_NO_OUTAGE:
            raise
        return None


async def _audience(view: OutageView, after: str, limit: int) -> list[Registered]:
    """Registered for a meter that it may concern, after the id `after`, in their order."""
    if view.scope is Scope.OWN_PREMISES and view.places:
        return [each for each in await registrations_of(view.places) if each.id > after][:limit]
    areas = [each.area for each in view.areas]
    if areas:
        return await registrations_in(areas, after, limit)
    # Nobody has said yet which areas it reaches into: each meter is asked after its own works.
    return await registrations_after(after, limit)


async def _admit(detail: OutageDetail, teller: Teller, outages: OutageClient) -> bool:
    """Whether it may be told of; what is taken back or over may always be."""
    view, above = detail.outage, teller.brake_above
    if view.retracted or view.restored_at_ms is not None:
        return True
    recipients, sources = view.households_out, braking.vouched_by(detail)
    if sources == (ENGINE,):
        recipients = await _count(view, outages, above)
    now_ms = teller.clock.now_ms()
    return await braking.weigh_crowd(view.outage, recipients, sources, above, now_ms)


async def _count(view: OutageView, outages: OutageClient, above: int) -> int:
    """How many would be told; beyond `above` it is no longer counted exactly."""
    counted = 0
    async for page in _pages(view):
        states = await states_of({each.smid for each in page}, outages)
        dark = {
            smid
            for smid, state in states.items()
            if state.outage == view.outage and state.judgement in DARK
        }
        counted += sum(each.smid in dark for each in page)
        if counted > above:
            break
    return counted


async def _pages(view: OutageView) -> AsyncIterator[Sequence[Registered]]:
    after, page = "", None
    while page is None or len(page) == SMIDS_ASKED_MAX:
        page = await _audience(view, after, SMIDS_ASKED_MAX)
        after = max((each.id for each in page), default="")
        yield page


async def look_at_those_who_wait(teller: Teller) -> int:
    """Whoever was told and waits for more: their own meter is looked at again. How many told."""
    outages = teller.outages
    if outages is None:
        return 0
    scene, after, told = Scene(outages), "", 0
    while True:
        page = await store.waiting(after, teller.clock.now_ms(), PAGE)
        if not page:
            return told
        after = page[-1].registration
        smids = {each.smid for each in page}
        ids = {each.registration for each in page}
        registered = [each for each in await registrations_of(smids) if each.id in ids]
        told += await tell_page(registered, teller, outages, scene)


async def weigh_all_again(teller: Teller) -> None:
    """Every outage that stands, once in a while: whoever came into it since is told too."""
    if teller.outages is None:
        return
    standing = (await teller.outages.outages()).outages
    now_ms = teller.clock.now_ms()
    async with PEOPLE.writing() as tx:
        for view in standing:
            await teller.outbox.owe_once(
                tx, events.WEIGH, view.outage, now_ms, after_ms=WEIGH_AFTER_MS
            )


async def release(outage: str, teller: Teller) -> bool:
    """A person lets the notices of an outage go; False when they were not held."""
    now_ms = teller.clock.now_ms()
    async with PEOPLE.writing("power-brake") as tx:
        released = await braking.release(outage, now_ms)
        if released:
            await teller.outbox.owe(tx, events.WEIGH, outage, now_ms)
    if released:
        log.warning("brake released", name=outage)
    return released
