"""Homes with somebody to be told, and all that brings them word, driven by hand."""

from functools import partial
from typing import Any

import msgspec

from konsento.foundation.clock import TestClock
from konsento.foundation.databases import PEOPLE
from konsento.foundation.ids import CountingIds
from konsento.foundation.outbox import Outbox
from konsento.management.customers import events as customers
from konsento.management.customers.email_state import EmailState
from konsento.management.customers.registration import Record
from konsento.management.customers.tables import RegistrationRow
from konsento.management.notices.dispatch.carry import Carrier
from konsento.management.notices.dispatch.lane import Lane
from konsento.management.notices.outages import events, store
from konsento.management.notices.outages.follow import follow_once
from konsento.management.notices.outages.hands import Teller
from konsento.management.notices.outages.holder import mail_holder
from konsento.management.notices.outages.limits import WEIGH_AFTER_MS
from konsento.management.notices.outages.registered import mail_confirmation, tell_others
from konsento.management.notices.outages.render import render
from konsento.management.notices.outages.weigh import look_at_those_who_wait, weigh_outage
from konsento.management.notices.tables import SubscriptionRow
from konsento_push.caught import CaughtMail
from konsento_push.delivery import Delivery
from konsento_push.email import Sender
from konsento_push.notification import Notification
from konsento_push.subscription import Subscription
from konsento_push.web_push import Pushed
from tests.management.customers.homes import home, move_in
from tests.management.notices.outages.outage_room import AREA, OutageRoom, view

ORIGIN = "https://konsento.example"
MINUTE_MS = 60_000


class Phones:
    """The push services; what each browser was shown stands in `shown`, by endpoint."""

    public_key = "key"

    def __init__(self) -> None:
        self.shown: list[tuple[str, Notification]] = []

    async def send(self, subscription: Subscription, notification: Notification) -> Pushed:
        self.shown.append((subscription.endpoint, notification))
        return Pushed(Delivery.SENT)

    async def close(self) -> None:
        """Nothing was opened."""


