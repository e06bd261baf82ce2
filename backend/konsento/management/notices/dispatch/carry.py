"""A page of parcels goes out: rendered as things are now, sent, and judged by what was answered."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence

import msgspec
import structlog

from konsento.foundation.clock import Clock
from konsento.foundation.ids import Ids
from konsento.foundation.wake import Wake
from konsento.management.notices.dispatch.browsers import browsers_by_id
from konsento.management.notices.dispatch.lease import End
from konsento.management.notices.dispatch.limits import ATTEMPTS_MAX, PAGE_WITHIN_MS
from konsento.management.notices.dispatch.parcel import (
    Channel,
    Event,
    Parcel,
    Render,
    Rendered,
    State,
    after,
)
from konsento.management.notices.push import again_ms
from konsento.management.notices.subscribe import Kept
from konsento_push.delivery import Delivery
from konsento_push.email import Mailer
from konsento_push.message import Message
from konsento_push.notification import Notification
from konsento_push.web_push import Pushed, Pusher

log = structlog.get_logger(__name__)

EVENTS = {
    Delivery.SENT: Event.TAKEN,
    Delivery.LATER: Event.NOT_NOW,
    Delivery.GONE: Event.ADDRESS_GONE,
    Delivery.NEVER: Event.REFUSED,
    Delivery.QUARANTINE: Event.REFUSED,
}


class Carrier(msgspec.Struct, frozen=True, kw_only=True):
    """What the lane needs at hand. Without a `pusher` or `mailer` its parcels wait.

    `bounced`: told of a registration and its mailbox that is no more, at least once.
    """

    clock: Clock
    ids: Ids
    render: Render
    bounced: Callable[[str, str], Awaitable[None]]
    pusher: Pusher | None = None
    mailer: Mailer | None = None
    wake: Wake = msgspec.field(default_factory=Wake)


class Page:
    """Parcels of one host on their way: `answers` by parcel, and who was begun without one."""

    def __init__(self, parcels: Sequence[Parcel], carrier: Carrier) -> None:
        self.parcels = parcels
        self.answers: dict[str, Pushed] = {}
        self.begun: set[str] = set()
        self.failed: set[str] = set()  # could not be put into words: ours to mend
        self.browsers: dict[str, Kept] = {}
        self._carrier = carrier
        self._words: Rendered = {}

    async def put_into_words(self) -> None:
        """Ask what each says now, and where it goes."""
        self._words = await self._rendered(self.parcels)
        ids = [each.to_id for each in self.parcels if each.channel is Channel.PUSH]
        self.browsers = await browsers_by_id(ids)

    async def send(
        self, at_once: int, may_go: Callable[[], bool], heard: Callable[[Pushed], None]
    ) -> None:
        """All of them, so many at once, while `may_go`; each answer is `heard`."""
        waiting = iter([each for each in self.parcels if self.can_go(each)])

        async def share() -> None:
            for parcel in waiting:
                if not may_go():
                    return
                self.begun.add(parcel.id)
                try:
                    answer = await self._hand_over(parcel)
                except Exception as error:  # ours to mend; it holds up no other
                    log.error("parcel not handed over", task=parcel.id, exc_info=error)
                    continue
                self.answers[parcel.id] = answer
                heard(answer)

        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PAGE_WITHIN_MS / 1000), asyncio.TaskGroup() as group:
                for _ in range(min(at_once, len(self.parcels))):
                    group.create_task(share())

    def can_go(self, parcel: Parcel) -> bool:
        """Whether there is something to say, and somebody to say it to."""
        said = self._words.get(parcel.id)
        if parcel.channel is Channel.MAIL:
            return isinstance(said, Message)
        return isinstance(said, Notification) and parcel.to_id in self.browsers

    def said(self, parcel: Parcel) -> Notification | Message | None:
        """What it says; None when it says nothing any more."""
        return self._words.get(parcel.id)

    async def _hand_over(self, parcel: Parcel) -> Pushed:
        said, carrier = self._words[parcel.id], self._carrier
        if isinstance(said, Notification) and carrier.pusher is not None:
            browser = self.browsers[parcel.to_id].subscription
            return await carrier.pusher.send(browser, said)
        if isinstance(said, Message) and carrier.mailer is not None:
            return Pushed(await carrier.mailer.send(said, carrier.clock.now_ms()))
        return Pushed(Delivery.LATER)

    async def _rendered(self, parcels: Sequence[Parcel]) -> Rendered:
        """One that cannot be put into words holds up no other."""
        try:
            return await self._carrier.render(parcels)
        except Exception as error:
            if len(parcels) == 1:
                self.failed.add(parcels[0].id)
                log.error("parcel without words", task=parcels[0].id, exc_info=error)
                return {}
            each = [await self._rendered([parcel]) for parcel in parcels]
            return {name: said for words in each for name, said in words.items()}


def ends(page: Page, rests_until_ms: int, now_ms: int) -> Iterator[End]:
    """What became of each. `rests_until_ms`: before it nothing goes to this host."""
    somebody_took_it = any(each.became is Delivery.SENT for each in page.answers.values())
    for parcel in page.parcels:
        answer = page.answers.get(parcel.id)
        if answer is None and parcel.id not in page.begun | page.failed:
            if page.can_go(parcel):
                yield End(parcel, State.OWED, max(now_ms, rests_until_ms), untried=True)
            else:
                yield End(parcel, after(State.OWED, Event.NOT_TRUE))
            continue
        event = EVENTS[answer.became] if answer else Event.NOT_NOW
        if answer and answer.became is Delivery.QUARANTINE and not somebody_took_it:
            event = Event.NOT_NOW  # perhaps it is not this browser alone that refuses us
        if event is Event.NOT_NOW and parcel.attempts >= ATTEMPTS_MAX:
            event = Event.TRIED_OUT
        wait_ms = (answer.after_ms if answer else None) or again_ms(parcel.attempts)
        yield End(parcel, after(State.OWED, event), max(now_ms + wait_ms, rests_until_ms))


def mailboxes_gone(page: Page, over: Collection[End]) -> list[tuple[str, str]]:
    """The registrations whose address is no more, with that address: it may be another by now."""
    gone = [end.parcel for end in over if end.state is State.GONE]
    return [
        (parcel.to_id, said.to) for parcel in gone if isinstance(said := page.said(parcel), Message)
    ]
