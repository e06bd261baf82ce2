"""A lane for tests: its words are made here, its browsers and mailboxes answer as they are told."""

from collections.abc import Sequence

import msgspec

from konsento.foundation.clock import TestClock
from konsento.foundation.databases import PEOPLE
from konsento.foundation.ids import CountingIds
from konsento.management.notices.dispatch.carry import Carrier
from konsento.management.notices.dispatch.lane import Lane
from konsento.management.notices.dispatch.owe import owe_parcels
from konsento.management.notices.dispatch.parcel import MAIL_HOST, Channel, Parcel
from konsento_push.delivery import Delivery
from konsento_push.message import Message
from konsento_push.notification import Notification
from konsento_push.subscription import Subscription
from konsento_push.web_push import Pushed
from tests.push.pushbox import Browser

HOST = "https://push.example"
OTHER = "https://other.example"


def notification(parcel: Parcel, now_ms: int) -> Notification:
    return Notification(
        kind="area", title="停電のお知らせ", body="アプリでご確認ください。",
        navigate="https://konsento.example/power", tag=parcel.notice_id, language="ja",
        at_ms=now_ms, about=None, ttl_s=3_600,
    )  # fmt: skip


def message(parcel: Parcel) -> Message:
    return Message(
        to=f"{parcel.to_id}@example.jp", language="ja", subject="停電", text="停電しています。\n",
        message_id=f"<{parcel.id}@konsento.example>", tag=parcel.notice_id,
    )  # fmt: skip


class Post:
    """Push services, a mail server and the words, all in one; what came stands in `came`.

    `answers` by endpoint, by address, or by host; the rest is taken.
    """

    public_key = "key"

    def __init__(self, clock: TestClock) -> None:
        self._clock = clock
        self.answers: dict[str, Pushed] = {}
        self.came: list[str] = []
        self.untrue: set[str] = set()
        self.unspeakable: set[str] = set()
        self.broken: set[str] = set()
        self.bounced: list[str] = []

    async def render(self, parcels: Sequence[Parcel]) -> dict[str, Notification | Message | None]:
        if any(each.notice_id in self.unspeakable for each in parcels):
            raise LookupError("no words")
        return {
            each.id: None
            if each.notice_id in self.untrue
            else message(each)
            if each.channel is Channel.MAIL
            else notification(each, self._clock.now_ms())
            for each in parcels
        }

    async def bounce(self, registration_id: str, address: str) -> None:
        assert address == f"{registration_id}@example.jp"
        self.bounced.append(registration_id)

    def answer(self, to: str, host: str) -> Pushed:
        if to in self.broken:
            raise LookupError("a fault of ours")
        self.came.append(to)
        taken = Pushed(Delivery.SENT)
        return self.answers.get(to, self.answers.get(host, taken))

    async def close(self) -> None:
        """Nothing was opened."""


class Pushing:
    """The half that is a pusher."""

    public_key = "key"

    def __init__(self, post: Post) -> None:
        self._post = post

    async def send(self, subscription: Subscription, _: Notification) -> Pushed:
        return self._post.answer(subscription.endpoint, subscription.origin)

    async def close(self) -> None:
        """Nothing was opened."""


class Mailing:
    """The half that is a mailer."""

    def __init__(self, post: Post) -> None:
        self._post = post

    async def send(self, message: Message, now_ms: int) -> Delivery:
        return self._post.answer(message.to, MAIL_HOST).became


def lane(post: Post, clock: TestClock, ids: CountingIds) -> Lane:
    return Lane(
        Carrier(
            clock=clock, ids=ids, render=post.render, bounced=post.bounce,
            pusher=Pushing(post), mailer=Mailing(post),
        )
    )  # fmt: skip


async def browsers(count: int, clock: TestClock, host: str = HOST) -> list[Browser]:
    """So many that may be pushed to; their ids are the ends of their endpoints."""
    made = [Browser(host, f"{number:04d}{host[8]}") for number in range(count)]
    async with PEOPLE.writing():
        for each in made:
            await PEOPLE.ask(
                "INSERT INTO push_subscription (id, visitor, endpoint, p256dh, auth, language, "
                "created_at_ms, seen_at_ms, failures) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, 0)",
                browser_id(each), f"v-{browser_id(each)}", each.endpoint, each.keys["p256dh"],
                each.keys["auth"], "ja", clock.now_ms(), clock.now_ms(),
            )  # fmt: skip
    return made


def browser_id(browser: Browser) -> str:
    return browser.path.rpartition("/")[2]


def pushes(notice_id: str, to: Sequence[Browser], due_at_ms: int = 0) -> list[Parcel]:
    return [
        Parcel(
            channel=Channel.PUSH, notice_id=notice_id, to_id=browser_id(each),
            host=each.subscription.origin, due_at_ms=due_at_ms,
        )
        for each in to
    ]  # fmt: skip


def mails(notice_id: str, to: Sequence[str], due_at_ms: int = 0) -> list[Parcel]:
    return [
        Parcel(
            channel=Channel.MAIL, notice_id=notice_id, to_id=each, host=MAIL_HOST,
            due_at_ms=due_at_ms,
        )
        for each in to
    ]  # fmt: skip


async def owe(parcels: Sequence[Parcel], clock: TestClock) -> None:
    async with PEOPLE.writing() as tx:
        await owe_parcels(tx, parcels, clock.now_ms())


async def states() -> dict[str, int]:
    rows = await PEOPLE.ask("SELECT state, count(*) AS n FROM parcel GROUP BY state")
    return {row["state"]: row["n"] for row in rows}


async def row(parcel: Parcel) -> dict[str, object]:
    (found,) = await PEOPLE.ask("SELECT * FROM parcel WHERE id = {}", parcel.id)
    return found


def sent_after(parcel: Parcel, due_at_ms: int) -> Parcel:
    return msgspec.structs.replace(parcel, due_at_ms=due_at_ms)


async def all_of(sending: Lane) -> int:
    """Work till nothing more is due."""
    done = 0
    while some := await sending.work_once():
        done += some
    return done