class RegisteredStreet:
    """`smid(n)` is the meter of the n-th home, from 0, and `rid(n)` its registration."""

    def __init__(self, clock: TestClock, ids: CountingIds, **settings: Any) -> None:
        self.clock, self.room, self.phones = clock, OutageRoom(), Phones()
        self.room.now_ms = clock.now_ms()
        self.mails = CaughtMail(Sender("Konsento", "konsento@example.jp"))
        facts: dict[str, Any] = {
            "clock": clock, "ids": ids, "outbox": Outbox(PEOPLE, ids), "public_url": ORIGIN,
            "brake_above": 10_000, "outages": self.room.client(),
            "mail_secret": "secret-of-the-streets-mails", "telephone": "086-012-3456",
            "pushes": True, "mails": True,
        }  # fmt: skip
        self.teller = Teller(**(facts | settings))
        self.bounced: list[str] = []

    @staticmethod
    def smid(number: int) -> str:
        return f"SM-33-{number:06d}"

    @staticmethod
    def rid(number: int) -> str:
        return f"{number:026d}"

    async def move_in(self, homes: int, *, first: int = 0) -> None:
        """Homes with a registration, a browser and a confirmed address each; all have power."""
        now_ms = self.clock.now_ms()
        for number in range(first, first + homes):
            smid = self.smid(number)
            await move_in(now_ms, home(smid, f"{3310100000 + number}", "7000024", area=AREA))
            async with PEOPLE.writing():
                await PEOPLE.add(RegistrationRow, self._record(number, smid, now_ms))
                await SubscriptionRow.insert(self._browser(number, now_ms))
            self.room.meter(smid, "powered", heard_until_ms=now_ms)

    def _record(self, number: int, smid: str, now_ms: int) -> Record:
        return Record(
            id=self.rid(number), smid=smid, visitor=f"v{number}", email=f"home{number}@example.jp",
            email_state=EmailState.ON, confirm_round=0, language="ja" if number % 2 == 0 else "en",
            planned_mail=True, created_at_ms=now_ms, ended_at_ms=None,
        )  # fmt: skip

    def _browser(self, number: int, now_ms: int) -> SubscriptionRow:
        return SubscriptionRow(
            id=f"b{number}", visitor=f"v{number}", endpoint=f"https://push.example/{number}",
            p256dh="p", auth="a", language="ja", created_at_ms=now_ms, seen_at_ms=now_ms,
        )  # fmt: skip

    @property
    def lane(self) -> Lane:
        """A worker that was just started."""

        async def bounced(registration: str, _: str) -> None:
            self.bounced.append(registration)

        carrier = Carrier(
            clock=self.clock, ids=self.teller.ids, render=partial(render, teller=self.teller),
            bounced=bounced, pusher=self.phones, mailer=self.mails,
        )  # fmt: skip
        return Lane(carrier)

    async def work(self) -> None:
        """All that is due: the events, those whom they concern, and the post."""
        handlers = {
            events.WEIGH: partial(weigh_outage, teller=self.teller),
            customers.CONFIRM_MAIL: partial(
                mail_confirmation, teller=self.teller, mailer=self.mails
            ),
            customers.NEW_REGISTRANT: partial(tell_others, teller=self.teller),
            customers.TELL_HOLDER: partial(mail_holder, teller=self.teller, mailer=self.mails),
        }
        await follow_once(self.teller, wait_s=0)
        for _ in range(20):
            await self.clock.advance(WEIGH_AFTER_MS)
            self.room.now_ms = self.clock.now_ms()
            if not await self.teller.outbox.work_once(handlers, self.clock):
                break
        await self.post()

    async def post(self) -> None:
        lane = self.lane
        while await lane.work_once():
            continue

    async def minutes(self, count: int) -> None:
        """So much time passes, and whoever waits is looked at."""
        await self.clock.advance(count * MINUTE_MS)
        self.room.now_ms = self.clock.now_ms()
        await look_at_those_who_wait(self.teller)
        await self.post()

    async def goes_dark(self, outage: str, *homes: int, out: int = 0, **facts: Any) -> None:
        """These homes are judged to be in this outage; the room says so and all is worked off."""
        now_ms = self.clock.now_ms()
        heard_ms = now_ms - 50 * MINUTE_MS
        for number in homes:
            self.room.meter(
                self.smid(number), "area", since_ms=heard_ms, heard_until_ms=heard_ms,
                outage=outage,
            )  # fmt: skip
        self.room.say(view(outage, heard_ms + MINUTE_MS, out=out or len(homes), **facts))
        await self.work()

    async def comes_back(self, *homes: int) -> None:
        """Their meters speak again."""
        now_ms = self.clock.now_ms()
        for number in homes:
            self.room.meter(
                self.smid(number), "powered", heard_until_ms=now_ms, restored_at_ms=now_ms
            )

    async def over(self, outage: str, **facts: Any) -> None:
        """The record says that it is over, or whatever is said instead."""
        changed = facts or {"restored_at_ms": self.clock.now_ms()}
        known = msgspec.structs.replace(self.room.views[outage], **changed)
        self.room.say(known, fields=tuple(changed))
        await self.work()

    def mailed(self, home: int) -> list[str]:
        """Subjects, the oldest first."""
        found = [each for each in self.mails.mails if each.to == f"home{home}@example.jp"]
        return [each.subject for each in reversed(found)]

    def pushed(self, home: int) -> list[str]:
        """Kinds, the oldest first."""
        end = f"/{home}"
        return [each.kind[len("power_") :] for to, each in self.phones.shown if to.endswith(end)]

    async def told(self, home: int) -> list[str]:
        """Kinds as they were written down, the oldest first."""
        found = (await store.notices_of([self.rid(home)]))[self.rid(home)]
        return [each.kind.value for each in reversed(found)]
