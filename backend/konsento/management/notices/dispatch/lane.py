"""The worker of the lane: pages of all hosts beside one another, each host in its own pace.

Killed between any two lines it has lost nothing: what was on its way is leased again when its
lease ends, and goes out under the same id, topic and tag.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Sequence

import structlog

from konsento.foundation.databases import PEOPLE
from konsento.foundation.wake import Wake
from konsento.management.notices.dispatch import browsers, counted
from konsento.management.notices.dispatch.carry import Carrier, Page, ends, mailboxes_gone
from konsento.management.notices.dispatch.lease import End, hosts_due, lease, remember, write_down
from konsento.management.notices.dispatch.limits import (
    FORGOTTEN_AT_ONCE,
    HOSTS_AT_ONCE,
    KEPT_MS,
    MAILS_AT_ONCE,
    PAGES_AT_ONCE,
    POLL_MS,
)
from konsento.management.notices.dispatch.parcel import MAIL_HOST, Channel, Parcel, State
from konsento.management.notices.dispatch.road import (
    Road,
    RoadState,
    earned,
    heard,
    may_go,
)
from konsento_push.delivery import Delivery
from konsento_push.web_push import Pushed

log = structlog.get_logger(__name__)


class Lane:
    """Sends what is owed, with what the `carrier` has at hand."""

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier
        self._roads: dict[str, Road] = {}
        self._pages: Counter[str] = Counter()
        self._names: set[str] = set()  # of the pages that are on their way
        self._ending = False

    @property
    def wake(self) -> Wake:
        """The bell that is rung when something is owed."""
        return self._carrier.wake

    async def work(self) -> None:
        """Work for ever: at once when rung, else every POLL_MS."""
        wake = self._carrier.wake
        async with asyncio.TaskGroup() as group:
            while not self._ending:
                rung = wake.rings
                for host in await self._hosts_ready():
                    self._pages[host] += 1
                    group.create_task(self._page_and_ring(host))
                await wake.wait(POLL_MS, since=rung)

    async def work_once(self) -> int:
        """One page of each host for which something is due; returns of how many parcels."""
        done = 0
        for host in await self._hosts_ready():
            self._pages[host] += 1
            done += await self._page(host)
        return done

    async def finish(self, within_ms: int) -> None:
        """Lease nothing more; wait, at most so long in real time, for what is on its way."""
        self._ending = True
        self._carrier.wake.ring_here()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_ms / 1000):
                while self._pages.total():
                    await self._carrier.wake.wait(POLL_MS, since=self._carrier.wake.rings)

    async def _hosts_ready(self) -> list[str]:
        now_ms = self._carrier.clock.now_ms()
        try:
            due = await hosts_due(now_ms)
        except Exception as error:  # the database may be away for a while
            log.error("lane failing", database=PEOPLE.name, exc_info=error)
            return []
        counted.look(
            self._roads.values(), max((now_ms - at_ms for at_ms in due.values()), default=0)
        )
        ready = [host for host in due if self._is_ready(host, now_ms)]
        return ready[: max(0, HOSTS_AT_ONCE * PAGES_AT_ONCE - self._pages.total())]

    def _is_ready(self, host: str, now_ms: int) -> bool:
        road = self._road(host)
        hand = self._carrier.mailer if host == MAIL_HOST else self._carrier.pusher
        pages = PAGES_AT_ONCE if road.state is RoadState.OPEN else 1
        return hand is not None and self._pages[host] < pages and may_go(road, now_ms)

    def _road(self, host: str) -> Road:
        if host not in self._roads:
            self._roads[host] = Road(host=host)
        return self._roads[host]

    async def _page_and_ring(self, host: str) -> None:
        try:
            more = await self._page(host)
        except Exception as error:  # what was leased comes back when its lease ends
            log.error("lane failing", database=PEOPLE.name, exc_info=error)
            return
        if more or self._ending:
            self._carrier.wake.ring_here()

    async def _page(self, host: str) -> int:
        """One page of this host, from the lease to what became of it."""
        try:
            return await self._carry(host)
        finally:
            self._pages[host] -= 1

    async def _carry(self, host: str) -> int:
        name = self._carrier.ids.fresh()
        now_ms, own = self._carrier.clock.now_ms(), sorted(self._names)
        self._names.add(name)
        try:
            known, parcels = await lease(self._road(host), name, now_ms, own)
            self._roads[host] = known
            return await self._send(name, known, parcels)
        finally:
            self._names.discard(name)

    async def _send(self, name: str, known: Road, parcels: Sequence[Parcel]) -> int:
        host, clock = known.host, self._carrier.clock
        if not parcels:
            return 0
        page = Page(parcels, self._carrier)
        await page.put_into_words()
        probe = known.state is not RoadState.OPEN
        most = MAILS_AT_ONCE if host == MAIL_HOST else known.at_once

        def go_on() -> bool:
            return probe or may_go(self._roads[host], clock.now_ms())

        def listen(answer: Pushed) -> None:
            road = self._roads[host]
            self._roads[host] = heard(road, answer.became, answer.after_ms, clock.now_ms())

        await page.send(max(1, most // PAGES_AT_ONCE), go_on, listen)
        await self._write_down(name, page, known)
        return len(parcels)

    async def _write_down(self, name: str, page: Page, known: Road) -> None:
        """All that the page changed, in one transaction; mailboxes first, safe to repeat."""
        now_ms = self._carrier.clock.now_ms()
        road = self._roads[known.host]
        if page.answers and all(each.became is Delivery.SENT for each in page.answers.values()):
            road = self._roads[known.host] = earned(road)
        over = list(ends(page, road.not_before_ms, now_ms))
        for registration_id, address in mailboxes_gone(page, over):
            await self._carrier.bounced(registration_id, address)
        async with PEOPLE.writing():
            await _tell_browsers(page, over, now_ms)
            await write_down(name, over, now_ms)
            if (road.state, road.not_before_ms) != (known.state, known.not_before_ms):
                await remember(road)
        counted.count(over)
        _say(road, known, over)


async def forget_over(now_ms: int) -> None:
    """Parcels that were sent or ended so long ago that nobody asks for them any more."""
    forgotten = "SELECT id FROM parcel WHERE state <> 'owed' AND ended_at_ms < {} LIMIT {}"
    while True:
        async with PEOPLE.writing():
            rows = await PEOPLE.ask(
                f"DELETE FROM parcel WHERE id IN ({forgotten}) RETURNING id",
                now_ms - KEPT_MS,
                FORGOTTEN_AT_ONCE,
            )
        if len(rows) < FORGOTTEN_AT_ONCE:
            return


async def _tell_browsers(page: Page, over: Sequence[End], now_ms: int) -> None:
    """What a push service said of each browser."""
    for end in over:
        answer = page.answers.get(end.parcel.id)
        kept = page.browsers.get(end.parcel.to_id)
        if answer is None or kept is None or end.parcel.channel is not Channel.PUSH:
            continue
        if answer.became is Delivery.SENT:
            await browsers.took(kept)
        elif answer.became is Delivery.GONE:
            await browsers.forget(kept)
        elif answer.became is Delivery.NEVER:
            await browsers.fail(kept)
        elif answer.became is Delivery.QUARANTINE and end.state is not State.OWED:
            await browsers.quarantine(kept, now_ms)


def _say(road: Road, known: Road, over: Sequence[End]) -> None:
    """Of a page one line, and one when a host is held or taken up again."""
    log.info("page sent", name=road.host, count=sum(end.state is State.SENT for end in over))
    if road.state is known.state:
        return
    if road.state is RoadState.SHUT:
        log.error("host refuses us", name=road.host)
    elif road.state is RoadState.DOWN:
        log.warning("host down", name=road.host)
    else:
        log.warning("host back", name=road.host)
